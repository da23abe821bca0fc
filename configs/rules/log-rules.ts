import type { Settings } from "../settings/settings";
import { applicationLogRules } from "./log-application";
import { browserLogRules } from "./log-browser";
import { celeryLogRules } from "./log-celery";
import { httpLogRules } from "./log-http";
import { latencyLogRules } from "./log-latency";
import { nginxLogRules } from "./log-nginx";
import { redisLogRules } from "./log-redis";
import { trafficLogRules } from "./log-traffic";
import type { RuleGroup } from "./rule";

/** Every rule on log lines; Loki judges them. */
export function logRuleGroups(settings: Settings): readonly RuleGroup[] {
  return [
    httpLogRules(settings),
    latencyLogRules(settings),
    trafficLogRules(settings),
    nginxLogRules(settings),
    applicationLogRules(settings),
    celeryLogRules(settings),
    redisLogRules(settings),
    ...(settings.browser.enabled ? [browserLogRules(settings)] : []),
  ];
}
