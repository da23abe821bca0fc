import type { Settings } from "../settings/settings";
import type { WatchedPage } from "./page";

export type OutsideWatchSettings = NonNullable<Settings["outsideWatch"]>;

/** Whose monitoring is watched, by whom, and at which page. */
export interface OutsideWatchPlan {
  readonly watch: OutsideWatchSettings;
  readonly page: WatchedPage;
  /** The stack's name. */
  readonly prefix: string;
}

/** How long a place of Google's waits for an answer. */
const TIMEOUT = "10s";
/** Holds the newest result of every place, whatever the time between two of them. */
const LOOK_BACK = "1200s";
/** One minute over the limit is no accident. */
const HOLD = "60s";
/** One of the places may have trouble of its own. */
const FAILED_PLACES = 1;

/** The question that Google asks from all its places. */
export function uptimeCheck({ watch, page, prefix }: OutsideWatchPlan) {
  const { protocol, hostname, port, pathname, search } = new URL(page.url);
  const useSsl = protocol === "https:";
  return {
    project: watch.project,
    displayName: `${prefix}: monitoring`,
    period: seconds(watch.every),
    timeout: TIMEOUT,
    monitoredResource: {
      type: "uptime_url",
      labels: { project_id: watch.project, host: hostname },
    },
    httpCheck: {
      requestMethod: "GET",
      path: `${pathname}${search}`,
      port: port === "" ? (useSsl ? 443 : 80) : Number(port),
      useSsl,
      validateSsl: page.isTrusted,
      acceptedResponseStatusCodes: [
        page.status === undefined
          ? { statusClass: "STATUS_CLASS_2XX" }
          : { statusValue: page.status },
      ],
    },
  };
}

/** Who gets Google's own mail. */
export function mailChannel({ watch, prefix }: OutsideWatchPlan, address: string) {
  return {
    project: watch.project,
    type: "email",
    displayName: `${prefix}: ${address}`,
    labels: { email_address: address },
  };
}

/** When that mail is sent, and what it says. */
export function failurePolicy(plan: OutsideWatchPlan) {
  const { watch, prefix } = plan;
  return {
    project: watch.project,
    displayName: `${prefix}: monitoring does not answer`,
    combiner: "OR",
    severity: "CRITICAL",
    alertStrategy: { notificationPrompts: ["OPENED", "CLOSED"] },
    documentation: {
      mimeType: "text/markdown",
      subject: `${prefix}: monitoring does not answer`,
      content: whatToDo(plan),
    },
  };
}

/** @param checkId of {@link uptimeCheck}, which Google gives */
export function failureCondition({ watch }: OutsideWatchPlan, checkId: string) {
  return {
    displayName: "more than one place of Google's gets no right answer",
    conditionThreshold: {
      filter: [
        'metric.type="monitoring.googleapis.com/uptime_check/check_passed"',
        `metric.label.check_id="${checkId}"`,
        'resource.type="uptime_url"',
        `resource.label.project_id="${watch.project}"`,
      ].join(" AND "),
      aggregations: [
        {
          alignmentPeriod: LOOK_BACK,
          perSeriesAligner: "ALIGN_NEXT_OLDER",
          crossSeriesReducer: "REDUCE_COUNT_FALSE",
          groupByFields: ["resource.label.*"],
        },
      ],
      comparison: "COMPARISON_GT",
      thresholdValue: FAILED_PLACES,
      duration: HOLD,
      trigger: { count: 1 },
    },
  };
}

function whatToDo({ page, prefix }: OutsideWatchPlan): string {
  const answer = page.status === undefined ? "a status from 200 to 299" : `status ${page.status}`;
  return [
    `${page.url} does not answer with ${answer} any more. While the monitoring host is away, nobody tells of the site.`,
    "",
    `1. Ask it from elsewhere: \`curl -sk -o /dev/null -w '%{http_code}\\n' '${page.url}'\`.`,
    "2. No answer at all: is the host up, and are its name, its network and its firewall as before?",
    `3. Otherwise, on that host: \`docker ps --filter name=${prefix}-\`.`,
    ...(page.isTrusted ? ["4. Google looks at the certificate too: has it expired?"] : []),
  ].join("\n");
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1_000}s`;
}
