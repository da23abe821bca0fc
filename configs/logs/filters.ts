import type { Settings } from "../settings/settings";
import { MASK } from "./personal-data";
import { literal, type Stage } from "./stage";

type Filter = Settings["logs"]["filters"][number];

/** The filters of the settings that are meant for a source. */
export function filtersOf({ logs }: Pick<Settings, "logs">, source: string): readonly Filter[] {
  return logs.filters.filter((filter) => filter.source === "*" || filter.source === source);
}

/** What is thrown away or masked before anything is read from a line. */
export function cleaningStages(filters: readonly Filter[]): readonly Stage[] {
  return filters.flatMap((filter): Stage[] => {
    if (filter.drop !== undefined) return [{ kind: "drop", expression: filter.drop }];
    if (filter.redact === undefined) return [];
    const replacement = literal(filter.with ?? MASK);
    // The agents replace groups, so the whole expression becomes one.
    return [{ kind: "replace", expression: `(${filter.redact})`, replacement }];
  });
}

/** The fields that are added to every line. */
export function addingStages(filters: readonly Filter[]): readonly Stage[] {
  const added = filters.flatMap(({ add }) => Object.entries(add ?? {}));
  if (added.length === 0) return [];
  return [
    ...added.map(([source, value]): Stage => ({
      kind: "template",
      source,
      template: literal(value),
    })),
    { kind: "fields", names: added.map(([name]) => name) },
  ];
}
