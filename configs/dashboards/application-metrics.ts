import { APP_METRICS } from "../app-metrics";
import { APPLICATION_JOB } from "../rules/application";
import type { Settings } from "../settings/settings";
import { seconds } from "../units";
import type { Row } from "./dashboard";
import { above } from "./limits";
import { timeSeries } from "./panels";
import { metric, type Query } from "./query";

const APPLICATION = `env=~"$env",job="${APPLICATION_JOB}"`;

/** What the application's own metrics say of three golden signals; nothing where they are not scraped. */
export function applicationSignals(
  settings: Settings,
): Readonly<Record<"latency" | "traffic" | "errors", readonly Query[]>> {
  if (!settings.application.metricsUrl) return { latency: [], traffic: [], errors: [] };
  const { requests, status } = APP_METRICS[settings.application.family];
  const all = rate(requests, "env");
  const failed = rate(requests, "env", `,${status}=~"5.."`);
  return {
    latency: [metric(percentile(settings, 0.95), "the application's metrics")],
    traffic: [metric(all, "the application's metrics")],
    // Where nothing ever failed there is no series of failures: of the requests that is 0.
    errors: [metric(`(${failed} or 0 * ${all}) / ${all}`, "the application's metrics")],
  };
}

/** The application by its metrics, in detail; no row where they are not scraped. */
export function applicationMetricsRows(settings: Settings): readonly Row[] {
  if (!settings.application.metricsUrl) return [];
  const { requests, status, path } = APP_METRICS[settings.application.family];
  const { errors } = applicationSignals(settings);
  return [
    {
      title: "As the application's metrics say",
      panels: [
        timeSeries({
          title: "Response time",
          unit: "s",
          width: 8,
          queries: [0.5, 0.95, 0.99].map((share) =>
            metric(percentile(settings, share), `P${share * 100}`),
          ),
          limits: above(seconds(settings.alerts.AppLatencyP95High.above)),
        }),
        timeSeries({
          title: "Requests by endpoint and status",
          unit: "reqps",
          width: 8,
          queries: [metric(rate(requests, `${path}, ${status}`), `{{${status}}} {{${path}}}`)],
        }),
        timeSeries({
          title: "Share of server errors",
          unit: "percentunit",
          width: 8,
          queries: errors,
          limits: above(settings.alerts.AppErrorRateHigh.above),
        }),
      ],
    },
  ];
}

function rate(counter: string, by: string, more = ""): string {
  return `sum by (${by}) (rate(${counter}{${APPLICATION}${more}}[$__rate_interval]))`;
}

function percentile({ application }: Settings, share: number): string {
  const { duration } = APP_METRICS[application.family];
  return `histogram_quantile(${share}, ${rate(`${duration}_bucket`, "env, le")})`;
}
