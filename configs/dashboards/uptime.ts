import { appHosts } from "../placement";
import { hasTls, PROBE_JOB } from "../rules/probes";
import type { Settings } from "../settings/settings";
import { prometheusDuration, seconds } from "../units";
import { type Dashboard, dashboardOf, type Row } from "./dashboard";
import { above, below } from "./limits";
import { logLines, stat, timeSeries } from "./panels";
import { metric } from "./query";
import { environment } from "./variables";

/** Is the site up, was it up, and how fast did it answer? */
export function uptimeDashboard(settings: Settings): Dashboard {
  return dashboardOf(settings, {
    name: "uptime",
    title: `Uptime: ${settings.site.name}`,
    description: "Is the site up, was it up, and how fast did it answer?",
    variables: [environment()],
    rows: [
      upRow(settings),
      speedRow(settings),
      ...(hasTls(settings) ? [certificateRow(settings)] : []),
      { title: "Why", panels: [siteLog(settings)] },
    ],
  });
}

/** Selects the series of the probes. */
export function probeOf({ site }: Settings): string {
  return `env=~"$env",job="${PROBE_JOB}",site="${site.name}"`;
}

function upRow(settings: Settings): Row {
  const { slo, alerts, intervals } = settings;
  const probe = probeOf(settings);
  const { over, above: changes } = alerts.WebsiteFlapping;
  const window = prometheusDuration(over);
  return {
    title: "Up",
    panels: [
      stat({
        title: "Now",
        unit: "bool_on_off",
        width: 8,
        queries: [metric(`min by (env, target) (probe_success{${probe}})`, "{{target}}")],
        limits: below(1),
      }),
      stat({
        title: "Share of good checks",
        unit: "percentunit",
        width: 8,
        queries: [
          metric(
            `avg by (env, target) (avg_over_time(probe_success{${probe}}[$__range]))`,
            "{{target}}",
          ),
        ],
        limits: below(slo.availability),
      }).decimals(3),
      stat({
        title: "Time since the last check",
        unit: "s",
        width: 8,
        queries: [
          metric(
            `time() - max by (env, target) (timestamp(probe_success{${probe}}))`,
            "{{target}}",
          ),
        ],
        limits: above(seconds(2 * intervals.probe)),
      }),
      timeSeries({
        title: "Checks",
        unit: "bool_on_off",
        queries: [metric(`probe_success{${probe}}`, "{{target}}")],
        logs: { job: "nginx" },
      }).max(1),
      timeSeries({
        title: `Changes between up and down in ${window}`,
        unit: "short",
        queries: [metric(`changes(probe_success{${probe}}[${window}])`, "{{target}}")],
        limits: above(changes),
      }),
    ],
  };
}

function speedRow(settings: Settings): Row {
  const { alerts } = settings;
  const probe = probeOf(settings);
  return {
    title: "Speed of the checks",
    panels: [
      timeSeries({
        title: "Duration of a check",
        unit: "s",
        queries: [metric(`probe_duration_seconds{${probe}}`, "{{target}}")],
        limits: above(seconds(alerts.ProbeLatencyP95High.above)),
      }),
      timeSeries({
        title: "Time to first byte",
        unit: "s",
        queries: [
          metric(
            `sum by (env, target) (probe_http_duration_seconds{${probe},phase!="transfer"})`,
            "{{target}}",
          ),
        ],
        description: "Name, connection, encryption and the server's own time, added up.",
        limits: above(seconds(alerts.TtfbHigh.above)),
      }),
      timeSeries({
        title: "Where the page's time goes",
        unit: "s",
        queries: [metric(`probe_http_duration_seconds{${probe},target="page"}`, "{{phase}}")],
      }),
      timeSeries({
        title: "Looking up the name",
        unit: "s",
        width: 6,
        queries: [metric(`probe_dns_lookup_time_seconds{${probe}}`, "{{target}}")],
        limits: above(seconds(alerts.DnsSlow.above)),
      }),
      timeSeries({
        title: "HTTP status",
        unit: "none",
        width: 6,
        queries: [metric(`probe_http_status_code{${probe}}`, "{{target}}")],
        description: "0 is no answer at all.",
        logs: { job: "nginx" },
      }),
    ],
  };
}

function certificateRow(settings: Settings): Row {
  const { TlsExpirySoon, TlsExpiryVerySoon } = settings.alerts;
  const left = `probe_ssl_earliest_cert_expiry{${probeOf(settings)}} - time()`;
  return {
    title: "Certificate",
    panels: [
      timeSeries({
        title: "Time left of the certificate",
        unit: "s",
        width: 24,
        queries: [metric(left, "{{target}}")],
        limits: below(seconds(TlsExpirySoon.before), seconds(TlsExpiryVerySoon.before)),
      }),
    ],
  };
}

function siteLog(settings: Settings) {
  const hosts = appHosts(settings).join("|");
  return logLines({
    title: "What the site logged",
    expr: `{env=~"$env",host=~"${hosts}"}`,
  });
}
