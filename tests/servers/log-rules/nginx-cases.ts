import { fires, nothingLogged, quiet, type RuleCases } from "../../support/loki-cases";
import {
  at,
  lookalikes,
  MINUTE,
  nginxError,
  over,
  probe,
  request,
  SECOND,
} from "../../support/loki-lines";

const WINDOW = 5 * MINUTE;
const RESOLVED = WINDOW + SECOND;
const FAILURE_LEVELS = ["error", "critical", "alert", "emergency"];

const UPSTREAM_FAILURES = [
  "connect() failed (111: Connection refused) while connecting to upstream",
  "connect() to unix:/run/app.sock failed (2: No such file or directory) while connecting to upstream",
  "SSL_do_handshake() failed while SSL handshaking to upstream",
  "upstream timed out (110: Connection timed out) while reading response header from upstream",
  "upstream prematurely closed connection while reading response header from upstream",
  "no live upstreams while connecting to upstream",
];
const refused = nginxError("error", UPSTREAM_FAILURES[0] ?? "");
const missing = nginxError(
  "error",
  'open() "/srv/favicon.ico" failed (2: No such file or directory)',
);

/** A backend of which every way to fail is seen once, at every level that is a failure. */
const sixFailures = UPSTREAM_FAILURES.map((text, index) =>
  nginxError(FAILURE_LEVELS[index % FAILURE_LEVELS.length] ?? "", text),
);

export const nginxCases: readonly RuleCases[] = [
  {
    alert: "NginxUpstreamErrors",
    severity: "critical",
    cases: [
      nothingLogged,
      fires("the backend fails in six ways", over(WINDOW, 6, sixFailures), RESOLVED),
      quiet("it fails 5 times, which is the limit; nginx warns and misses files", [
        ...over(WINDOW, 5, refused),
        ...over(WINDOW, 50, missing),
        ...over(WINDOW, 50, refused, WINDOW),
        ...over(
          WINDOW,
          50,
          nginxError(
            "warning",
            "upstream server temporarily disabled while connecting to upstream",
          ),
        ),
        ...lookalikes(WINDOW, refused, ["job", "log_type", "level"]),
      ]),
    ],
  },
  {
    alert: "NginxErrorLogBurst",
    severity: "warning",
    cases: [
      nothingLogged,
      fires(
        "21 errors of all levels",
        over(
          WINDOW,
          21,
          FAILURE_LEVELS.map((level) => nginxError(level, "open() failed")),
        ),
        RESOLVED,
      ),
      quiet("20 errors, which is the limit, among warnings", [
        ...over(WINDOW, 20, missing),
        ...over(WINDOW, 50, missing, WINDOW),
        ...lookalikes(WINDOW, missing, ["job", "log_type", "level"]),
      ]),
    ],
  },
  {
    alert: "NginxLogsMissing",
    severity: "critical",
    cases: [
      fires("nothing is logged", []),
      fires(
        "visitors only, until a probe is logged",
        [...over(10 * MINUTE, 100, request(200)), ...at(-30 * SECOND, probe)],
        MINUTE,
      ),
      fires("the last probe was logged 601 s ago", at(601 * SECOND, probe)),
      quiet("the last probe was logged 599 s ago", at(599 * SECOND, probe)),
      fires(
        "probes come by way of Docker, in other lines, from the other host",
        lookalikes(10 * MINUTE, probe, ["job", "log_type", "host"]),
      ),
    ],
  },
];
