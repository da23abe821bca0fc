import type { AlertName } from "../../../configs/thresholds/thresholds";
import { fires, nothingLogged, quiet, type RuleCases } from "../../support/loki-cases";
import {
  at,
  celeryLine,
  lookalikes,
  MINUTE,
  over,
  SECOND,
  type UndatedLine,
} from "../../support/loki-lines";

const ID = "6c3f2d0e-1a52-4f6f-9d7e-2f2f3c1d9a10";
const task = { task: "shop.tasks.send_mail", task_id: ID };
const NAME = `shop.tasks.send_mail[${ID}]`;

const EVENTS = {
  received: celeryLine("info", `Task ${NAME} received`, { event: "received", ...task }),
  succeeded: celeryLine("info", `Task ${NAME} succeeded in 0.1s: None`, {
    event: "succeeded",
    ...task,
  }),
  failed: celeryLine("error", `Task ${NAME} raised unexpected: ValueError('x')`, {
    event: "failed",
    exception: "ValueError",
    ...task,
  }),
  retry: celeryLine("info", `Task ${NAME} retry: Retry in 180s`, { event: "retry", ...task }),
  worker_lost: celeryLine(
    "error",
    "Process 'ForkPoolWorker-1' pid:9 exited with 'signal 9 (SIGKILL)'",
    { event: "worker_lost" },
  ),
  time_limit: celeryLine("error", `Hard time limit (30s) exceeded for ${NAME}`, {
    event: "time_limit",
    ...task,
  }),
  broker_lost: celeryLine(
    "error",
    "consumer: Cannot connect to redis://redis:6379/0: Error 111. Trying again in 2.00 seconds...",
    { event: "broker_lost" },
  ),
} as const satisfies Record<string, UndatedLine>;

type Event = keyof typeof EVENTS;

/** An alert that counts one event: so many fire it, and one less does not, whatever else happens. */
function counting(rule: {
  readonly alert: AlertName;
  readonly severity: "warning" | "critical";
  readonly event: Event;
  readonly count: number;
  readonly windowMs: number;
}): RuleCases {
  const { alert, severity, event, count, windowMs } = rule;
  const others = Object.entries(EVENTS).filter(([name]) => name !== event);
  return {
    alert,
    severity,
    cases: [
      nothingLogged,
      fires(`${count} of ${event}`, over(windowMs, count, EVENTS[event]), windowMs + SECOND),
      // The only one is at the window's far end, or half of the window would see it too.
      fires(`${count} of ${event}, the first as the window begins`, [
        ...over(windowMs, count - 1, EVENTS[event]),
        ...at(windowMs - SECOND, EVENTS[event]),
      ]),
      quiet(`${count - 1} of ${event}, among all other events`, [
        ...over(windowMs, count - 1, EVENTS[event]),
        ...over(
          windowMs,
          60,
          others.map(([, line]) => line),
        ),
        ...over(windowMs, 50, EVENTS[event], windowMs),
        ...lookalikes(windowMs, EVENTS[event], ["job", "service"]),
      ]),
    ],
  };
}

const HALF_HOUR = 30 * MINUTE;
const ENDS = ["succeeded", "failed", "retry", "worker_lost", "time_limit"] as const;

const stalled: RuleCases = {
  alert: "CeleryStalled",
  severity: "warning",
  cases: [
    nothingLogged,
    fires(
      "a task was received 29 minutes ago, and none has ended since",
      [
        ...at(29 * MINUTE, EVENTS.received),
        ...at(31 * MINUTE, EVENTS.succeeded),
        ...at(MINUTE, EVENTS.broker_lost),
        ...lookalikes(HALF_HOUR, EVENTS.succeeded, ["job", "service"]),
        ...at(-SECOND, EVENTS.succeeded),
      ],
      2 * SECOND,
    ),
    ...ENDS.map((end) =>
      quiet(`one ended 29 minutes ago: ${end}`, [
        ...at(5 * MINUTE, EVENTS.received),
        ...at(29 * MINUTE, EVENTS[end]),
      ]),
    ),
    quiet("none was received for 31 minutes", [
      ...at(31 * MINUTE, EVENTS.received),
      ...at(MINUTE, EVENTS.broker_lost),
      ...lookalikes(HALF_HOUR, EVENTS.received, ["job", "service"]),
    ]),
  ],
};

export const celeryCases: readonly RuleCases[] = [
  counting({
    alert: "CeleryTaskFailures",
    severity: "warning",
    event: "failed",
    count: 3,
    windowMs: 15 * MINUTE,
  }),
  counting({
    alert: "CeleryWorkerLost",
    severity: "critical",
    event: "worker_lost",
    count: 1,
    windowMs: 10 * MINUTE,
  }),
  counting({
    alert: "CeleryBrokerLost",
    severity: "critical",
    event: "broker_lost",
    count: 1,
    windowMs: 5 * MINUTE,
  }),
  counting({
    alert: "CeleryTimeLimit",
    severity: "warning",
    event: "time_limit",
    count: 3,
    windowMs: 15 * MINUTE,
  }),
  stalled,
];
