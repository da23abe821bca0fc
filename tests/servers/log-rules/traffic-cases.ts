import { fires, nothingLogged, quiet, type RuleCases } from "../../support/loki-cases";
import {
  DAY,
  type LogLine,
  lookalikes,
  MINUTE,
  over,
  probe,
  request,
  SECOND,
} from "../../support/loki-lines";

const WINDOW = 15 * MINUTE;

/** A quarter of an hour with so many visitors, a probe a minute, and lines that are no requests. */
function quarter(visitors: number, agoMs: number): readonly LogLine[] {
  return [
    ...over(WINDOW, visitors, request(200), agoMs),
    ...over(WINDOW, 15, probe, agoMs),
    ...[request(200), probe]
      .flatMap((line) => lookalikes(WINDOW, line, ["job", "log_type"]))
      .map((line) => ({ ...line, ageMs: line.ageMs + agoMs })),
  ];
}

/** That quarter after an ordinary one. */
function afterOrdinary(visitors: number, agoMs: number): readonly LogLine[] {
  return [...quarter(visitors, agoMs), ...quarter(100, agoMs + WINDOW)];
}

const yesterday = (visitors: number) => afterOrdinary(visitors, DAY);

const trafficDrop: RuleCases = {
  alert: "TrafficDrop",
  severity: "warning",
  cases: [
    nothingLogged,
    fires("29 visitors, yesterday 100", [...yesterday(100), ...afterOrdinary(29, 0)]),
    fires(
      "no visitor at all, until they come back",
      [
        ...yesterday(100),
        ...quarter(0, 0),
        ...quarter(100, -WINDOW),
        ...quarter(100, DAY - WINDOW),
      ],
      WINDOW,
    ),
    quiet("30 visitors, which is the limit", [...yesterday(100), ...afterOrdinary(30, 0)]),
    quiet("nobody, but yesterday was quiet too", [...yesterday(99), ...afterOrdinary(0, 0)]),
    quiet("the log has no line of today: that is the log, not the visitors", yesterday(100)),
    quiet("the first day: there is no yesterday (P27)", afterOrdinary(10, 0)),
  ],
};

const FLOOD = 5 * MINUTE;
const missing = request(404, { path: "/wp-login.php" });

const scannerFlood: RuleCases = {
  alert: "ScannerFlood",
  severity: "info",
  cases: [
    nothingLogged,
    fires(
      "1501 missing pages at the beginning of 5 minutes",
      over(FLOOD / 2, 1501, missing, FLOOD / 2),
      FLOOD + SECOND,
    ),
    quiet("1500 of them, which is the limit, among other requests", [
      ...over(FLOOD, 1500, missing),
      ...over(FLOOD, 100, [request(200), request(403), request(500)]),
      ...over(FLOOD, 100, missing, FLOOD),
      ...lookalikes(FLOOD, missing, ["job", "log_type"]),
    ]),
  ],
};

export const trafficCases: readonly RuleCases[] = [trafficDrop, scannerFlood];
