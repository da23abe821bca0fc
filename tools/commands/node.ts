import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";

import { Command } from "commander";

import { ConfigError } from "../../configs/errors";
import { suggestion } from "../../configs/settings/fields";
import { exportersOf } from "../hosts/exporter-options";
import { forgetHost, refuseLivingHost, sharedResources } from "../hosts/gone-host";
import { confirmedKey, fingerprint, personAtTerminal, withoutComment } from "../hosts/host-key";
import { hostsIn, type NewHost, withHost, withoutHost } from "../hosts/host-settings";
import { repositoryRoot } from "../lib/paths";
import { changesInWords } from "../stack/changes-in-words";
import { stackFile } from "../stack/stack";
import { replaceText } from "../stack/stack-file";
import { STACK, stackNamed } from "./dev";

interface Options {
  readonly stack: string;
  readonly preview: boolean;
}

interface AddOptions extends Options {
  readonly address?: string;
  readonly hostKey?: string;
  readonly identityFile?: string;
  readonly role?: string;
  readonly metrics?: string;
  readonly exporter?: readonly string[];
}

/** `npm run node -- add|remove|list`: the hosts of a stack, in its settings file. */
export function nodeCommand(): Command {
  const node = new Command("node").description("add, remove and list the hosts of a stack");
  withStack(node.command("add"))
    .description("write a host into the stack's settings, and show what that would deploy")
    .argument("<name>", "its name: the label host of its metrics, logs and alerts")
    .argument("<endpoint>", "its Docker: ssh://user@host[:port]")
    .option("--address <IPv4>", "private or VPN address (default: the endpoint's, where it is one)")
    .option("--host-key <key>", "its public key; without, the host is asked and you confirm")
    .option("--identity-file <path>", "private key to reach it with")
    .option("--role <role>", "what it is for (default: the role that is its name, else app)")
    .option("--metrics <pull|push>", "how its figures come (default: pull)")
    .option("--exporter <name[=value]>", "what else there is to ask; can be repeated", collected)
    .action(add);
  withStack(node.command("remove"))
    .description("take an app host out of the settings, and show what that would remove")
    .argument("<name>")
    .option("--gone", "it will never answer again: forget what was deployed on it")
    .action(remove);
  withFile(node.command("list")).description("print the hosts").action(list);
  return node;
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function withFile(command: Command): Command {
  return command.option("--stack <name>", "whose settings: Pulumi.<name>.yaml", STACK);
}

function withStack(command: Command): Command {
  return withFile(command).option("--no-preview", "only edit the settings");
}

async function add(name: string, endpoint: string, options: AddOptions): Promise<void> {
  const { stack } = options;
  const write = (host: NewHost) => (text: string) => withHost(text, stack, { name, ...host });
  await edit(options, async (file) => {
    const host = hostOf(endpoint, options);
    if (host.hostKey === undefined && /^ssh:\/\//.test(endpoint)) {
      // Everything else is checked first: nobody wants to compare a key for nothing.
      write({ ...host, hostKey: "ssh-ed25519 AAAA" })(await readFile(file, "utf8"));
      const key = `sightline:hosts.${name}.hostKey`;
      host.hostKey = await confirmedKey(key, endpoint, personAtTerminal());
    }
    await replaceText(file, write(host));
    return `${name} is in Pulumi.${stack}.yaml; to undo it: npm run node -- remove ${name} --stack ${stack}`;
  });
}

function hostOf(endpoint: string, options: AddOptions): NewHost & { hostKey?: string } {
  const { identityFile, role, metrics, hostKey, exporter } = options;
  const [, ofEndpoint] = /^ssh:\/\/[^@/]*@(\d+\.\d+\.\d+\.\d+)(:\d+)?$/.exec(endpoint) ?? [];
  const address = options.address ?? ofEndpoint;
  return {
    endpoint,
    ...(address === undefined ? {} : { address }),
    ...(hostKey === undefined ? {} : { hostKey: withoutComment(hostKey) }),
    ...(identityFile === undefined ? {} : { identityFile }),
    ...(role === undefined ? {} : { roles: [role] }),
    ...(metrics === undefined ? {} : { metrics }),
    ...(exporter === undefined ? {} : { exporters: exportersOf(exporter) }),
  };
}

interface RemoveOptions extends Options {
  readonly gone?: true;
}

async function remove(name: string, options: RemoveOptions): Promise<void> {
  const { stack, gone } = options;
  await edit(options, async (file) => {
    if (gone) return removeGone(name, stack, file);
    await replaceText(file, (text) => withoutHost(text, stack, name));
    return `${name} is no more in Pulumi.${stack}.yaml; its containers go with the next up`;
  });
}

/** Its state goes first: while it is in the settings, the command can be run again. */
async function removeGone(name: string, stack: string, file: string): Promise<string> {
  const text = await readFile(file, "utf8");
  withoutHost(text, stack, name);
  const hosts = hostsIn(text, stack);
  await refuseLivingHost(hosts, name);
  const local = await stackNamed(stack);
  const done = await forgetHost(local, name, { also: sharedResources(hosts, name) });
  await replaceText(file, (now) => withoutHost(now, stack, name));
  return [...done, `${name} is no more in Pulumi.${stack}.yaml`].join("\n");
}

async function list({ stack }: Pick<Options, "stack">): Promise<void> {
  const hosts = hostsIn(await readFile(fileOf(stack), "utf8"), stack);
  const rows = Object.entries(hosts).map(([name, { roles, endpoint, address, hostKey }]) => [
    name,
    roles.join(","),
    endpoint,
    address,
    hostKey ? fingerprint(hostKey) : "-",
  ]);
  console.log(table([["NAME", "ROLES", "ENDPOINT", "ADDRESS", "HOST KEY"], ...rows]));
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Edits the settings file, then shows the preview; a refused edit says that nothing was written. */
async function edit(
  { stack, preview }: Options,
  change: (file: string) => Promise<string>,
): Promise<void> {
  const file = fileOf(stack);
  try {
    console.log(await change(file));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new Error(`${error.message}\nNothing was written to Pulumi.${stack}.yaml.`);
  }
  if (!preview) return;
  const deployed = await stackNamed(stack);
  await deployed.run(["preview"]);
  console.log(`\n${await changesInWords(deployed)}`);
  console.log(`\nTo deploy it: ${stack === STACK ? "npm run up" : `pulumi up --stack ${stack}`}`);
}

function fileOf(stack: string): string {
  const file = stackFile(stack);
  if (existsSync(file)) return file;
  const stacks = readdirSync(repositoryRoot).flatMap(
    (name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? [],
  );
  const meant = suggestion(stack, stacks) ?? `there are ${stacks.join(", ")}`;
  throw new Error(`--stack ${stack}: there is no ${path.basename(file)}. Fix: ${meant}`);
}
