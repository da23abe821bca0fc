import type { Problem } from "../errors";
import { prometheusDuration } from "../units";
import type { Parsed } from "./settings";

/** Rules between the settings by which alerts travel. */
export function alertingProblems(settings: Partial<Parsed>): readonly Problem[] {
  const { alerting, grafana } = settings;
  if (!alerting) return [];
  return [
    ...secondChannelProblems(alerting),
    ...quietHoursProblems(alerting),
    ...repeatProblems(alerting),
    ...(grafana ? engineProblems(alerting, grafana) : []),
  ];
}

type Alerting = Parsed["alerting"];

function secondChannelProblems({ secondChannel, ...channels }: Alerting): readonly Problem[] {
  if (!secondChannel || channels[secondChannel]) return [];
  return [
    {
      path: "sightline:alerting.secondChannel",
      rule: "must be a channel that is configured",
      got: JSON.stringify(secondChannel),
      fix: `set alerting.${secondChannel} as well, or remove it`,
    },
  ];
}

function quietHoursProblems({ quietHours }: Alerting): readonly Problem[] {
  if (!quietHours) return [];
  const { from, to } = quietHours;
  if (from !== to && from !== "24:00") return [];
  return [
    {
      path: "sightline:alerting.quietHours",
      rule: "must begin before midnight, and end at another time",
      got: `${from} to ${to}`,
      fix: 'for example { "from": "22:00", "to": "07:00" }',
    },
  ];
}

/** Repeats are looked at once per interval; a shorter one would be a promise that is not kept. */
function repeatProblems({ grouping }: Alerting): readonly Problem[] {
  const pairs = [
    ["repeat", "interval"],
    ["criticalRepeat", "criticalInterval"],
  ] as const;
  return pairs
    .filter(([repeat, interval]) => grouping[repeat] < grouping[interval])
    .map(([repeat, interval]) => ({
      path: `sightline:alerting.grouping.${repeat}`,
      rule: `must not be shorter than grouping.${interval} (${prometheusDuration(grouping[interval])})`,
      got: prometheusDuration(grouping[repeat]),
      fix: 'for example "4h"',
    }));
}

function engineProblems({ engine }: Alerting, grafana: Parsed["grafana"]): readonly Problem[] {
  if (engine === "alertmanager" || grafana.enabled) return [];
  return [
    {
      path: "sightline:alerting.engine",
      rule: "can be grafana only where Grafana is deployed",
      got: '"grafana"',
      fix: "pulumi config set --path 'sightline:grafana.enabled' true, or engine alertmanager",
    },
  ];
}
