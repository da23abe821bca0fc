import type { Settings } from "../settings/settings";
import { alert, type RuleGroup } from "./rule";
import { PROBE_JOB } from "./uptime";

/** Monitoring watching itself. */
export function metaRules(settings: Settings): RuleGroup {
  return {
    name: "meta",
    rules: [
      alert({
        name: "Watchdog",
        expr: "vector(1)",
        severity: "none",
        summary: "Alerting works",
        description:
          "Always firing. A receiver that stops hearing it knows that alerting is broken.",
        labels: { env: settings.environment },
      }),
      alert({
        name: "TargetDown",
        expr: `up{job!="${PROBE_JOB}"} == 0`,
        forMs: settings.intervals.scrape * 8,
        severity: "warning",
        summary: "{{ $labels.job }} on {{ $labels.host }} does not answer",
        description:
          "Prometheus cannot read the metrics of {{ $labels.job }} ({{ $labels.instance }}). " +
          "What it measures is not being watched.",
      }),
    ],
  };
}
