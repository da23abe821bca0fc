import { AnnotationQueryBuilder } from "@grafana/grafana-foundation-sdk/dashboard";
import { DataqueryBuilder as PrometheusQuery } from "@grafana/grafana-foundation-sdk/prometheus";

import type { Settings } from "../settings/settings";
import { PROMETHEUS } from "./data-sources";

/**
 * Lines across the panels where something was deployed. A deployment makes containers, and each
 * carries the time of its making; a mere restart does not change it.
 */
export function deployMarkers({ prefix }: Settings): readonly AnnotationQueryBuilder[] {
  return [
    marker("The site was deployed", "blue", `name!="",name!~"${prefix}-.+"`),
    // A change of settings replaces the keeper of the files that changed.
    marker("Monitoring was deployed", "purple", `name=~"${prefix}-.+"`),
  ];
}

function marker(name: string, colour: string, containers: string): AnnotationQueryBuilder {
  const created = `container_creation_time_seconds{env=~"$env",${containers}}`;
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(PROMETHEUS)
    .enable(true)
    .iconColor(colour)
    .target(
      new PrometheusQuery()
        .refId("Anno")
        // In milliseconds, because the value is the time at which the line is drawn.
        .expr(`max by (env, host, name) (${created}) * 1000`),
    )
    .useValueForTime(true)
    .titleFormat(name)
    .textFormat("{{name}} on the {{host}} host");
}
