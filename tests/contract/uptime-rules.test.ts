import { toYaml } from "../../configs/yaml";
import { check } from "../support/checker";
import { devSettings } from "../support/fixtures";
import { renderStack } from "../support/render-stack";

/**
 * The uptime alerts in both directions, judged by Prometheus' own rule tester: fires, stays quiet,
 * resolves. Probes every 60 s, rules evaluated every 15 s, as in the shipped settings.
 */
const settings = devSettings();
const PAGE =
  'probe_success{job="blackbox-http",env="dev",site="website",target="page",instance="http://application:80"}';
const API =
  'probe_success{job="blackbox-http",env="dev",site="website",target="api",instance="http://application:80/api/health"}';

interface Case {
  readonly name: string;
  /** Samples of the page's and the API's probe, one a minute from minute 0, in promtool's notation. */
  readonly page: string;
  readonly api: string;
  readonly at: string;
  /** Alerts that fire then, out of WebsiteDown, ApiDown and ProbeMissing. */
  readonly firing: readonly string[];
}

const cases: readonly Case[] = [
  { name: "good checks", page: "1x10", api: "1x10", at: "9m", firing: [] },
  { name: "a single failed check", page: "1 1 1 0 1 1 1", api: "1x6", at: "3m45s", firing: [] },
  {
    name: "two failed checks",
    page: "1 1 1 0 0 0",
    api: "1x5",
    at: "4m15s",
    firing: ["WebsiteDown"],
  },
  {
    name: "every second check failed",
    page: "1 0 1 0 1 0 1 0",
    api: "1x7",
    at: "7m15s",
    firing: [],
  },
  {
    name: "the first good check after an outage",
    page: "0 0 0 1 1",
    api: "1x4",
    at: "3m15s",
    firing: [],
  },
  {
    name: "page and API down: one outage, one alert",
    page: "1 1 0x8",
    api: "1 1 0x8",
    at: "9m",
    firing: ["WebsiteDown"],
  },
  { name: "only the API down", page: "1x10", api: "1 1 1 0x7", at: "8m", firing: ["ApiDown"] },
  {
    name: "the page's probe gone",
    page: "1 1 stale",
    api: "1x12",
    at: "8m",
    firing: ["ProbeMissing"],
  },
  {
    name: "the page's probe gone for a moment",
    page: "1 1 stale _ 1 1 1 1 1",
    api: "1x12",
    at: "5m",
    firing: [],
  },
];

const ALERTS = ["WebsiteDown", "ApiDown", "ProbeMissing"];

test.each(cases)(
  "$name: $firing at $at",
  async ({ page, api, at, firing }) => {
    const files = renderStack(settings);
    const verdict = await check({
      image: "prometheus",
      program: "/bin/promtool",
      args: ["test", "rules", "/check/test.yml"],
      files: {
        "uptime.yml": files["prometheus/rules/uptime.yml"] ?? "",
        "test.yml": toYaml(ruleTest({ page, api, at, firing })),
      },
    });
    expect(verdict).toMatchObject({ exitCode: 0 });
  },
  60_000,
);

function ruleTest({ page, api, at, firing }: Omit<Case, "name">) {
  const count = (name: string) => ({
    // promtool compares whole alerts, texts included; who fires is read from the ALERTS series.
    expr: `count(ALERTS{alertname="${name}",alertstate="firing"}) or vector(0)`,
    eval_time: at,
    exp_samples: [{ labels: "{}", value: firing.includes(name) ? 1 : 0 }],
  });
  return {
    rule_files: ["uptime.yml"],
    evaluation_interval: "15s",
    tests: [
      {
        interval: "1m",
        input_series: [
          { series: PAGE, values: page },
          { series: API, values: api },
        ],
        promql_expr_test: ALERTS.map(count),
      },
    ],
  };
}
