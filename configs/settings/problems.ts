import type { z } from "zod";

import type { Problem } from "../errors";
import { keyPath } from "./settings";

/** Turns zod's issues into our one form, one problem for each unknown key. */
export function toProblems(error: z.ZodError, raw: unknown): readonly Problem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      const fixes = issue.message.split("\n");
      return issue.keys.map((key, index) => ({
        path: keyPath([...issue.path, key]),
        rule: "is not a setting",
        fix: fixes[index] ?? "remove it",
      }));
    }
    const [rule = issue.message, fix = "see docs/settings.md"] = issue.message.split("\n");
    return [{ path: keyPath(issue.path), rule, got: got(raw, issue.path), fix }];
  });
}

/** What the user wrote at the path, short enough for one line. */
function got(raw: unknown, path: readonly PropertyKey[]): string {
  const value = path.reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined,
    raw,
  );
  if (value === undefined) return "nothing";
  const written = JSON.stringify(value);
  return written.length > 80 ? `${written.slice(0, 77)}…` : written;
}
