import type { Problem } from "../errors";
import { needsAgentOnSite } from "../logs/routes";
import { pushesMetrics } from "../metrics-route";
import { appHosts, hostNames, machineOf } from "../placement";
import { prometheusDuration } from "../units";
import type { Parsed } from "./settings";

const DAY_MS = 86_400_000;

/** What a querier would read twice or never is refused; so is what would be lost before it is uploaded. */
export function longTermProblems(settings: Partial<Parsed>): readonly Problem[] {
  const { hosts, logs, metrics } = settings;
  if (!metrics?.longTerm.enabled) return [];
  const { retention, longTerm } = metrics;
  const path = "sightline:metrics.longTerm.enabled";
  const off = `pulumi config set --path '${path}' false`;
  const pushing = hosts
    ? hostNames({ hosts }).filter((host) => pushesMetrics({ hosts }, host))
    : [];
  return [
    ...(logs?.storage.kind === "filesystem"
      ? [
          {
            path,
            rule: "needs the bucket of logs.storage, which must not be filesystem",
            got: "logs.storage.kind filesystem",
            fix: `a bucket in logs.storage (docs/storage.md), or ${off}`,
          },
        ]
      : []),
    ...(pushing.length > 0
      ? [
          {
            path,
            rule: "can be on only where no host pushes its metrics: what comes late would be stored twice",
            got: `hosts.${pushing[0] ?? ""}.metrics push`,
            fix: off,
          },
        ]
      : []),
    ...(retention < DAY_MS
      ? [
          {
            path: "sightline:metrics.retention",
            rule: "must be at least 1d with metrics.longTerm: what is not uploaded by then is lost",
            got: prometheusDuration(retention),
            fix: 'for example "7d"',
          },
        ]
      : []),
    ...(longTerm.raw > longTerm.fiveMinutes || longTerm.fiveMinutes > longTerm.oneHour
      ? [
          {
            path: "sightline:metrics.longTerm",
            rule: "must keep the finer no longer than the coarser: raw, then fiveMinutes, then oneHour",
            got: [longTerm.raw, longTerm.fiveMinutes, longTerm.oneHour]
              .map(prometheusDuration)
              .join(", "),
            fix: 'for example { "raw": "15d", "fiveMinutes": "365d", "oneHour": "365d" }',
          },
        ]
      : []),
  ];
}

/** Metrics are pushed by the agent of the host, and it is the gateway that lets them in. */
export function metricsProblems({ gateway, hosts, logs }: Partial<Parsed>): readonly Problem[] {
  if (!gateway || !hosts || !logs) return [];
  return hostNames({ hosts })
    .filter((host) => pushesMetrics({ hosts }, host))
    .flatMap((host) => {
      const path = `sightline:hosts.${host}.metrics`;
      const problem = (rule: string, got: string, fix: string) => [{ path, rule, got, fix }];
      const set = (key: string, value: string) =>
        `pulumi config set --path 'sightline:${key}' ${value}`;
      const others = machineOf({ hosts }, host).filter((other) => other !== host);
      return [
        ...(appHosts({ hosts }).includes(host) && others.length === 0
          ? []
          : problem(
              "can be push only for an app host on a machine of its own",
              others.length > 0 ? `one machine with ${others.join(", ")}` : "another role",
              set(`hosts.${host}.metrics`, "pull"),
            )),
        ...(gateway.enabled
          ? []
          : problem(
              "can be push only with a gateway, which lets it in",
              "gateway.enabled false",
              `${set("gateway.enabled", "true")}, and: npm run credentials -- --stack <stack>`,
            )),
        ...(logs.agent === "alloy"
          ? []
          : problem(
              "can be push only where the agent is Alloy: Promtail knows logs alone",
              `logs.agent ${logs.agent}`,
              set("logs.agent", "alloy"),
            )),
        ...(needsAgentOnSite(logs)
          ? []
          : problem(
              "can be push only where there is an agent, which route nfs does without",
              `logs.route ${logs.route}`,
              set("logs.route", "agent"),
            )),
      ];
    });
}
