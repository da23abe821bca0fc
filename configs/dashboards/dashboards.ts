import type { Settings } from "../settings/settings";
import type { Dashboard } from "./dashboard";
import { frontendDashboard } from "./frontend";
import { logsDashboard } from "./logs";
import { monitoringDashboard } from "./monitoring";
import { performanceDashboard } from "./performance";
import { resourcesDashboard } from "./resources";
import { securityDashboard } from "./security";
import { sloDashboard } from "./slo";

/** Dashboards that look at several tools at once. One tool's own comes with its spec. */
export function stackDashboards(settings: Settings): readonly Dashboard[] {
  return [
    frontendDashboard(settings),
    logsDashboard(settings),
    monitoringDashboard(settings),
    performanceDashboard(settings),
    resourcesDashboard(settings),
    securityDashboard(settings),
    sloDashboard(settings),
  ];
}
