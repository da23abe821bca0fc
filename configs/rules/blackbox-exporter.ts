import type { Settings } from "../settings/settings";
import { type RuleGroup, ruleGroup } from "./rule";

/** The one who checks the site. That it is gone altogether is ProbeMissing. */
export function blackboxExporterRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "blackbox-exporter",
    evaluator: "prometheus",
    alerts: [
      {
        name: "BlackboxReloadFailed",
        expr: 'blackbox_exporter_config_last_reload_successful{job="blackbox-exporter"} == 0',
        forMs: settings.alerts.BlackboxReloadFailed.for,
        severity: "warning",
        summary: "Blackbox refused its configuration",
        description:
          "Blackbox checks the site by the configuration of before: what was changed since, such as the " +
          "time that a check may take, is not in force.",
        dashboard: "monitoring",
      },
    ],
  });
}
