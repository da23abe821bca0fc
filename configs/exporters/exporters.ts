import type { Row } from "../dashboards/dashboard";
import { type HostName, hostNames, hostOf, nameOn } from "../placement";
import type { RuleGroup } from "../rules/rule";
import type { ServiceSpec } from "../service-spec";
import type { Settings } from "../settings/settings";
import type { AlertName } from "../thresholds/thresholds";
import type { ContainerExporter, Exporter, OwnMetrics, Target } from "./exporter";
import { type ExporterKey, EXPORTERS } from "./registry";

/** What the settings of a host say of an exporter; undefined where it has none. */
function optionsOf(settings: Pick<Settings, "hosts">, host: HostName, key: ExporterKey): unknown {
  const options = hostOf(settings, host).exporters[key];
  return options === false ? undefined : options;
}

const ENTRIES = Object.entries(EXPORTERS) as readonly (readonly [ExporterKey, Exporter<unknown>])[];

function isContainer(exporter: Exporter<unknown>): exporter is ContainerExporter<unknown> {
  return "spec" in exporter;
}

function hasOwnMetrics(exporter: Exporter<unknown>): exporter is OwnMetrics<unknown> {
  return "target" in exporter;
}

/** The containers of a host's exporters. */
export function exporterSpecs(settings: Settings, host: HostName): readonly ServiceSpec[] {
  return ENTRIES.flatMap(([key, exporter]) => {
    const options = optionsOf(settings, host, key);
    return options === undefined || !isContainer(exporter)
      ? []
      : [exporter.spec(settings, host, options)];
  });
}

/** A server that Prometheus reads without a container of ours between. */
export interface PlacedTarget extends Target {
  readonly job: string;
  readonly host: HostName;
  /** The label `service`, as a container of that name would have it. */
  readonly service: string;
}

/** The servers of all hosts that tell about themselves, by job. */
export function exporterTargets(settings: Settings): readonly PlacedTarget[] {
  return ENTRIES.flatMap(([key, exporter]) =>
    hostNames(settings).flatMap((host) => {
      const options = optionsOf(settings, host, key);
      if (options === undefined || !hasOwnMetrics(exporter)) return [];
      const { tool } = exporter;
      const service = nameOn(settings, host, tool);
      return [{ job: tool, host, service, ...exporter.target(options) }];
    }),
  );
}

/** The rules about servers that tell about themselves; those of containers come with their specs. */
export function targetRules(settings: Settings): readonly RuleGroup[] {
  return exportersIn(settings)
    .filter(hasOwnMetrics)
    .map((exporter) => exporter.rules(settings));
}

/** By scrape job, the alert that tells that such a server does not answer. */
export function targetDownAlerts(settings: Settings): Readonly<Record<string, AlertName>> {
  const asked = exportersIn(settings).filter(hasOwnMetrics);
  return Object.fromEntries(asked.map(({ tool, downAlert }) => [tool, downAlert]));
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

/** Tools of the exporters with a container that some host has. */
export function exporterTools(settings: Pick<Settings, "hosts">): readonly string[] {
  return exportersIn(settings)
    .filter(isContainer)
    .map(({ tool }) => tool);
}

/** Tools of all exporters with a container, whether any host has them or not. */
export const EXPORTER_TOOLS: readonly string[] = ENTRIES.map(([, exporter]) => exporter)
  .filter(isContainer)
  .map(({ tool }) => tool);
