import { type Figures, figuresOf, type LoadedRule } from "../../../../tools/noise/figures";
import { suggestionsFor } from "../../../../tools/noise/suggestions";
import { evaluations } from "../../../support/alert-history";
import { devSettings } from "../../../support/fixtures";

const EVERY = 15_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Whole episodes of an alert on one host, as the minute they begin in and their length in evaluations. */
type Episodes = readonly (readonly [minute: number, evaluations: number])[];

function figures(alert: string, episodes: Episodes, rule: Partial<LoadedRule> = {}): Figures {
  const rules = [{ alert, severity: "critical", forMs: 0, everyMs: EVERY, ...rule }];
  const firingAtMs = episodes.flatMap(([minute, count]) =>
    evaluations(minute * MINUTE, minute * MINUTE + (count - 1) * EVERY, EVERY),
  );
  const labels = { alertname: alert, severity: "critical", env: "dev", host: "app" };
  return figuresOf({
    fromMs: 0,
    toMs: 7 * DAY,
    everyMs: EVERY,
    rules,
    series: [{ labels, firingAtMs }],
  });
}

const suggested = (...args: Parameters<typeof figures>) =>
  suggestionsFor(figures(...args), devSettings());

/** Three that are over after 15, 90 and 60 s, and one that lasts ten minutes. */
const MOSTLY_SHORT: Episodes = [
  [100, 1],
  [200, 6],
  [300, 4],
  [400, 40],
];

test("most were over by themselves: a longer `for` would have kept them silent, by the longest of them", () => {
  // The condition held for the minute of `for` and 90 s: two and a half, of which three is the next whole one.
  expect(suggested("ContainerDown", MOSTLY_SHORT, { forMs: MINUTE })).toEqual([
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

test("a condition that held for whole minutes needs one more: at its `for` it fires", () => {
  const minutes: Episodes = [
    [100, 4],
    [200, 4],
    [300, 4],
  ];
  expect(suggested("ContainerDown", minutes, { forMs: MINUTE })[0]).toEqual({
    alert: "ContainerDown",
    says:
      "3 of 3 episodes of ContainerDown were over by themselves, the longest of them after 1m00s. " +
      "With sightline:alerts.ContainerDown.for 3m (now 1m) none of these 3 would have fired.",
    setting: { key: "sightline:alerts.ContainerDown.for", value: "3m" },
  });
});

test.each(["WebsiteDown", "ApiDown"])(
  "%s gets one check more than an episode has room for, at the interval of the settings",
  (alert) => {
    const settings = devSettings({ intervals: { probe: "60s" } });
    expect(suggestionsFor(figures(alert, MOSTLY_SHORT), settings)).toEqual([
      {
        alert,
        says:
          `3 of 4 episodes of ${alert} were over by themselves, the longest of them after 1m30s. ` +
          "With sightline:alerts.WebsiteDown.checks 4 (now 2) none of these 3 would have fired; " +
          "the other 1 would have come 2m00s later.",
        setting: { key: "sightline:alerts.WebsiteDown.checks", value: "4" },
      },
    ]);
  },
);

test.each([
  [
    "WebsiteFlapping",
    "Raise sightline:alerts.WebsiteFlapping.above; how far, its dashboard shows.",
  ],
  [
    "TlsExpired",
    "It has no limit that can be set: find out what ends it, or set sightline:alerts.TlsExpired.enabled false.",
  ],
  [
    "Homemade",
    "It has no limit that can be set: find out what ends it, or set sightline:alerts.Homemade.enabled false.",
  ],
])("%s, which waits for nothing, gets no number: %s", (alert, advice) => {
  const measured = `3 of 4 episodes of ${alert} were over by themselves, the longest of them after 1m30s.`;
  expect(suggested(alert, MOSTLY_SHORT)).toEqual([{ alert, says: `${measured} ${advice}` }]);
});

test("two episodes, or half of them, are chance", () => {
  expect(suggested("ContainerDown", MOSTLY_SHORT.slice(0, 2), { forMs: MINUTE })).toEqual([]);
  const half: Episodes = [...MOSTLY_SHORT.slice(0, 2), [300, 40], [400, 40]];
  expect(suggested("ContainerDown", half, { forMs: MINUTE })).toEqual([]);
});

test("one that fires all the time is to be repaired or silenced; one of an hour ago is not one", () => {
  const evaluationsIn = (ms: number) => ms / EVERY;
  expect(suggested("RootDiskWatermark", [[0, evaluationsIn(7 * DAY)]])).toEqual([
    {
      alert: "RootDiskWatermark",
      says:
        "RootDiskWatermark (host app) fired for 168h00m of 168h00m. " +
        "Repair what it tells, or silence it in Alertmanager until that is done.",
    },
  ]);
  expect(suggested("RootDiskWatermark", [[0, evaluationsIn(6 * DAY)]])).toEqual([]);
  const young = { ...figures("RootDiskWatermark", [[0, 240]]), judgedMs: HOUR };
  expect(suggestionsFor(young, devSettings())).toEqual([]);
});

test("one that comes back within ten minutes again and again is one fault", () => {
  const back: Episodes = [
    [100, 20],
    [107, 20],
    [116, 20],
    [130, 20],
    [136, 20],
  ];
  expect(suggested("RedisDown", back, { forMs: MINUTE })).toEqual([
    {
      alert: "RedisDown",
      says:
        "RedisDown (host app) was back within 10m00s 4 times, after 1m00s to 9m00s. " +
        "It is one fault that was not repaired: docs/runbooks/RedisDown.md.",
    },
  ]);
  expect(suggested("RedisDown", back.slice(0, 3), { forMs: MINUTE })).toEqual([]);
});

test("an alert whose rule is gone needs nothing", () => {
  const gone = figures("ContainerDown", MOSTLY_SHORT);
  const fired = gone.fired.map(({ alert, severity, places }) => ({ alert, severity, places }));
  expect(suggestionsFor({ ...gone, fired }, devSettings())).toEqual([]);
});
