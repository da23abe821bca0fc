import { fires, nothingLogged, quiet, type RuleCases } from "../../support/loki-cases";
import { lookalikes, MINUTE, type LogLine, over, request, SECOND } from "../../support/loki-lines";

const WINDOW = 5 * MINUTE;
const RESOLVED = WINDOW + SECOND;

/** Before the window: a rule that looks back too far takes these for its own. */
const earlier = (status: number) => over(WINDOW, 100, request(status), WINDOW);

/** Lines that are no requests, however bad they look. */
const noRequests = lookalikes(WINDOW, request(500), ["job", "log_type"]);

function answers(counts: Readonly<Record<number, number>>): readonly LogLine[] {
  return Object.entries(counts).flatMap(([status, count]) =>
    over(WINDOW, count, request(Number(status))),
  );
}

export const httpCases: readonly RuleCases[] = [
  {
    alert: "HighErrorRate",
    severity: "critical",
    cases: [
      nothingLogged,
      fires(
        "6 of 100 requests fail, on either side",
        [...answers({ 200: 94, 400: 3, 500: 3 }), ...earlier(200), ...noRequests],
        RESOLVED,
      ),
      quiet("5 of 100 fail, which is the limit", [
        ...answers({ 200: 80, 302: 15, 404: 5 }),
        ...earlier(500),
        ...noRequests,
      ]),
      fires("2 of 20 fail, which is enough requests", answers({ 200: 18, 404: 2 })),
      quiet("all of 19 fail: too few to mean anything", [
        ...answers({ 404: 19 }),
        ...earlier(404),
        ...noRequests,
      ]),
    ],
  },
  {
    alert: "High5xxRate",
    severity: "warning",
    cases: [
      nothingLogged,
      fires(
        "2 of 100 requests end in a server error",
        [
          ...answers({ 200: 98 }),
          ...over(WINDOW, 2, [request(500), request(503)]),
          ...earlier(200),
          ...noRequests,
        ],
        RESOLVED,
      ),
      quiet("1 of 100 does, which is the limit; half of the others are the visitors' fault", [
        ...answers({ 200: 49, 404: 50, 500: 1 }),
        ...earlier(500),
        ...noRequests,
      ]),
      fires("1 of 20 does, which is enough requests", answers({ 200: 19, 500: 1 })),
      quiet("all of 19 do: too few to mean anything", [
        ...answers({ 500: 19 }),
        ...earlier(500),
        ...noRequests,
      ]),
    ],
  },
  {
    alert: "High5xxRate",
    severity: "critical",
    cases: [
      nothingLogged,
      fires(
        "6 of 100 requests end in a server error",
        [...answers({ 200: 94, 500: 6 }), ...earlier(200), ...noRequests],
        RESOLVED,
      ),
      quiet("5 of 100 do, which is the limit; half of the others are the visitors' fault", [
        ...answers({ 200: 45, 404: 50, 500: 5 }),
        ...earlier(500),
        ...noRequests,
      ]),
      fires("2 of 20 do, which is enough requests", answers({ 200: 18, 500: 2 })),
      quiet("all of 19 do: too few to mean anything", [
        ...answers({ 500: 19 }),
        ...earlier(500),
        ...noRequests,
      ]),
    ],
  },
  {
    alert: "Http5xxBurst",
    severity: "critical",
    cases: [
      nothingLogged,
      fires("101 server errors", [...answers({ 500: 51, 503: 50 }), ...noRequests], RESOLVED),
      quiet("100 of them, which is the limit, among other answers", [
        ...answers({ 200: 50, 404: 50, 502: 100 }),
        ...earlier(500),
        ...noRequests,
      ]),
    ],
  },
];
