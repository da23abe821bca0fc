import { HTTP_CHALLENGE_PORT } from "../acme/challenge";
import type { Problem } from "../errors";
import { gatewayName } from "../gateway/route";
import { certificatesOf } from "./groups/gateway";
import type { Parsed } from "./settings";

/** What makes a certificate. */
export const CREDENTIALS =
  "npm run credentials -- --stack <stack>, or bring a certificate of your own";

/** A gateway that agents do not trust would keep all their logs waiting. */
export function gatewayProblems({ gateway, hosts }: Partial<Parsed>): readonly Problem[] {
  if (!gateway || !hosts) return [];
  if (!gateway.enabled) return gateway.people.length > 0 ? [closedDoor(gateway.people)] : [];
  if (gateway.tls.kind === "acme") return acmeProblems({ gateway, hosts });
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

/** What keeps an authority from signing, or would go on to be shown in the place of what it signs. */
function acmeProblems({ gateway, hosts }: Pick<Parsed, "gateway" | "hosts">): readonly Problem[] {
  const name = gatewayName({ gateway, hosts });
  const isName = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$/i.test(name);
  return [
    ...(isName
      ? []
      : [
          {
            path: "sightline:gateway.serverName",
            rule: "must be a name of the public DNS where gateway.tls.kind is acme: an authority signs for that",
            got: name,
            fix: 'for example "monitoring.your-domain.org"',
          },
        ]),
    ...(gateway.certificate === undefined
      ? []
      : [
          {
            path: "sightline:gateway.certificate",
            rule: "is not used where gateway.tls.kind is acme, and gateway.certificateAuthority would keep agents from trusting the new one",
            got: "a certificate",
            fix: "remove gateway.certificate and gateway.certificateAuthority",
          },
        ]),
    ...(gateway.port === HTTP_CHALLENGE_PORT
      ? [
          {
            path: "sightline:gateway.port",
            rule: `must not be ${HTTP_CHALLENGE_PORT} where gateway.tls.kind is acme: there the authority asks`,
            got: String(gateway.port),
            fix: "for example 443",
          },
        ]
      : []),
  ];
}

/** Whoever names people wants pages that are behind a login, and would have ports that are not. */
function closedDoor(people: readonly string[]): Problem {
  return {
    path: "sightline:gateway.people",
    rule: "come in by the gateway, and it is not enabled",
    got: people.join(", "),
    fix: CREDENTIALS,
  };
}

/** @param who reaches the gateway by that name */
export function nameProblems(
  certificate: string,
  name: string,
  who: "agents" | "browsers" = "agents",
): readonly Problem[] {
  const [own] = certificatesOf(certificate);
  if (own && (/^[\d.]+$/.test(name) ? own.checkIP(name) : own.checkHost(name))) return [];
  return [
    {
      path: "sightline:gateway.certificate",
      rule: `must be made for ${name}, the name by which ${who} reach the gateway`,
      got: own?.subjectAltName ?? "a certificate without names",
      fix: `set ${who === "agents" ? "gateway" : "browser"}.serverName to a name that it has, or: ${CREDENTIALS}`,
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
