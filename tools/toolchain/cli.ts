import { parseArgs } from "node:util";

import { elapsed } from "../lib/duration";
import { reasonOf } from "../lib/setup-error";
import { preparePulumi } from "./pulumi-home";
import { resolveTool } from "./resolve-tool";
import { TOOLS } from "./table";
import { TOOL_NAMES, TOOL_SOURCES, type ToolName, type ToolSource } from "./types";

const HELP = `Finds or makes the programs that Sightline needs, and says where each came from.

  npx tsx tools/toolchain/cli.ts [names…] [--skip-source path,official,archive,built]
  npx tsx tools/toolchain/cli.ts --list
  eval "$(npx tsx tools/toolchain/cli.ts --env)"     a shell in which plain pulumi works

names           ${TOOL_NAMES.join(", ")}; all when none is given
--skip-source   sources not to use, separated by commas
--list          the pinned versions and the sources that apply; nothing is looked for
--env           prepares Pulumi and prints its environment as shell commands
--help          this text

SIGHTLINE_TOOLCHAIN_PATH   folders with NAME-VERSION-linux-amd64.xz and SHA256SUMS
SIGHTLINE_CACHE            where tools are kept; default ~/.cache/sightline`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      "skip-source": { type: "string", default: "" },
      list: { type: "boolean", default: false },
      env: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (values.list) {
    list();
    return;
  }
  const skip = readChoices(values["skip-source"].split(","), TOOL_SOURCES, "--skip-source");
  if (values.env) return printEnvironment(skip);
  const names = readChoices(positionals, TOOL_NAMES, "names");
  await resolveAll(names.length > 0 ? names : TOOL_NAMES, skip);
}

/** Checks words against a list. Empty ones are left out. */
function readChoices<T extends string>(
  words: readonly string[],
  known: readonly T[],
  option: string,
): T[] {
  return words.filter(Boolean).map((word) => {
    const choice = known.find((name) => name === word);
    if (choice) return choice;
    throw new Error(`${option}: got ${word}; must be one of ${known.join(", ")}. Fix: see --help`);
  });
}

function list(): void {
  for (const { name, version, official, archive, build } of Object.values(TOOLS)) {
    const sources = TOOL_SOURCES.filter(
      (source) =>
        (source !== "official" || official) && (source !== "archive" || archive !== false),
    );
    const time = elapsed(build.seconds * 1000);
    console.log(`${name.padEnd(24)}${version.padEnd(16)}${sources.join(", ")} (${time} to build)`);
  }
}

async function resolveAll(names: readonly ToolName[], skip: readonly ToolSource[]): Promise<void> {
  const start = Date.now();
  for (const name of names) {
    const begin = Date.now();
    const onProgress = (line: string) => {
      console.error(`  ${line}`);
    };
    const tool = await resolveTool(name, { skip, onProgress });
    const took = elapsed(Date.now() - begin);
    console.log(
      `${name.padEnd(24)}${tool.version.padEnd(16)}${tool.source.padEnd(9)}${tool.path} (${took})`,
    );
  }
  console.log(`${names.length} tools in ${elapsed(Date.now() - start)}`);
}

async function printEnvironment(skip: readonly ToolSource[]): Promise<void> {
  const { environment } = await preparePulumi({
    skip,
    onProgress: (line) => {
      console.error(line);
    },
  });
  for (const [key, value] of Object.entries(environment)) {
    console.log(`export ${key}='${value.replaceAll("'", `'\\''`)}'`);
  }
}

main().catch((error: unknown) => {
  console.error(reasonOf(error));
  process.exitCode = 1;
});
