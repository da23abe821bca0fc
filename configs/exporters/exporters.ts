import type { Row } from "../dashboards/dashboard";
import { type HostName, hostNames, hostOf } from "../placement";
import type { ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import type { Exporter } from "./exporter";
import { type ExporterKey, EXPORTERS } from "./registry";

/** What the settings of a host say of an exporter; undefined where it has none. */
function optionsOf(settings: Pick<Settings, "hosts">, host: HostName, key: ExporterKey): unknown {
  const options = hostOf(settings, host).exporters[key];
  return options === false ? undefined : options;
}

const ENTRIES = Object.entries(EXPORTERS) as readonly (readonly [ExporterKey, Exporter<unknown>])[];

/** The containers of a host's exporters. */
export function exporterSpecs(settings: Settings, host: HostName): readonly ServiceSpec[] {
  return ENTRIES.flatMap(([key, exporter]) => {
    const options = optionsOf(settings, host, key);
    return options === undefined ? [] : [exporter.spec(settings, host, options)];
  });
}

/** The exporters that some host has. */
function exportersIn(settings: Pick<Settings, "hosts">): readonly Exporter<unknown>[] {
  const hosts = hostNames(settings);
  return ENTRIES.filter(([key]) =>
    hosts.some((host) => optionsOf(settings, host, key) !== undefined),
  ).map(([, exporter]) => exporter);
}

/** The lines of the dashboard "Resources" that exporters bring, each where a host has that exporter. */
export function exporterRows(settings: Settings): readonly Row[] {
  return exportersIn(settings).map((exporter) => exporter.row(settings));
}

/** Tools of the exporters that some host has. */
export function exporterTools(settings: Pick<Settings, "hosts">): readonly string[] {
  return exportersIn(settings).map(({ tool }) => tool);
}

/** Tools of all exporters, whether any host has them or not. */
export const EXPORTER_TOOLS: readonly string[] = ENTRIES.map(([, { tool }]) => tool);
