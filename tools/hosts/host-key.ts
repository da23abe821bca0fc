import { createHash } from "node:crypto";
import { createInterface } from "node:readline/promises";

import { $ } from "zx";

import { ConfigError, type Problem } from "../../configs/errors";

/** What a host shows of itself, in the order of preference. */
const KINDS = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"];
const PATIENCE_SECONDS = 5;

/** How the fingerprint of a key is written everywhere, as by `ssh-keygen -l`. */
export function fingerprint(hostKey: string): string {
  const [, base64 = ""] = hostKey.split(" ");
  const digest = createHash("sha256").update(Buffer.from(base64, "base64")).digest("base64");
  return `SHA256:${digest.replace(/=+$/, "")}`;
}

/** A key as the settings have it, of a line of a `.pub` file: without its comment. */
export function withoutComment(line: string): string {
  return line.trim().split(/\s+/).slice(0, 2).join(" ");
}

/** The best key among the lines that `ssh-keyscan` prints: `host kind key`. */
export function preferredKey(scan: string): string | undefined {
  const keys = keysIn(scan);
  return KINDS.flatMap((kind) => keys.filter((key) => key.startsWith(`${kind} `)))[0];
}

/** Every key that a host shows now; none where it does not answer. */
export async function shownKeys(endpoint: string): Promise<readonly string[]> {
  return keysIn((await keyscan(endpoint)).stdout);
}

function keysIn(scan: string): readonly string[] {
  return scan
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(" ").slice(1, 3).join(" "));
}

async function keyscan(endpoint: string) {
  const { hostname, port } = new URL(endpoint);
  const flags = ["-T", String(PATIENCE_SECONDS), "-t", "ed25519,ecdsa,rsa", "-p", port || "22"];
  return $({ quiet: true, nothrow: true })`ssh-keyscan ${flags} ${hostname}`;
}

/** Asks a person; resolves to false for everything but yes. */
export type Confirm = (question: string) => Promise<boolean>;

/**
 * Asks a host over the network for its key, and a person whether that is the one: whoever sits
 * between could have answered.
 *
 * @param path of the setting, for the error
 * @param confirm absent where nobody can be asked: then the key must be given
 * @throws ConfigError when nobody can be asked, the host shows no key, or the answer is no
 */
export async function confirmedKey(
  path: string,
  endpoint: string,
  confirm: Confirm | undefined,
): Promise<string> {
  const fix = "ask a trusted shell on that host: cat /etc/ssh/ssh_host_ed25519_key.pub";
  const refuse = (problem: Omit<Problem, "path">) => new ConfigError([{ path, ...problem }]);
  if (!confirm) {
    const rule = "must be given by --host-key where nobody can be asked";
    throw refuse({ rule, got: "nothing", fix });
  }
  const { stdout, stderr } = await keyscan(endpoint);
  const key = preferredKey(stdout);
  if (key === undefined) {
    const said = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    const got = said.at(-1) ?? `no answer within ${PATIENCE_SECONDS} s`;
    throw refuse({ rule: "must be shown by the host", got, fix: `start its sshd, or ${fix}` });
  }
  const isRight = await confirm(question(new URL(endpoint).hostname, key));
  if (!isRight) throw refuse({ rule: "was not confirmed", got: fingerprint(key), fix });
  return key;
}

function question(hostname: string, key: string): string {
  const [kind = ""] = key.split(" ");
  const name = kind.startsWith("ecdsa") ? "ecdsa" : kind.replace("ssh-", "");
  return [
    `${hostname} shows the key ${fingerprint(key)} (${name}).`,
    "Compare it on a shell there that you trust:",
    `  ssh-keygen -lf /etc/ssh/ssh_host_${name}_key.pub`,
    "Is it the same? [yes/no] ",
  ].join("\n");
}

/** A person at the terminal, where there is one. */
export function personAtTerminal(): Confirm | undefined {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  return async (text) => {
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    try {
      return (await terminal.question(text)).trim().toLowerCase() === "yes";
    } finally {
      terminal.close();
    }
  };
}
