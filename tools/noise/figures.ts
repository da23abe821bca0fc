import { type Episode, endedByItself, episodesOf, lengthMs, type Window } from "./episodes";

/** An alert that always fires, on purpose: it shows when rules were judged. */
export const WATCHDOG = "Watchdog";

/** An alerting rule that Prometheus or Loki has loaded. */
export interface LoadedRule {
  readonly alert: string;
  readonly severity: string;
  /** How long its condition must hold before it fires. */
  readonly forMs: number;
  readonly everyMs: number;
}

/** One label set of an alert, and the evaluations at which it fired, in order. */
export interface FiringSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly firingAtMs: readonly number[];
}

/** Since when alerts on logs are counted, as Unix milliseconds; or why they are not. */
export type JudgedLogs = { readonly fromMs: number } | { readonly unknown: string };

/** What Prometheus remembers of its alerts, and what logs say of theirs. */
export interface History extends Omit<Window, "judgedAtMs"> {
  /** How often a rule was evaluated that is no longer loaded. */
  readonly everyMs: number;
  readonly rules: readonly LoadedRule[];
  readonly series: readonly FiringSeries[];
  /** @default nobody judges alerts on logs by Loki */
  readonly logs?: JudgedLogs;
}

/** What one label set of an alert did. */
export interface Place {
  /** Its labels but for name, severity and environment, as people read them: `host app, service redis`. */
  readonly where: string;
  readonly episodes: readonly Episode[];
}

/** What an alert of one severity did. */
export interface FiredAlert {
  readonly alert: string;
  readonly severity: string;
  /** Absent where the rule is no longer loaded. */
  readonly rule?: LoadedRule;
  /** Those that fired most often first. */
  readonly places: readonly Place[];
}

/** Who fired how often, and who never did. */
export interface Figures {
  readonly fromMs: number;
  readonly toMs: number;
  /** How much of that time rules were judged; absent where Watchdog does not tell. */
  readonly judgedMs?: number;
  /** How many alerts are judged by whom we can ask; {@link WATCHDOG} is none of them. */
  readonly judged: number;
  /** Those that fired most often first. */
  readonly fired: readonly FiredAlert[];
  /** Names, sorted. */
  readonly neverFired: readonly string[];
}

/** Counts what is remembered. */
export function figuresOf(history: History): Figures {
  const { fromMs, toMs, rules } = history;
  const watchdog = watchdogOf(rules);
  const judgedAtMs = judgedAt(history);
  const window = { fromMs, toMs, ...(judgedAtMs ? { judgedAtMs } : {}) };
  const fired = firedAlerts(history, window);
  const names = unique(rules.map(({ alert }) => alert)).filter((name) => name !== WATCHDOG);
  const firedNames = new Set(fired.map(({ alert }) => alert));
  return {
    fromMs,
    toMs,
    ...(watchdog && judgedAtMs
      ? { judgedMs: Math.min(judgedAtMs.length * watchdog.everyMs, toMs - fromMs) }
      : {}),
    judged: names.length,
    fired,
    neverFired: names.filter((name) => !firedNames.has(name)),
  };
}

/**
 * Every time at which rules were judged, in order; undefined where that is not known, because Watchdog
 * is off, or other alerts fired before it was switched on.
 */
export function judgedAt({
  rules,
  series,
}: Pick<History, "rules" | "series">): readonly number[] | undefined {
  const watchdog = watchdogOf(rules);
  if (!watchdog) return undefined;
  const isWatchdog = ({ labels }: FiringSeries) => labels.alertname === WATCHDOG;
  const timesMs = series
    .filter(isWatchdog)
    .flatMap(({ firingAtMs }) => firingAtMs)
    .sort((one, other) => one - other);
  const [firstMs = Infinity] = timesMs;
  const others = series.filter((one) => !isWatchdog(one));
  const isKnown = others.every(
    ({ firingAtMs: [atMs = Infinity] }) => atMs >= firstMs - watchdog.everyMs,
  );
  return isKnown ? timesMs : undefined;
}

function watchdogOf(rules: readonly LoadedRule[]): LoadedRule | undefined {
  return rules.find(({ alert }) => alert === WATCHDOG);
}

function firedAlerts({ everyMs, rules, series }: History, window: Window): readonly FiredAlert[] {
  const others = series.filter(({ labels }) => labels.alertname !== WATCHDOG);
  const keys = unique(others.map(({ labels }) => keyOf(labels)));
  const alerts = keys.map((key): FiredAlert => {
    const own = others.filter(({ labels }) => keyOf(labels) === key);
    const [alert = "", severity = ""] = key.split(" ");
    const rule = rules.find((one) => one.alert === alert && one.severity === severity);
    const places = own.map(({ labels, firingAtMs }) => ({
      where: whereOf(labels),
      episodes: episodesOf(firingAtMs, rule?.everyMs ?? everyMs, window),
    }));
    return { alert, severity, ...(rule ? { rule } : {}), places: places.sort(byEpisodes) };
  });
  return alerts.sort(
    (one, other) =>
      episodesIn(other).length - episodesIn(one).length || (one.alert < other.alert ? -1 : 1),
  );
}

function byEpisodes(one: Place, other: Place): number {
  return other.episodes.length - one.episodes.length || (one.where < other.where ? -1 : 1);
}

const LEFT_OUT = ["__name__", "alertname", "alertstate", "env", "severity"];

function whereOf(labels: FiringSeries["labels"]): string {
  const names = Object.keys(labels).filter((name) => !LEFT_OUT.includes(name));
  return names
    .sort()
    .map((name) => `${name} ${labels[name]}`)
    .join(", ");
}

function keyOf({ alertname = "", severity = "none" }: FiringSeries["labels"]): string {
  return `${alertname} ${severity}`;
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}

/** All episodes of an alert, in time. */
export function episodesIn({ places }: Pick<FiredAlert, "places">): readonly Episode[] {
  return places
    .flatMap(({ episodes }) => episodes)
    .sort((one, other) => one.startMs - other.startMs);
}

/** Sums over episodes; times are in milliseconds. */
export interface Sums {
  readonly count: number;
  readonly byThemselves: number;
  readonly open: number;
  readonly totalMs: number;
  readonly longestMs: number;
}

export function sumsOf(episodes: readonly Episode[]): Sums {
  const lengths = episodes.map(lengthMs);
  return {
    count: episodes.length,
    byThemselves: episodes.filter(endedByItself).length,
    open: episodes.filter(({ isOpen }) => isOpen).length,
    totalMs: lengths.reduce((sum, length) => sum + length, 0),
    longestMs: Math.max(0, ...lengths),
  };
}
