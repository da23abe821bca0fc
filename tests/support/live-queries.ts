import type { Settings } from "../../configs/settings/settings";
import { allQueries, type StackQuery } from "./queries";
import { Answers, type QueryServers } from "./query-answers";
import { selectionsOf } from "./query-syntax";

const DURATION = "the example's log has no duration_ms: write a JSON line with one into app.log";

/**
 * Queries, by the beginning of their key, that have no data on a stack where nothing is wrong, and
 * which drill gives it to them. Not more than ten: a panel that nobody ever saw with data may as well
 * be broken.
 */
export const EXPECTED_EMPTY: Readonly<Record<string, string>> = {
  "Performance / Duration in the application": DURATION,
  "SLO and golden signals / Latency: P95 / B": DURATION,
  "Monitoring itself / Since old logs were last deleted":
    "Loki deletes for the first time some ten minutes after its start",
  "rule ContainerThrottled": "no container has a limit: start one with docker run --cpus 0.1",
  "rule LokiDiscardedSamples":
    "Loki has the metric once it refused a line: push one that is too old",
};

/** What came of one query. */
export interface Finding {
  readonly query: StackQuery;
  readonly series: number;
  readonly samples: number;
  /** What is wrong, in words; nothing where it has data and all that it names exists. */
  readonly problems: readonly string[];
  /** Whether the server would not even run it, which nothing excuses. */
  readonly refused: boolean;
}

export interface Report {
  readonly findings: readonly Finding[];
  /** Those that nothing excuses. */
  readonly broken: readonly Finding[];
  /** Those of {@link EXPECTED_EMPTY} that are empty indeed. */
  readonly expectedEmpty: readonly Finding[];
  /** Those that have data as soon as a browser visits the site. */
  readonly waitingForBrowser: readonly Finding[];
  /** For people. */
  readonly summary: string;
}

/**
 * Runs every query of every panel, variable, marker and rule against real servers: it is understood,
 * what it names exists, and it returns data. A rule may return nothing: then nothing is wrong.
 *
 * @param fromMs since when there should be data, in Unix milliseconds
 * @throws Error if {@link EXPECTED_EMPTY} names a query that there is not
 */
export async function checkLiveQueries(
  servers: QueryServers,
  settings: Settings,
  fromMs: number,
): Promise<Report> {
  const range = { fromMs, toMs: Date.now() };
  const queries = allQueries(settings, range.toMs - fromMs);
  const ghosts = Object.keys(EXPECTED_EMPTY).filter((start) =>
    queries.every(({ key }) => !key.startsWith(start)),
  );
  if (ghosts.length > 0) throw new Error(`EXPECTED_EMPTY has no such query: ${ghosts.join("; ")}`);
  return reportOn(await findings(new Answers(servers, range), queries));
}

/** A few at a time: the servers are small. */
const AT_ONCE = 4;

async function findings(
  answers: Answers,
  queries: readonly StackQuery[],
): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (let start = 0; start < queries.length; start += AT_ONCE) {
    const some = queries.slice(start, start + AT_ONCE);
    found.push(...(await Promise.all(some.map((query) => judge(answers, query)))));
  }
  return found;
}

/** Runs one query, and looks for everything that it names. */
export async function judge(answers: Answers, query: StackQuery): Promise<Finding> {
  try {
    const { series, samples } = await answers.run(query);
    const missing = await answers.missing(query);
    const unnamed = query.legend.filter(
      (label) => series.length > 0 && series.every((labels) => labels[label] === undefined),
    );
    const isPanel = query.role !== "rule";
    const isEmpty = samples === 0 && isPanel;
    const isConstant = isPanel && selectionsOf(query.evaluator, query.expr).length === 0;
    const problems = [
      ...missing,
      ...(isConstant ? ["a constant is not data"] : []),
      ...unnamed.map((label) => `no series has the label "${label}" of the legend`),
      ...(isEmpty && missing.length === 0 ? ["no data"] : []),
    ];
    return { query, series: series.length, samples, problems, refused: false };
  } catch (error) {
    const problems = [`refused: ${String(error)}`];
    return { query, series: 0, samples: 0, problems, refused: true };
  }
}

function reasonToBeEmpty({ key }: StackQuery): string | undefined {
  return Object.entries(EXPECTED_EMPTY).find(([start]) => key.startsWith(start))?.[1];
}

function reportOn(found: readonly Finding[]): Report {
  const troubled = found.filter(({ problems }) => problems.length > 0);
  const excused = troubled.filter(({ refused }) => !refused);
  const waitingForBrowser = excused.filter(({ query }) => query.needsBrowser);
  const expectedEmpty = excused.filter(({ query }) => reasonToBeEmpty(query) !== undefined);
  const broken = troubled.filter(
    (finding) => ![...waitingForBrowser, ...expectedEmpty].includes(finding),
  );
  return {
    findings: found,
    broken,
    expectedEmpty,
    waitingForBrowser,
    summary: [
      `${found.length} queries: ${found.length - troubled.length} with data or, of rules, understood; ` +
        `${waitingForBrowser.length} wait for a browser; ${expectedEmpty.length} wait for a drill; ` +
        `${broken.length} broken`,
      ...expectedEmpty.map(({ query }) => `  waits: ${query.key}: ${reasonToBeEmpty(query) ?? ""}`),
      ...broken.map(
        ({ query, problems }) =>
          `  broken: ${query.key}: ${problems.join("; ")}\n    ${query.expr}`,
      ),
    ].join("\n"),
  };
}
