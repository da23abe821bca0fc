import { alloyText, identifier, Reference } from "../../../../configs/logs/alloy-syntax";
import { alloyStage } from "../../../../configs/logs/render-alloy";
import { promtailStage } from "../../../../configs/logs/render-promtail";
import { literal, oneOfNames, type Stage } from "../../../../configs/logs/stage";

/** Every kind of stage, as either agent spells it. */
const stages: readonly (readonly [Stage, promtail: object, alloy: string])[] = [
  [
    { kind: "regex", expression: String.raw`^"(?P<a>\d)`, source: "b" },
    { regex: { expression: String.raw`^"(?P<a>\d)`, source: "b" } },
    String.raw`stage.regex { expression = "^\"(?P<a>\\d)" source = "b" }`,
  ],
  [
    { kind: "json", expressions: { time: '"@timestamp"' } },
    { json: { expressions: { time: '"@timestamp"' } } },
    String.raw`stage.json { expressions = { "time" = "\"@timestamp\"" } }`,
  ],
  [
    { kind: "template", source: "a", template: "{{ .Value }}\n" },
    { template: { source: "a", template: "{{ .Value }}\n" } },
    String.raw`stage.template { source = "a" template = "{{ .Value }}\n" }`,
  ],
  [
    { kind: "timestamp", source: "t", layouts: ["Unix"], location: "UTC" },
    { timestamp: { source: "t", format: "Unix", location: "UTC", action_on_failure: "skip" } },
    'stage.timestamp { source = "t" format = "Unix" location = "UTC" action_on_failure = "skip" }',
  ],
  [
    { kind: "timestamp", source: "t", layouts: ["2006", "06", "Jan"], location: "Asia/Tokyo" },
    {
      timestamp: {
        source: "t",
        format: "2006",
        fallback_formats: ["06", "Jan"],
        location: "Asia/Tokyo",
        action_on_failure: "skip",
      },
    },
    'stage.timestamp { source = "t" format = "2006" fallback_formats = ["06", "Jan"] location = "Asia/Tokyo" action_on_failure = "skip" }',
  ],
  [
    { kind: "labels", names: ["level"] },
    { labels: { level: "" } },
    'stage.labels { values = { "level" = "" } }',
  ],
  [
    { kind: "staticLabels", labels: { log_type: "app" } },
    { static_labels: { log_type: "app" } },
    'stage.static_labels { values = { "log_type" = "app" } }',
  ],
  [
    { kind: "fields", names: ["path", "status"] },
    { structured_metadata: { path: "", status: "" } },
    'stage.structured_metadata { values = { "path" = "", "status" = "" } }',
  ],
  [
    { kind: "labelDrop", names: ["filename"] },
    { labeldrop: ["filename"] },
    'stage.label_drop { values = ["filename"] }',
  ],
  [
    { kind: "labelKeep", names: ["env", "job"] },
    { labelallow: ["env", "job"] },
    'stage.label_keep { values = ["env", "job"] }',
  ],
  [
    { kind: "limit", linesPerSecond: 5, burst: 50 },
    { limit: { rate: 5, burst: 50, drop: true } },
    "stage.limit { rate = 5 burst = 50 drop = true }",
  ],
  [
    { kind: "multiline", firstLine: "^a", maxLines: 9 },
    { multiline: { firstline: "^a", max_wait_time: "1s", max_lines: 9 } },
    'stage.multiline { firstline = "^a" max_wait_time = "1s" max_lines = 9 }',
  ],
  [
    { kind: "replace", expression: "(a)", replacement: "b" },
    { replace: { expression: "(a)", replace: "b" } },
    'stage.replace { expression = "(a)" replace = "b" }',
  ],
  [
    { kind: "drop", expression: "a" },
    { drop: { expression: "a" } },
    'stage.drop { expression = "a" }',
  ],
  [
    { kind: "match", selector: '{a="b"}', stages: [{ kind: "drop", expression: "c" }] },
    { match: { selector: '{a="b"}', stages: [{ drop: { expression: "c" } }] } },
    String.raw`stage.match { selector = "{a=\"b\"}" stage.drop { expression = "c" } }`,
  ],
];

describe("a stage", () => {
  it.each(stages)("$kind, for Promtail", (stage, promtail) => {
    expect(promtailStage(stage)).toEqual(promtail);
  });

  it.each(stages)("$kind, for Alloy", (stage, _, alloy) => {
    const [, text = ""] = alloyText([alloyStage(stage)]).split("\n\n");
    expect(text.trim().replaceAll(/\s*\n\s*/g, " ")).toBe(alloy);
  });
});

describe("Alloy's language", () => {
  it("has blocks with labels, and references without quotes", () => {
    const receiver = new Reference("loki.write.loki.receiver");
    const text = alloyText([
      { name: "loki.process", label: identifier("nginx-access"), attributes: { to: [receiver] } },
      { name: "empty" },
    ]);
    expect(text).toBe(
      "// Written by Sightline: change the stack's settings, not this file.\n\n" +
        'loki.process "nginx_access" {\n  to = [loki.write.loki.receiver]\n}\n\nempty { }\n',
    );
  });
});

describe("templates", () => {
  it("keep a value of few, in our spelling", () => {
    expect(oneOfNames("level", { warn: "warning", warning: "warning", info: "info" })).toEqual({
      kind: "template",
      source: "level",
      template:
        '{{ if .Value }}{{ if eq (ToLower .Value) "warn" "warning" }}warning{{ else if eq (ToLower .Value) "info" }}info{{ end }}{{ end }}',
    });
  });

  it("take what people write literally", () => {
    expect(literal("a {{ b }} c")).toBe('a {{"{{"}} b }} c');
  });
});
