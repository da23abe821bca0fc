import { containerName } from "../../configs/docker-spec";
import { ConfigError } from "../../configs/errors";
import { placedSpecs } from "../../configs/hosts";
import type { HostName, PlacedSpec } from "../../configs/placement";
import { type HealthCheck, type NamedVolume, toolOf } from "../../configs/service-spec";
import type { Settings } from "../../configs/settings/settings";

/** A container that is stopped while a volume is copied or replaced. */
export interface Stopped {
  /** Docker's name. */
  readonly container: string;
  /** What says inside the container that the server works. */
  readonly health: readonly string[];
}

/** A volume whose contents a backup has: they cannot be made again from the settings. */
export interface KeptVolume {
  readonly host: HostName;
  /** Name of the service, which is the same in every stack that has it. */
  readonly service: string;
  /** Last part of the volume's name. */
  readonly role: string;
  /** Docker's name. */
  readonly volume: string;
  /** Whose volume it is. */
  readonly owner: Stopped;
  /** Others on the host that write to it too. */
  readonly writers: readonly Stopped[];
  /** Others on the host that read it. */
  readonly readers: readonly Stopped[];
}

/** `<service>-<role>`: the volume's name without the stack's. */
export function keyOf({ service, role }: Pick<KeptVolume, "service" | "role">): string {
  return `${service}-${role}`;
}

/**
 * Every volume that a backup of a stack has, in the order in which they are copied. The log agents' come
 * first: how far they had read is then older than what Loki has, and after a restore they read lines
 * twice, which Loki notices, and skip none.
 */
export function keptVolumes(settings: Settings): readonly KeptVolume[] {
  const placed = placedSpecs(settings);
  const isAgent = ({ spec }: PlacedSpec) => toolOf(spec) === settings.logs.agent;
  return [...placed.filter(isAgent), ...placed.filter((one) => !isAgent(one))].flatMap((one) =>
    (one.spec.volumes ?? [])
      .filter(({ isCache = false }) => !isCache)
      .map((volume) => keptVolume(settings, one, volume)),
  );
}

function keptVolume(
  settings: Settings,
  { host, spec }: PlacedSpec,
  { role }: NamedVolume,
): KeptVolume {
  const sharers = placedSpecs(settings).flatMap((other) =>
    (other.host === host ? (other.spec.sharedVolumes ?? []) : [])
      .filter((shared) => shared.service === spec.name && shared.role === role)
      .map(({ isWritable = false }) => ({ isWritable, stopped: stoppedOf(settings, other) })),
  );
  const of = (isWritable: boolean) =>
    sharers.filter((one) => one.isWritable === isWritable).map(({ stopped }) => stopped);
  return {
    host,
    service: spec.name,
    role,
    volume: containerName(settings, `${spec.name}-${role}`),
    owner: stoppedOf(settings, { host, spec }),
    writers: of(true),
    readers: of(false),
  };
}

function stoppedOf(settings: Settings, { spec }: PlacedSpec): Stopped {
  return { container: containerName(settings, spec.name), health: wordsOf(spec.health) };
}

/** Docker's form of a health check begins with how the rest is run. */
function wordsOf({ command: [how, ...words] }: HealthCheck): readonly string[] {
  return how === "CMD" ? words : ["sh", "-c", ...words];
}

/**
 * Those of some services.
 *
 * @param only names with commas between them @default all
 * @throws ConfigError where a name is of no service that has such a volume
 */
export function chosenVolumes(
  volumes: readonly KeptVolume[],
  only: string | undefined,
): readonly KeptVolume[] {
  if (only === undefined) return volumes;
  const names = only.split(",").map((name) => name.trim());
  const known = volumes.map(({ service }) => service);
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0) {
    throw new ConfigError(
      [
        {
          path: "--only",
          rule: "must name services with data of their own",
          got: strange.join(", "),
          fix: `some of ${[...new Set(known)].sort().join(",")}`,
        },
      ],
      "Nothing was touched",
    );
  }
  return volumes.filter(({ service }) => names.includes(service));
}
