import { elapsed } from "../lib/duration";
import { episodesIn, type FiredAlert, type Place, sumsOf } from "./figures";
import type { NoiseReport, NotCounted } from "./report";

/** A part of the report: what stands out, and under it what belongs to it. */
export interface Item {
  readonly head: string;
  readonly details: readonly string[];
}

export interface Section {
  readonly heading: string;
  readonly items: readonly Item[];
}

/** How many places of an alert are named. */
const PLACES = 5;

/** What a report says, part by part. */
export function sections(report: NoiseReport): readonly Section[] {
  const { fired, judged, suggestions, neverFired, notCounted } = report;
  const ofAll = `of ${of(judged, "alert")}`;
  return [
    {
      heading: `FIRED: ${judged - neverFired.length} ${ofAll}${firedTimes(fired)}`,
      items: fired.length === 0 ? [{ head: "None.", details: [] }] : fired.map(firedItem),
    },
    {
      heading: `SUGGESTIONS: ${suggestions.length}`,
      items:
        suggestions.length === 0
          ? [{ head: "None.", details: [] }]
          : suggestions.map(({ says, setting }) => ({
              head: says,
              details: setting ? [command(report.stack, setting)] : [],
            })),
    },
    {
      heading: `NEVER FIRED: ${neverFired.length} ${ofAll}`,
      items: [
        ...(neverFired.length === 0 ? [] : [{ head: neverFired.join(", "), details: [] }]),
        {
          head: "That is not bad by itself. That a fault reaches people, npm run drill shows.",
          details: [],
        },
      ],
    },
    ...notCounted.map(notCountedSection),
  ];
}

function notCountedSection({ judge, alerts, why }: NotCounted): Section {
  return {
    heading: `NOT COUNTED: ${of(alerts.length, "alert")} that ${judge} judges; ${why}`,
    items: [{ head: alerts.join(", "), details: [] }],
  };
}

function firedTimes(fired: readonly FiredAlert[]): string {
  const count = fired.flatMap(episodesIn).length;
  const gone = fired.filter(({ rule }) => !rule).length;
  return [
    gone === 0 ? "" : `, and ${gone} that ${gone === 1 ? "is" : "are"} no longer there`,
    count === 0 ? "" : `, ${times(count)}`,
  ].join("");
}

function firedItem(fired: FiredAlert): Item {
  const { alert, severity, rule, places } = fired;
  const sums = sumsOf(episodesIn(fired));
  const gone = rule ? "" : "; its rule is no longer there";
  const lengths =
    sums.count === 1
      ? elapsed(sums.totalMs)
      : `${elapsed(sums.totalMs)} in all, ${elapsed(sums.longestMs)} at the longest`;
  return {
    head: `${alert} (${severity}): ${counts(fired)}${gone}`,
    details: [lengths, ...placeLines(places)],
  };
}

/** Where there is but one place, what it did stands above it. */
function placeLines(places: readonly Place[]): readonly string[] {
  const [only] = places;
  if (places.length === 1) return only?.where ? [only.where] : [];
  const rest = places.length - PLACES;
  return [
    ...places.slice(0, PLACES).map(placeLine),
    ...(rest > 0 ? [`and ${of(rest, "more place")}`] : []),
  ];
}

function placeLine(place: Place): string {
  return `${place.where || "no labels"}: ${counts({ places: [place] })}`;
}

/** How often, and what came of it. */
function counts(fired: Pick<FiredAlert, "places">): string {
  const episodes = episodesIn(fired);
  const { count, byThemselves, open } = sumsOf(episodes);
  const began = episodes.filter(({ beganBefore }) => beganBefore).length;
  const some = (amount: number, what: string) =>
    amount === 0 ? "" : count === 1 ? `, ${what}` : `, ${amount} ${what}`;
  return [
    times(count),
    byThemselves === 0
      ? ""
      : `, ${count === 1 ? "over by itself" : overThemselves(byThemselves)} in under 2 min`,
    some(began, "begun before"),
    some(open, "still firing"),
  ].join("");
}

function command(stack: string, { key, value }: { key: string; value: string }): string {
  return `pulumi config set --path '${key}' ${value} --stack ${stack}`;
}

export function overThemselves(count: number): string {
  return count === 1 ? "1 over by itself" : `${count} over by themselves`;
}

export function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

export function of(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
