import { parseSettings } from "../../../../configs/settings/settings";
import { devRaw, type Raw } from "../../../support/fixtures";
import { problemsOf } from "../../../support/problems";

/** Of the logs alone. */
const logProblemsOf = (raw: Raw) =>
  problemsOf(raw).map((problem) => problem.replace(/^logs\./, ""));

const titan = { path: "/var/log/titan/*.log" };
const names = "app, auth, docker, nginx, nginx-access, nginx-error, redis, syslog, system";
const formats =
  "nginx-access, nginx-json, nginx-error, redis, celery, uvicorn-access, app-json, python, auth, syslog";
const sources = "*, app, docker, nginx-access, nginx-error, redis";

const cases: readonly (readonly [name: string, logs: Raw, message: string])[] = [
  [
    "an agent that is none",
    { agent: "aloy" },
    'agent: must be one of promtail, alloy; got "aloy". Fix: did you mean "alloy"?',
  ],
  [
    "a misspelt zone",
    { timezone: "Europe/Belin" },
    'timezone: must be the name of a time zone; got "Europe/Belin". Fix: did you mean "Europe/Berlin"?',
  ],
  [
    "a zone as an offset",
    { timezone: "+01:00" },
    'timezone: must be the name of a time zone; got "+01:00". Fix: for example "Europe/Berlin"',
  ],
  [
    "a source without a place",
    { sources: { titan: {} } },
    'sources.titan: must have a path or a container, and not both. Fix: for example { "path": "/var/log/titan/*.log" } or { "container": "backend" }',
  ],
  [
    "a source with two places",
    { sources: { titan: { ...titan, container: "titan" } } },
    'sources.titan: must have a path or a container, and not both. Fix: for example { "path": "/var/log/titan/*.log" } or { "container": "backend" }',
  ],
  [
    "a relative path",
    { sources: { titan: { path: "logs/*.log" } } },
    'sources.titan.path: must be an absolute path in a folder, with * in the name of the file at most; got "logs/*.log". Fix: for example "/var/log/titan/*.log"',
  ],
  [
    "a pattern in a folder's name",
    { sources: { titan: { path: "/var/*/titan.log" } } },
    'sources.titan.path: must be an absolute path in a folder, with * in the name of the file at most; got "/var/*/titan.log". Fix: for example "/var/log/titan/*.log"',
  ],
  [
    "a name that the shipped sources have",
    { sources: { redis: titan } },
    `sources.redis: must have a name of its own; taken are ${names}. Fix: rename it, for example "own-redis"`,
  ],
  [
    "a name with capitals",
    { sources: { Titan: titan } },
    'sources.Titan: must have a short name of a-z, 0-9 and -. Fix: for example "titan"',
  ],
  [
    "a format that is none",
    { sources: { titan: { ...titan, formats: ["pyhton"] } } },
    `sources.titan.formats: must be auto or a list of ${formats}; got ["pyhton"]. Fix: did you mean "python"?`,
  ],
  [
    "a path that a shipped source reads",
    { directories: { nginx: "/logs/nginx/" }, sources: { titan: { path: "/logs/nginx/acc*" } } },
    'sources.titan.path: must not read what the source nginx-access reads, or lines count twice; got "/logs/nginx/acc*". Fix: narrow one of the two, or remove it',
  ],
  [
    "a path that a shipped source reads, in another spelling",
    {
      directories: { nginx: "/logs/./app//nginx/" },
      sources: { titan: { path: "/logs/app/nginx/acc*" } },
    },
    'sources.titan.path: must not read what the source nginx-access reads, or lines count twice; got "/logs/app/nginx/acc*". Fix: narrow one of the two, or remove it',
  ],
  [
    "paths that meet",
    { sources: { one: { path: "/l/*a.log" }, two: { path: "/l/b*.log" } } },
    'sources.two.path: must not read what the source one reads, or lines count twice; got "/l/b*.log". Fix: narrow one of the two, or remove it',
  ],
  [
    "a path that the system's source reads",
    { system: true, sources: { all: { path: "/var/log/*.log" } } },
    'sources.all.path: must not read what the source auth reads, or lines count twice; got "/var/log/*.log". Fix: narrow one of the two, or remove it',
  ],
  [
    "a container for two sources",
    { sources: { one: { container: "backend" }, two: { container: "backend" } } },
    'sources.two.container: must not read what the source one reads, or lines count twice; got "backend". Fix: narrow one of the two, or remove it',
  ],
  [
    "a label of ours",
    { sources: { titan: { ...titan, labels: { job: "x" } } } },
    'sources.titan.labels.job: is a name that the pipeline itself uses. Fix: use another, for example "own_job"',
  ],
  [
    "a label that is a field",
    { sources: { titan: { ...titan, labels: { status: "x" } } } },
    'sources.titan.labels.status: is a name that the pipeline itself uses. Fix: use another, for example "own_status"',
  ],
  [
    "too many labels",
    {
      sources: { titan: { ...titan, labels: { a: "1", b: "1", c: "1", d: "1", e: "1", f: "1" } } },
    },
    "sources.titan.labels: must be at most 5: every combination of labels is a stream of its own; got 6. Fix: leave in the line what tells lines apart; queries find it there",
  ],
  [
    "a filter that does nothing",
    { filters: [{ source: "*" }] },
    'filters[0]: must have one of drop, redact and add: each filter does one thing; got none. Fix: for example { "source": "*", "redact": "card=[0-9]+", "with": "card=***" }',
  ],
  [
    "a filter that does two things",
    { filters: [{ source: "*", drop: "a", add: { b: "c" } }] },
    'filters[0]: must have one of drop, redact and add: each filter does one thing; got drop and add. Fix: for example { "source": "*", "redact": "card=[0-9]+", "with": "card=***" }',
  ],
  [
    "`with` alone",
    { filters: [{ source: "*", drop: "a", with: "b" }] },
    'filters[0]: can have `with` only beside `redact`; got "b". Fix: for example { "source": "*", "redact": "card=[0-9]+", "with": "card=***" }',
  ],
  [
    "a filter of nobody",
    { filters: [{ source: "ngnix-access", drop: "a" }] },
    'filters[0].source: is not a log source of this stack; got "ngnix-access". Fix: did you mean "nginx-access"?',
  ],
  [
    "a filter of a source that is switched off",
    { filters: [{ source: "syslog", drop: "a" }] },
    `filters[0].source: is not a log source of this stack; got "syslog". Fix: use one of ${sources}`,
  ],
  [
    "look-ahead",
    { filters: [{ source: "*", drop: "a(?=b)" }] },
    'filters[0].drop: must be a regular expression by RE2\'s rules, without look-around and back-references: error parsing regexp: invalid or unsupported Perl syntax: `(?=`; got "a(?=b)". Fix: see https://github.com/google/re2/wiki/Syntax',
  ],
  [
    "a back-reference",
    { filters: [{ source: "*", redact: String.raw`(?:a)\1` }] },
    'filters[0].redact: must be a regular expression by RE2\'s rules, without look-around and back-references: error parsing regexp: invalid escape sequence: `\\1`; got "(?:a)\\\\1". Fix: see https://github.com/google/re2/wiki/Syntax',
  ],
  [
    "a bracket that is left open",
    { filters: [{ source: "*", drop: "(a" }] },
    'filters[0].drop: must be a regular expression by RE2\'s rules, without look-around and back-references: error parsing regexp: missing closing ): `(a`; got "(a". Fix: see https://github.com/google/re2/wiki/Syntax',
  ],
  [
    "an expression that is empty",
    { filters: [{ source: "*", drop: "" }] },
    'filters[0].drop: must be a regular expression by RE2\'s rules, without look-around and back-references: it is empty; got "". Fix: see https://github.com/google/re2/wiki/Syntax',
  ],
  [
    "an expression that captures",
    { filters: [{ source: "*", redact: "card=(\\d+)" }] },
    'filters[0].redact: must not capture: all that it matches is replaced; got "card=(\\\\d+)". Fix: write its groups as (?:…)',
  ],
  [
    "a field of a label's name",
    { filters: [{ source: "*", add: { level: "info" } }] },
    'filters[0].add.level: is the name of a label or of a field that lines have already. Fix: use another, for example "own_level"',
  ],
  [
    "a field of the name of a source's label",
    {
      sources: { titan: { ...titan, labels: { team: "tea" } } },
      filters: [{ source: "titan", add: { team: "x" } }],
    },
    'filters[0].add.team: is the name of a label or of a field that lines have already. Fix: use another, for example "own_team"',
  ],
  [
    "a field that cannot be called so",
    { filters: [{ source: "*", add: { "the team": "x" } }] },
    'filters[0].add.the team: must map names of letters, digits and _ to texts; got "x". Fix: for example { "team": "shop" }',
  ],
];

describe("settings of logs that are refused", () => {
  it.each(cases)("%s", (_, logs, message) => {
    expect(logProblemsOf(devRaw({ logs }))).toEqual([message]);
  });
});

describe("settings of logs that are accepted", () => {
  it.each([
    [
      "paths in one folder that do not meet",
      { one: { path: "/l/a*.log" }, two: { path: "/l/b*.log" } },
    ],
    ["one name in two folders", { one: { path: "/a/x.log" }, two: { path: "/b/x.log" } }],
    ["two containers", { one: { container: "backend" }, two: { container: "worker" } }],
  ])("%s", (_, own) => {
    expect(logProblemsOf(devRaw({ logs: { sources: own } }))).toEqual([]);
  });

  it("have defaults that change nothing", () => {
    expect(parseSettings(devRaw(), "test").logs).toMatchObject({
      agent: "promtail",
      timezone: "UTC",
      sources: {},
      system: false,
      personalData: { filter: true },
      filters: [],
    });
  });
});
