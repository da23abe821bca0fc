import { createHash } from "node:crypto";

import type { Files, ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import { LOKI, PROMETHEUS } from "./data-sources";

/** A dashboard of grafana.com, as the settings name it. */
export type CommunityDashboard = Settings["dashboards"]["community"][number];

/** Where fetched dashboards are kept, from the project's folder. */
export const COMMUNITY_FOLDER = ".sightline/dashboards";

/** The kept file of one revision; undefined until the settings say what must be in it. */
export function communityFile({ id, revision, sha256 }: CommunityDashboard): string | undefined {
  return sha256 === undefined ? undefined : `${id}-${revision}-${sha256}.json`;
}

/** Where grafana.com has the file. */
export function communityUrl(base: string, { id, revision }: CommunityDashboard): string {
  return `${base}/api/dashboards/${id}/revisions/${revision}/download`;
}

export function sha256Of(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A dashboard made ready for our Grafana, or why it cannot be. */
export type Adopted =
  | { readonly kind: "adopted"; readonly text: string }
  | { readonly kind: "refused"; readonly reason: string };

/** What stands in the file for whatever the importing Grafana has. */
interface Input {
  readonly name: string;
  readonly type: string;
  readonly pluginId?: string;
  readonly value?: string;
}

/**
 * Makes a dashboard as grafana.com has it ready for provisioning: its questions about data sources
 * are answered, and its uid is one that ours cannot have.
 */
export function adopt(content: string, { id }: CommunityDashboard): Adopted {
  const dashboard = parsed(content);
  if (!dashboard) return { kind: "refused", reason: "is no dashboard in JSON" };
  // Names with two underscores are for whoever imports a dashboard by hand.
  const kept = Object.entries(dashboard).filter(([key]) => !key.startsWith("__"));
  let text = JSON.stringify({ ...Object.fromEntries(kept), id: null, uid: `community-${id}` });
  for (const input of dashboard.__inputs ?? []) {
    const value = answerTo(input);
    if (value === undefined) {
      const reason = `needs a data source of kind ${input.pluginId ?? input.type}, which this stack has not`;
      return { kind: "refused", reason };
    }
    text = text.replaceAll(`\${${input.name}}`, JSON.stringify(value).slice(1, -1));
  }
  return { kind: "adopted", text };
}

interface Downloaded {
  readonly __inputs?: readonly Input[];
}

function parsed(content: string): Downloaded | undefined {
  try {
    const value = JSON.parse(content) as (Downloaded & { panels?: unknown; rows?: unknown }) | null;
    return Array.isArray(value?.panels ?? value?.rows) ? (value ?? undefined) : undefined;
  } catch {
    return undefined;
  }
}

function answerTo({ type, pluginId, value }: Input): string | undefined {
  if (type !== "datasource") return value;
  return [PROMETHEUS, LOKI].find((source) => source.type === pluginId)?.uid;
}

/** Grafana's container with further dashboards among its files. */
export function withDashboards(spec: ServiceSpec, dashboards: Files): ServiceSpec {
  const { configuration } = spec;
  if (!configuration) throw new Error(`${spec.name} has no files to put dashboards among`);
  const further = Object.entries(dashboards).map(([name, text]) => [`dashboards/${name}`, text]);
  return {
    ...spec,
    configuration: {
      ...configuration,
      files: (links) => ({
        ...configuration.files(links),
        ...(Object.fromEntries(further) as Files),
      }),
    },
  };
}
