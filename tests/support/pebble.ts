import { goProgram } from "./go-program";

const VERSION = "v2.10.1";

/** The authority that its makers test with, or the DNS server that they put beside it. */
export async function pebbleProgram(name: "pebble" | "pebble-challtestsrv"): Promise<string> {
  return goProgram(name, `github.com/letsencrypt/pebble/v2/cmd/${name}@${VERSION}`);
}

/** Pebble's one file. */
export function pebbleConfig(authority: {
  /** Where it listens: 14000 for clients, 15000 for tests. */
  readonly address: string;
  /** Has its own `cert.pem` and `key.pem`. */
  readonly folder: string;
  /** Where it looks for the proof. */
  readonly challengePort: number;
  /** Of the certificates that it signs. */
  readonly lifetimeSeconds: number;
}): string {
  const { address, folder, challengePort, lifetimeSeconds } = authority;
  return JSON.stringify({
    pebble: {
      listenAddress: `${address}:14000`,
      managementListenAddress: `${address}:15000`,
      certificate: `${folder}/cert.pem`,
      privateKey: `${folder}/key.pem`,
      httpPort: challengePort,
      tlsPort: 5001,
      keyAlgorithm: "ecdsa",
      profiles: { default: { description: "short", validityPeriod: lifetimeSeconds } },
    },
  });
}
