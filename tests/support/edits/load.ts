import path from "node:path";

import { writeLines } from "../../../examples/website/numbered-lines";
import { runTraffic } from "../../../examples/website/traffic";
import { miscounted, missingThroughEdits } from "../../../tools/lib/lost-scrapes";
import { DRILL_VISITS } from "../drill-settings";
import type { TestStack } from "../test-stack";
import { waitFor } from "../wait";

const RUN = "edits";
const LINES_PER_SECOND = 20;
/** Loki gives no more lines at once: slices of time in which fewer were written. */
const SLICE_MS = 60_000;
const AN_HOUR_S = 3_600;

/** The series of `up` of one target, each with the times of its scrapes, and how many it did not answer. */
interface Scrapes {
  readonly target: string;
  readonly series: readonly (readonly number[])[];
  readonly failed: number;
}

type Values = readonly (readonly [atSeconds: number, value: string])[];

/** Visitors and numbered lines, while a stack is changed under them. */
export class Load {
  private readonly end = new AbortController();
  private readonly startMs = Date.now();
  private readonly visitors: Promise<unknown>;
  private readonly writer: Promise<number>;

  constructor(private readonly stack: TestStack) {
    const { signal } = this.end;
    const visits = { url: stack.siteUrl, rate: 10, count: 100_000, visits: DRILL_VISITS };
    this.visitors = runTraffic(visits, signal);
    const file = path.join(stack.logFolder, "app", "app.log");
    this.writer = writeLines(
      { file, run: RUN, rate: LINES_PER_SECOND, count: AN_HOUR_S * LINES_PER_SECOND },
      signal,
    );
  }

  /** Ends it, where it is not ended. @returns how many lines were written */
  async stop(): Promise<number> {
    this.end.abort();
    await this.visitors;
    return this.writer;
  }

  /**
   * Lines of the load that Loki has not, or has twice, as one host's agent brought them.
   *
   * @throws when the last one never comes
   */
  async lines(host = "app") {
    const written = await this.stop();
    const between = (fromMs: number, toMs: number) => this.numbers(host, fromMs, toMs);
    await waitFor(
      { what: `line ${written} of ${host} in Loki`, deadlineMs: 60_000 },
      async () => (await between(Date.now() - SLICE_MS, Date.now())).includes(written),
      (isThere) => isThere,
    );
    const found: number[] = [];
    for (let fromMs = this.startMs - 1_000; fromMs < Date.now(); fromMs += SLICE_MS) {
      found.push(...(await between(fromMs, fromMs + SLICE_MS)));
    }
    return { written, ...miscounted(found, written) };
  }

  /** Scrapes of every target that are missing, or failed, since the load began. */
  async scrapes(intervalMs: number) {
    const taken = await this.taken();
    const lost = taken
      .map(({ target, series, failed }) => ({
        target,
        missing: missingThroughEdits(series, intervalMs),
        failed,
      }))
      .filter(({ missing, failed }) => missing + failed > 0);
    return { count: taken.reduce((sum, { series }) => sum + series.flat().length, 0), lost };
  }

  private async numbers(host: string, fromMs: number, toMs: number): Promise<readonly number[]> {
    const query = new URLSearchParams({
      query: `{job="app",host="${host}"} |= "run ${RUN} line"`,
      start: `${fromMs}000000`,
      end: `${toMs}000000`,
      limit: "5000",
    });
    const answer = await fetch(
      `${await this.stack.lokiUrl()}/loki/api/v1/query_range?${query.toString()}`,
    );
    const { data } = (await answer.json()) as {
      data: { result: { values: [string, string][] }[] };
    };
    return data.result.flatMap(({ values }) =>
      values.map(([, line]) => Number(/line (\d+)$/.exec(line)?.[1])),
    );
  }

  /** A target whose address is edited goes on under the same name. */
  private async taken(): Promise<readonly Scrapes[]> {
    const seconds = Math.floor((Date.now() - this.startMs) / 1_000);
    const origin = await this.stack.internalUrl("prometheus", 9090);
    const url = `${origin}/api/v1/query?query=${encodeURIComponent(`up[${seconds}s]`)}`;
    const { data } = (await (await fetch(url)).json()) as {
      data: { result: { metric: Record<string, string>; values: Values }[] };
    };
    const byTarget = new Map<string, Values[]>();
    for (const { metric, values } of data.result) {
      const target = `${metric.job ?? ""} ${metric.target ?? metric.instance ?? ""}`;
      byTarget.set(target, [...(byTarget.get(target) ?? []), values]);
    }
    return [...byTarget].map(([target, series]) => ({
      target,
      series: series.map((values) => values.map(([atSeconds]) => atSeconds * 1_000)),
      failed: failures(series.flat().sort(([one], [other]) => one - other)),
    }));
  }
}

/** A target that is new is there before whoever answers at it. */
function failures(values: Values): number {
  const first = values.findIndex(([, value]) => value === "1");
  return values.filter(([, value], index) => value !== "1" && (first < 0 || index > first)).length;
}
