import type { Problem } from "../errors";
import { needsAgentOnSite } from "../logs/routes";
import { pushesMetrics } from "../metrics-route";
import { appHosts, hostNames, machineOf } from "../placement";
import type { Parsed } from "./settings";

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
