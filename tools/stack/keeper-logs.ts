import { $ } from "zx";

import { STACK_LABEL } from "../../configs/labels";

/**
 * What the unhealthy containers of a stack said last. The provider only reports that one is not
 * healthy; why a server refused its configuration stands in its keeper's log.
 */
export async function lastWordsOfKeepers(stack: string): Promise<string> {
  const run = $({ quiet: true, nothrow: true });
  const filters = ["--filter", `label=${STACK_LABEL}=${stack}`, "--filter", "health=unhealthy"];
  const { stdout } = await run`docker ps --all ${filters} --format {{.Names}}`;
  const names = stdout.split("\n").filter((name) => name !== "");
  const words = await Promise.all(
    names.map(async (name) => {
      const { stdout: out, stderr } = await run`docker logs --tail 5 ${name}`;
      return `\n${name} is unhealthy; it said last:\n${`${out}${stderr}`.trimEnd()}`;
    }),
  );
  return words.join("\n");
}
