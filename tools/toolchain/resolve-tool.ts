import type { Report } from "../lib/progress";
import { type Attempt, SetupError } from "../lib/setup-error";
import { archiveSource } from "./archive-source";
import { builtSource } from "./built-source";
import { officialSource } from "./official-source";
import { pathSource } from "./path-source";
import { type Answer, platform, type Source } from "./source";
import { TOOLS } from "./table";
import type { ResolvedTool, ToolName, ToolSource, ToolSpec } from "./types";

export type { ResolvedTool, ToolName, ToolSource } from "./types";

const SOURCES: readonly Source[] = [pathSource, officialSource, archiveSource, builtSource];

/** Settings of {@link resolveTool}. */
export interface ResolveOptions {
  /** Sources not to use. @default none */
  readonly skip?: readonly ToolSource[];
  /** Takes a line now and then while something is downloaded or compiled. @default silent */
  readonly onProgress?: Report;
}

/**
 * Finds or makes one tool.
 *
 * Sources in order: PATH (right version), the makers' own download, an archive, compiled from the
 * Go module proxy. What any of them has already made is taken first, so that a machine set up once
 * neither asks the network again nor changes its tools from run to run.
 * @throws SetupError when no source has it; names each source and its reason.
 */
export async function resolveTool(
  name: ToolName,
  options: ResolveOptions = {},
): Promise<ResolvedTool> {
  const { skip = [], onProgress = () => undefined } = options;
  const spec = TOOLS[name];
  const reasons = new Map<Source, string>();
  const ask = async (source: Source, question: () => Promise<Answer> | undefined) => {
    if (skip.includes(source.name)) return void reasons.set(source, "skipped, as asked");
    const answer = await question();
    if (!answer) return undefined;
    if ("reason" in answer) return void reasons.set(source, answer.reason);
    return { name, source: source.name, ...answer };
  };
  for (const source of SOURCES) {
    const found = await ask(source, () => source.find(spec));
    if (found) return found;
  }
  const refused = reasons.get(pathSource);
  // What the user has installed is passed over only with a word, and only when it costs something.
  if (refused?.startsWith("/")) onProgress(`not taken from PATH: ${refused}`);
  for (const source of SOURCES) {
    const made = await ask(source, () => source.make?.(spec, onProgress));
    if (made) return made;
  }
  throw nothingWorked(
    spec,
    SOURCES.map((source) => ({
      source: source.describe(spec),
      reason: reasons.get(source) ?? "not tried",
    })),
  );
}

function nothingWorked(spec: ToolSpec, tried: readonly Attempt[]): SetupError {
  const { name, version } = spec;
  const archive =
    spec.archive === false
      ? ""
      : `; or put ${name}-${version}-${platform()}.xz with its SHA256SUMS into a folder named by ` +
        "SIGHTLINE_TOOLCHAIN_PATH";
  return new SetupError({
    tool: `${name} ${version}`,
    tried,
    wayOut:
      `install ${name} ${version} on PATH; or make the Go module proxy reachable (GOPROXY), ` +
      `with Go installed${archive}. Then run the same command again: it goes on where it stopped`,
  });
}
