import { waitingOnly } from "../rules/log-latency";
import type { Settings } from "../settings/settings";

/**
 * The log lines that panels count, in the environments that the reader chose. Lines that also came
 * with Docker's output have the job "docker", so none counts twice.
 */

/** Every request in nginx' access log, the probes' among them: what alerts judge. */
export const REQUESTS = '{job="nginx",log_type="access",env=~"$env"}';

/** What people asked for: a probe is no visitor. */
export const VISITS = `${REQUESTS} | origin!="probe"`;

/** What nginx complains of. */
export const NGINX_ERRORS = '{job="nginx",log_type="error",env=~"$env"}';

/** What the application and its workers write. */
export const APP = '{job="app",env=~"$env"}';

export const CELERY = '{job="app",service="celery",env=~"$env"}';

/** What browsers report. */
export const BROWSER = '{job="frontend",log_type="browser",env=~"$env"}';

/** Logins, as sshd writes them. */
export const LOGINS = '{job="system",log_type="auth",env=~"$env",host=~"$host"}';

/** Requests whose time says how fast the site is: the same that the alerts judge. */
export function timedRequests(settings: Settings): string {
  return [REQUESTS, ...waitingOnly(settings)].join(" ");
}

/** Percentile of a field over a window, by the labels that are kept. */
export function quantile(options: {
  /** Between 0 and 1. */
  readonly share: number;
  readonly of: string;
  readonly field: string;
  readonly window: string;
  /** @default `env` */
  readonly by?: string;
}): string {
  const { share, of, field, window, by = "env" } = options;
  return `quantile_over_time(${share}, ${of} | unwrap ${field} [${window}]) by (${by})`;
}

/** How many lines there were in a window, by labels or fields. */
export function counted(lines: string, window: string, by = "env"): string {
  return `sum by (${by}) (count_over_time(${lines} [${window}]))`;
}
