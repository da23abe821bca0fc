import { createHash, createHmac } from "node:crypto";

import type { HostName } from "../placement";
import { CONFIG_PATH, SECRETS_PATH } from "../service-spec";

/** Files of the gateway that only it may read: who may push, its key with its certificate, who may come in. */
export const GATEWAY_FILES = {
  users: "gateway-users",
  tls: "gateway-tls",
  people: "gateway-people",
} as const;

/** What an agent has for the gateway: its password, and whom it trusts. */
export const AGENT_FILES = { password: "gateway-password", authority: "gateway-ca.pem" } as const;

/** Where a server finds one of its secret files. */
export function secretFile(name: string): string {
  return `${SECRETS_PATH}/${name}`;
}

/** Where an agent finds whom it trusts. */
export const AUTHORITY_PATH = `${CONFIG_PATH}/${AGENT_FILES.authority}`;

/** The password of a host's agent. One secret is enough for any number of hosts. */
export function agentPassword(agentSecret: string, host: HostName): string {
  return createHmac("sha256", agentSecret).update(`agent/${host}`).digest("base64url");
}

/**
 * Who may push, as nginx reads it. The hash is fast and has no salt: what is hashed are 256 random
 * bits, which nobody guesses, and each request is checked against it. The first line is there because
 * Docker's provider uploads no empty file, and on one machine nobody has a login.
 */
export function usersFile(agentSecret: string, hosts: readonly HostName[]): string {
  const line = (host: HostName) => {
    const hash = createHash("sha1").update(agentPassword(agentSecret, host)).digest("base64");
    return `${host}:{SHA}${hash}\n`;
  };
  return ["# host:hash\n", ...[...hosts].sort().map(line)].join("");
}

/** Key and certificate in one file, so that a new pair comes into force at once. */
export function tlsFile(key: string, certificate: string): string {
  return [key, certificate].map((pem) => `${pem.trim()}\n`).join("");
}
