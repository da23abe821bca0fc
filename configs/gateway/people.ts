import { createHmac } from "node:crypto";

import { encodeBase64, hashSync } from "bcryptjs";

/**
 * Each request brings the password, and a page of Grafana's is a hundred requests: 2 to the power of
 * this many rounds take some milliseconds. Guesses are slowed by the gateway's limits.
 */
const ROUNDS_LOG2 = 6;
/** bcrypt takes 16 bytes of salt. */
const SALT_BYTES = 16;
/** bcrypt reads no further. */
export const PASSWORD_MAX_BYTES = 72;

export const PASSWORD_MIN_LENGTH = 12;

/** The passwords in a stack's secret, by name; undefined where it is no such thing. */
export function readPasswords(secret: string): Readonly<Record<string, string>> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(secret);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  return entries.every((entry): entry is [string, string] => typeof entry[1] === "string")
    ? Object.fromEntries(entries)
    : undefined;
}

/** The people who have no password, or one that is too short or longer than what is compared. */
export function withoutPassword(secret: string, people: readonly string[]): readonly string[] {
  const passwords = readPasswords(secret) ?? {};
  return people.filter((name) => {
    const password = passwords[name] ?? "";
    return (
      password.length < PASSWORD_MIN_LENGTH || Buffer.byteLength(password) > PASSWORD_MAX_BYTES
    );
  });
}

/**
 * Who may come in, as nginx reads it. The salt is made from the agents' secret and the name: the same
 * password gives the same line, so that a second preview is empty.
 */
export function peopleFile(agentSecret: string, secret: string, people: readonly string[]): string {
  const passwords = readPasswords(secret) ?? {};
  const line = (name: string) =>
    `${name}:${hashSync(passwords[name] ?? "", saltOf(agentSecret, name))}\n`;
  return [...people].sort().map(line).join("");
}

function saltOf(agentSecret: string, name: string): string {
  const bytes = createHmac("sha256", agentSecret).update(`person/${name}`).digest();
  const rounds = String(ROUNDS_LOG2).padStart(2, "0");
  return `$2y$${rounds}$${encodeBase64([...bytes.subarray(0, SALT_BYTES)], SALT_BYTES)}`;
}
