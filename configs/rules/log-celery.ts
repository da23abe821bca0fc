import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";
import { counted, lines } from "./log-query";
import { type AlertOptions, type RuleGroup, ruleGroup } from "./rule";

/** What Celery's workers write about their tasks and themselves. */
export function celeryLogRules(settings: Settings): RuleGroup {
  return ruleGroup(settings, {
    name: "log-celery",
    evaluator: "loki",
    alerts: [
      taskFailures(settings),
      workerLost(settings),
      brokerLost(settings),
      timeLimit(settings),
      stalled(settings),
    ],
  });
}

function workers(settings: Settings, event: string): string {
  return lines(settings, { job: "app", service: "celery" }, `| event ${event}`);
}

function taskFailures(settings: Settings): AlertOptions {
  const { atLeast, over } = settings.alerts.CeleryTaskFailures;
  return {
    name: "CeleryTaskFailures",
    expr: `${counted(workers(settings, '= "failed"'), over)} >= ${atLeast}`,
    severity: "warning",
    summary: `${settings.site.name}: background tasks fail`,
    description:
      `{{ $value }} Celery tasks raised in the last ${prometheusDuration(over)}; the limit is ${atLeast}. ` +
      "What they should have done is not done.",
    dashboard: "logs",
  };
}

function workerLost(settings: Settings): AlertOptions {
  const { atLeast, over } = settings.alerts.CeleryWorkerLost;
  return {
    name: "CeleryWorkerLost",
    expr: `${counted(workers(settings, '= "worker_lost"'), over)} >= ${atLeast}`,
    severity: "critical",
    summary: `${settings.site.name}: a Celery worker process was killed`,
    description:
      `Killed in the middle of a task in the last ${prometheusDuration(over)}: {{ $value }}; ` +
      `the limit is ${atLeast}. Usually memory ran out; the task is lost.`,
    dashboard: "logs",
  };
}

function brokerLost(settings: Settings): AlertOptions {
  const { atLeast, over, for: forMs } = settings.alerts.CeleryBrokerLost;
  return {
    name: "CeleryBrokerLost",
    expr: `${counted(workers(settings, '= "broker_lost"'), over)} >= ${atLeast}`,
    forMs,
    severity: "critical",
    summary: `${settings.site.name}: Celery has lost its broker`,
    description:
      `{{ $value }} failed attempts to reach the broker in the last ${prometheusDuration(over)}; ` +
      `the limit is ${atLeast}. No background task runs until it is back.`,
    dashboard: "logs",
  };
}

function timeLimit(settings: Settings): AlertOptions {
  const { atLeast, over } = settings.alerts.CeleryTimeLimit;
  return {
    name: "CeleryTimeLimit",
    expr: `${counted(workers(settings, '= "time_limit"'), over)} >= ${atLeast}`,
    severity: "warning",
    summary: `${settings.site.name}: background tasks run into their time limit`,
    description:
      `{{ $value }} Celery tasks ran into their time limit in the last ${prometheusDuration(over)}; ` +
      `the limit is ${atLeast}. They hang, or have grown too long.`,
    dashboard: "logs",
  };
}

/** Any end of a task is movement, a bad one too: that is another alert. */
function stalled(settings: Settings): AlertOptions {
  const { over, for: forMs } = settings.alerts.CeleryStalled;
  const ended = workers(settings, '=~ "succeeded|failed|retry|worker_lost|time_limit"');
  return {
    name: "CeleryStalled",
    expr: `${counted(workers(settings, '= "received"'), over)} unless ${counted(ended, over)}`,
    forMs,
    severity: "warning",
    summary: `${settings.site.name}: background tasks do not finish`,
    description:
      `{{ $value }} tasks were received in the last ${prometheusDuration(over)}, and not one has ended. ` +
      "The workers hang.",
    dashboard: "logs",
  };
}
