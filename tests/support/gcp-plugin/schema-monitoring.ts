import { z } from "zod";

/** Inputs of the types of Google's monitoring: see schema.ts. */
const statusCode = z.strictObject({
  statusClass: z.enum(["STATUS_CLASS_2XX"]).optional(),
  statusValue: z.number().optional(),
});

const httpCheck = z.strictObject({
  acceptedResponseStatusCodes: z.array(statusCode).min(1),
  path: z.string(),
  port: z.number(),
  // Another one would be another check.
  requestMethod: z.literal("GET"),
  useSsl: z.boolean(),
  validateSsl: z.boolean(),
});

const uptimeCheck = z.strictObject({
  displayName: z.string(),
  httpCheck,
  monitoredResource: z.strictObject({
    labels: z.strictObject({ host: z.string(), project_id: z.string() }),
    type: z.literal("uptime_url"),
  }),
  period: z.string(),
  project: z.string(),
  timeout: z.string(),
});
export type UptimeCheckInputs = z.infer<typeof uptimeCheck>;

const channel = z.strictObject({
  displayName: z.string(),
  labels: z.record(z.string(), z.string()),
  project: z.string(),
  type: z.literal("email"),
});
export type ChannelInputs = z.infer<typeof channel>;

const aggregation = z.strictObject({
  alignmentPeriod: z.string(),
  crossSeriesReducer: z.enum(["REDUCE_COUNT_FALSE"]),
  groupByFields: z.array(z.string()),
  perSeriesAligner: z.enum(["ALIGN_NEXT_OLDER"]),
});

const threshold = z.strictObject({
  aggregations: z.array(aggregation),
  comparison: z.enum(["COMPARISON_GT", "COMPARISON_LT"]),
  duration: z.string(),
  filter: z.string(),
  thresholdValue: z.number(),
  trigger: z.strictObject({ count: z.number() }),
});

const condition = z.strictObject({ conditionThreshold: threshold, displayName: z.string() });

const policy = z.strictObject({
  alertStrategy: z.strictObject({
    notificationPrompts: z.array(z.enum(["OPENED", "CLOSED"])),
  }),
  combiner: z.enum(["AND", "OR", "AND_WITH_MATCHING_RESOURCE"]),
  conditions: z.array(condition),
  displayName: z.string(),
  documentation: z.strictObject({
    content: z.string(),
    mimeType: z.literal("text/markdown"),
    subject: z.string(),
  }),
  notificationChannels: z.array(z.string()),
  project: z.string(),
  severity: z.enum(["CRITICAL", "ERROR", "WARNING"]),
});
export type PolicyInputs = z.infer<typeof policy>;

export const MONITORING_SCHEMAS = {
  "gcp:monitoring/alertPolicy:AlertPolicy": policy,
  "gcp:monitoring/notificationChannel:NotificationChannel": channel,
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": uptimeCheck,
} as const;

export const MONITORING_NOT_HERE = {
  "gcp:monitoring/alertPolicy:AlertPolicy": ["deletionPolicy", "enabled", "userLabels"],
  "gcp:monitoring/notificationChannel:NotificationChannel": [
    ...["deletionPolicy", "description", "enabled", "forceDelete", "sensitiveLabels"],
    "userLabels",
  ],
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": [
    ...["checkerType", "contentMatchers", "deletionPolicy", "logCheckFailures", "resourceGroup"],
    ...["selectedRegions", "syntheticMonitor", "tcpCheck", "userLabels"],
  ],
} as const;
