import type { Settings } from "../settings/settings";

/** Where an authority asks for the challenge, whatever else a host has; RFC 8555 allows no other. */
export const HTTP_CHALLENGE_PORT = 80;

/** Where the gateway listens for that, inside its container. */
export const CHALLENGE_PORT = 8082;

/** Where the client answers, as long as it waits for the authority. */
export const ANSWER_PORT = 8080;

/** Below this path lie challenges. */
export const CHALLENGE_PATH = "/.well-known/acme-challenge/";

/** Whether the gateway's certificate is obtained and renewed by itself. */
export function usesAcme({ gateway }: Pick<Settings, "gateway">): boolean {
  return gateway.enabled && gateway.tls.kind === "acme";
}
