import {
  fires,
  nothingLogged,
  quiet,
  type RuleCase,
  type RuleCases,
} from "../../support/loki-cases";
import {
  appLine,
  at,
  celeryLine,
  lookalikes,
  MINUTE,
  over,
  probe,
  request,
  SECOND,
  type UndatedLine,
} from "../../support/loki-lines";

const FIVE = 5 * MINUTE;
const QUARTER = 15 * MINUTE;

const raised = appLine("error", "Exception in ASGI application", { exception: "KeyError" });
const failed = appLine("error", "the payment service answered 503");

/** Words that a text search would take for failures. */
const harmless = [
  appLine("info", "request done error=nil status=200"),
  appLine("info", "GET /errors?code=connection+refused"),
  appLine("warning", "retrying after an error"),
];

const unhandledExceptions: RuleCases = {
  alert: "UnhandledExceptions",
  severity: "critical",
  cases: [
    nothingLogged,
    fires("3 tracebacks", over(QUARTER, 3, raised), QUARTER + SECOND),
    quiet("2 tracebacks, among errors without one", [
      ...over(QUARTER, 2, raised),
      ...over(QUARTER, 50, failed),
      ...over(QUARTER, 50, raised, QUARTER),
      ...lookalikes(QUARTER, raised, ["job", "service"]),
    ]),
  ],
};

const errorBurst: RuleCases = {
  alert: "AppErrorBurst",
  severity: "warning",
  cases: [
    nothingLogged,
    fires(
      "21 errors",
      over(FIVE, 21, [failed, appLine("critical", "out of file handles")]),
      FIVE + SECOND,
    ),
    quiet("20 errors, which is the limit, among lines that only speak of errors (P25)", [
      ...over(FIVE, 20, failed),
      ...over(FIVE, 60, harmless),
      ...over(FIVE, 50, failed, FIVE),
      ...lookalikes(FIVE, failed, ["job", "service", "level"]),
    ]),
  ],
};

const REFUSED = 'connection to server at "db" (172.18.0.4), port 5432 failed: Connection refused';

/** What the clients of PostgreSQL, MySQL and Redis say. */
const CONNECTION_FAILURES = [
  REFUSED,
  "could not connect to server: No route to host",
  "(2003, \"Can't connect to MySQL server on 'db' (113)\")",
  "FATAL: sorry, too many clients already",
  "(1040, 'Too many connections')",
  "server closed the connection unexpectedly",
];

function threeTimes(text: string): RuleCase {
  const lines = ["error", "critical", "error"].map((level) => appLine(level, text));
  return fires(`3 times: ${text}`, over(FIVE, 3, lines), FIVE + SECOND);
}

const connectionErrors: RuleCases = {
  alert: "DbConnectionErrors",
  severity: "critical",
  cases: [
    nothingLogged,
    ...CONNECTION_FAILURES.map(threeTimes),
    fires("3 times in workers", over(FIVE, 3, celeryLine("error", REFUSED, { event: "failed" }))),
    quiet("twice; the worker has lost its broker, which is an alert of its own", [
      ...over(FIVE, 2, appLine("error", REFUSED)),
      ...over(FIVE, 50, celeryLine("error", `consumer: ${REFUSED}`, { event: "broker_lost" })),
      ...over(FIVE, 50, failed),
      ...over(FIVE, 60, harmless),
      ...over(FIVE, 50, appLine("error", REFUSED), FIVE),
      ...lookalikes(FIVE, appLine("error", REFUSED), ["job", "level"]),
    ]),
  ],
};

const asked = request(200, { path: "/api/orders" });
const elsewhere: readonly UndatedLine[] = [
  request(200, { path: "/assets/app.js" }),
  request(200, { path: "/api/health", origin: "probe" }),
  probe,
];

const logsMissing: RuleCases = {
  alert: "AppLogsMissing",
  severity: "warning",
  cases: [
    nothingLogged,
    fires(
      "20 requests to the API, and the application's last line is 901 s old",
      [
        ...over(QUARTER, 20, asked),
        ...at(901 * SECOND, appLine("info", "ready")),
        ...lookalikes(QUARTER, appLine("info", "by way of Docker"), ["job"]),
        ...at(-SECOND, appLine("info", "ready again")),
      ],
      2 * SECOND,
    ),
    quiet("19 requests to the API, besides pages and probes", [
      ...over(QUARTER, 19, asked),
      ...over(QUARTER, 90, elsewhere),
      ...over(QUARTER, 50, asked, QUARTER),
      ...lookalikes(QUARTER, asked, ["job", "log_type"]),
    ]),
    quiet("its last line is 899 s old", [
      ...over(QUARTER, 20, asked),
      ...at(899 * SECOND, appLine("info", "ready")),
    ]),
  ],
};

export const applicationCases: readonly RuleCases[] = [
  unhandledExceptions,
  errorBurst,
  connectionErrors,
  logsMissing,
];
