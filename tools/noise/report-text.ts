import { elapsed } from "../lib/duration";
import { episodesIn, sumsOf } from "./figures";
import type { NoiseReport } from "./report";
import { of, overThemselves, sections, times } from "./sections";

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

function opening(report: NoiseReport, timeZone: string): readonly string[] {
  const { stack, fromMs, toMs, judgedMs } = report;
  const days = (toMs - fromMs) / DAY_MS;
  const judged =
    judgedMs === undefined
      ? "How much of it was watched is not known: Watchdog is, or was, switched off."
      : `Prometheus judged its rules for ${elapsed(judgedMs)} of ${elapsed(toMs - fromMs)}.`;
  return [
    `${days === 7 ? "Weekly noise report" : `Noise of ${of(days, "day")}`}: ${stack}`,
    `${at(fromMs, timeZone)} to ${at(toMs, timeZone)}`,
    judged,
    ...logsJudged(report, timeZone),
  ];
}

function logsJudged({ fromMs, logsFromMs }: NoiseReport, timeZone: string): readonly string[] {
  if (logsFromMs === undefined) return [];
  const which =
    logsFromMs > fromMs ? `that are kept, since ${at(logsFromMs, timeZone)}` : "of that time";
  return [`Alerts on logs are those that their rules, as they are now, find in the logs ${which}.`];
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
