import { secondWatcherRules } from "../rules/alertmanager";
import { grafanaRules } from "../rules/grafana";
import type { RuleGroup } from "../rules/rule";
import type { Settings } from "../settings/settings";

/** Who judges which rules. */
export interface Judges {
  /** Prometheus and Loki; Alertmanager tells. */
  readonly servers: readonly RuleGroup[];
  /** Grafana judges and tells by itself. */
  readonly grafana: readonly RuleGroup[];
}

/**
 * One engine judges all rules but those about itself: nobody reports his own end. Those are the other
 * one's, where it is deployed.
 */
export function judges(settings: Settings, groups: readonly RuleGroup[]): Judges {
  const aboutAlertmanager = secondWatcherRules(settings);
  const aboutGrafana = grafanaRules(settings).name;
  if (settings.alerting.engine === "alertmanager") {
    return { servers: groups, grafana: settings.grafana.enabled ? [aboutAlertmanager] : [] };
  }
  const others = groups.filter(({ name }) => name !== aboutGrafana);
  const told = new Set(others.flatMap(({ rules }) => rules.map(({ alert }) => alert)));
  return {
    servers: groups.filter(({ name }) => name === aboutGrafana),
    grafana: [
      ...others,
      {
        ...aboutAlertmanager,
        rules: aboutAlertmanager.rules.filter(({ alert }) => !told.has(alert)),
      },
    ],
  };
}
