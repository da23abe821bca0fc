import type { History } from "../../../../tools/noise/figures";
import { firingAt, withLogAlerts } from "../../../../tools/noise/log-history";
import { evaluations } from "../../../support/alert-history";
import { examined, NO_END } from "../../../support/examined";
import { devSettings } from "../../../support/fixtures";

const EVERY = 15_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const TO = Date.UTC(2026, 10, 27, 6);
const FROM = TO - DAY;
const settings = devSettings();

describe("an alert fires", () => {
  const times = (...evaluationsHeld: number[]) => evaluationsHeld.map((one) => one * EVERY);

  test.each([
    ["at once, where it does not wait", 0, times(4, 5, 9), times(4, 5, 9)],
    ["once its condition has held for as long as it waits", 30_000, times(4, 5, 6, 7), times(6, 7)],
    [
      "from the beginning again, where its condition did not hold",
      30_000,
      times(4, 5, 7, 8, 9),
      times(9),
    ],
    ["never, where it never held for so long", 30_000, times(4, 5, 7, 8), []],
  ])("%s", (_, forMs, held, firing) => {
    expect(firingAt(held, { forMs, everyMs: EVERY })).toEqual(firing);
  });
});

const watchdog = { alert: "Watchdog", severity: "none", forMs: 0, everyMs: EVERY };

/** What Prometheus remembers: that it judged. */
function judged(...runs: (readonly [fromMs: number, toMs: number])[]): History {
  const labels = { alertname: "Watchdog", severity: "none" };
  const firingAtMs = runs.flatMap(([from, to]) => evaluations(from + 4_000, to, EVERY));
  return {
    ...{ fromMs: FROM, toMs: TO, everyMs: EVERY },
    rules: [watchdog],
    series: [{ labels, firingAtMs }],
  };
}

const RULES = {
  groups: [
    {
      interval: 15,
      rules: [
        { type: "alerting", name: "Failures", query: "count > 1", labels: { severity: "warning" } },
        { type: "recording", name: "x", query: "count" },
        {
          ...{ type: "alerting", name: "Missing", query: "absent", duration: 60 },
          labels: { severity: "critical" },
        },
      ],
    },
  ],
};

/** Loki by a mock: its rules, then what each rule's condition gives, part by part. */
function loki(asked: string[], rules: object, ...parts: readonly (readonly object[])[][]) {
  const answers: unknown[][] = [
    [rules],
    ...parts.map((part) => part.map((result) => ({ result }))),
  ];
  return examined(settings, {
    onHost: (_, script) => {
      asked.push(...[...script.matchAll(/http:[^']+/g)].map(([url]) => decodeURIComponent(url)));
      const stdout = (answers.shift() ?? [])
        .map((data) => `${JSON.stringify({ data })}\nsightline-answer-end\n`)
        .join("");
      return Promise.resolve({ exitCode: 0, stdout, stderr: "" });
    },
  });
}

const held = (metric: object, timesMs: readonly number[]) => ({
  metric,
  values: timesMs.map((ms) => [ms / 1000, "1"]),
});

const reading = { signal: NO_END, report: () => undefined };

test("Loki's rules are judged again at their evaluations, from before the beginning on", async () => {
  const asked: string[] = [];
  const said: string[] = [];
  const times = evaluations(FROM + MINUTE, FROM + 2 * MINUTE, EVERY);
  const examinedLoki = loki(asked, RULES, [[held({ host: "app" }, times)], []], [[], []]);
  const history = judged([FROM, TO]);
  const whole = await withLogAlerts(examinedLoki, history, {
    signal: NO_END,
    report: (line) => said.push(line),
  });
  const range = (query: string, fromMs: number, toMs: number) =>
    `http://loki:3100/loki/api/v1/query_range?query=${query}&start=${fromMs / 1000}&end=${toMs / 1000}&step=15`;
  const [first, second] = [FROM - MINUTE, FROM - MINUTE + DAY] as const;
  expect(asked.map((url) => url.replaceAll("+", " "))).toEqual([
    "http://loki:3100/prometheus/api/v1/rules",
    range("count > 1", first, second - EVERY),
    range("absent", first, second - EVERY),
    range("count > 1", second, TO),
    range("absent", second, TO),
  ]);
  expect(said).toEqual([
    "judging the rules on logs again, 1 of 2 …",
    "judging the rules on logs again, 2 of 2 …",
  ]);
  expect(whole).toEqual({
    ...history,
    rules: [
      watchdog,
      { alert: "Failures", severity: "warning", forMs: 0, everyMs: EVERY },
      { alert: "Missing", severity: "critical", forMs: MINUTE, everyMs: EVERY },
    ],
    series: [
      ...history.series,
      {
        labels: { host: "app", severity: "warning", alertname: "Failures" },
        firingAtMs: times,
      },
    ],
    logs: { fromMs: FROM },
  });
});

test("what is true of no logs at all does not fire while nobody judged", async () => {
  const always = held({}, evaluations(FROM - MINUTE, TO, EVERY));
  const [began, ended] = [FROM + 10 * MINUTE, FROM + 20 * MINUTE] as const;
  const history = judged([began, ended]);
  const whole = await withLogAlerts(loki([], RULES, [[], [always]], [[], []]), history, reading);
  const firing = whole.series.at(-1)?.firingAtMs ?? [];
  // The first evaluation is four seconds after the beginning, and two more are taken to have been.
  expect([firing[0], firing.at(-1)]).toEqual([began + EVERY + MINUTE, ended + EVERY]);
});

test("logs that are kept for less than the report looks back are the beginning", async () => {
  const short = devSettings({ logs: { retention: "1d" } });
  const answers = loki([], RULES, [[], []], [[], []]);
  const history = { ...judged([FROM, TO]), fromMs: TO - 3 * DAY };
  const whole = await withLogAlerts({ ...answers, settings: short }, history, reading);
  expect(whole.logs).toEqual({ fromMs: TO - DAY });
});

test("a Loki without rules changes nothing; one that cannot be asked is said, with why", async () => {
  const history = judged([FROM, TO]);
  expect(await withLogAlerts(loki([], { groups: [] }), history, reading)).toBe(history);
  const gone = examined(settings, {
    onHost: () =>
      Promise.resolve({ exitCode: 1, stdout: "", stderr: "wget: bad address 'loki:3100'\n" }),
  });
  expect(await withLogAlerts(gone, history, reading)).toEqual({
    ...history,
    logs: {
      unknown: "Loki could not be asked in dev-prometheus; it says: wget: bad address 'loki:3100'",
    },
  });
});

test("a rule that compares with the day before begins where that day's logs are kept", async () => {
  const asked: string[] = [];
  const rule = { type: "alerting", name: "Drop", query: "now / (count offset 24h0m0s) < 0.3" };
  const rules = { groups: [{ interval: 15, rules: [rule] }] };
  const history = { ...judged([FROM, TO]), fromMs: TO - 7 * DAY };
  await withLogAlerts(
    loki(asked, rules, ...Array.from({ length: 7 }, () => [[]])),
    history,
    reading,
  );
  const starts = asked.flatMap((url) => /start=(\d+)/.exec(url)?.[1] ?? []).map(Number);
  const kept = (TO - settings.logs.retention) / 1000;
  expect(starts.slice(0, 2)).toEqual([kept + 25 * 3600, kept + 48 * 3600]);
});
