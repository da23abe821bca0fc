import { above } from "../dashboards/limits";
import { timeSeries } from "../dashboards/panels";
import { metric } from "../dashboards/query";
import type { AlertOptions } from "../rules/rule";
import type { Settings } from "../settings/settings";
import { percentage, prometheusDuration } from "../units";

/** Alerts that say that a database has nearly as many connections as it allows. */
type ConnectionsName =
  "MongodbConnectionsNearLimit" | "MysqlConnectionsNearLimit" | "PostgresConnectionsNearLimit";

interface Database {
  readonly name: ConnectionsName;
  /** As people call it. */
  readonly server: string;
  /** Query of the share of connections that are taken; matchers are put into its series. */
  readonly taken: (matchers: string) => string;
  /** Matcher of the exporter's series. */
  readonly job: string;
}

export function connectionsNearLimit({ alerts }: Settings, of: Database): AlertOptions {
  const { above: limit, for: forMs } = alerts[of.name];
  return {
    name: of.name,
    expr: `${of.taken(of.job)} > ${limit}`,
    forMs,
    severity: "warning",
    summary: `${of.server} on {{ $labels.host }}: {{ $value | humanizePercentage }} of the connections taken`,
    description:
      `{{ $value | humanizePercentage }} of the connections that ${of.server} on the {{ $labels.host }} host allows are ` +
      `taken (limit ${percentage(limit)} for ${prometheusDuration(forMs)}). At 100% the application is refused.`,
    dashboard: "resources",
  };
}

export function connectionsPanel({ alerts }: Settings, of: Database) {
  return timeSeries({
    title: `Connections to ${of.server}, of those allowed`,
    unit: "percentunit",
    width: 8,
    queries: [metric(of.taken(`env=~"$env",host=~"$host",${of.job}`), "{{host}}")],
    limits: above(alerts[of.name].above),
  });
}
