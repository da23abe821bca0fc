import type { z } from "zod";

import type { Problem } from "../errors";
import { SECRET_KEYS } from "../secrets";

/** The full name of a settings key, as `pulumi config set --path` takes it. */
export function keyPath(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path;
  const tail = rest.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`));
  return `sightline:${String(first)}${tail.join("")}`;
}

/** Turns zod's issues into our one form, one problem for each unknown key. */
export function toProblems(error: z.ZodError, raw: unknown): readonly Problem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      const fixes = issue.message.split("\n");
      return issue.keys.map((key, index) => ({
        path: keyPath([...issue.path, key]),
        rule: "is not a setting",
        fix: fixOfUnknown(key, fixes[index] ?? "remove it"),
      }));
    }
    const [rule = issue.message, fix = "see docs/settings.md"] = issue.message.split("\n");
    return [{ path: keyPath(issue.path), rule, got: got(raw, issue.path), fix }];
  });
}

function fixOfUnknown(key: string, fix: string): string {
  if (!looksSecret(key) || fix.startsWith("did you mean")) return fix;
  return (
    "remove it (it has been seen), change it, and keep it as one of the secrets " +
    `${SECRET_KEYS.join(", ")}: pulumi config set --secret sightline:<secret>`
  );
}

function looksSecret(key: string): boolean {
  return /passw|secret|token|webhook_?url|switch_?url/i.test(key);
}

/** What the user wrote at the path, short enough for one line and without anything secret. */
function got(raw: unknown, path: readonly PropertyKey[]): string {
  const value = path.reduce<unknown>(
    (at, key) =>
      typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined,
    raw,
  );
  if (value === undefined) return "nothing";
  // Whoever writes a webhook's URL where no secret belongs has written a secret all the same.
  if (path[0] === "alerting" && path[1] !== "runbookUrl" && hasUrl(value)) return '"***"';
  const written = JSON.stringify(value, withoutSecrets);
  return written.length > 80 ? `${written.slice(0, 77)}…` : written;
}

function hasUrl(value: unknown): boolean {
  return /https?:\/\//.test(JSON.stringify(value));
}

/** A user name alone is harmless in an ssh URL, where it belongs; in others it may be a token. */
const URL_CREDENTIALS = /\/\/[^\s/@:]*:[^\s/]*@|(?<!ssh:)\/\/[^\s/]*@/g;

/** Passwords land in the wrong place: in a URL, or in a group that has no key for them. */
function withoutSecrets(key: string, value: unknown): unknown {
  if (looksSecret(key)) return "***";
  return typeof value === "string" ? value.replace(URL_CREDENTIALS, "//***@") : value;
}
