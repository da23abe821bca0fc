import type { AlertOptions } from "../rules/rule";
import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";

/** Alerts that say that a server of the site does not answer its exporter. */
export type ServerDownName = "MysqlDown" | "NginxDown" | "PostgresDown" | "RedisDown";

/**
 * An exporter that answers, and says that its server does not. That the exporter itself is silent is
 * told by TargetDown.
 */
export function serverDown(
  { alerts }: Settings,
  of: { readonly name: ServerDownName; readonly up: string; readonly server: string },
): AlertOptions {
  const { name, up, server } = of;
  const { for: forMs } = alerts[name];
  return {
    name,
    expr: `${up} == 0`,
    forMs,
    severity: "critical",
    summary: `${server} on {{ $labels.host }} does not answer`,
    description:
      `${server} on the {{ $labels.host }} host has not answered {{ $labels.service }} for ` +
      `${prometheusDuration(forMs)}: it is down, not reachable, or refuses the login.`,
    dashboard: "resources",
  };
}
