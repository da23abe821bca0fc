import type { PlacedSpec } from "../placement";
import type { Settings } from "../settings/settings";
import { scrapeWays } from "./scrape-jobs";

/** How late a tag more or less is seen. Each look is a call of Amazon's API, which are limited. */
const API_POLL = "60s";

/** The label that each alert and dashboard knows a machine by: its name, or else its id. */
const HOST_LABELS = ["host", "instance"] as const;

/** One job for each port of the machines that Amazon EC2 is asked for. */
export function ec2Jobs(settings: Settings, watched: readonly PlacedSpec[]) {
  const { ec2 } = settings.discovery;
  if (!ec2) return [];
  const tools = Object.keys(ec2.ports).sort();
  return tools.map((tool) => ({
    job_name: `ec2-${tool}`,
    ...scrapeWays(watched, tool),
    ec2_sd_configs: [
      {
        region: ec2.region,
        ...(ec2.endpoint ? { endpoint: ec2.endpoint } : {}),
        ...(ec2.roleArn ? { role_arn: ec2.roleArn } : {}),
        port: ec2.ports[tool],
        refresh_interval: API_POLL,
        filters: [
          { name: "instance-state-name", values: ["running"] },
          ...ec2.tags.map((tag) => filterOf(tag)),
        ],
      },
    ],
    relabel_configs: [
      // The same names as of deployed exporters, so that their rules and dashboards apply.
      ...HOST_LABELS.flatMap((label) => [
        { source_labels: ["__meta_ec2_instance_id"], target_label: label },
        { source_labels: ["__meta_ec2_tag_Name"], regex: "(.+)", target_label: label },
      ]),
      { target_label: "job", replacement: tool },
      { target_label: "service", replacement: tool },
      { target_label: "env", replacement: settings.environment },
    ],
  }));
}

function filterOf(tag: string) {
  const [name = "", ...value] = tag.split("=");
  return { name: `tag:${name}`, values: [value.join("=")] };
}
