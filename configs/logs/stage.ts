/**
 * One step of a log pipeline, in words of our own: Promtail's YAML and Alloy's blocks are rendered from
 * the same list. `expression` is always RE2, `source` a value that an earlier step has extracted
 * (the line itself where there is none).
 */
export type Stage =
  /** Runs further stages on the entries that a selector such as `{log_type="other"} |~ "^a"` takes. */
  | { readonly kind: "match"; readonly selector: string; readonly stages: readonly Stage[] }
  /** Extracts the named groups. */
  | { readonly kind: "regex"; readonly expression: string; readonly source?: string }
  /** Extracts values by JMESPath. A value that the line does not have takes away an earlier one. */
  | { readonly kind: "json"; readonly expressions: Readonly<Record<string, string>> }
  /** Rewrites one extracted value by a Go template; an empty result takes the value away. */
  | { readonly kind: "template"; readonly source: string; readonly template: string }
  /** Sets the entry's time. Where it cannot be read, the time at which the line was read stays. */
  | {
      readonly kind: "timestamp";
      readonly source: string;
      /** Layouts in Go's notation, tried in this order. */
      readonly layouts: readonly [string, ...string[]];
      /** IANA name of the zone of times that name none. */
      readonly location: string;
    }
  /** Makes extracted values labels. */
  | { readonly kind: "labels"; readonly names: readonly string[] }
  | { readonly kind: "staticLabels"; readonly labels: Readonly<Record<string, string>> }
  /** Makes extracted values fields, which Loki calls structured metadata. Empty ones are left out. */
  | { readonly kind: "fields"; readonly names: readonly string[] }
  | { readonly kind: "labelDrop"; readonly names: readonly string[] }
  /** Takes all other labels away. */
  | { readonly kind: "labelKeep"; readonly names: readonly string[] }
  /** Throws away what comes faster than so many lines a second, once `burst` lines were let through. */
  | { readonly kind: "limit"; readonly linesPerSecond: number; readonly burst: number }
  /** Joins every line that does not look like the first one to those before it. */
  | { readonly kind: "multiline"; readonly firstLine: string; readonly maxLines: number }
  /** Puts a text in the place of what the expression's only group captures, wherever it matches. */
  | { readonly kind: "replace"; readonly expression: string; readonly replacement: string }
  /** Throws the entry away where the expression matches. */
  | { readonly kind: "drop"; readonly expression: string };

/** Seconds after which joined lines are sent although no new entry has begun. */
export const MULTILINE_WAIT_SECONDS = 1;

/** A text as Go's templates write it literally. */
export function literal(text: string): string {
  return text.replaceAll("{{", '{{"{{"}}');
}

/** Keeps an extracted value only where it is one of some names, whatever its case, and gives it ours. */
export function oneOfNames(source: string, names: Readonly<Record<string, string>>): Stage {
  const ours = [...new Set(Object.values(names))];
  const branches = ours.map((name) => {
    const spellings = Object.keys(names).filter((spelling) => names[spelling] === name);
    return `if eq (ToLower .Value) ${spellings.map((text) => JSON.stringify(text)).join(" ")} }}${name}{{`;
  });
  const choice = `{{ ${branches.join(" else ")} end }}`;
  return { kind: "template", source, template: `{{ if .Value }}${choice}{{ end }}` };
}
