import { logRuleGroups } from "../../configs/rules/log-rules";
import { evaluations, firingSamples } from "../support/alert-history";
import { devSettings } from "../support/fixtures";
import {
  celeryLine,
  DAY,
  MINUTE,
  probe,
  redisLine,
  SECOND,
  type UndatedLine,
} from "../support/loki-lines";
import type { PushedLine } from "../support/loki-server";
import { NoiseLab } from "../support/noise-lab";
import { waitFor } from "../support/wait";

/**
 * The command, asking a real Prometheus with a week of alerts in its blocks and a real Loki with a week of
 * lines, and mailing by a real mail catcher. The past is written for the test, as samples that Prometheus
 * keeps of alerts and as lines of nginx, Celery and Redis. Prometheus' rules are the test's, Loki's are dev's.
 */
jest.setTimeout(2 * MINUTE);

const HOUR = 60 * MINUTE;
const EVERY = 15 * SECOND;
/** A week is looked back on, so the first of it is a little later; a block must be over. */
const START = Math.ceil((Date.now() - 7 * DAY) / HOUR) * HOUR + HOUR;
const END = Math.floor((Date.now() - 3 * HOUR) / HOUR) * HOUR;
/** Nobody judged between these. */
const OUTAGE = { from: START + 30 * HOUR, to: START + 30 * HOUR + 20 * MINUTE } as const;

const at = (ms: number) => new Date(ms).toISOString();

const rule = (alert: string, severity: string, more: object = {}) => ({
  alert,
  expr: "vector(0) > 1",
  labels: { severity },
  ...more,
});

const RULES = [
  {
    name: "past",
    interval: "15s",
    rules: [
      rule("Watchdog", "none"),
      rule("ContainerDown", "critical", { for: "1m" }),
      rule("NodeDown", "critical", { for: "2m" }),
      rule("OomKill", "warning"),
    ],
  },
  {
    name: "present",
    interval: "1s",
    rules: [rule("HighDiskUsage", "warning", { expr: "vector(1)" })],
  },
];

const labelsOf = (alertname: string, severity: string, more: object = {}) => ({
  alertname,
  severity,
  env: "dev",
  ...more,
});

/** Three short ones and a long one: after 20, 21, 22 and 23 hours. */
const SHORT_ONES = [
  [START + 20 * HOUR, 1],
  [START + 21 * HOUR, 6],
  [START + 22 * HOUR, 4],
  [START + 23 * HOUR, 40],
] as const;

const PAST = firingSamples([
  {
    labels: labelsOf("Watchdog", "none"),
    firingAtMs: [...evaluations(START, OUTAGE.from, EVERY), ...evaluations(OUTAGE.to, END, EVERY)],
  },
  {
    labels: labelsOf("ContainerDown", "critical", { host: "app", service: "redis" }),
    firingAtMs: SHORT_ONES.flatMap(([ms, count]) =>
      evaluations(ms, ms + (count - 1) * EVERY, EVERY),
    ),
  },
  {
    // The same fault before and after the outage.
    labels: labelsOf("NodeDown", "critical", { host: "app" }),
    firingAtMs: [
      ...evaluations(OUTAGE.from - 5 * MINUTE, OUTAGE.from, EVERY),
      ...evaluations(OUTAGE.to + 2 * EVERY, OUTAGE.to + 4 * EVERY, EVERY),
    ],
  },
]);

/** Nginx logs nothing for this hour, and while nobody judged. */
const SILENCE = { from: START + 50 * HOUR, to: START + 51 * HOUR } as const;
const RESTART = START + 40 * HOUR;
const BROKER_LOST = START + 42 * HOUR;

const settings = devSettings();

function line(atMs: number, { labels, fields, text }: UndatedLine): PushedLine {
  return { labels: { env: settings.environment, ...labels }, fields, text, atMs };
}

const redisStarts = redisLine("notice", "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo");
const brokerLost = celeryLine("error", "consumer: Cannot connect to redis", {
  event: "broker_lost",
});

/** Each a little after an evaluation. */
const LINES: readonly PushedLine[] = [
  ...evaluations(START, END, 5 * MINUTE)
    .filter((ms) => [OUTAGE, SILENCE].every(({ from, to }) => ms < from || ms >= to))
    .map((ms) => line(ms + 5 * SECOND, probe)),
  ...[5, 65].map((seconds) => line(RESTART + seconds * SECOND, redisStarts)),
  ...[5, 185].map((seconds) => line(BROKER_LOST + seconds * SECOND, brokerLost)),
];

const ON_LOGS = logRuleGroups(settings).flatMap(({ rules }) => rules.map(({ alert }) => alert));
/** All that Loki judges but these, each once, in order. */
const onLogsBut = (...alerts: string[]) =>
  [...new Set(ON_LOGS)].filter((alert) => !alerts.includes(alert)).sort();

let lab: NoiseLab;
let week: Read;

beforeAll(async () => {
  lab = await NoiseLab.start({ samples: PAST, lines: LINES }, RULES);
  await waitFor(
    { what: "the alert of today is in the report", deadlineMs: MINUTE },
    () => lab.noise("--json", "--days", "1"),
    (text) => text.includes('"HighDiskUsage",'),
  );
  week = await read();
}, 5 * MINUTE);

afterAll(() => lab.stop(), MINUTE);

interface Episode {
  readonly start: string;
  readonly end: string;
  readonly seconds: number;
  readonly isOpen: boolean;
  readonly beganBefore: boolean;
}

interface Report {
  readonly from: string;
  readonly logsFrom: string | null;
  readonly judgedSeconds: number;
  readonly neverFired: readonly string[];
  readonly fired: readonly {
    readonly alert: string;
    readonly places: readonly { readonly where: string; readonly episodes: readonly Episode[] }[];
  }[];
  readonly suggestions: readonly object[];
  readonly notCounted: readonly {
    readonly judge: string;
    readonly alerts: readonly string[];
    readonly why: string;
  }[];
}

function closed(startMs: number, seconds: number): Episode {
  return {
    start: at(startMs),
    end: at(startMs + seconds * SECOND),
    seconds,
    isOpen: false,
    beganBefore: false,
  };
}

/** A report, and where an alert fired in it. */
interface Read {
  readonly report: Report;
  readonly placesOf: (alert: string) => Report["fired"][number]["places"] | undefined;
}

async function read(...words: string[]): Promise<Read> {
  const report = JSON.parse(await lab.noise("--json", ...words)) as Report;
  return { report, placesOf: (alert) => report.fired.find((one) => one.alert === alert)?.places };
}

test("every episode of the week is read back with its beginning, its end and its seconds", () => {
  const { report, placesOf } = week;
  expect(placesOf("ContainerDown")).toEqual([
    {
      where: "host app, service redis",
      episodes: SHORT_ONES.map(([ms, count]) => closed(ms, count * 15)),
    },
  ]);
  const minutes = 5 + 20 + 1;
  expect(placesOf("NodeDown")).toEqual([
    { where: "host app", episodes: [closed(OUTAGE.from - 5 * MINUTE, minutes * 60 + 15)] },
  ]);
  const [today] = placesOf("HighDiskUsage") ?? [];
  expect(today?.episodes).toEqual([expect.objectContaining({ isOpen: true, beganBefore: false })]);
  expect(report.fired.map(({ alert }) => alert).sort()).toEqual([
    "CeleryBrokerLost",
    "ContainerDown",
    "HighDiskUsage",
    "NginxLogsMissing",
    "NodeDown",
    "RedisRestarted",
  ]);
  const judged = (END - START - 20 * MINUTE) / EVERY + 2;
  expect(report.judgedSeconds).toBe(judged * 15);
  expect(report.suggestions).toEqual([
    {
      alert: "ContainerDown",
      says:
        "3 of 4 episodes of ContainerDown were over by themselves, the longest of them after 1m30s. " +
        "With sightline:alerts.ContainerDown.for 3m (now 1m) none of these 3 would have fired; " +
        "the other 1 would have come 2m00s later.",
      setting: { key: "sightline:alerts.ContainerDown.for", value: "3m" },
    },
  ]);
});

test("alerts on logs are those that Loki's own rules find in a week of lines, to the evaluation", () => {
  const { report, placesOf } = week;
  // Two starts within 15 minutes: from the evaluation that sees the second until the first is too old.
  expect(placesOf("RedisRestarted")).toEqual([
    { where: "host app", episodes: [closed(RESTART + 75 * SECOND, 840)] },
  ]);
  // Seen from the first evaluation on, it fires five minutes later, until the second line is too old.
  expect(placesOf("CeleryBrokerLost")).toEqual([
    { where: "host app", episodes: [closed(BROKER_LOST + 315 * SECOND, 180)] },
  ]);
  // Ten minutes after the last line nothing is there, and five minutes later it fires, until the next line.
  expect(placesOf("NginxLogsMissing")).toEqual([
    {
      where: "host app, job nginx, log_type access",
      episodes: [closed(SILENCE.from + 615 * SECOND, 3_000)],
    },
  ]);
  const fired = ["CeleryBrokerLost", "NginxLogsMissing", "RedisRestarted"];
  expect(report.neverFired).toEqual(["OomKill", ...onLogsBut(...fired)].sort());
  expect(report.logsFrom).toBe(report.from);
  expect(report.notCounted.map(({ judge }) => judge)).toEqual(["Grafana"]);
});

test("the mail that the catcher takes, at a port that is not published, says what is printed", async () => {
  const printed = await lab.noise("--mail");
  const [mail, ...more] = await lab.mails();
  expect(more).toEqual([]);
  expect(mail?.subject).toBe(
    `Sightline: noise of ${lab.settings.prefix}: 6 alerts fired 9 times, 3 over by themselves, 1 suggestion`,
  );
  expect(mail?.to.map(({ address }) => address)).toEqual([...lab.settings.mail.to]);
  expect(printed).toContain(`Weekly noise report: ${lab.settings.prefix}\n`);
  expect(mail?.text.trimEnd()).toBe(printed.trimEnd());
  expect(mail?.html).toContain("<h1");
});

test("of one day, what was before is not counted", async () => {
  const { report } = await read("--days", "1");
  expect(report.fired.map(({ alert }) => alert)).toEqual(["HighDiskUsage"]);
  expect(report.neverFired).toEqual(
    ["ContainerDown", "NodeDown", "OomKill", ...onLogsBut()].sort(),
  );
});

test("without Loki the rest is counted, and it is said what is not", async () => {
  await lab.haltLoki();
  const { report } = await read("--days", "1");
  expect(report.neverFired).toEqual(["ContainerDown", "NodeDown", "OomKill"]);
  const [byLoki] = report.notCounted;
  expect(byLoki?.judge).toBe("Loki");
  expect(byLoki?.alerts).toEqual(onLogsBut());
  expect(byLoki?.why).toContain("Loki could not be asked in");
});
