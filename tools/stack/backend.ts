import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { checkoutState } from "../lib/paths";

/**
 * Where a checkout keeps the state of its dev stack: a folder, with a passphrase made once. No
 * account anywhere. Prod has a shared backend of its own; see docs/operating.md.
 */
export async function localBackend(folder = checkoutState): Promise<Record<string, string>> {
  const state = path.join(folder, "state");
  const passphrase = path.join(folder, "passphrase");
  await mkdir(state, { recursive: true });
  if (!existsSync(passphrase)) {
    await writeFile(passphrase, newSecret(), { mode: 0o600 });
  }
  return {
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
  };
}

/** 144 random bits in 24 characters that survive every shell, URL and file format. */
export function newSecret(): string {
  return randomBytes(18).toString("base64url");
}
