import type { AlertOptions, Severity } from "../rules/rule";
import type { Settings } from "../settings/settings";
import type { AlertName } from "../thresholds/thresholds";
import { prometheusDuration } from "../units";

/** Alerts that say that a server of the site does not answer who asks it for its figures. */
export const SERVER_DOWN = [
  "DockerDown",
  "JenkinsDown",
  "MongodbDown",
  "MysqlDown",
  "NginxDown",
  "PostgresDown",
  "RabbitmqDown",
  "RedisDown",
] as const satisfies readonly AlertName[];

export type ServerDownName = (typeof SERVER_DOWN)[number];

interface Server {
  readonly name: ServerDownName;
  /** As people call it. */
  readonly server: string;
  /** @default `"critical"` */
  readonly severity?: Severity;
}

/**
 * An exporter that answers, and says that its server does not. That the exporter itself is silent is
 * told by TargetDown.
 */
export function serverDown(
  settings: Settings,
  { up, ...of }: Server & { readonly up: string },
): AlertOptions {
  const reasons = "it is down, not reachable, or refuses the login";
  return down(settings, of, { up, asker: "{{ $labels.service }}", reasons });
}

/** A server that Prometheus asks itself. */
export function targetDown(
  settings: Settings,
  { job, ...of }: Server & { readonly job: string },
): AlertOptions {
  const up = `up{job="${job}"}`;
  return down(settings, of, {
    up,
    asker: "Prometheus ({{ $labels.instance }})",
    reasons: "it is down or not reachable, or its metrics are switched off",
  });
}

function down(
  { alerts }: Settings,
  { name, server, severity = "critical" }: Server,
  told: { readonly up: string; readonly asker: string; readonly reasons: string },
): AlertOptions {
  const { for: forMs } = alerts[name];
  return {
    name,
    expr: `${told.up} == 0`,
    forMs,
    severity,
    summary: `${server} on {{ $labels.host }} does not answer`,
    description:
      `${server} on the {{ $labels.host }} host has not answered ${told.asker} for ` +
      `${prometheusDuration(forMs)}: ${told.reasons}.`,
    dashboard: "resources",
  };
}
