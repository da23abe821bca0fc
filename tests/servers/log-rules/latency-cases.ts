import { fires, nothingLogged, quiet, type RuleCases } from "../../support/loki-cases";
import { lookalikes, MINUTE, type LogLine, over, request, SECOND } from "../../support/loki-lines";

const timed = (seconds: number, status = 200, path = "/") =>
  request(status, { request_time: String(seconds), path });

/** Fifty each of the requests whose time is not a visitor's waiting. */
function notWaiting(windowMs: number, seconds: number): readonly LogLine[] {
  return [
    timed(seconds, 101, "/live"),
    timed(seconds, 499),
    timed(seconds, 200, "/ws/chat"),
  ].flatMap((line) => over(windowMs, 50, line));
}

function latencyP95(): RuleCases {
  const window = 5 * MINUTE;
  const noRequests = lookalikes(window, timed(60), ["job", "log_type"]);
  return {
    alert: "RequestLatencyP95High",
    severity: "warning",
    cases: [
      nothingLogged,
      fires(
        "6 of 100 requests take 3 s",
        [...over(window, 94, timed(0.1)), ...over(window, 6, timed(3))],
        window + SECOND,
      ),
      quiet("4 of 100 requests take 3 s", [
        ...over(window, 96, timed(0.1)),
        ...over(window, 4, timed(3)),
        ...over(window, 100, timed(3), window),
        ...noRequests,
      ]),
      quiet("P95 is 2 s, which is the limit", over(window, 100, timed(2))),
      fires("the slow ones came at the beginning of the window", [
        ...over(window / 2, 50, timed(0.1)),
        ...over(window / 2, 10, timed(3), window / 2),
      ]),
      fires("all of 20 are slow, which is enough requests", over(window, 20, timed(2.5))),
      quiet("all of 19 are slow: too few to mean anything", [
        ...over(window, 19, timed(3)),
        ...over(window, 100, timed(3), window),
        ...notWaiting(window, 3),
        ...noRequests,
      ]),
      quiet("WebSockets and visitors' patience last a minute, the rest is quick (P34)", [
        ...over(window, 50, timed(0.1)),
        ...notWaiting(window, 60),
      ]),
      quiet("the log format has no times", over(window, 100, request(200))),
    ],
  };
}

function slowShare(): RuleCases {
  const window = 10 * MINUTE;
  const noRequests = lookalikes(window, timed(60), ["job", "log_type"]);
  return {
    alert: "SlowRequestShare",
    severity: "warning",
    cases: [
      nothingLogged,
      fires(
        "11 of 100 requests take 1.5 s",
        [
          ...over(window, 89, timed(0.1)),
          ...over(window, 11, timed(1.5)),
          ...over(window, 100, timed(0.1), window),
          ...notWaiting(window, 0.1),
          ...noRequests,
        ],
        window + SECOND,
      ),
      quiet("10 of 100 do, which is the limit, and the others take the 1 s that is not yet slow", [
        ...over(window, 90, timed(1)),
        ...over(window, 10, timed(1.5)),
        ...over(window, 100, timed(1.5), window),
        ...noRequests,
      ]),
      fires("3 of 20 are slow, which is enough requests", [
        ...over(window, 17, timed(0.1)),
        ...over(window, 3, timed(1.5)),
      ]),
      quiet("all of 19 are slow: too few to mean anything", [
        ...over(window, 19, timed(3)),
        ...over(window, 100, timed(3), window),
        ...notWaiting(window, 0.1),
        ...noRequests,
      ]),
      quiet("WebSockets and visitors' patience last a minute, the rest is quick (P34)", [
        ...over(window, 50, timed(0.1)),
        ...notWaiting(window, 60),
      ]),
      quiet("the log format has no times", over(window, 100, request(200))),
    ],
  };
}

function brokenOff(): RuleCases {
  const window = 10 * MINUTE;
  const noRequests = lookalikes(window, request(499), ["job", "log_type"]);
  const earlier = (status: number) => over(window, 100, request(status), window);
  return {
    alert: "Client499Spike",
    severity: "warning",
    cases: [
      nothingLogged,
      fires(
        "6 of 100 visitors break off",
        [
          ...over(window, 94, request(200)),
          ...over(window, 6, request(499)),
          ...earlier(200),
          ...noRequests,
        ],
        window + SECOND,
      ),
      quiet("5 of 100 do, which is the limit; others fail in other ways", [
        ...over(window, 95, [request(200), request(404), request(500)]),
        ...over(window, 5, request(499)),
        ...earlier(499),
        ...noRequests,
      ]),
      fires("2 of 20 do, which is enough requests", [
        ...over(window, 18, request(200)),
        ...over(window, 2, request(499)),
      ]),
      quiet("all of 19 do: too few to mean anything", [
        ...over(window, 19, request(499)),
        ...earlier(499),
        ...noRequests,
      ]),
    ],
  };
}

export const latencyCases: readonly RuleCases[] = [latencyP95(), slowShare(), brokenOff()];
