import { group } from "../settings/fields";
import { applicationThresholds } from "./application";
import { exporterThresholds } from "./exporters";
import { httpThresholds } from "./http";
import { machineThresholds } from "./machines";
import { monitoringThresholds } from "./monitoring";
import { sloThresholds, uptimeThresholds } from "./uptime";

/**
 * The numbers that alerts compare with and panels draw a line at. Each has its only home in one of
 * these tables, by the name of its alert, and can be set under `sightline:alerts`.
 */
const ALERTS = {
  ...uptimeThresholds,
  ...httpThresholds,
  ...applicationThresholds,
  ...machineThresholds,
  ...exporterThresholds,
  ...monitoringThresholds,
} as const;

/** Every alert that there can be. A rule and a runbook exist for each. */
export type AlertName = keyof typeof ALERTS;

export const ALERT_NAMES = Object.keys(ALERTS) as readonly AlertName[];

/** `sightline:alerts`: the numbers of each alert. */
export const alerts = group(ALERTS);

/** `sightline:slo`: what the site promises. */
export const slo = group(sloThresholds);
