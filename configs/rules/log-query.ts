import type { Settings } from "../settings/settings";
import { prometheusDuration } from "../units";

/** Label matchers of a stream selector; a list matches any of its values. */
export type StreamLabels = Readonly<Record<string, string | readonly string[]>>;

/**
 * Lines of this stack by their labels, then by filters such as `| status >= 500`. The labels say
 * what a line is; its text is looked into only where no field has the answer.
 */
export function lines(
  { environment }: Settings,
  labels: StreamLabels,
  ...filters: readonly string[]
): string {
  const all: StreamLabels = { env: environment, ...labels };
  const matchers = Object.entries(all).map(([name, value]) =>
    typeof value === "string" ? `${name}="${value}"` : `${name}=~"${value.join("|")}"`,
  );
  return [`{${matchers.join(",")}}`, ...filters].join(" ");
}

/** Requests as nginx logged them; the same lines by way of Docker have another `job`. */
export function requests(settings: Settings, ...filters: readonly string[]): string {
  return lines(settings, { job: "nginx", log_type: "access" }, ...filters);
}

/** How many lines there were in the last `overMs`, for each host. */
export function counted(selection: string, overMs: number, offset?: "1d"): string {
  const range = `[${prometheusDuration(overMs)}]${offset ? ` offset ${offset}` : ""}`;
  return `sum by (env, host) (count_over_time(${selection} ${range}))`;
}

/**
 * Which share of the lines are of a kind. Without enough of them the share means nothing: one
 * failure of one request is 100 %. Nothing at all is no share either, and no alert.
 */
export function shareAbove(options: {
  readonly part: string;
  readonly of: string;
  readonly overMs: number;
  /** A ratio. */
  readonly limit: number;
  readonly minimum: number;
}): string {
  const { part, of, overMs, limit, minimum } = options;
  const all = counted(of, overMs);
  return `${counted(part, overMs)} / ${all} > ${limit} and ${all} >= ${minimum}`;
}
