import { $ } from "zx";

import { SERVICE_LABEL, STACK_LABEL } from "../../../configs/labels";
import { lines } from "../../../tools/lib/docker-cleanup";

/** Which containers of a stack stopped and started while something was done, as `stop loki`, in order. */
export async function stopsAndStarts(
  stack: string,
  work: () => Promise<unknown>,
): Promise<readonly string[]> {
  const filters = [`label=${STACK_LABEL}=${stack}`, "event=die", "event=start"];
  const format = `{{.Action}} {{index .Actor.Attributes "${SERVICE_LABEL}"}}`;
  const flags = filters.flatMap((filter) => ["--filter", filter]);
  const events = $({ quiet: true, nothrow: true })`docker events ${flags} --format ${format}`;
  try {
    await work();
  } finally {
    await events.kill("SIGINT");
  }
  return lines((await events).stdout).map((line) => line.replace(/^die /, "stop "));
}
