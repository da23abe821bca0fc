import { toYaml } from "../../configs/yaml";
import { devSettings, type Raw } from "../support/fixtures";
import { DAY, MINUTE, SECOND } from "../support/loki-lines";
import { type Series, ThanosLab } from "../support/thanos-lab";
import { waitFor } from "../support/wait";
import { describeWhenAsked } from "../support/when-asked";

/**
 * Metrics of weeks ago in a bucket, by the real Prometheus and Thanos with the stack's arguments and
 * files: uploaded by the sidecar, thinned out by the compactor, read by the querier together with what
 * Prometheus has. MinIO is the bucket, and fake-gcs-server in the place of Google.
 */
const whenAsked = describeWhenAsked("SIGHTLINE_THANOS");

const HOUR = 60 * MINUTE;
const RESOLUTIONS = { raw: 0, fiveMinutes: 5 * MINUTE, oneHour: HOUR } as const;

/** The compactor joins blocks up to two weeks, counted from 1970: the last that were over five days ago. */
const END = Math.floor((Date.now() - 5 * DAY) / (14 * DAY)) * 14 * DAY;
const START = END - 14 * DAY;
/** A block is only whole when something comes after it. */
const AFTER = 6 * HOUR;
/** Prometheus counts the age of its blocks from the youngest. */
const YOUNG = Date.now() - 3 * HOUR;
const BLOCKS = (14 * DAY + AFTER) / (2 * HOUR) + 1;
/** The end of an hour that is looked at, and the minute in it when the figure was higher than ever. */
const LOOK = START + 5 * DAY;
const PEAK = LOOK - 30 * MINUTE;

const SELF = 'job="prometheus",instance="localhost:9090"';

/** A sample in each minute, of a series that Prometheus goes on with, and of one with a peak. */
function samples(): string {
  const minutes = Array.from(
    { length: (END - START + AFTER) / MINUTE },
    (_, index) => START + index * MINUTE,
  );
  const at = (ms: number) => ms / SECOND;
  return [
    "# TYPE up gauge",
    ...[...minutes, YOUNG].map((ms) => `up{${SELF}} 1 ${at(ms)}`),
    "# TYPE load gauge",
    ...minutes.map((ms) => `load{${SELF}} ${ms === PEAK ? 7 : 2} ${at(ms)}`),
    "# EOF",
    "",
  ].join("\n");
}

/** Of hours that are in the bucket already, as by a second Prometheus that calls itself the same. */
function overlapping(): string {
  const lines = [END, END + HOUR].map((ms) => `up{${SELF}} 1 ${ms / SECOND}`);
  return ["# TYPE up gauge", ...lines, "# EOF", ""].join("\n");
}

whenAsked.each(["s3", "gcs"] as const)("metrics in a bucket of kind %s", (kind) => {
  let lab: ThanosLab;

  const settings = (longTerm: Raw = {}) =>
    devSettings({
      logs: { storage: lab.bucket.storage },
      metrics: { retention: "2d", longTerm: { enabled: true, raw: "60d", ...longTerm } },
    });

  /** Prometheus that scrapes itself, with the labels by which Thanos knows it. */
  const prometheus = (retention: string) =>
    lab.start(settings(), "prometheus", {
      files: {
        "prometheus.yml": toYaml({
          global: { scrape_interval: "1s", external_labels: { env: settings().environment } },
          storage: { tsdb: { retention: { time: retention } } },
          scrape_configs: [
            { job_name: "prometheus", static_configs: [{ targets: ["localhost:9090"] }] },
          ],
        }),
      },
    });

  beforeAll(async () => {
    lab = await ThanosLab.start(kind);
    await lab.writeBlocks(samples());
    await prometheus("60d");
  }, 15 * MINUTE);

  afterAll(() => lab.stop(), MINUTE);

  /** Arguments of the compactor, to do its work once, also on blocks that have just been uploaded. */
  function compactorArguments(longTerm: Raw = {}): readonly string[] {
    const retention = settings({ ...longTerm }).metrics.longTerm;
    return [
      ...["compact", "--data-dir=/data", "--log.level=warn", "--consistency-delay=0s"],
      "--objstore.config-file=/etc/sightline/current/bucket.yml",
      `--retention.resolution-raw=${retention.raw}ms`,
      "--delete-delay=0s",
    ];
  }

  async function resolutions(): Promise<readonly number[]> {
    const blocks = await lab.blocks(settings());
    return (
      blocks
        // A block ends with its last sample.
        .filter(({ minTime, maxTime }) => minTime === START && maxTime > END - HOUR)
        .map(({ resolutionMs }) => resolutionMs)
        .sort((one, other) => one - other)
    );
  }

  async function ask(query: string, resolutionMs: number): Promise<readonly Series[]> {
    return lab.queryRange(await lab.origin("thanos-query", 10902), {
      query,
      start: String(LOOK / SECOND),
      end: String(LOOK / SECOND),
      step: "60",
      max_source_resolution: `${resolutionMs}ms`,
    });
  }

  /** The querier, with all that it asks ready. */
  async function startQuerier(storeFlags: readonly string[] = []): Promise<void> {
    await lab.start(settings(), "thanos-store", { flags: storeFlags });
    await lab.start(settings(), "thanos-query");
    await waitFor(
      { what: "the querier knows the store and the sidecar", deadlineMs: MINUTE },
      async () => {
        const origin = await lab.origin("thanos-query", 10902);
        const { data } = (await (await fetch(`${origin}/api/v1/stores`)).json()) as {
          data: Readonly<Record<string, readonly { lastError: unknown }[]>>;
        };
        return Object.entries(data)
          .filter(([, stores]) => stores.some(({ lastError }) => lastError === null))
          .map(([type]) => type);
      },
      (types) => types.includes("sidecar") && types.includes("store"),
    );
  }

  test(
    "that cannot be uploaded are told of",
    async () => {
      lab.bucket.door.state = "forbidden";
      await lab.start(settings(), "thanos-sidecar");
      await waitFor(
        { what: "the sidecar counts a failure", deadlineMs: 2 * MINUTE },
        () => lab.figures("thanos-sidecar", "thanos_shipper_dir_sync_failures_total"),
        ([failures = 0]) => failures > 0,
      );
      lab.bucket.door.state = "open";
    },
    3 * MINUTE,
  );

  test(
    "are uploaded as Prometheus stored them",
    async () => {
      await waitFor(
        { what: `${BLOCKS} blocks in the bucket`, deadlineMs: 3 * MINUTE },
        async () => (await lab.bucket.objects("thanos")).filter((name) => /meta\.json$/.test(name)),
        ({ length }) => length >= BLOCKS,
      );
    },
    4 * MINUTE,
  );

  test(
    "become one block of two weeks in each of three resolutions",
    async () => {
      const start = Date.now();
      await lab.run(settings(), "thanos-compactor", compactorArguments());
      console.log(`${kind}: compacted and thinned out in ${(Date.now() - start) / SECOND} s`);
      expect(await resolutions()).toEqual(Object.values(RESOLUTIONS));
    },
    5 * MINUTE,
  );

  test(
    "are one series with what Prometheus has now, which has nothing of then",
    async () => {
      await prometheus("2d");
      await startQuerier();
      const end = Math.floor(Date.now() / SECOND);
      const range = {
        query: `up{${SELF}}`,
        // The last step is now, whatever part of an hour it is since the start.
        start: String(START / SECOND + 3600 + (end % 3600)),
        end: String(end),
        step: "3600",
      };
      const ages = (all: readonly Series[]) =>
        all.map(({ values }) => ({
          then: values.filter(([at]) => at * SECOND < END).length,
          now: values.filter(([at]) => at === end).length,
        }));
      const own = await lab.origin("prometheus", 9090);
      expect(ages(await lab.queryRange(own, range))).toEqual([{ then: 0, now: 1 }]);
      const querier = await lab.origin("thanos-query", 10902);
      expect(ages(await lab.queryRange(querier, range))).toEqual([{ then: 14 * 24 - 1, now: 1 }]);
    },
    3 * MINUTE,
  );

  test.each(Object.entries(RESOLUTIONS))(
    "keep their average, and their peak: %s",
    async (_, resolutionMs) => {
      const [average] = await numbers("avg_over_time(load[1h])", resolutionMs);
      expect(average).toBeCloseTo((59 * 2 + 7) / 60, 6);
      expect(await numbers("max_over_time(load[1h])", resolutionMs)).toEqual([7]);
    },
  );

  test(
    "lose single samples first: what is thinned out stays, and is read",
    async () => {
      await lab.run(settings(), "thanos-compactor", compactorArguments({ raw: "4d" }));
      expect(await resolutions()).toEqual([RESOLUTIONS.fiveMinutes, RESOLUTIONS.oneHour]);
      // For a day, the store goes on reading what is about to be deleted.
      await startQuerier(["--ignore-deletion-marks-delay=0s"]);
      expect(await numbers("max_over_time(load[1h])", RESOLUTIONS.raw)).toEqual([]);
      expect(await numbers("max_over_time(load[1h])", RESOLUTIONS.oneHour)).toEqual([7]);
    },
    3 * MINUTE,
  );

  test(
    "that would be there twice halt the compactor, which tells of it",
    async () => {
      const halted = () => lab.figures("thanos-compactor", "thanos_compact_halted");
      const starts = { what: "the compactor has started", deadlineMs: MINUTE };
      const flags = ["--consistency-delay=0s"];
      await lab.start(settings(), "thanos-compactor", { flags });
      await waitFor(starts, halted, ([value]) => value === 0);
      await lab.upload(settings(), overlapping());
      await lab.start(settings(), "thanos-compactor", { flags });
      const halts = { what: "the compactor has halted", deadlineMs: 2 * MINUTE };
      await waitFor(halts, halted, ([value]) => value === 1);
    },
    5 * MINUTE,
  );

  async function numbers(query: string, resolutionMs: number): Promise<readonly number[]> {
    const all = await ask(query, resolutionMs);
    return all.flatMap(({ values }) => values.map(([, value]) => Number(value)));
  }
});
