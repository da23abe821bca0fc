import type { Settings } from "../../configs/settings/settings";
import { prometheusDuration } from "../../configs/units";
import { elapsed } from "../lib/duration";
import { endedByItself, lengthMs } from "./episodes";
import { episodesIn, type Figures, type FiredAlert, type Place } from "./figures";

/** What might be done about an alert. */
export interface Suggestion {
  readonly alert: string;
  /** What was measured, and what follows from it. */
  readonly says: string;
  /** The setting that does it; absent where the numbers do not say which value would. */
  readonly setting?: { readonly key: string; readonly value: string };
}

/** What suggestions take from the settings. */
export type Tunable = Pick<Settings, "alerts" | "intervals">;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Fewer episodes are chance. */
const LEAST_EPISODES = 3;
/** Back within this is the same fault. */
const SOON_MS = 10 * MINUTE_MS;
/** From this share of the time on, it is no news. */
const ALL_THE_TIME = 0.95;

/**
 * At most one suggestion for each alert: that for one which fires all the time, for one whose episodes are
 * mostly over by themselves, or for one that comes back again and again.
 */
export function suggestionsFor(figures: Figures, settings: Tunable): readonly Suggestion[] {
  return figures.fired.flatMap((fired) => {
    // What is no longer judged needs nothing.
    if (!fired.rule) return [];
    const suggestion = allTheTime(fired, figures) ?? shortOnes(fired, settings) ?? flapping(fired);
    return suggestion ? [suggestion] : [];
  });
}

/** One that stands all the time is no news any more, and hides the next one. */
function allTheTime({ alert, places }: FiredAlert, figures: Figures): Suggestion | undefined {
  const { fromMs, toMs, judgedMs = toMs - fromMs } = figures;
  // A day must have been judged: a stack that came up with a fault an hour ago is no habit.
  if (judgedMs < DAY_MS) return undefined;
  const standing = places.filter((place) => totalMs(place) >= ALL_THE_TIME * judgedMs);
  const [first] = standing;
  if (!first) return undefined;
  const others = standing.length > 1 ? `, and ${standing.length - 1} more of it likewise` : "";
  return {
    alert,
    says:
      `${alert}${onPlace(first)} fired for ${elapsed(totalMs(first))} of ${elapsed(judgedMs)}${others}. ` +
      "Repair what it tells, or silence it in Alertmanager until that is done.",
  };
}

/** Mostly over before anybody has looked: it wants to wait longer, or to ask for more. */
function shortOnes(fired: FiredAlert, settings: Tunable): Suggestion | undefined {
  const { alert } = fired;
  const episodes = episodesIn(fired);
  const short = episodes.filter(endedByItself);
  if (episodes.length < LEAST_EPISODES || short.length * 2 <= episodes.length) return undefined;
  const longestMs = Math.max(...short.map(lengthMs));
  const measured =
    `${short.length} of ${episodes.length} episodes of ${alert} were over by themselves, ` +
    `the longest of them after ${elapsed(longestMs)}.`;
  const wait = longerWait(fired, longestMs, settings);
  if (!wait) return { alert, says: `${measured} ${otherWay(alert, settings)}` };
  const { setting, now, laterMs } = wait;
  const others = episodes.length - short.length;
  const rest =
    others === 0 ? "" : `; the other ${others} would have come ${elapsed(laterMs)} later`;
  const says = `${measured} With ${setting.key} ${setting.value} (now ${now}) none of these ${short.length} would have fired${rest}.`;
  return { alert, says, setting };
}

interface Wait {
  readonly setting: { readonly key: string; readonly value: string };
  readonly now: string;
  /** How much later everything else is told. */
  readonly laterMs: number;
}

/** The setting by which an alert waits, with a value that outlasts an episode of this length. */
function longerWait(
  { alert, rule }: FiredAlert,
  longestMs: number,
  { alerts, intervals }: Tunable,
): Wait | undefined {
  // All of a site is down after as many checks as its page.
  const name = alert === "ApiDown" || alert === "PageDown" ? "WebsiteDown" : alert;
  const numbers = numbersOf(name, alerts);
  if (typeof numbers.checks === "number") {
    const { checks } = numbers;
    const more = Math.floor(longestMs / intervals.probe) + 1;
    const setting = { key: keyOf(name, "checks"), value: String(checks + more) };
    return { setting, now: String(checks), laterMs: more * intervals.probe };
  }
  if (!rule || typeof numbers.for !== "number") return undefined;
  // More than the condition held, which is at most what the rule waits for and the episode together.
  const heldMs = rule.forMs + longestMs;
  const forMs = (Math.floor(heldMs / MINUTE_MS) + 1) * MINUTE_MS;
  const setting = { key: keyOf(name, "for"), value: prometheusDuration(forMs) };
  return { setting, now: prometheusDuration(rule.forMs), laterMs: forMs - rule.forMs };
}

const RAISED = ["above", "abovePerSecond", "atLeast", "burn"];
const LOWERED = ["below", "freeBelow", "before", "within"];

/** Where no time is waited, its length does not say which limit would have kept it silent. */
function otherWay(alert: string, { alerts }: Tunable): string {
  const names = Object.keys(numbersOf(alert, alerts));
  const name = (list: readonly string[]) => list.find((one) => names.includes(one));
  const [raised, lowered] = [name(RAISED), name(LOWERED)];
  if (raised) return `Raise ${keyOf(alert, raised)}; how far, its dashboard shows.`;
  if (lowered) return `Lower ${keyOf(alert, lowered)}; how far, its dashboard shows.`;
  return `It has no limit that can be set: find out what ends it, or set ${keyOf(alert, "enabled")} false.`;
}

/** It ends, and is back soon: a longer wait would only hide a fault that is there. */
function flapping({ alert, places }: FiredAlert): Suggestion | undefined {
  const [worst] = places
    .map((place) => ({ place, pauses: pausesMs(place).filter((pause) => pause <= SOON_MS) }))
    .sort((one, other) => other.pauses.length - one.pauses.length);
  if (!worst || worst.pauses.length < LEAST_EPISODES) return undefined;
  const { place, pauses } = worst;
  return {
    alert,
    says:
      `${alert}${onPlace(place)} was back within ${elapsed(SOON_MS)} ${pauses.length} times, after ` +
      `${elapsed(Math.min(...pauses))} to ${elapsed(Math.max(...pauses))}. ` +
      `It is one fault that was not repaired: docs/runbooks/${alert}.md.`,
  };
}

function pausesMs({ episodes }: Place): readonly number[] {
  return episodes.slice(1).map(({ startMs }, index) => startMs - (episodes[index]?.endMs ?? 0));
}

function totalMs({ episodes }: Place): number {
  return episodes.reduce((sum, episode) => sum + lengthMs(episode), 0);
}

function onPlace({ where }: Place): string {
  return where === "" ? "" : ` (${where})`;
}

/** The numbers of an alert; none of one that is not ours. */
function numbersOf(alert: string, alerts: Tunable["alerts"]): Readonly<Record<string, unknown>> {
  return (alerts as Readonly<Record<string, Readonly<Record<string, unknown>>>>)[alert] ?? {};
}

function keyOf(alert: string, number: string): string {
  return `sightline:alerts.${alert}.${number}`;
}
