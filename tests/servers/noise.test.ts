import { evaluations, firingSamples } from "../support/alert-history";
import { DAY, MINUTE, SECOND } from "../support/loki-lines";
import { NoiseLab } from "../support/noise-lab";
import { waitFor } from "../support/wait";

/**
 * The command, asking a real Prometheus with a week of alerts in its blocks, and mailing by a real mail
 * catcher. The past is written for the test, as samples that Prometheus keeps of alerts; its rules are too.
 */
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

let lab: NoiseLab;

beforeAll(async () => {
  lab = await NoiseLab.start(PAST, RULES);
  await waitFor(
    { what: "the alert of today is in the report", deadlineMs: MINUTE },
    () => lab.noise("--json", "--days", "1"),
    (text) => text.includes('"HighDiskUsage",'),
  );
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
  readonly judgedSeconds: number;
  readonly neverFired: readonly string[];
  readonly fired: readonly {
    readonly alert: string;
    readonly places: readonly { readonly where: string; readonly episodes: readonly Episode[] }[];
  }[];
  readonly suggestions: readonly object[];
}

test("every episode of the week is read back with its beginning, its end and its seconds", async () => {
  const report = JSON.parse(await lab.noise("--json")) as Report;
  const closed = (startMs: number, seconds: number): Episode => ({
    start: at(startMs),
    end: at(startMs + seconds * SECOND),
    seconds,
    isOpen: false,
    beganBefore: false,
  });
  const placesOf = (alert: string) => report.fired.find((fired) => fired.alert === alert)?.places;
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
    "ContainerDown",
    "HighDiskUsage",
    "NodeDown",
  ]);
  expect(report.neverFired).toEqual(["OomKill"]);
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

test("the mail that the catcher takes, at a port that is not published, says what is printed", async () => {
  const printed = await lab.noise("--mail");
  const [mail, ...more] = await lab.mails();
  expect(more).toEqual([]);
  expect(mail?.subject).toBe(
    `Sightline: noise of ${lab.settings.prefix}: 3 alerts fired 6 times, 3 over by themselves, 1 suggestion`,
  );
  expect(mail?.to.map(({ address }) => address)).toEqual([...lab.settings.mail.to]);
  expect(printed).toContain(`Weekly noise report: ${lab.settings.prefix}\n`);
  expect(mail?.text.trimEnd()).toBe(printed.trimEnd());
  expect(mail?.html).toContain("<h1");
});

test("of one day, what was before is not counted", async () => {
  const report = JSON.parse(await lab.noise("--json", "--days", "1")) as Report;
  expect(report.fired.map(({ alert }) => alert)).toEqual(["HighDiskUsage"]);
  expect(report.neverFired).toEqual(["ContainerDown", "NodeDown", "OomKill"]);
});
