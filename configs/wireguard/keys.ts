import { createHmac, createPrivateKey, createPublicKey } from "node:crypto";

/** What stands before the 32 bytes of a private X25519 key in DER (RFC 8410, PKCS #8). */
const PRIVATE_KEY_HEADER = Buffer.from("302e020100300506032b656e04220420", "hex");
const KEY_BYTES = 32;

/** One end of the tunnel: both keys as wg reads them, in base64. */
export interface KeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/**
 * The keys of one end, made from the stack's secret and its name (HMAC-SHA256): a new peer needs no new
 * secret, and a second preview has the same keys.
 *
 * @param secret `sightline:wireguardSecret`
 * @param name of the peer, or {@link SERVER}
 */
export function keyPair(secret: string, name: string): KeyPair {
  const key = createHmac("sha256", secret).update(`wireguard/${name}`).digest();
  // As wg genkey does (RFC 7748, section 5).
  key[0] = (key[0] ?? 0) & 248;
  key[31] = ((key[31] ?? 0) & 127) | 64;
  const der = Buffer.concat([PRIVATE_KEY_HEADER, key]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const exported = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  return {
    privateKey: key.toString("base64"),
    publicKey: exported.subarray(-KEY_BYTES).toString("base64"),
  };
}

/** The name that the server's keys are made from; no peer can have it. */
export const SERVER = "/server";
