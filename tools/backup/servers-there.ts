import { ConfigError, type Problem } from "../../configs/errors";
import type { Settings } from "../../configs/settings/settings";
import { reasonOf } from "../lib/setup-error";
import { dockerOn } from "./docker-on";
import { keyOf, type KeptVolume, type Stopped } from "./plan";

/** Images of the volumes' owners, `repository:tag`, by key of the volume. */
export type Images = ReadonlyMap<string, string>;

/**
 * Looks whether everything that will be stopped is there, before anything is.
 *
 * @param mustRun whether what was stopped before is refused, or may be what a restore is to repair
 * @throws ConfigError with every container that is not, and every host that does not answer
 */
export async function serversThere(
  settings: Settings,
  volumes: readonly KeptVolume[],
  { mustRun }: { readonly mustRun: boolean },
): Promise<Images> {
  const problems = new Map<string, Problem>();
  const images = new Map<string, string>();
  for (const volume of volumes) {
    for (const server of [volume.owner, ...volume.writers, ...volume.readers]) {
      const found = await look(settings, volume, server);
      const problem =
        "path" in found ? found : mustRun ? stoppedProblem(volume, server, found) : undefined;
      if (problem) problems.set(problem.path, problem);
      else if (server === volume.owner && "image" in found) images.set(keyOf(volume), found.image);
    }
  }
  if (problems.size > 0) throw new ConfigError([...problems.values()], "Nothing was touched");
  return images;
}

interface Found {
  /** As Docker says it: running, exited, restarting, … */
  readonly status: string;
  readonly image: string;
}

function stoppedProblem({ host }: KeptVolume, { container }: Stopped, { status }: Found) {
  if (status === "running") return undefined;
  const fix = `docker start ${container}, and docker logs ${container} where it ends again`;
  return { path: container, rule: `must run on ${host}`, got: status, fix };
}

/** A container as it is, or why it cannot be looked at. */
async function look(
  settings: Settings,
  { host }: KeptVolume,
  { container }: Stopped,
): Promise<Found | Problem> {
  const format = "{{.State.Status}} {{.Config.Image}}";
  try {
    const docker = dockerOn(settings, host);
    const answer = await docker(["container", "inspect", "--format", format, container]);
    const [status = "", image = ""] = answer.split(" ");
    return { status, image };
  } catch (error) {
    const reason = reasonOf(error);
    if (/no such container/i.test(reason)) {
      const fix = settings.prefix === "dev" ? "npm run up" : `pulumi up --stack ${settings.prefix}`;
      return {
        path: container,
        rule: `must be deployed on ${host}`,
        got: "no such container",
        fix,
      };
    }
    const fix = "npm run doctor says why; --only <services> leaves the host out";
    return { path: `sightline:hosts.${host}`, rule: "must answer", got: reason, fix };
  }
}
