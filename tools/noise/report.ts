import { gatherRules } from "../../configs/gathered";
import { placedSpecs } from "../../configs/hosts";
import type { RuleGroup } from "../../configs/rules/rule";
import type { Settings } from "../../configs/settings/settings";
import { lengthMs } from "./episodes";
import { type Figures, figuresOf, type History } from "./figures";
import { type Suggestion, suggestionsFor } from "./suggestions";

/** Alerts of which nothing can be known, who judges them, and why not. */
export interface NotCounted {
  readonly judge: "Loki" | "Grafana";
  /** Names, sorted. */
  readonly alerts: readonly string[];
  readonly why: string;
}

export interface NoiseReport extends Figures {
  readonly stack: string;
  /** Since when alerts on logs are counted; absent where they are not. */
  readonly logsFromMs?: number;
  readonly notCounted: readonly NotCounted[];
  readonly suggestions: readonly Suggestion[];
}

/** What a stack's alerts did, and what might be done about it. */
export function reportOf(settings: Settings, history: History): NoiseReport {
  const figures = figuresOf(history);
  const { logs } = history;
  return {
    stack: settings.prefix,
    ...figures,
    ...(logs && "fromMs" in logs ? { logsFromMs: logs.fromMs } : {}),
    notCounted: notCounted(settings, history),
    suggestions: suggestionsFor(figures, settings),
  };
}

/** Of what Grafana judges nobody has a record. What Prometheus has is counted, whoever judged it. */
function notCounted(settings: Settings, { rules, logs }: History): readonly NotCounted[] {
  const loaded = rules.map(({ alert }) => alert);
  const { ruleGroups, judgedByGrafana } = gatherRules(settings, placedSpecs(settings));
  const names = (groups: readonly RuleGroup[]) =>
    [...new Set(groups.flatMap((group) => group.rules.map(({ alert }) => alert)))]
      .filter((name) => !loaded.includes(name))
      .sort();
  const byLoki = ruleGroups.filter(({ evaluator }) => evaluator === "loki");
  const whyNotLoki = logs && "unknown" in logs ? logs.unknown : "it has not loaded them";
  const all: readonly NotCounted[] = [
    { judge: "Loki", alerts: names(byLoki), why: whyNotLoki },
    {
      judge: "Grafana",
      alerts: names(judgedByGrafana),
      why: "Prometheus has no record of them",
    },
  ];
  return all.filter(({ alerts }) => alerts.length > 0);
}

/** For programs: times as in RFC 3339, lengths in seconds. */
export function reportJson(report: NoiseReport): string {
  const { fromMs, toMs, logsFromMs, judgedMs, fired, ...rest } = report;
  const time = (ms: number) => new Date(ms).toISOString();
  const written = {
    ...rest,
    from: time(fromMs),
    to: time(toMs),
    logsFrom: logsFromMs === undefined ? null : time(logsFromMs),
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
