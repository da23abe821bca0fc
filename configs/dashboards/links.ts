import { uidOf } from "../rules/rule";

/** What the Logs dashboard is to show: values of its variables. Those left out stay at "All". */
export type LogsFilter = Readonly<
  Partial<Record<"host" | "job" | "service" | "log_type" | "level", string>>
>;

/** The requests that nginx logged. */
export const ACCESS_LOG: LogsFilter = { job: "nginx", log_type: "access" };

/** The Logs dashboard at the same time range and environment. Grafana fills in what is in braces. */
export function logsUrl(filter: LogsFilter): string {
  const fixed = Object.entries(filter).map(([name, value]) => `var-${name}=${value}`);
  const query = ["${__url_time_range}", "${env:queryparam}", ...fixed].join("&");
  return `/d/${uidOf("logs")}?${query}`;
}
