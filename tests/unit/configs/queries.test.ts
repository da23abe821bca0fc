import { EXPECTED_EMPTY } from "../../support/live-queries";
import { allQueries } from "../../support/queries";
import { firstError, groupingsOf, selectionsOf, withoutFallback } from "../../support/query-syntax";
import { VARIANT_NAMES, VARIANTS } from "../../support/rule-variants";

describe("the check of a query's grammar", () => {
  it.each([
    ["prometheus", "sum(rate(x[5m])", "(end of the query)"],
    ["prometheus", "up{job=}", "}"],
    ["prometheus", "rate(x[$__other])", "$__other])"],
    ["loki", '{job="x"', "(end of the query)"],
    ["loki", 'rate({job="x"} | status>=500)', ")"],
  ] as const)("finds the error in %s: %s", (evaluator, query, error) => {
    expect(firstError(evaluator, query)).toBe(error);
  });

  it.each([
    ["prometheus", 'avg by (target) (avg_over_time(x{a="b"}[1h]))'],
    ["loki", 'quantile_over_time(0.95, {a="b"} | status!=101 | unwrap t [5m]) by (env)'],
  ] as const)("takes what is right in %s: %s", (evaluator, query) => {
    expect(firstError(evaluator, query)).toBeUndefined();
  });
});

describe("what a query names", () => {
  it("is its metrics, with the labels that say whose they are", () => {
    const query = '1 - up{job="loki"} / on (host) x{code!="500",service="a"}';
    expect(selectionsOf("prometheus", query)).toEqual([
      { text: 'up{job="loki"}', metric: "up", labels: ["job"], fields: [] },
      { text: 'x{service="a"}', metric: "x", labels: ["code", "service"], fields: [] },
    ]);
  });

  it("is its streams, each with the fields of its own pipeline", () => {
    const query =
      'sum(count_over_time({job="a",level="error"} | f="1" or g>2 [5m])) / ' +
      'sum(sum_over_time({job="b"} |= "x" | unwrap h [5m]))';
    expect(selectionsOf("loki", query)).toEqual([
      { text: '{job="a"}', metric: "", labels: ["job", "level"], fields: ["f", "g"] },
      { text: '{job="b"}', metric: "", labels: ["job"], fields: ["h"] },
    ]);
  });

  it("is also what it groups by, but not what it leaves out", () => {
    const query = "sum by (host) (x) / sum without (cpu) (y)";
    expect(groupingsOf("prometheus", query)).toEqual(["host"]);
    expect(groupingsOf("loki", 'sum by (a, b) (rate({c="d"}[1m]))')).toEqual(["a", "b"]);
  });

  it.each([
    ["prometheus", "a / b or vector(0)", "a / b"],
    ["prometheus", "1 - (a or 0 * b) / b", "1 - (a or 0 * b) / b"],
    ["loki", '(rate({a="b"}[1m])) or (0 * rate({c="d"}[1m]))', '(rate({a="b"}[1m]))'],
  ] as const)("is asked of %s without what it falls back to: %s", (evaluator, query, expected) => {
    expect(withoutFallback(evaluator, query)).toBe(expected);
  });
});

describe.each(VARIANT_NAMES)("every query of the stack %s", (name) => {
  const queries = allQueries(VARIANTS[name]);

  it("is found: those of panels, variables, markers and rules, for both evaluators", () => {
    const kinds = new Set(queries.map(({ role, evaluator }) => `${role} ${evaluator}`));
    expect([...kinds].sort()).toEqual([
      "lines loki",
      "marker prometheus",
      "panel loki",
      "panel prometheus",
      "rule loki",
      "rule prometheus",
      "variable loki",
      "variable prometheus",
    ]);
  });

  it("is in its evaluator's language", () => {
    const errors = queries.flatMap(({ key, evaluator, expr }) => {
      const error = firstError(evaluator, expr);
      return error === undefined ? [] : [{ key, expr, error }];
    });
    expect(errors).toEqual([]);
  });

  it("asks somebody: a constant is not data", () => {
    const constants = queries.filter(
      ({ evaluator, expr }) => selectionsOf(evaluator, expr).length === 0,
    );
    expect(constants.map(({ key }) => key)).toEqual(["rule Watchdog"]);
  });
});

describe("queries that are excused for having no data", () => {
  const keys = allQueries(VARIANTS.dev).map(({ key }) => key);

  it("are ten at most, in a few panels and rules, and each has a drill that gives it some", () => {
    const excused = Object.keys(EXPECTED_EMPTY).flatMap((start) =>
      keys.filter((key) => key.startsWith(start)),
    );
    expect(excused).toEqual([
      "Performance / Duration in the application, percentiles of 5m / A",
      "Performance / Duration in the application, percentiles of 5m / B",
      "SLO and golden signals / Latency: P95 / B",
      "Monitoring itself / Since old logs were last deleted / A",
      "rule ContainerThrottled",
      "rule LokiDiscardedSamples",
    ]);
    expect(excused.length).toBeLessThanOrEqual(10);
  });
});
