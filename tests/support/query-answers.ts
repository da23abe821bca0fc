import type { StackQuery } from "./queries";
import { groupingsOf, type Selection, selectionsOf, withoutFallback } from "./query-syntax";

/** Addresses of real servers. */
export interface QueryServers {
  /** Without a slash at the end, as `http://127.0.0.1:9090`. */
  readonly prometheus: string;
  readonly loki: string;
}

/** A stretch of time, in Unix milliseconds. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a server answered to a query. */
export interface Answer {
  /** Labels of each series or stream. */
  readonly series: readonly Readonly<Record<string, string>>[];
  /** Numbers, without those that are none (NaN), or lines. */
  readonly samples: number;
}

type Labels = Readonly<Record<string, string>>;

/** Asks Prometheus and Loki what Grafana would ask, and about the names in it. */
export class Answers {
  private readonly known = new Map<string, Promise<unknown>>();

  constructor(
    private readonly servers: QueryServers,
    private readonly range: TimeRange,
  ) {}

  /** Runs a query without its fallback. @throws Error with the server's words if it refuses */
  async run({ evaluator, expr, instant }: StackQuery): Promise<Answer> {
    const query = withoutFallback(evaluator, expr);
    const { fromMs, toMs } = this.range;
    const times: Labels = instant
      ? { time: seconds(toMs) }
      : { start: seconds(fromMs), end: seconds(toMs), step: String(stepSeconds(this.range)) };
    const base =
      evaluator === "prometheus"
        ? `${this.servers.prometheus}/api/v1`
        : `${this.servers.loki}/loki/api/v1`;
    const path = instant ? "query" : "query_range";
    const { result, resultType } = await this.get<QueryData>(`${base}/${path}`, {
      query,
      ...times,
    });
    if (resultType === "scalar") return { series: [], samples: 0 };
    const samples = result.flatMap(({ value, values }) => values ?? (value ? [value] : []));
    return {
      series: result.map(({ metric, stream }) => metric ?? stream ?? {}),
      samples: samples.filter(([, sample]) => sample !== "NaN").length,
    };
  }

  /** Which metrics, labels, streams and fields of a query do not exist, in words. */
  async missing({ evaluator, expr }: StackQuery): Promise<readonly string[]> {
    const selections = selectionsOf(evaluator, expr);
    const groupings = groupingsOf(evaluator, expr);
    const found = await Promise.all(
      selections.map((selection) =>
        evaluator === "prometheus"
          ? this.lookAtSeries(selection)
          : this.lookAtStreams(selection, groupings),
      ),
    );
    const names = new Set(found.flatMap(({ labels }) => [...labels]));
    const unknownGroupings = groupings.filter((label) => !names.has(label));
    return [
      ...new Set([
        ...found.flatMap(({ problems }) => problems),
        ...unknownGroupings.map((label) => `nothing has the label "${label}" that it groups by`),
      ]),
    ];
  }

  private async lookAtSeries({ text, metric, labels }: Selection): Promise<Found> {
    const selected = await this.seriesOf(text);
    const all = metric === "" ? selected : await this.seriesOf(metric);
    const names = namesOf(all);
    if (all.length === 0)
      return { labels: names, problems: [`there is no metric ${metric || text}`] };
    const unknown = labels.filter((label) => !names.has(label));
    const problems = unknown.map((label) => `${metric} has no label "${label}"`);
    const isEmpty = selected.length === 0 && problems.length === 0;
    return { labels: names, problems: isEmpty ? [`no series is ${text}`] : problems };
  }

  private async lookAtStreams(selection: Selection, groupings: readonly string[]): Promise<Found> {
    const { text, labels, fields } = selection;
    const streams = await this.streamsOf(text);
    const names = namesOf(streams);
    const unknown = labels.filter((label) => !names.has(label));
    if (streams.length === 0) return { labels: names, problems: [`no stream is ${text}`] };
    const asked = [...new Set([...fields, ...groupings])].filter((name) => !names.has(name));
    const present = await Promise.all(asked.map((field) => this.hasField(text, field)));
    const known = asked.filter((_, index) => present[index]);
    return {
      labels: new Set([...names, ...known]),
      problems: [
        ...unknown.map((label) => `no stream has the label "${label}"`),
        ...fields
          .filter((field) => !names.has(field) && !known.includes(field))
          .map((field) => `no line of ${text} has the field "${field}"`),
      ],
    };
  }

  private seriesOf(selector: string): Promise<readonly Labels[]> {
    const { fromMs, toMs } = this.range;
    return this.get<readonly Labels[]>(`${this.servers.prometheus}/api/v1/series`, {
      "match[]": selector,
      start: seconds(fromMs),
      end: seconds(toMs),
    });
  }

  private async streamsOf(selector: string): Promise<readonly Labels[]> {
    const { fromMs, toMs } = this.range;
    // Loki leaves the data out where nothing matches.
    const streams = await this.get<readonly Labels[] | undefined>(
      `${this.servers.loki}/loki/api/v1/series`,
      { "match[]": selector, start: seconds(fromMs), end: seconds(toMs) },
    );
    return streams ?? [];
  }

  private async hasField(selector: string, field: string): Promise<boolean> {
    const { fromMs, toMs } = this.range;
    const window = `${Math.ceil((toMs - fromMs) / 1_000)}s`;
    const { result } = await this.get<QueryData>(`${this.servers.loki}/loki/api/v1/query`, {
      query: `sum(count_over_time(${selector} | ${field}!="" [${window}]))`,
      time: seconds(toMs),
    });
    return result.length > 0;
  }

  /** One request for each different question. */
  private get<T>(url: string, parameters: Readonly<Record<string, string>>): Promise<T> {
    const address = `${url}?${new URLSearchParams(parameters).toString()}`;
    const answer = this.known.get(address) ?? dataOf(address);
    this.known.set(address, answer);
    return answer as Promise<T>;
  }
}

interface Found {
  readonly labels: ReadonlySet<string>;
  readonly problems: readonly string[];
}

interface QueryData {
  readonly resultType: string;
  readonly result: readonly {
    readonly metric?: Labels;
    readonly stream?: Labels;
    readonly value?: readonly [number, string];
    readonly values?: readonly (readonly [number | string, string])[];
  }[];
}

async function dataOf(address: string): Promise<unknown> {
  const response = await fetch(address, { signal: AbortSignal.timeout(60_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text.slice(0, 500)}`);
  return (JSON.parse(text) as { data?: unknown }).data;
}

function namesOf(series: readonly Labels[]): ReadonlySet<string> {
  return new Set(series.flatMap((labels) => Object.keys(labels)));
}

/** At most some two hundred points, as a panel has; never closer than the probes of a test. */
function stepSeconds({ fromMs, toMs }: TimeRange): number {
  return Math.max(5, Math.ceil((toMs - fromMs) / 200_000));
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(3);
}
