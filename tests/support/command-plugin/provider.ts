import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";

import type * as provider from "@pulumi/pulumi/provider";

import { plainOf, refusalsOf, typeOf } from "../plugin-inputs";
import { runLocally, runRemotely } from "./commands";
import { copyToRemote } from "./copy";
import type { Output } from "./run";
import {
  type CopyToRemote,
  type LocalCommand,
  NOT_HERE,
  type RemoteCommand,
  SCHEMAS,
  type TypeName,
} from "./schema";
import { hasSecret, hasUnknown, isArchive, type Properties, secret } from "./wire";

/** Stand-in for the published command plugin, where that cannot be downloaded. */
export const commandProvider: provider.Provider = {
  version: "1.2.1",

  check: (urn, _olds, news: Properties) =>
    Promise.resolve({ inputs: news, failures: [...failuresOf(knownType(urn), news)] }),

  diff: (_id, urn, olds: Properties, news: Properties) => {
    const [before, after] = [plainOf(olds), plainOf(news)];
    const changed = Object.keys(SCHEMAS[knownType(urn)].shape).filter(
      (name) => hasUnknown(after[name]) || !isDeepStrictEqual(before[name], after[name]),
    );
    const replaces = changed.filter((name) => name === "triggers");
    return Promise.resolve({ changes: changed.length > 0, replaces });
  },

  create: async (urn, inputs: Properties) => ({
    id: randomBytes(8).toString("hex"),
    outs: await outcome(knownType(urn), { news: inputs, olds: {}, step: "create" }),
  }),

  update: async (_id, urn, olds: Properties, news: Properties) => ({
    outs: await outcome(knownType(urn), { news, olds, step: "update" }),
  }),

  delete: async (_id, urn, props: Properties) => {
    await outcome(knownType(urn), { news: props, olds: props, step: "delete" });
  },
};

interface Step {
  readonly news: Properties;
  readonly olds: Properties;
  readonly step: "create" | "update" | "delete";
}

/** Does what a step asks for. @returns the state afterwards; what is secret stays so */
async function outcome(type: TypeName, { news, olds, step }: Step): Promise<Properties> {
  const [inputs, before] = [plainOf(news), plainOf(olds)];
  if (type === "command:remote:CopyToRemote") {
    const copy = inputs as unknown as CopyToRemote;
    if (step !== "delete" && isOther(copy, before)) await copyToRemote(copy);
    return news;
  }
  const command = commandOf(inputs, step);
  const last = before as Partial<Output>;
  const result = command === undefined ? last : await runCommand(type, { command, inputs, last });
  const { stdout = "", stderr = "" } = result;
  const mark = hasSecret(news) ? secret : (text: string) => text;
  return { ...news, stdout: mark(stdout), stderr: mark(stderr) };
}

async function runCommand(
  type: TypeName,
  { command, inputs, last }: { command: string; inputs: unknown; last: Partial<Output> },
): Promise<Output> {
  return type === "command:local:Command"
    ? runLocally(command, inputs as LocalCommand, last)
    : runRemotely(command, inputs as RemoteCommand, last);
}

function commandOf(inputs: Properties, step: Step["step"]): string | undefined {
  const command = step === "update" ? (inputs.update ?? inputs.create) : inputs[step];
  return command as string | undefined;
}

/** A file is copied again only for another content or another place. */
function isOther({ source, remotePath }: CopyToRemote, before: Properties): boolean {
  const old = before.source as CopyToRemote["source"] | undefined;
  return old?.hash !== source.hash || before.remotePath !== remotePath;
}

function* failuresOf(type: TypeName, news: Properties): Generator<provider.CheckFailure> {
  const inputs = plainOf(news);
  yield* refusalsOf({ type, schema: SCHEMAS[type], notHere: NOT_HERE }, inputs);
  if (type === "command:remote:CopyToRemote" && !hasUnknown(inputs.source)) {
    yield* sourceFailures(inputs.source);
  }
}

function* sourceFailures(source: unknown): Generator<provider.CheckFailure> {
  const { path, text } = (source ?? {}) as { path?: string; text?: string };
  if (path || (text !== undefined && !isArchive(source))) return;
  const reason = "must be a text, a path to a file, or an archive that is a path";
  yield { property: "source", reason };
}

function knownType(urn: string): TypeName {
  const type = typeOf(urn);
  if (type in SCHEMAS) return type as TypeName;
  throw new Error(`the stand-in for the command plugin does not know ${type}`);
}
