import { X509Certificate } from "node:crypto";

import { z } from "zod";

import { flag, group, pattern, ruleAndFix, text, variants } from "../fields";
import { hostAddress, mailAddress, port, serverName } from "../formats";

const certificates = text({
  rule: "must be one certificate or more in PEM, the gateway's own first",
  example: "-----BEGIN CERTIFICATE-----…",
  read: (value) => (certificatesOf(value).length > 0 ? value : undefined),
});

const person = pattern(
  /^[a-z][a-z0-9_-]{0,31}$/,
  "must be a name of a-z, 0-9, _ and -, that begins with a letter",
  "anna",
);

/** https alone: the account's key signs, but what is ordered for whom is nobody else's business. */
const directoryUrl = text({
  rule: "must be the https:// address of the directory of an ACME server, without credentials",
  example: "https://acme-v02.api.letsencrypt.org/directory",
  read: (value) => {
    const url = /\s/.test(value) || !URL.canParse(value) ? undefined : new URL(value);
    return url?.protocol === "https:" && url.username === "" ? value : undefined;
  },
});

/** Where the certificate comes from: whoever brings it, or an authority that is asked by ACME. */
const tls = z.discriminatedUnion(
  "kind",
  [
    group({ kind: z.literal("files") }),
    group({
      kind: z.literal("acme"),
      email: mailAddress,
      directoryUrl: directoryUrl.prefault("https://acme-v02.api.letsencrypt.org/directory"),
      directoryAuthority: certificates.optional(),
    }),
  ],
  variants(["files", "acme"]),
);

/** The way in for agents of hosts that share no private network with the monitoring host. */
export const gateway = group({
  enabled: flag().prefault(false),
  address: hostAddress.optional(),
  port: port(8443).prefault(8443),
  serverName: serverName("agents").optional(),
  tls: tls.prefault({ kind: "files" }),
  certificate: certificates.optional(),
  certificateAuthority: certificates.optional(),
  people: z
    .array(person, { error: ruleAndFix("must be a list of names", 'for example ["anna", "ben"]') })
    .refine((names) => new Set(names).size === names.length, {
      error: ruleAndFix("must have each name once", "remove the second"),
    })
    .prefault([]),
});

/** The certificates in a PEM text; none where one of them is broken. */
export function certificatesOf(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}
