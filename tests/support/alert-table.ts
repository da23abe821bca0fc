import { z } from "zod";

import { gather } from "../../configs/gathered";
import { placedSpecs } from "../../configs/hosts";
import { secondWatcherRules } from "../../configs/rules/alertmanager";
import type { AlertRule, Evaluator } from "../../configs/rules/rule";
import type { Settings } from "../../configs/settings/settings";
import { ALERT_NAMES, type AlertName, alerts } from "../../configs/thresholds/thresholds";
import { VARIANT_NAMES, VARIANTS } from "./rule-variants";

interface Known {
  readonly rule: AlertRule;
  readonly judge: string;
}

const JUDGES: Readonly<Record<Evaluator, string>> = { prometheus: "Prometheus", loki: "Loki" };

/** Every rule of every stack with its judge. */
function knownRules(settings: Settings): readonly Known[] {
  const groups = gather(settings, placedSpecs(settings)).ruleGroups;
  const second = secondWatcherRules(settings).rules.filter(
    ({ alert }) => !groups.some(({ rules }) => rules.some((rule) => rule.alert === alert)),
  );
  return [
    ...groups.flatMap(({ rules, evaluator }) =>
      rules.map((rule) => ({ rule, judge: JUDGES[evaluator] })),
    ),
    ...second.map((rule) => ({ rule, judge: "Grafana" })),
  ];
}

/** The rows of the table in docs/alerts.md: alert, severity, judge, and its numbers with their defaults. */
export function alertRows(): readonly string[] {
  const known = VARIANT_NAMES.flatMap((name) => knownRules(VARIANTS[name]));
  return ALERT_NAMES.map((name) => {
    const own = known.filter(({ rule }) => rule.alert === name);
    const severities = [...new Set(own.map(({ rule }) => rule.labels.severity))].join(", ");
    const judges = [...new Set(own.map(({ judge }) => judge))].join(", ");
    return `| [${name}](runbooks/${name}.md) | ${severities} | ${judges} | ${numbers(name)} |`;
  });
}

interface Schema {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly default?: string | number | boolean;
}

/** As the settings are written; that it is enabled goes without saying. */
function numbers(name: AlertName): string {
  const schema = z.toJSONSchema(alerts, { io: "input" }) as unknown as Schema;
  const parameters = Object.entries(schema.properties[name]?.properties ?? {});
  const written = parameters
    .filter(([key]) => key !== "enabled")
    .map(([key, value]) => `${key} \`${String(value.default)}\``);
  return written.join(", ") || "none";
}
