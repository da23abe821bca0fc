import { parse, stringify } from "yaml";

import type { EngineStack } from "../engine-stack";
import { merged, type Raw } from "../fixtures";
import type { Refusal } from "./bad-input";

/** What the engine says to wrong settings of a stack, which has its own again afterwards. */
export async function saidByEngine(
  stack: EngineStack,
  { settings, secrets = {} }: Refusal,
  command: "preview" | "up" = "preview",
): Promise<readonly string[]> {
  return stack.withFile(
    (before) => withSettings(before, settings),
    async () => {
      for (const [key, value] of Object.entries(secrets)) {
        await stack.setSecret(`sightline:${key}`, value);
      }
      return problemLines(await refusalOf(stack, command));
    },
  );
}

/** What the engine says when it refuses. @throws Error when it does not */
export async function refusalOf(stack: EngineStack, command: "preview" | "up"): Promise<string> {
  const said = await stack[command]().then(
    () => undefined,
    (error: unknown) => String(error),
  );
  if (said === undefined) throw new Error(`the engine refused nothing at ${command}`);
  return said;
}

function withSettings(text: string, settings: Raw): string {
  const file = parse(text) as { readonly config: Raw };
  const prefixed = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`sightline:${key}`, value]),
  );
  return stringify({ ...file, config: merged(file.config, prefixed) });
}

/** The lines of our report, as they stand among the engine's own. */
function problemLines(said: string): readonly string[] {
  return said
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("- sightline:"))
    .map((line) => line.replace("- sightline:", ""));
}
