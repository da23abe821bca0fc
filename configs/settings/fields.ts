import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";

import { BYTE_SIZE_TEXT, DURATION_TEXT, parseByteSize, parseDuration } from "../units";

/**
 * Building blocks of the settings schema. Every message carries the rule and, on a second line, the
 * fix, because zod has one string per problem and our reports have both.
 */
export function ruleAndFix(rule: string, fix: string): string {
  return `${rule}\n${fix}`;
}

/** A rule as an editor checks it while somebody types: it knows regular expressions, and no code. */
function shown({ rule, shape }: { readonly rule: string; readonly shape?: RegExp }) {
  return shape ? { pattern: shape.source, patternErrorMessage: rule } : {};
}

function example(value: string | number | boolean): string {
  return `for example ${JSON.stringify(value)}`;
}

/** Text that must satisfy a rule; `read` returns the value in the program's own unit, or undefined. */
export function text<T>(options: {
  readonly rule: string;
  readonly example: string;
  readonly read: (value: string) => T | undefined;
  /** What the text looks like, for editors; `read` may ask for more. @default anything */
  readonly shape?: RegExp;
}) {
  const message = ruleAndFix(options.rule, example(options.example));
  return z
    .string({ error: message })
    .meta(shown(options))
    .transform((value, context): T => {
      const result = options.read(value);
      if (result !== undefined) return result;
      context.addIssue({ code: "custom", message, input: value });
      return z.NEVER;
    });
}

/** A Prometheus duration, as milliseconds. */
export function duration(options: { readonly example: string; readonly atLeast: string }) {
  const atLeastMs = parseDuration(options.atLeast) ?? 0;
  return text({
    rule: `must be a duration of at least ${options.atLeast}, written like 500ms, 60s, 1m30s or 7d`,
    example: options.example,
    shape: DURATION_TEXT,
    read: (value) => {
      const milliseconds = parseDuration(value);
      return milliseconds !== undefined && milliseconds >= atLeastMs ? milliseconds : undefined;
    },
  });
}

const BYTE_SIZE = "must be a size in KB, MB, GB or TB";

/** A size such as `4GB`, kept as written because Prometheus reads the same spelling. */
export function byteSize(exampleSize: string) {
  return text({
    rule: BYTE_SIZE,
    example: exampleSize,
    shape: BYTE_SIZE_TEXT,
    read: (value) => (parseByteSize(value) ? value : undefined),
  });
}

/** A size such as `10MB`, as bytes. */
export function byteCount(exampleSize: string) {
  return text({
    rule: BYTE_SIZE,
    example: exampleSize,
    shape: BYTE_SIZE_TEXT,
    read: parseByteSize,
  });
}

/** Text matching a pattern. */
export function pattern(regex: RegExp, rule: string, exampleText: string) {
  return text({
    rule,
    example: exampleText,
    ...(regex.flags === "" ? { shape: regex } : {}),
    read: (value) => (regex.test(value) ? value : undefined),
  });
}

const WHOLE_NUMBER = /^-?\d+$/;

/** A whole number within bounds. `pulumi config set` writes numbers as text, so both are read. */
export function integer(options: {
  readonly min: number;
  readonly max: number;
  readonly example: number;
}) {
  const { min, max } = options;
  const message = ruleAndFix(
    `must be a whole number from ${min} to ${max}`,
    example(options.example),
  );
  return z
    .union(
      [
        z.number().meta({ minimum: min, maximum: max, multipleOf: 1 }),
        z.string().meta({ pattern: WHOLE_NUMBER.source }),
      ],
      { error: message },
    )
    .transform((value, context): number => {
      const number = WHOLE_NUMBER.test(String(value)) ? Number(value) : Number.NaN;
      if (Number.isInteger(number) && number >= min && number <= max) return number;
      context.addIssue({ code: "custom", message, input: value });
      return z.NEVER;
    });
}

/** True or false. `pulumi config set` writes them as text, so both are read. */
export function flag() {
  const message = ruleAndFix("must be true or false", example(true));
  return z
    .union([z.boolean(), z.enum(["true", "false"])], { error: message })
    .transform((value) => value === true || value === "true");
}

/** One of some words. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, {
    error: (issue) =>
      ruleAndFix(
        `must be one of ${words.join(", ")}`,
        suggestion(String(issue.input), words) ?? example(words[0]),
      ),
  });
}

/** The error of a union of groups that a `kind` tells apart. */
export function variants(kinds: readonly string[]) {
  const fix = `for example { "kind": ${JSON.stringify(kinds[0])} }`;
  const words = `${kinds.slice(0, -1).join(", ")} or ${kinds.at(-1) ?? ""}`;
  return {
    error: (issue: { readonly code?: string; readonly input?: unknown }) => {
      if (issue.code !== "invalid_union") {
        return ruleAndFix(`must be a group with a kind: ${words}`, fix);
      }
      const { kind } = issue.input as { readonly kind?: unknown };
      const meant = typeof kind === "string" ? suggestion(kind, kinds) : undefined;
      return ruleAndFix(`must be ${words}`, meant ?? fix);
    },
  };
}

/**
 * An object that refuses unknown keys, and says which known one was probably meant.
 *
 * @param elsewhere keys that are read by somebody else, and may be meant as well. @default none
 */
export function group<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  elsewhere: readonly string[] = [],
) {
  const known = [...Object.keys(shape), ...elsewhere];
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === "unrecognized_keys") {
        return issue.keys.map((key) => suggestion(key, known) ?? knownKeys(known)).join("\n");
      }
      return ruleAndFix("must be a group of keys", knownKeys(known));
    },
  });
}

function knownKeys(known: readonly string[]): string {
  return `use one of ${known.join(", ")}`;
}

/** "did you mean …?", when one of the known words is close enough to be meant. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(word, known);
  return distance(word, best) <= Math.max(2, Math.floor(best.length / 3))
    ? `did you mean "${best}"?`
    : undefined;
}
