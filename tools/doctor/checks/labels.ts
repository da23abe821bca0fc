import { STREAM_LIMIT } from "../../../configs/services/loki";
import type { Settings } from "../../../configs/settings/settings";
import type { Check } from "../check";
import { type Finding, fine, problem } from "../finding";
import { askLoki, askPrometheus } from "../servers";

/** A metric of so many series has a label that takes too many values. */
const SERIES_OF_METRIC = 10_000;
/** Each value of a label of logs makes streams of its own. */
const VALUES_OF_LABEL = 100;
const STREAM_SHARE = 0.8;
const DAY_SECONDS = 86_400;

/** How many series and streams there are, and of what. */
export interface Cardinality {
  readonly series: number;
  readonly metrics: readonly { readonly name: string; readonly value: number }[];
  /** The labels of each stream that had a line in the last day. */
  readonly streams: readonly Readonly<Record<string, string>>[];
}

export const labels: Check = {
  name: "labels",
  looksAt:
    "how many series Prometheus has and how many streams Loki, and which metric or label has too many",
  limitSeconds: 30,
  run: async (examined, signal) => {
    const { settings, nowMs } = examined;
    const [status] = await askPrometheus<{
      headStats: { numSeries: number };
      seriesCountByMetricName: Cardinality["metrics"];
    }>(examined, ["/api/v1/status/tsdb?limit=5"], signal);
    const match = encodeURIComponent(`{env="${settings.environment}"}`);
    const start = Math.floor(nowMs() / 1000) - DAY_SECONDS;
    const path = `/loki/api/v1/series?match[]=${match}&start=${start}`;
    const [streams = []] = await askLoki<Cardinality["streams"]>(examined, [path], signal);
    return labelFindings(settings, {
      series: status?.headStats.numSeries ?? 0,
      metrics: status?.seriesCountByMetricName ?? [],
      streams,
    });
  },
};

export function labelFindings(settings: Settings, found: Cardinality): readonly Finding[] {
  return [...ofMetrics(found), ...ofLogs(settings, found)];
}

function ofMetrics({ series, metrics }: Cardinality): readonly Finding[] {
  const many = metrics.filter(({ value }) => value > SERIES_OF_METRIC);
  if (many.length === 0) return [fine("prometheus", `it has ${series} series`)];
  return many.map(({ name, value }) =>
    problem({
      path: "prometheus",
      rule: `must have at most ${SERIES_OF_METRIC} series of ${name}`,
      got: `${value} of ${series}`,
      fix: `take the label with the many values out where it is exposed; which one: topk(5, count by (<label>) (${name}))`,
    }),
  );
}

function ofLogs(settings: Settings, { streams }: Cardinality): readonly Finding[] {
  const counts = valuesByLabel(streams).filter(([, count]) => count > VALUES_OF_LABEL);
  const limit = STREAM_LIMIT * STREAM_SHARE;
  const tooMany = counts.map(([label, count]) =>
    problem({
      path: "loki",
      rule: `must have at most ${VALUES_OF_LABEL} values of the label ${label} in a day`,
      got: String(count),
      fix: "make it a field instead of a label, where the line is read (logs.sources, logs.filters)",
    }),
  );
  if (streams.length > limit) {
    tooMany.push(
      problem({
        path: "loki",
        rule: `must have at most ${limit} streams in a day, because it refuses lines of more than ${STREAM_LIMIT} at a time`,
        got: String(streams.length),
        fix:
          "see which label has the most values: logcli series --analyze-labels '{env=\"" +
          `${settings.environment}"}'`,
      }),
    );
  }
  if (tooMany.length > 0) return tooMany;
  return [
    fine("loki", `it had ${streams.length} streams in the last day, of ${STREAM_LIMIT} at a time`),
  ];
}

/** How many values each label has, in the order of their names. */
function valuesByLabel(streams: Cardinality["streams"]): readonly (readonly [string, number])[] {
  const values = new Map<string, Set<string>>();
  for (const [label, value] of streams.flatMap((stream) => Object.entries(stream))) {
    values.set(label, (values.get(label) ?? new Set()).add(value));
  }
  return [...values].map(([label, set]) => [label, set.size] as const).sort();
}
