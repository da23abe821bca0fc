import { elapsed } from "../lib/duration";
import { episodesIn, type FiredAlert, type Place, sumsOf } from "./figures";
import type { NoiseReport, NotCounted } from "./report";

/** A part of the report: what stands out, and under it what belongs to it. */
interface Item {
  readonly head: string;
  readonly details: readonly string[];
}

interface Section {
  readonly heading: string;
  readonly items: readonly Item[];
}

/** How many places of an alert are named. */
const PLACES = 5;
const DAY_MS = 24 * 3_600_000;

/** The line by which the mail is known in an inbox. */
export function reportSubject(report: NoiseReport): string {
  const { count, byThemselves } = sumsOf(report.fired.flatMap(episodesIn));
  const alerts = new Set(report.fired.map(({ alert }) => alert)).size;
  const counts =
    count === 0
      ? "no alert fired"
      : `${of(alerts, "alert")} fired ${times(count)}, ${overThemselves(byThemselves)}`;
  return `Sightline: noise of ${report.stack}: ${counts}, ${of(report.suggestions.length, "suggestion")}`;
}

/**
 * The report in plain text.
 *
 * @param timeZone of the times in it, for example `Europe/Berlin`
 */
export function reportText(report: NoiseReport, timeZone: string): string {
  const parts = sections(report).map(({ heading, items }) =>
    [
      heading,
      ...items.flatMap(({ head, details }) => [`  ${head}`, ...details.map((one) => `    ${one}`)]),
    ].join("\n"),
  );
  return `${[opening(report, timeZone).join("\n"), ...parts].join("\n\n")}\n`;
}

/** The same for mail programs that show HTML: one column, no picture. */
export function reportHtml(report: NoiseReport, timeZone: string): string {
  const [title = "", ...more] = opening(report, timeZone).map(escaped);
  const parts = sections(report).flatMap(({ heading, items }) => [
    `<h2 style="margin:24px 0 8px;font-size:17px">${escaped(heading)}</h2>`,
    ...items.map(({ head, details }) => {
      const rest = details
        .map((one) => `<br><span style="color:#555555">${escaped(one)}</span>`)
        .join("");
      return `<p style="margin:0 0 8px">${escaped(head)}${rest}</p>`;
    }),
  ]);
  return [
    "<!DOCTYPE html>",
    '<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"></head>',
    '<body style="margin:0;padding:16px;font:16px/1.5 sans-serif;color:#1a1a1a;max-width:600px">',
    `<h1 style="margin:0 0 8px;font-size:20px">${title}</h1>`,
    `<p style="margin:0">${more.join("<br>")}</p>`,
    ...parts,
    "</body></html>",
    "",
  ].join("\n");
}

function opening({ stack, fromMs, toMs, judgedMs }: NoiseReport, timeZone: string) {
  const days = (toMs - fromMs) / DAY_MS;
  const judged =
    judgedMs === undefined
      ? "How much of it was watched is not known: Watchdog is, or was, switched off."
      : `Prometheus judged its rules for ${elapsed(judgedMs)} of ${elapsed(toMs - fromMs)}.`;
  return [
    `${days === 7 ? "Weekly noise report" : `Noise of ${of(days, "day")}`}: ${stack}`,
    `${at(fromMs, timeZone)} to ${at(toMs, timeZone)}`,
    judged,
  ];
}

function sections(report: NoiseReport): readonly Section[] {
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

function notCountedSection({ judge, alerts }: NotCounted): Section {
  return {
    heading: `NOT COUNTED: ${of(alerts.length, "alert")} that ${judge} judges; Prometheus has no record of them`,
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

function overThemselves(count: number): string {
  return count === 1 ? "1 over by itself" : `${count} over by themselves`;
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}

function of(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** `2026-11-27 05:16 UTC` */
function at(ms: number, timeZone: string): string {
  // Of all that are there, this locale writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat("sv-SE", {
    dateStyle: "short",
    timeStyle: "short",
    timeZone,
  });
  return `${format.format(ms)} ${timeZone}`;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
