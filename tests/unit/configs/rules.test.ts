import { existsSync } from "node:fs";
import { join } from "node:path";

import { metaRules } from "../../../configs/rules/meta";
import { alert } from "../../../configs/rules/rule";
import { uptimeRules } from "../../../configs/rules/uptime";
import type { Settings } from "../../../configs/settings/settings";
import { devSettings, repositoryRoot } from "../../support/fixtures";
import { placedSpecs, stackCases } from "../../support/render-stack";

function ruleOf(settings: Settings, name: string) {
  const rule = uptimeRules(settings).rules.find((candidate) => candidate.alert === name);
  if (!rule) throw new Error(`no rule ${name}`);
  return rule;
}

/** `probe_success` of one target over a window. */
function series(target: "page" | "api", window: string): string {
  return `probe_success{job="blackbox-http",site="website",target="${target}"}[${window}]`;
}

function isDown(target: "page" | "api", window: string): string {
  const probes = series(target, window);
  return `(max_over_time(${probes}) == 0 and count_over_time(${probes}) >= 2)`;
}

const INTERVALS: readonly (readonly [probe: string, window: string, forApi: string])[] = [
  // With a timeout of 1 s the margin is the timeout, or 0.2 intervals where that is less.
  ["60s", "2m1s", "1m12s"],
  ["30s", "1m1s", "36s"],
  ["2s", "4s400ms", "2s400ms"],
];

function withProbe(probe: string): Settings {
  return devSettings({ intervals: { probe, probeTimeout: "1s" } });
}

describe("WebsiteDown", () => {
  it.each(INTERVALS)("with a probe every %s looks at two samples in %s", (probe, window) => {
    expect(ruleOf(withProbe(probe), "WebsiteDown").expr).toBe(isDown("page", window));
  });

  it("at the defaults looks back no longer than a second check that hangs may take", () => {
    expect(ruleOf(devSettings(), "WebsiteDown").expr).toBe(isDown("page", "2m10s"));
  });

  it("fires at once: the samples are counted, not the time", () => {
    expect(ruleOf(devSettings(), "WebsiteDown").for).toBeUndefined();
  });
});

describe("ApiDown", () => {
  it.each(INTERVALS)(
    "with a probe every %s stays quiet while the page is down",
    (probe, window) => {
      expect(ruleOf(withProbe(probe), "ApiDown").expr).toBe(
        `${isDown("api", window)} unless on (env, site) ${isDown("page", window)}`,
      );
    },
  );

  it.each(INTERVALS)(
    "with a probe every %s waits one more probe of the page",
    (probe, _window, forApi) => {
      expect(ruleOf(withProbe(probe), "ApiDown").for).toBe(forApi);
    },
  );
});

describe("ProbeMissing", () => {
  const missing = uptimeRules(devSettings()).rules.filter((rule) => rule.alert === "ProbeMissing");

  it("is there once for each target, with the labels that absent() cannot give", () => {
    expect(missing.map(({ expr, labels }) => ({ expr, labels }))).toEqual([
      {
        expr: 'absent(probe_success{job="blackbox-http",site="website",target="page"})',
        labels: {
          severity: "critical",
          env: "dev",
          site: "website",
          target: "page",
          instance: "http://application:80",
        },
      },
      {
        expr: 'absent(probe_success{job="blackbox-http",site="website",target="api"})',
        labels: {
          severity: "critical",
          env: "dev",
          site: "website",
          target: "api",
          instance: "http://application:80/api/health",
        },
      },
    ]);
  });

  it("waits three probes", () => {
    expect(missing.map((rule) => rule.for)).toEqual(["3m", "3m"]);
  });
});

describe("the rules about monitoring itself", () => {
  const [watchdog, targetDown] = metaRules(devSettings()).rules;

  it("keep Watchdog firing for ever, for no person", () => {
    expect(watchdog).toMatchObject({
      alert: "Watchdog",
      expr: "vector(1)",
      labels: { severity: "none", env: "dev" },
    });
  });

  it("tell of a target that does not answer, but not of a probe: that is the site's alert", () => {
    expect(targetDown).toMatchObject({
      alert: "TargetDown",
      expr: 'up{job!="blackbox-http"} == 0',
      for: "2m",
      labels: { severity: "warning" },
    });
  });
});

describe("a rule at once", () => {
  it("has no `for` at all", () => {
    const options = { name: "X", expr: "x", severity: "info", summary: "s" } as const;
    expect(alert({ ...options, description: "d" })).not.toHaveProperty("for");
  });
});

describe.each(stackCases)("every alert of %s", (_, settings) => {
  const rules = placedSpecs(settings)
    .flatMap(({ spec }) => spec.monitoring?.ruleGroups ?? [])
    .flatMap((group) => group.rules.map((rule) => [rule.alert, rule] as const));

  it("is one of those that have a place to live", () => {
    expect(rules.map(([name]) => name).sort()).toEqual([
      "ApiDown",
      "ProbeMissing",
      "ProbeMissing",
      "TargetDown",
      "Watchdog",
      "WebsiteDown",
    ]);
  });

  it.each(rules)("%s says how loud, what, why, and what to do", (name, rule) => {
    expect(name).toMatch(/^([A-Z][a-z0-9]+)+$/);
    expect(["critical", "warning", "info", "none"]).toContain(rule.labels.severity);
    expect(rule.annotations.summary?.length).toBeGreaterThan(10);
    expect(rule.annotations.summary?.length).toBeLessThan(120);
    expect(rule.annotations.description?.length).toBeGreaterThan(40);
    expect(rule.annotations.runbook).toBe(`docs/runbooks/${name}.md`);
    expect(existsSync(join(repositoryRoot, `docs/runbooks/${name}.md`))).toBe(true);
  });
});
