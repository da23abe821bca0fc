import { parse } from "yaml";
import { z } from "zod";

import { ConfigError } from "../../configs/errors";
import { type ExporterKey, EXPORTERS } from "../../configs/exporters/registry";

/**
 * What `--exporter` says, by exporter: `process`, `redis=redis:6379`, or all that can be set of it as
 * YAML: `postgres={address: db:5432, username: sightline}`. What it means is checked with the host.
 *
 * @throws ConfigError for an exporter that is named twice
 */
export function exportersOf(words: readonly string[]): Readonly<Record<string, unknown>> {
  const pairs = words.map((text) => {
    const [name = "", ...value] = text.split("=");
    return [name, optionsOf(name, value.join("="))] as const;
  });
  const doubled = pairs.map(([name]) => name).find((name, at, names) => names.indexOf(name) < at);
  if (doubled !== undefined) {
    const fix = `give all of it once: --exporter '${doubled}={…}'`;
    throw new ConfigError([{ path: `--exporter ${doubled}`, rule: "must be given once", fix }]);
  }
  return Object.fromEntries(pairs);
}

function optionsOf(name: string, value: string): unknown {
  if (value === "") return true;
  const main = mainKey(name);
  const isAlone = main !== undefined && !value.startsWith("{");
  return isAlone ? { [main]: value } : (parse(value) as unknown);
}

/** Where a server is: the first thing that must be set of its exporter. */
function mainKey(name: string): string | undefined {
  if (!Object.hasOwn(EXPORTERS, name)) return undefined;
  const { settings } = EXPORTERS[name as ExporterKey];
  return z.toJSONSchema(settings, { io: "input" }).required?.[0];
}
