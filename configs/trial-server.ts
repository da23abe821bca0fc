import { containerName } from "./docker-spec";
import { STACK_LABEL } from "./labels";
import { CONFIG_PATH, SECRETS_PATH, type ServiceSpec } from "./service-spec";
import type { Settings } from "./settings/settings";
import type { Trial } from "./trial";

interface Tried {
  readonly spec: ServiceSpec;
  readonly trial: Trial;
  readonly image: string;
  /** Docker's name of a network with a way out. */
  readonly network: string;
}

/** Words of `docker run` for a server's trial: as its container, but for its data, which is in memory. */
export function trialServer(settings: Settings, tried: Tried): readonly string[] {
  const { spec, trial, image, network } = tried;
  return [
    ...["--label", `${STACK_LABEL}=${settings.prefix}`, "--network", network],
    ...["--user", spec.user, "--read-only", "--cap-drop", "ALL"],
    ...["--security-opt", "no-new-privileges:true", "--memory", `${spec.memoryMegabytes}m`],
    ...inMemory(spec),
    ...Object.entries(spec.environment ?? {}).map(([key, value]) => `--env=${key}=${value}`),
    ...filesOf(settings, `${spec.name}-config`, CONFIG_PATH),
    ...(spec.secretFiles?.length ? filesOf(settings, `${spec.name}-secrets`, SECRETS_PATH) : []),
    ...[image, ...(spec.args ?? []), ...trial.args],
  ];
}

function inMemory({ user, volumes = [], temporaryPaths = [] }: ServiceSpec): readonly string[] {
  const [uid = "0", gid = "0"] = user.split(":");
  const paths = [...volumes.map(({ path }) => path), ...temporaryPaths];
  return paths.flatMap((path) => [
    "--tmpfs",
    `${path}:rw,noexec,nosuid,nodev,size=64m,uid=${uid},gid=${gid}`,
  ]);
}

/** The volume of a keeper, whose `current` link is what the server reads. */
function filesOf(settings: Settings, role: string, path: string): readonly string[] {
  return ["--volume", `${containerName(settings, role)}:${path.replace(/\/current$/, "")}:ro`];
}
