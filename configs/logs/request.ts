import type { Stage } from "./stage";

/** What is between quotes in an access log; a quote inside is written `\x22` or `\"`. */
export const QUOTED = String.raw`(?:[^"\\]|\\.)*`;

/**
 * Reads `method` and `path` from an extracted request line such as `GET /a?b=c HTTP/1.1`. The query
 * stays out: it has the most personal data and the most values. What is no request has neither.
 */
export const requestStages: readonly Stage[] = [
  {
    kind: "regex",
    source: "request",
    expression: String.raw`^(?P<method>[A-Z]{3,16}) (?P<path>/[^ ?#]*)(?:[?#][^ ]*)?(?: HTTP/\d(?:\.\d)?)?$`,
  },
];

/**
 * Marks requests of our own probe and of programs that say so by the extracted `user_agent`, so that
 * rules can leave them out. All browsers call themselves Mozilla; crawlers that do add what they are.
 */
export const originStages: readonly Stage[] = [
  {
    kind: "regex",
    source: "user_agent",
    expression: String.raw`(?P<origin>^Sightline|^[^M]|\(compatible;|(?i:bot|crawl|spider|slurp))`,
  },
  {
    kind: "template",
    source: "origin",
    template:
      '{{ if .Value }}{{ if eq .Value "Sightline" }}probe{{ else }}program{{ end }}{{ end }}',
  },
];
