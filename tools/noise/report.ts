import { gatherRules } from "../../configs/gathered";
import { placedSpecs } from "../../configs/hosts";
import type { RuleGroup } from "../../configs/rules/rule";
import type { Settings } from "../../configs/settings/settings";
import { lengthMs } from "./episodes";
import { type Figures, figuresOf, type History } from "./figures";
import { type Suggestion, suggestionsFor } from "./suggestions";

/** Alerts that Prometheus knows nothing of, and who judges them. */
export interface NotCounted {
  readonly judge: "Loki" | "Grafana";
  /** Names, sorted. */
  readonly alerts: readonly string[];
}

export interface NoiseReport extends Figures {
  readonly stack: string;
  readonly notCounted: readonly NotCounted[];
  readonly suggestions: readonly Suggestion[];
}

/** What a stack's alerts did, and what might be done about it. */
export function reportOf(settings: Settings, history: History): NoiseReport {
  const figures = figuresOf(history);
  return {
    stack: settings.prefix,
    ...figures,
    notCounted: notCounted(settings, history),
    suggestions: suggestionsFor(figures, settings),
  };
}

/** What Loki and Grafana judge leaves no trace in Prometheus. What it has is counted, whoever judged it. */
function notCounted(settings: Settings, { rules }: History): readonly NotCounted[] {
  const loaded = rules.map(({ alert }) => alert);
  const { ruleGroups, judgedByGrafana } = gatherRules(settings, placedSpecs(settings));
  const names = (groups: readonly RuleGroup[]) =>
    [...new Set(groups.flatMap((group) => group.rules.map(({ alert }) => alert)))]
      .filter((name) => !loaded.includes(name))
      .sort();
  const byLoki = ruleGroups.filter(({ evaluator }) => evaluator === "loki");
  const all: readonly NotCounted[] = [
    { judge: "Loki", alerts: names(byLoki) },
    { judge: "Grafana", alerts: names(judgedByGrafana) },
  ];
  return all.filter(({ alerts }) => alerts.length > 0);
}

/** For programs: times as in RFC 3339, lengths in seconds. */
export function reportJson(report: NoiseReport): string {
  const { fromMs, toMs, judgedMs, fired, ...rest } = report;
  const time = (ms: number) => new Date(ms).toISOString();
  const written = {
    ...rest,
    from: time(fromMs),
    to: time(toMs),
    judgedSeconds: judgedMs === undefined ? null : judgedMs / 1000,
    fired: fired.map(({ alert, severity, rule, places }) => ({
      alert,
      severity,
      isLoaded: rule !== undefined,
      places: places.map(({ where, episodes }) => ({
        where,
        episodes: episodes.map((episode) => ({
          start: time(episode.startMs),
          end: time(episode.endMs),
          seconds: lengthMs(episode) / 1000,
          isOpen: episode.isOpen,
          beganBefore: episode.beganBefore,
        })),
      })),
    })),
  };
  return JSON.stringify(written, undefined, 2);
}
