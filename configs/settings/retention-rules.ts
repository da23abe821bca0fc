import type { Problem } from "../errors";
import { gatherRules } from "../gathered";
import { placedSpecs } from "../hosts";
import { parseDuration, prometheusDuration } from "../units";
import type { Settings } from "./settings";

/** An alert that looks back further than metrics are kept would be silent for ever. */
export function lookBackProblems(settings: Settings): readonly Problem[] {
  const kept = settings.metrics.retention;
  const [longest] = [...lookBacks(settings)].sort((a, b) => b.overMs - a.overMs);
  if (!longest || longest.overMs <= kept) return [];
  return [
    {
      path: "sightline:metrics.retention",
      rule: `must hold what the alert ${longest.alert} looks back on (${prometheusDuration(longest.overMs)})`,
      got: prometheusDuration(kept),
      fix: `for example "7d", or pulumi config set --path 'sightline:alerts.${longest.alert}.enabled' false`,
    },
  ];
}

/** The ranges in the rules themselves: nobody keeps a list of them beside. */
function lookBacks(settings: Settings) {
  const { ruleGroups, judgedByGrafana } = gatherRules(settings, placedSpecs(settings));
  const onMetrics = [...ruleGroups, ...judgedByGrafana].filter(
    ({ evaluator }) => evaluator === "prometheus",
  );
  return onMetrics
    .flatMap(({ rules }) => rules)
    .flatMap(({ alert, expr }) =>
      [...expr.matchAll(/\[(\w+)\]/g)].map(([, range = ""]) => ({
        alert,
        overMs: parseDuration(range) ?? 0,
      })),
    );
}
