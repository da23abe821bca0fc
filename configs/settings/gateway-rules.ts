import type { Problem } from "../errors";
import { gatewayName } from "../gateway/route";
import { certificatesOf } from "./groups/gateway";
import type { Parsed } from "./settings";

const CREDENTIALS = "npm run credentials -- --stack <stack>, or bring a certificate of your own";

/** A gateway that agents do not trust would keep all their logs waiting. */
export function gatewayProblems({ gateway, hosts }: Partial<Parsed>): readonly Problem[] {
  if (!gateway?.enabled || !hosts) return [];
  const { certificate, certificateAuthority } = gateway;
  if (certificate === undefined) {
    const rule = "must be set where the gateway is enabled: agents push by https alone";
    return [{ path: "sightline:gateway.certificate", rule, got: "nothing", fix: CREDENTIALS }];
  }
  return [
    ...nameProblems(certificate, gatewayName({ gateway, hosts })),
    ...(certificateAuthority ? authorityProblems(certificate, certificateAuthority) : []),
  ];
}

function nameProblems(certificate: string, name: string): readonly Problem[] {
  const [own] = certificatesOf(certificate);
  if (own && (/^[\d.]+$/.test(name) ? own.checkIP(name) : own.checkHost(name))) return [];
  return [
    {
      path: "sightline:gateway.certificate",
      rule: `must be made for ${name}, the name by which agents reach the gateway`,
      got: own?.subjectAltName ?? "a certificate without names",
      fix: `set gateway.serverName to a name that it has, or: ${CREDENTIALS}`,
    },
  ];
}

/** The last certificate of the chain is the one that an authority has signed. */
function authorityProblems(certificate: string, authority: string): readonly Problem[] {
  const last = certificatesOf(certificate).at(-1);
  const isKnown = certificatesOf(authority).some(
    (one) => last?.checkIssued(one) && last.verify(one.publicKey),
  );
  if (isKnown) return [];
  return [
    {
      path: "sightline:gateway.certificateAuthority",
      rule: "must have signed gateway.certificate, or no agent trusts the gateway",
      got: last ? `a certificate signed by ${last.issuer.replaceAll("\n", ", ")}` : "none",
      fix: CREDENTIALS,
    },
  ];
}
