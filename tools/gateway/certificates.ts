import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { $ } from "zx";

import { reasonOf, SetupError } from "../lib/setup-error";

/** What the gateway proves itself with, and what agents trust. All in PEM. */
export interface Certificates {
  readonly key: string;
  readonly certificate: string;
  readonly authority: string;
}

/**
 * Makes an authority that signs one certificate and is then forgotten: nobody can sign a second one.
 *
 * @param names DNS names and IPv4 addresses by which it is reached, that of agents first
 * @throws SetupError where there is no openssl, or it refuses
 */
export async function makeCertificates(
  names: string | readonly [string, ...string[]],
  days: number,
): Promise<Certificates> {
  const all = typeof names === "string" ? ([names] as const) : names;
  const folder = await mkdtemp(path.join(tmpdir(), "sightline-certificates-"));
  const openssl = $({ cwd: folder, quiet: true });
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const numbered = () => [
    ...["-days", String(days)],
    ...["-set_serial", `0x${randomBytes(16).toString("hex")}`],
  ];
  try {
    await writeFile(path.join(folder, "openssl.cnf"), opensslConfig(all));
    const authority = ["-config", "openssl.cnf", "-extensions", "authority", "-out", "ca.pem"];
    await openssl`openssl req -x509 ${curve} ${numbered()} -keyout ca.key -subj ${"/CN=Sightline gateway authority"} ${authority}`;
    await openssl`openssl req -new ${curve} -config openssl.cnf -keyout key.pem -subj ${`/CN=${all[0]}`} -out request.pem`;
    const signed = ["-extfile", "openssl.cnf", "-extensions", "gateway", "-out", "cert.pem"];
    await openssl`openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key ${numbered()} ${signed}`;
    const read = (file: string) => readFile(path.join(folder, file), "utf8");
    return {
      key: await read("key.pem"),
      certificate: await read("cert.pem"),
      authority: await read("ca.pem"),
    };
  } catch (error) {
    throw new SetupError({
      tool: "a certificate for the gateway",
      tried: [{ source: "openssl", reason: reasonOf(error) }],
      wayOut: "install openssl (apt-get install openssl), or set a certificate of your own",
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of its own, because what a system's openssl adds by itself differs. */
function opensslConfig(names: readonly string[]): string {
  const altNames = names.map((name) => `${/^[\d.]+$/.test(name) ? "IP" : "DNS"}:${name}`);
  return `[req]
distinguished_name = subject
[subject]
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[gateway]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = ${altNames.join(",")}
authorityKeyIdentifier = keyid
`;
}
