import { alloySpec } from "../../configs/services/alloy";
import { promtailSpec } from "../../configs/services/promtail";
import { socketProxySpec } from "../../configs/services/socket-proxy";
import { parseSettings } from "../../configs/settings/settings";
import { devRaw, prodSettings } from "../support/fixtures";
import { LogLab, type StoredEntry } from "../support/log-lab";
import { waitFor } from "../support/wait";

/** What both agents do with the settings of logs, seen in a real Loki. */
const MINUTE = 60_000;
const AGENTS = [
  ["promtail", promtailSpec],
  ["alloy", alloySpec],
] as const;

type Labels = StoredEntry["labels"];

let lab: LogLab | undefined;

beforeAll(async () => {
  lab = await LogLab.create("agents");
  const clients = AGENTS.map(([agent]) => agent);
  await lab.start(socketProxySpec(prodSettings(), "monitoring", clients));
}, 2 * MINUTE);

afterAll(() => lab?.remove(), MINUTE);

function theLab(): LogLab {
  if (!lab) throw new Error("there is no lab");
  return lab;
}

/** Asks until a line is there, and returns all that came with it, by their text. */
async function entriesWith(last: string, selector: string, days: readonly [string, string]) {
  const entries = await waitFor(
    { what: `the line "${last}" of ${selector}`, deadlineMs: MINUTE, everyMs: 1_000 },
    () => theLab().entries(selector, ...days),
    (stored) => stored.some(({ line }) => line === last),
  );
  return [...entries].sort((one, other) => (one.line < other.line ? -1 : 1));
}

describe.each(AGENTS)("%s", (agent, specOf) => {
  test(
    "reads a source of the settings, with its zone, labels and filters",
    async () => {
      const env = `${agent}-own`;
      const name = `${agent}-shop`;
      const settings = prodSettings({
        environment: env,
        logs: {
          agent,
          route: "agent",
          timezone: "Europe/Berlin",
          personalData: { filter: false },
          sources: { [name]: { path: "/srv/shop/*.log", job: "shop", labels: { team: "tea" } } },
          filters: [
            { source: name, drop: "GET /healthz" },
            { source: "*", redact: String.raw`card=\d+`, with: "card={{gone}}" },
            { source: "redis", drop: "." },
            { source: name, add: { region: "{{north}}" } },
          ],
        },
      });
      await theLab().write(
        `/mnt/${name}-logs/app.log`,
        [
          "2026-03-14 12:00:00,500 INFO [shop] winter of carol@shop.test",
          "2026-03-14 12:00:01,000 INFO [shop] GET /healthz",
          "2026-03-14 12:00:02,000 INFO [shop] card=4111 and card=4222",
          "2026-07-14T12:00:03 INFO [shop] summer",
          "",
        ].join("\n"),
      );
      await theLab().start(specOf(settings, "app"), env);
      const labels = {
        env,
        host: "app",
        job: "shop",
        service: name,
        team: "tea",
        log_type: "app",
        level: "info",
      };
      const fields = { logger: "shop", region: "{{north}}" };
      const days = ["2026-03-14T00:00:00Z", "2026-07-15T00:00:00Z"] as const;
      const last = "2026-07-14T12:00:03 INFO [shop] summer";
      expect(await entriesWith(last, `{env="${env}"}`, days)).toEqual([
        {
          labels,
          fields,
          line: "2026-03-14 12:00:00,500 INFO [shop] winter of carol@shop.test",
          time: "2026-03-14T11:00:00.5Z",
        },
        {
          labels,
          fields,
          line: "2026-03-14 12:00:02,000 INFO [shop] card={{gone}} and card={{gone}}",
          time: "2026-03-14T11:00:02Z",
        },
        { labels, fields, line: last, time: "2026-07-14T10:00:03Z" },
      ]);
    },
    3 * MINUTE,
  );

  test(
    "keeps the streams of 10,000 addresses, loggers and services at two",
    async () => {
      const env = `${agent}-many`;
      const settings = prodSettings({ environment: env, logs: { agent, route: "agent" } });
      await theLab().write("/mnt/nginx-logs/access.log", manyRequests());
      await theLab().write("/mnt/app-logs/app.log", manyObjects());
      await theLab().start(specOf(settings, "app"), env);
      const { labels } = await waitFor(
        { what: `20,000 lines of ${env}`, deadlineMs: 90_000, everyMs: 2_000 },
        () => theLab().streams(`{env="${env}"}`),
        ({ lines }) => lines >= 20_000,
      );
      const site = { env, host: "app" };
      expect([...labels].sort((one) => (one.job === "app" ? -1 : 1))).toEqual([
        { ...site, job: "app", service: "fastapi", log_type: "app" },
        { ...site, job: "nginx", service: "nginx", log_type: "access" },
      ]);
    },
    3 * MINUTE,
  );

  test(
    "reads what containers print: the stack's, the site's and those that are sources",
    async () => {
      const env = `${agent}-docker`;
      const project = `${theLab().name}-${agent}`;
      const settings = parseSettings(
        devRaw({
          environment: env,
          logs: {
            agent,
            docker: { composeProject: project },
            sources: { jobs: { container: "worker", formats: ["celery"] } },
          },
        }),
        project,
      );
      await theLab().start(specOf(settings, "monitoring"), agent);
      await print("own", { "sightline.stack": project, "sightline.service": "printer" }, [
        'ts=2026-03-16T09:00:00Z level=warn msg="out of paper"',
      ]);
      await print("mute", { "sightline.stack": project, "sightline.logs": "off" }, ["level=info"]);
      await print("backend", compose(project, "backend"), BACKEND_LINES);
      await print("worker", compose(project, "worker"), [
        "starting",
        "[2026-03-16 09:00:00,000: INFO/MainProcess] Task t.go[1-2] received",
      ]);
      await print("stranger", compose("another", "backend"), ["not ours"]);
      const labels = (of: Labels): Labels => ({ env, host: "app", ...of });
      const backend = (of: Labels) => labels({ job: "docker", service: "backend", ...of });
      const jobs = (of: Labels) => labels({ job: "jobs", service: "jobs", ...of });
      const expected: readonly Pick<StoredEntry, "labels" | "fields">[] = [
        {
          labels: {
            ...labels({ job: "docker", service: "printer", log_type: "stdout", level: "warning" }),
            host: "monitoring",
          },
          fields: {},
        },
        { labels: jobs({ log_type: "other" }), fields: {} },
        {
          labels: jobs({ log_type: "celery", level: "info" }),
          fields: { task: "t.go", task_id: "1-2", event: "received" },
        },
        { labels: backend({ log_type: "stdout" }), fields: {} },
        {
          labels: backend({ log_type: "access" }),
          fields: {
            ...{ method: "GET", path: "/", status: "200", bytes_sent: "442" },
            origin: "program",
          },
        },
        {
          labels: backend({ log_type: "app", level: "error" }),
          fields: { logger: "app", exception: "ValueError" },
        },
        {
          labels: backend({ log_type: "access", level: "info" }),
          fields: { method: "GET", path: "/", status: "503" },
        },
      ];
      const days = ["2026-03-16T00:00:00Z", new Date(Date.now() + MINUTE).toISOString()] as const;
      const seen = await waitFor(
        { what: `${expected.length} entries of ${env}`, deadlineMs: MINUTE, everyMs: 1_000 },
        () => theLab().entries(`{env="${env}"}`, ...days),
        (entries) => entries.length >= expected.length,
      );
      expect(sorted(seen.map(({ labels: of, fields }) => ({ labels: of, fields })))).toEqual(
        sorted(expected),
      );
      expect(seen.map(({ line }) => line)).toContain(BACKEND_LINES.slice(2, 6).join("\n"));
    },
    3 * MINUTE,
  );

  /** Runs a container that prints some lines and stays. */
  async function print(
    name: string,
    labels: Readonly<Record<string, string>>,
    lines: readonly string[],
  ): Promise<void> {
    await theLab().run("keeper", {
      alias: `${agent}-prints-${name}`,
      options: [
        "--entrypoint=/bin/sh",
        ...Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`),
      ],
      args: ["-c", 'printf "%s\\n" "$@"; exec sleep 600', "print", ...lines],
    });
  }
});

const NUMBERS = Array.from({ length: 10_000 }, (_, index) => index);
const started = Date.now() - 5 * MINUTE;

/** A request for each number: its own address, path, query, client and size. */
function manyRequests(): string {
  const lines = NUMBERS.map((index) => {
    const [, day, month, year, time] = new Date(started + index).toUTCString().split(" ");
    const status = [200, 404, 499, 500][index % 4];
    return (
      `10.0.${index >> 8}.${index & 255} - - [${day}/${month}/${year}:${time} +0000] ` +
      `"GET /item/${index}?q=${index} HTTP/1.1" ${status} ${index} "-" "Browser/${index}"\n`
    );
  });
  return lines.join("");
}

/** An object for each number: its own level, service, logger and request. */
function manyObjects(): string {
  const lines = NUMBERS.map((index) => {
    const object = {
      timestamp: new Date(started + index).toISOString(),
      level: `l${index}`,
      service: `s${index}`,
      logger: `g${index}`,
      message: "m",
      request_id: `r${index}`,
    };
    return `${JSON.stringify(object)}\n`;
  });
  return lines.join("");
}

const BACKEND_LINES = [
  "a line that nobody knows",
  '203.0.113.7 - - [16/Mar/2026:09:00:01 +0000] "GET / HTTP/1.1" 200 442 "-" "curl"',
  "2026-03-16 09:00:02,000 ERROR [app] cannot go on",
  "Traceback (most recent call last):",
  '  File "app.py", line 1, in <module>',
  "ValueError: 7",
  'INFO:     127.0.0.1:5000 - "GET / HTTP/1.1" 503 Service Unavailable',
];

function compose(project: string, service: string): Readonly<Record<string, string>> {
  return { "com.docker.compose.project": project, "com.docker.compose.service": service };
}

function sorted(entries: readonly Pick<StoredEntry, "labels" | "fields">[]) {
  const key = ({ labels, fields }: (typeof entries)[number]) =>
    JSON.stringify([Object.entries(labels).sort(), Object.entries(fields).sort()]);
  return [...entries].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}
