import { fires, nothingLogged, quiet, type RuleCases } from "../../support/loki-cases";
import {
  at,
  browserLine,
  DAY,
  type LogLine,
  lookalikes,
  MINUTE,
  over,
  probe,
  request,
  SECOND,
  type UndatedLine,
} from "../../support/loki-lines";

const WINDOW = 5 * MINUTE;
const errors = [browserLine("error"), browserLine("rejection")];
const others = [browserLine("load"), browserLine("resource"), browserLine("vitals")];
const now = (count: number) => over(WINDOW, count, errors);
const yesterday = (count: number) => over(WINDOW, count, errors, DAY);

/** Reports that are no errors, errors of before, and lines that are no reports. */
const amongOthers = [
  ...over(WINDOW, 30, others),
  ...over(WINDOW, 30, errors, WINDOW),
  ...errors.flatMap((line) => lookalikes(WINDOW, line, ["job", "log_type"])),
];

const jsErrorSpike: RuleCases = {
  alert: "JsErrorSpike",
  severity: "warning",
  cases: [
    nothingLogged,
    fires("11 errors on the first day", over(WINDOW / 2, 11, errors, WINDOW / 2), WINDOW + SECOND),
    fires("16 errors, yesterday 5", [...now(16), ...yesterday(5)]),
    quiet("15 errors, which is three times those of yesterday, among other reports", [
      ...now(15),
      ...yesterday(5),
      ...amongOthers,
    ]),
    quiet("10 errors, which is the limit, among other reports", [...now(10), ...amongOthers]),
    fires("16 errors, and yesterday much that was none", [
      ...now(16),
      ...over(WINDOW, 30, others, DAY),
      ...over(WINDOW, 30, errors, DAY + WINDOW),
      ...over(WINDOW, 30, errors, DAY - WINDOW),
      ...errors
        .flatMap((line) => lookalikes(WINDOW, line, ["job", "log_type"]))
        .map((line) => ({ ...line, ageMs: line.ageMs + DAY })),
    ]),
  ],
};

const QUARTER = 15 * MINUTE;
const view = browserLine("load", { load_ms: "900" });
const noViews = [browserLine("resource"), browserLine("vitals")];

/** Views and errors that belong to another time or to something else. */
function elsewhere(kinds: readonly UndatedLine[]): readonly LogLine[] {
  return [
    ...over(QUARTER, 200, kinds, QUARTER),
    ...kinds.flatMap((line) => lookalikes(QUARTER, line, ["job", "log_type"])),
  ];
}

const jsErrorRatio: RuleCases = {
  alert: "JsErrorRatio",
  severity: "warning",
  cases: [
    nothingLogged,
    fires(
      "6 errors on 100 views, among other reports",
      [
        ...over(QUARTER, 100, view),
        ...over(QUARTER, 6, errors),
        ...over(QUARTER, 200, noViews),
        ...elsewhere([view]),
      ],
      QUARTER + SECOND,
    ),
    quiet("5 errors on 100 views, which is the limit", [
      ...over(QUARTER, 100, view),
      ...over(QUARTER, 5, errors),
      ...over(QUARTER, 200, noViews),
      ...elsewhere(errors),
    ]),
    fires("3 errors on 50 views, which is enough views", [
      ...over(QUARTER, 50, view),
      ...over(QUARTER, 3, errors),
    ]),
    quiet("49 errors on 49 views: too few to mean anything", [
      ...over(QUARTER, 49, view),
      ...over(QUARTER, 49, errors),
      ...over(QUARTER, 200, noViews),
      ...elsewhere([view]),
    ]),
    quiet("errors on pages that never told that they were loaded", over(QUARTER, 100, errors)),
  ],
};

const loaded = (ms: number) => browserLine("load", { load_ms: String(ms) });

const pageLoad: RuleCases = {
  alert: "PageLoadP95High",
  severity: "info",
  cases: [
    nothingLogged,
    fires(
      "6 of 100 views take 5 s",
      [...over(QUARTER, 94, loaded(900)), ...over(QUARTER, 6, loaded(5_000))],
      QUARTER + SECOND,
    ),
    quiet("4 of 100 views take 5 s", [
      ...over(QUARTER, 96, loaded(900)),
      ...over(QUARTER, 4, loaded(5_000)),
      ...elsewhere([loaded(5_000)]),
    ]),
    quiet("P95 is 4 s, which is the limit", over(QUARTER, 100, loaded(4_000))),
    fires("the slow ones came at the beginning of the window", [
      ...over(QUARTER / 2, 50, loaded(900)),
      ...over(QUARTER / 2, 10, loaded(5_000), QUARTER / 2),
    ]),
    fires("all of 50 are slow, which is enough views", over(QUARTER, 50, loaded(4_500))),
    quiet("all of 49 are slow: too few to mean anything", [
      ...over(QUARTER, 49, loaded(5_000)),
      ...over(QUARTER, 200, noViews),
      ...elsewhere([loaded(5_000)]),
    ]),
    quiet("other reports that carry such a time", [
      ...over(QUARTER, 50, loaded(900)),
      ...over(QUARTER, 50, browserLine("vitals", { load_ms: "60000" })),
    ]),
  ],
};

const HOUR = 60 * MINUTE;
const visit = request(200);
/** Requests that say nothing about how often the home page was looked at. */
const noVisits = [
  probe,
  request(200, { origin: "program" }),
  request(200, { path: "/api/orders" }),
  request(200, { method: "HEAD" }),
  request(404),
  request(400),
];

const rumSilent: RuleCases = {
  alert: "RumSilent",
  severity: "info",
  cases: [
    nothingLogged,
    fires(
      "51 visits, and the last report came before",
      [
        ...over(HOUR, 51, visit),
        ...over(HOUR, 30, view, HOUR),
        ...lookalikes(HOUR, view, ["job", "log_type"]),
      ],
      HOUR + SECOND,
    ),
    quiet("50 visits, which is the limit", [
      ...over(HOUR, 50, visit),
      ...over(HOUR, 200, noVisits),
      ...over(HOUR, 200, visit, HOUR),
      ...lookalikes(HOUR, visit, ["job", "log_type"]),
    ]),
    quiet("one report came at the beginning of the window", [
      ...over(HOUR, 60, visit),
      ...at(HOUR - SECOND, view),
    ]),
    fires("the only report is a second too old", [
      ...over(HOUR, 60, visit),
      ...at(HOUR + SECOND, view),
    ]),
    quiet("browsers report of another app host", [
      ...over(HOUR, 60, visit),
      ...at(MINUTE, { ...view, labels: { ...view.labels, host: "monitoring" } }),
    ]),
  ],
};

export const browserCases: readonly RuleCases[] = [jsErrorSpike, jsErrorRatio, pageLoad, rumSilent];
