import { judges } from "./alerting/engine";
import type { Dashboard } from "./dashboards/dashboard";
import { stackDashboards } from "./dashboards/dashboards";
import { targetRules } from "./exporters/exporters";
import type { PlacedSpec } from "./placement";
import { containerDownRules } from "./rules/container-down";
import { metaRules } from "./rules/meta";
import type { Evaluator, RuleGroup } from "./rules/rule";
import type { Settings } from "./settings/settings";

/** What Prometheus, Loki and Grafana gather from all containers of a stack, themselves included. */
export interface Gathered {
  readonly watched: readonly PlacedSpec[];
  /** What Prometheus and Loki judge. */
  readonly ruleGroups: readonly RuleGroup[];
  readonly judgedByGrafana: readonly RuleGroup[];
  readonly dashboards: readonly Dashboard[];
}

/** Asked when files are rendered, because the one who asks is among the watched. */
export type Gathering = () => Gathered;

export function gather(settings: Settings, watched: readonly PlacedSpec[]): Gathered {
  return {
    watched,
    ...gatherRules(settings, watched),
    dashboards: [
      ...watched.flatMap(({ spec }) => spec.monitoring?.dashboards ?? []),
      ...stackDashboards(settings),
    ],
  };
}

/** The rules alone: who asks for nothing else need not have all dashboards drawn. */
export function gatherRules(
  settings: Settings,
  watched: readonly PlacedSpec[],
): Pick<Gathered, "ruleGroups" | "judgedByGrafana"> {
  const groups = [
    ...watched.flatMap(({ spec }) => spec.monitoring?.ruleGroups ?? []),
    ...targetRules(settings),
    containerDownRules(settings, watched),
    metaRules(settings),
  ];
  // A tool that runs on both hosts brings the same rules twice: they tell the hosts apart by label.
  const distinct = [...new Map(groups.map((group) => [group.name, group])).values()];
  const { servers, grafana } = judges(settings, distinct);
  return {
    ruleGroups: servers.filter(({ rules }) => rules.length > 0),
    judgedByGrafana: grafana.filter(({ rules }) => rules.length > 0),
  };
}

/** The groups that one evaluator judges. */
export function groupsFor({ ruleGroups }: Gathered, evaluator: Evaluator): readonly RuleGroup[] {
  return ruleGroups.filter((group) => group.evaluator === evaluator);
}
