import { exporterTargets, type PlacedTarget } from "../exporters/exporters";
import { metricsReaders } from "../metrics-route";
import type { Settings } from "../settings/settings";

/** An entry of a file of targets. */
interface TargetEntry {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/** The servers that Prometheus itself reads without a container of ours between. */
export function pulledServers(settings: Settings): readonly PlacedTarget[] {
  return exporterTargets(settings).filter(({ host }) => metricsReaders(settings, host).length > 0);
}

/** Their entries, by scrape job. */
export function serverTargets(settings: Settings): ReadonlyMap<string, readonly TargetEntry[]> {
  const all = pulledServers(settings);
  const jobs = [...new Set(all.map(({ job }) => job))];
  const entriesOf = (job: string) =>
    all
      .filter((target) => target.job === job)
      .map((target) => ({
        targets: [target.address],
        labels: serverLabels(settings, target),
      }));
  return new Map(jobs.map((job) => [job, entriesOf(job)]));
}

/** What such a server is known by, whoever reads it. */
export function serverLabels({ environment }: Settings, target: PlacedTarget) {
  const { host, service, metricsPath, scheme } = target;
  return {
    env: environment,
    host,
    service,
    ...(metricsPath ? { __metrics_path__: metricsPath } : {}),
    ...(scheme ? { __scheme__: scheme } : {}),
  };
}
