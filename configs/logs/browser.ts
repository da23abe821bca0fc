import type { Format } from "./format";
import { levelLabel } from "./levels";
import { oneOfNames, type Stage } from "./stage";

/** Name by which filters refer to what browsers report, and of the agent's job. */
export const BROWSER_SOURCE = "browser";
/** Port on which the agent takes it, on the internal network alone. */
export const BROWSER_PORT = 3500;

/** Whatever a browser calls itself, these are the labels. */
export const BROWSER_LABELS = { app: "frontend", job: "frontend", service: "frontend" } as const;

const TYPES = ["load", "vitals", "error", "rejection", "resource"] as const;
const TIMES = ["load_ms", "dom_content_loaded_ms", "ttfb_ms", "lcp_ms", "inp_ms", "cls"] as const;
const TEXTS = ["path", "message", "source", "url", "release"] as const;

/** Anybody can send lines: not so many that those of others have to wait, and no terminal's commands. */
export const BROWSER_GUARD: readonly Stage[] = [
  { kind: "limit", linesPerSecond: 50, burst: 500 },
  { kind: "replace", expression: String.raw`([\x00-\x1f\x7f]+)`, replacement: " " },
];

/** One JSON object a line, as configs/browser/page writes it, or somebody who pretends to be that. */
export const BROWSER_FORMAT: Format = {
  logType: "browser",
  matches: [String.raw`^\{`, String.raw`"type"\s*:\s*"(?:${TYPES.join("|")})"`, String.raw`\}\s*$`],
  stages: () => [
    { kind: "json", expressions: { ...same(["type", ...TEXTS]), ...written(TIMES) } },
    oneOfNames("type", Object.fromEntries(TYPES.map((type) => [type, type]))),
    // A text in the place of a number would be an error in every query of the field.
    ...TIMES.map((name): Stage => {
      return {
        kind: "regex",
        source: `written_${name}`,
        expression: String.raw`^(?P<${name}>\d{1,6}(?:\.\d{1,6})?)$`,
      };
    }),
    ...TEXTS.map((source): Stage => {
      return {
        kind: "template",
        source,
        template: '{{ if .Value }}{{ printf "%.500s" .Value }}{{ end }}',
      };
    }),
    {
      kind: "template",
      source: "level",
      template:
        '{{ if .type }}{{ if or (eq .type "load") (eq .type "vitals") }}info{{ else }}error{{ end }}{{ end }}',
    },
    ...levelLabel,
  ],
  fields: ["type", ...TEXTS, ...TIMES],
};

function same(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, name]));
}

function written(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [`written_${name}`, name]));
}
