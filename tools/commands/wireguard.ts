import { randomBytes } from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { ConfigError } from "../../configs/errors";
import { toProblems } from "../../configs/settings/problems";
import { settingsSchema } from "../../configs/settings/schema";
import { wireguardProblems } from "../../configs/settings/wireguard-rules";
import { peerConfig, tunnelledHosts, visitors } from "../../configs/wireguard/tunnel";
import { repositoryRoot } from "../lib/paths";
import { lastSetup } from "../setup/setup";
import { localBackend } from "../stack/backend";
import { LocalStack, stackFile } from "../stack/stack";
import { readStackFile } from "../stack/stack-file";

const SECRET_KEY = "sightline:wireguardSecret";
const LOCAL_STACK = "dev";

/** Makes the secret of the tunnel where there is none, and writes a file for each of its visitors. */
export async function wireguard(options: {
  readonly stack: string;
  readonly out?: string;
  readonly qr?: string;
}): Promise<void> {
  const file = stackFile(options.stack);
  const settings = await tunnelOf(file);
  const names = visitors(settings);
  if (options.qr !== undefined && !names.includes(options.qr)) throw noVisitor(options.qr, names);

  const secret = await secretOf(options.stack, file);
  const out = options.out ?? path.join(repositoryRoot, ".sightline", "wireguard", options.stack);
  await mkdir(out, { recursive: true, mode: 0o700 });
  for (const name of names) {
    const target = path.join(out, `${name}.conf`);
    await writeFile(target, peerConfig(settings, secret, name), { mode: 0o600 });
    await chmod(target, 0o600);
    console.log(`${target}: whoever has it comes in`);
  }
  if (options.qr !== undefined) console.log(await qrCode(peerConfig(settings, secret, options.qr)));
  for (const host of tunnelledHosts(settings)) console.log(`${host}: set up by pulumi up`);
  console.log(`Next: npm run credentials -- --stack ${options.stack}, and pulumi up`);
}

/** The settings of a stack that concern the tunnel, checked. */
async function tunnelOf(file: string) {
  return tunnelSettings({
    hosts: await readStackFile(file, "sightline:hosts"),
    wireguard: await readStackFile(file, "sightline:wireguard"),
  });
}

/**
 * The hosts and the tunnel of raw settings, by the rules that an update has for them.
 *
 * @throws ConfigError with every problem found, before anybody gets a file
 */
export function tunnelSettings(raw: Readonly<Record<"hosts" | "wireguard", unknown>>) {
  const parsed = settingsSchema.pick({ hosts: true, wireguard: true }).safeParse(raw);
  if (!parsed.success) throw new ConfigError(toProblems(parsed.error, raw));
  const problems = wireguardProblems(parsed.data);
  if (problems.length > 0) throw new ConfigError(problems);
  if (parsed.data.wireguard.enabled) return parsed.data;
  throw new ConfigError([
    {
      path: "sightline:wireguard.enabled",
      rule: "must be true before anybody gets a file",
      got: "false",
      fix: "pulumi config set --path sightline:wireguard.enabled true",
    },
  ]);
}

async function secretOf(stackName: string, file: string): Promise<string> {
  const { environment } = await lastSetup();
  const backend = stackName === LOCAL_STACK ? await localBackend() : {};
  const stack = new LocalStack(stackName, { ...environment, ...backend }, file);
  const before = await stack.secret(SECRET_KEY);
  if (before !== undefined) return before;
  const secret = randomBytes(32).toString("base64url");
  await stack.setSecret(SECRET_KEY, secret);
  return secret;
}

/** For the camera of a phone with the app of WireGuard: 61 columns, white on black on any terminal. */
async function qrCode(text: string): Promise<string> {
  const { encodeQR } = await import("qr");
  const lines = encodeQR(text, "ascii", { ecc: "low" }).trimEnd().split("\n");
  return lines.map((line) => `\u001b[97;40m${line}\u001b[0m`).join("\n");
}

function noVisitor(name: string, names: readonly string[]): ConfigError {
  return new ConfigError([
    {
      path: "--qr",
      rule: `must be a peer that is no host: ${names.join(", ") || "there is none"}`,
      got: name,
      fix: `pulumi config set --path 'sightline:wireguard.peers.${name}.address' 10.66.0.2`,
    },
  ]);
}
