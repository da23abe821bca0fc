import { gather } from "../../../configs/gathered";
import { merged } from "../../../configs/grafana/merged-rule";
import { placedSpecs } from "../../../configs/hosts";
import type { AlertRule, Evaluator } from "../../../configs/rules/rule";
import { toYaml } from "../../../configs/yaml";
import { check } from "../../support/checker";
import { devSettings } from "../../support/fixtures";
import { LokiServer } from "../../support/loki-server";

/** The queries that Grafana asks as the engine, judged by the servers that it asks. */
const MINUTE = 60_000;
const settings = devSettings({ alerting: { engine: "grafana" } });
const groups = gather(settings, placedSpecs(settings)).judgedByGrafana;

/** The rules of an evaluator, one for each name as Grafana has them. */
function rulesFor(evaluator: Evaluator): readonly AlertRule[] {
  const rules = groups
    .filter((group) => group.evaluator === evaluator)
    .flatMap((group) => group.rules);
  const names = [...new Set(rules.map(({ alert }) => alert))];
  return names.map((name) => merged(rules.filter(({ alert }) => alert === name)));
}

test(
  "promtool accepts every query to Prometheus",
  async () => {
    const rules = rulesFor("prometheus").map(({ alert, expr }) => ({ alert, expr }));
    expect(rules.some(({ expr }) => expr.includes("label_replace"))).toBe(true);
    const verdict = await check({
      image: "prometheus",
      program: "/bin/promtool",
      args: ["check", "rules", "/check/rules.yml"],
      files: { "rules.yml": toYaml({ groups: [{ name: "grafana", rules }] }) },
    });
    expect(verdict).toMatchObject({ exitCode: 0 });
    expect(verdict.output).toContain(`SUCCESS: ${rules.length} rules found`);
  },
  MINUTE,
);

describe("Loki", () => {
  let loki: LokiServer;

  beforeAll(async () => {
    loki = await LokiServer.start({ settings });
  }, 2 * MINUTE);

  afterAll(async () => {
    await (loki as LokiServer | undefined)?.stop();
  }, MINUTE);

  test.each(rulesFor("loki").map(({ alert, expr }) => [alert, expr]))(
    "answers %s",
    async (_alert, expr) => {
      await expect(loki.query(expr, Date.now())).resolves.toBeDefined();
    },
    MINUTE,
  );

  test(
    "tells the two severities of one alert apart, as two rules would",
    async () => {
      const now = Date.now();
      const labels = {
        env: "dev",
        host: "app",
        job: "nginx",
        service: "nginx",
        log_type: "access",
      };
      const lines = Array.from({ length: 30 }, (_, index) => ({
        labels,
        fields: { status: index < 5 ? "500" : "200" },
        text: `request ${index}`,
        atMs: now - 1_000 - index,
      }));
      await loki.push(lines);
      const rule = rulesFor("loki").find(({ alert }) => alert === "High5xxRate");
      const samples = await loki.query(rule?.expr ?? "", now);
      expect(samples.map((sample) => [sample.labels.severity, sample.labels.host]).sort()).toEqual([
        ["critical", "app"],
        ["warning", "app"],
      ]);
      expect(samples.map(({ value }) => value)).toEqual([5 / 30, 5 / 30]);
    },
    MINUTE,
  );
});
