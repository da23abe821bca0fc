import { createPrivateKey, createPublicKey, diffieHellman } from "node:crypto";

import { keyPair, SERVER } from "../../../../configs/wireguard/keys";

const SECRET = "a-secret-of-more-than-32-characters";

describe("keys of the tunnel", () => {
  it("are the same for the same secret and name, and others for any other", () => {
    const keys = [
      keyPair(SECRET, "anna"),
      keyPair(SECRET, "ben"),
      keyPair(SECRET, SERVER),
      keyPair(`${SECRET}!`, "anna"),
    ].map(({ privateKey }) => privateKey);
    expect(new Set(keys).size).toBe(4);
    expect(keyPair(SECRET, "anna")).toEqual(keyPair(SECRET, "anna"));
  });

  it("are as wg genkey makes them: 32 bytes with the bits that X25519 wants", () => {
    const bytes = Buffer.from(keyPair(SECRET, "anna").privateKey, "base64");
    expect([bytes.length, (bytes[0] ?? 1) & 7, (bytes[31] ?? 0) & 192]).toEqual([32, 0, 64]);
  });

  it("belong together: both ends come to the same shared secret", () => {
    const [anna, server] = [keyPair(SECRET, "anna"), keyPair(SECRET, SERVER)];
    expect(shared(anna.privateKey, server.publicKey)).toEqual(
      shared(server.privateKey, anna.publicKey),
    );
  });
});

function shared(privateKey: string, publicKey: string): string {
  const raw = (header: string, key: string) =>
    Buffer.concat([Buffer.from(header, "hex"), Buffer.from(key, "base64")]);
  return diffieHellman({
    privateKey: createPrivateKey({
      key: raw("302e020100300506032b656e04220420", privateKey),
      format: "der",
      type: "pkcs8",
    }),
    publicKey: createPublicKey({
      key: raw("302a300506032b656e032100", publicKey),
      format: "der",
      type: "spki",
    }),
  }).toString("base64");
}
