import { type Episode, endedByItself, episodesOf, lengthMs, type Window } from "./episodes";

/** An alert that always fires, on purpose: it shows when rules were judged. */
export const WATCHDOG = "Watchdog";

/** An alerting rule that Prometheus has loaded. */
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

/** What Prometheus remembers of its alerts. */
export interface History extends Omit<Window, "judgedAtMs"> {
  /** How often a rule was evaluated that is no longer loaded. */
  readonly everyMs: number;
  readonly rules: readonly LoadedRule[];
  readonly series: readonly FiringSeries[];
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
  /** How many alerts Prometheus judges; {@link WATCHDOG} is none of them. */
  readonly judged: number;
  /** Those that fired most often first. */
  readonly fired: readonly FiredAlert[];
  /** Names, sorted. */
  readonly neverFired: readonly string[];
}

/** Counts what Prometheus remembers. */
export function figuresOf(history: History): Figures {
  const { fromMs, toMs, rules, series } = history;
  const watchdog = rules.find(({ alert }) => alert === WATCHDOG);
  const judgedAtMs = watchdog && judgedAt(series, watchdog);
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
 * Every time at which rules were judged, in order; undefined where that is not known, because other alerts
 * fired before Watchdog was switched on.
 */
function judgedAt(
  series: readonly FiringSeries[],
  { everyMs }: LoadedRule,
): readonly number[] | undefined {
  const isWatchdog = ({ labels }: FiringSeries) => labels.alertname === WATCHDOG;
  const timesMs = series
    .filter(isWatchdog)
    .flatMap(({ firingAtMs }) => firingAtMs)
    .sort((one, other) => one - other);
  const [firstMs = Infinity] = timesMs;
  const others = series.filter((one) => !isWatchdog(one));
  const isKnown = others.every(({ firingAtMs: [atMs = Infinity] }) => atMs >= firstMs - everyMs);
  return isKnown ? timesMs : undefined;
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
