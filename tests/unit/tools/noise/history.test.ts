import { lookBack, noiseCommand } from "../../../../tools/commands/noise";
import { readHistory } from "../../../../tools/noise/history";
import { examined, NO_END } from "../../../support/examined";
import { devSettings } from "../../../support/fixtures";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const TO = Date.UTC(2026, 10, 27, 6);
const settings = devSettings();

describe("the history", () => {
  const LABELS = { __name__: "ALERTS", alertname: "NodeDown", alertstate: "firing" };

  /** Prometheus by a mock: the rules, then a day at a time. */
  function answering(asked: string[], ...days: readonly (readonly number[])[]) {
    const rules = {
      name: "NodeDown",
      duration: 120,
      labels: { severity: "critical" },
      type: "alerting",
    };
    const answers: unknown[] = [
      { groups: [{ interval: 15, rules: [rules, { name: "x", type: "recording" }] }] },
      ...days.map((seconds) => ({
        result: [{ metric: LABELS, values: seconds.map((second) => [second, "1"]) }],
      })),
    ];
    return examined(settings, {
      onHost: (_, script) => {
        asked.push(...[...script.matchAll(/http:[^']+/g)].map(([url]) => decodeURIComponent(url)));
        const stdout = `${JSON.stringify({ data: answers.shift() })}\nsightline-answer-end\n`;
        return Promise.resolve({ exitCode: 0, stdout, stderr: "" });
      },
    });
  }

  test("is asked day by day, the last one as long as it is, and joined by labels", async () => {
    const asked: string[] = [];
    const said: string[] = [];
    const window = { fromMs: TO - DAY - HOUR, toMs: TO };
    const history = await readHistory(answering(asked, [100.25, 115.25], [130.25]), window, {
      signal: NO_END,
      report: (line) => said.push(line),
    });
    const end = TO / 1000;
    expect(asked).toEqual([
      "http://127.0.0.1:9090/api/v1/rules?type=alert",
      `http://127.0.0.1:9090/api/v1/query?query=ALERTS{alertstate="firing"}[86400000ms]&time=${end - 3600}`,
      `http://127.0.0.1:9090/api/v1/query?query=ALERTS{alertstate="firing"}[3600000ms]&time=${end}`,
    ]);
    expect(said).toEqual(["reading day 1 of 2 …", "reading day 2 of 2 …"]);
    expect(history).toEqual({
      ...window,
      everyMs: settings.intervals.evaluation,
      rules: [{ alert: "NodeDown", severity: "critical", forMs: 120_000, everyMs: 15_000 }],
      series: [{ labels: LABELS, firingAtMs: [100_250, 115_250, 130_250] }],
    });
  });
});

test.each([
  ["0", "must be a whole number of days, at least 1; got 0. Fix: for example --days 7"],
  ["1.5", "must be a whole number of days, at least 1; got 1.5. Fix: for example --days 7"],
  [
    "8",
    "must not be more than sightline:metrics.retention (7d); got 8. Fix: look back less, or retain metrics for longer",
  ],
])("--days %s is refused", (days, words) => {
  expect(() => lookBack(days, settings)).toThrow(`--days: ${words}`);
});

test("--days 7 is what dev retains, and the default", () => {
  expect(lookBack("7", settings)).toBe(7 * DAY);
  expect(noiseCommand().opts().days).toBe("7");
});
