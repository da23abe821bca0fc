import { type LogSource, logSources } from "../../../configs/pipelines";

/** A regular expression of Go, which Promtail runs, as JavaScript spells it. */
function fromGo(expression: string): RegExp {
  return new RegExp(expression.replaceAll("(?P<", "(?<"));
}

interface Stages {
  readonly regex?: { readonly expression: string };
  readonly multiline?: { readonly firstline: string };
  readonly timestamp?: { readonly source: string; readonly format: string };
}

function sourceOf(file: string): LogSource {
  const source = logSources.find((candidate) => candidate.file === file);
  if (!source) throw new Error(`no source for ${file}`);
  return source;
}

function stageOf<Name extends keyof Stages>(file: string, name: Name): NonNullable<Stages[Name]> {
  const stage = sourceOf(file).stages.find((candidate) => name in candidate) as Stages | undefined;
  if (!stage?.[name]) throw new Error(`${file} has no stage ${name}`);
  return stage[name];
}

/** The named groups that a line of the file gives; nothing where it does not match. */
function groupsOf(file: string, line: string): Record<string, string> {
  const match = fromGo(stageOf(file, "regex").expression).exec(line);
  return { ...match?.groups };
}

/** The entries that a multiline stage makes of lines. */
function entriesOf(file: string, lines: readonly string[]): readonly string[] {
  const firstLine = fromGo(stageOf(file, "multiline").firstline);
  const entries: string[] = [];
  for (const line of lines) {
    if (firstLine.test(line) || entries.length === 0) entries.push(line);
    else entries.push(`${entries.pop() ?? ""}\n${line}`);
  }
  return entries;
}

type Sample = readonly [line: string, groups: Readonly<Record<string, string>>];

const accessLines: readonly Sample[] = [
  [
    '172.29.0.1 - - [21/Nov/2026:07:05:35 +0000] "GET / HTTP/1.1" 200 442 "-" "sightline-traffic/1.0"',
    { time: "21/Nov/2026:07:05:35 +0000" },
  ],
  [
    '203.0.113.7 - alice [01/Jan/2027:23:59:59 -0730] "POST /api/tasks?a=[1] HTTP/2.0" 502 150 "https://www.shop.test/" "Mozilla/5.0 (X11)"',
    { time: "01/Jan/2027:23:59:59 -0730" },
  ],
];

const errorLines: readonly Sample[] = [
  [
    '2026/11/21 07:03:34 [error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 172.29.0.1, server: _, request: "GET /api/health HTTP/1.1"',
    { time: "2026/11/21 07:03:34", level: "error" },
  ],
  [
    "2026/11/21 07:03:34 [warn] 8#8: *3 an upstream response is buffered to a temporary file",
    { time: "2026/11/21 07:03:34", level: "warn" },
  ],
  ["nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)", {}],
];

const redisLines: readonly Sample[] = [
  [
    "1:C 21 Nov 2026 07:03:30.564 # Configuration loaded",
    { time: "21 Nov 2026 07:03:30.564", level: "#" },
  ],
  [
    "1:M 21 Nov 2026 07:03:30.565 * Running mode=standalone, port=6379.",
    { time: "21 Nov 2026 07:03:30.565", level: "*" },
  ],
  [
    "1234:M 01 Jan 2027 00:00:00.000 - Accepted 172.29.0.4:51234",
    { time: "01 Jan 2027 00:00:00.000", level: "-" },
  ],
  [
    "1:M 21 Nov 2026 07:03:30.566 . 0 clients connected (0 replicas), 862560 bytes in use",
    { time: "21 Nov 2026 07:03:30.566", level: "." },
  ],
  ["1:signal-handler (1795244799) Received SIGTERM scheduling shutdown...", {}],
];

const pythonLines: readonly Sample[] = [
  [
    "2026-11-21 07:03:34,923 INFO [uvicorn.error] Started server process [1]",
    { time: "2026-11-21 07:03:34,923", level: "INFO" },
  ],
  [
    '2026-11-21 07:03:35,107 INFO [uvicorn.access] 172.29.0.1:0 - "GET /api/health HTTP/1.1" 503',
    { time: "2026-11-21 07:03:35,107", level: "INFO" },
  ],
  [
    "2026-11-21 07:07:43,584 ERROR [uvicorn.error] Exception in ASGI application",
    { time: "2026-11-21 07:07:43,584", level: "ERROR" },
  ],
  [
    "2026-11-21 07:07:43.584 WARNING [app] written with a point before the milliseconds",
    { time: "2026-11-21 07:07:43.584", level: "WARNING" },
  ],
  ["Traceback (most recent call last):", {}],
  ["RuntimeError: the till is out of paper", {}],
];

const celeryLines: readonly Sample[] = [
  [
    "[2026-11-21 07:07:05,200: INFO/MainProcess] Connected to redis://:**@redis:6379/0",
    { time: "2026-11-21 07:07:05,200", level: "INFO" },
  ],
  [
    "[2026-11-21 07:07:38,038: ERROR/ForkPoolWorker-1] Task tasks.prepare[0d402686] raised unexpected: ValueError('fail')",
    { time: "2026-11-21 07:07:38,038", level: "ERROR" },
  ],
];

describe("time and level of a line", () => {
  it.each(accessLines)("nginx' access log: %s", (line, groups) => {
    expect(groupsOf("access.log", line)).toEqual(groups);
  });

  it.each(errorLines)("nginx' error log: %s", (line, groups) => {
    expect(groupsOf("error.log", line)).toEqual(groups);
  });

  it.each(redisLines)("Redis' log: %s", (line, groups) => {
    expect(groupsOf("redis.log", line)).toEqual(groups);
  });

  it.each(pythonLines)("Python's log: %s", (line, groups) => {
    expect(groupsOf("app.log", line)).toEqual(groups);
  });

  it.each(celeryLines)("Celery's log: %s", (line, groups) => {
    expect(groupsOf("app.log", line)).toEqual(groups);
  });
});

describe("a traceback", () => {
  const traceback = [
    "Traceback (most recent call last):",
    '  File "/app/backend/app/switches.py", line 86, in misbehave',
    '    raise RuntimeError("the till is out of paper")',
    "RuntimeError: the till is out of paper",
  ];
  const announced = "2026-11-21 07:07:43,584 ERROR [uvicorn.error] Exception in ASGI application";
  const next = "2026-11-21 07:07:50,748 INFO [uvicorn.error] Shutting down";

  it("stays with the line that announces it", () => {
    expect(entriesOf("app.log", [announced, ...traceback, next])).toEqual([
      [announced, ...traceback].join("\n"),
      next,
    ]);
  });

  it("of a Celery task stays with the task, and takes no line of anybody else", () => {
    const [started = "", failed = ""] = celeryLines.map(([line]) => line);
    expect(entriesOf("app.log", [announced, started, failed, ...traceback, next])).toEqual([
      announced,
      started,
      [failed, ...traceback].join("\n"),
      next,
    ]);
  });
});

describe("the layout in which Promtail reads the time", () => {
  /** Go writes layouts as the moment 2006-01-02 15:04:05 -0700. */
  it.each([
    ["access.log", "02/Jan/2006:15:04:05 -0700"],
    ["error.log", "2006/01/02 15:04:05"],
    ["app.log", "2006-01-02 15:04:05.000"],
    ["redis.log", "02 Jan 2006 15:04:05.000"],
  ])("of %s is %s", (file, format) => {
    expect(stageOf(file, "timestamp")).toEqual({ source: "time", format, location: "UTC" });
  });
});

describe("every log source", () => {
  it.each(logSources.map((source) => [source.file, source] as const))(
    "%s has fixed labels of few values, and no other but level",
    (_, { labels, stages }) => {
      expect(Object.keys(labels).sort()).toEqual(["job", "log_type", "service"]);
      const added = stages.flatMap((stage) =>
        Object.keys((stage.labels as object | undefined) ?? {}),
      );
      expect([[], ["level"]]).toContainEqual(added);
    },
  );

  it("has labels of its own, so that no two files share a stream", () => {
    const streams = logSources.map(({ labels }) => JSON.stringify(labels));
    expect(new Set(streams).size).toBe(streams.length);
  });
});
