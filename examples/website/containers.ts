import { $ } from "zx";

/*
 * The site's containers, networks and volumes, found by the labels that every version of Compose
 * gives them. Their names differ between versions and are never relied on.
 */

const PROJECT_LABEL = "com.docker.compose.project";
const SERVICE = "com.docker.compose.service";
const WORKING_DIR = "com.docker.compose.project.working_dir";

const docker = $({ quiet: true });

/** One container of a Compose project. */
export interface SiteContainer {
  readonly id: string;
  readonly service: string;
  /** The folder of the Compose file that made it. */
  readonly folder: string;
  readonly image: string;
}

/** All containers of a project, stopped ones too. */
export async function containersOf(project: string): Promise<SiteContainer[]> {
  const list = await docker`docker ps -aq --filter label=${PROJECT_LABEL}=${project}`;
  const ids = lines(list.stdout);
  if (ids.length === 0) return [];
  const format = `{{.Id}}\t{{index .Config.Labels "${SERVICE}"}}\t{{index .Config.Labels "${WORKING_DIR}"}}\t{{.Config.Image}}`;
  const shown = await docker`docker inspect --format ${format} ${ids}`;
  return lines(shown.stdout).map((line) => {
    const [id = "", service = "", folder = "", image = ""] = line.split("\t");
    return { id, service, folder, image };
  });
}

/** Ends containers gently, then removes them and their nameless volumes. */
export async function removeContainers(containers: readonly SiteContainer[]): Promise<void> {
  if (containers.length === 0) return;
  const ids = containers.map(({ id }) => id);
  await docker`docker stop --time 10 ${ids}`;
  await docker`docker rm --force --volumes ${ids}`;
}

/** Removes the named volumes of a project. */
export async function removeVolumes(project: string): Promise<void> {
  const list = await docker`docker volume ls -q --filter label=${PROJECT_LABEL}=${project}`;
  const names = lines(list.stdout);
  if (names.length > 0) await docker`docker volume rm ${names}`;
}

/** A network that others still use. */
export interface SharedNetwork {
  readonly name: string;
  /** Names of the containers attached to it that are not the site's. */
  readonly guests: readonly string[];
}

/** The networks of a project, each with whatever is attached. Call it when the site's own are gone. */
export async function networksOf(project: string): Promise<SharedNetwork[]> {
  const list = await docker`docker network ls -q --filter label=${PROJECT_LABEL}=${project}`;
  const format = `{{.Name}}{{range .Containers}}\t{{.Name}}{{end}}`;
  const ids = lines(list.stdout);
  if (ids.length === 0) return [];
  const shown = await docker`docker network inspect --format ${format} ${ids}`;
  return lines(shown.stdout).map((line) => {
    const [name = "", ...guests] = line.split("\t");
    return { name, guests };
  });
}

/** Removes a network; its guests lose it, and go on without. */
export async function removeNetwork({ name, guests }: SharedNetwork): Promise<void> {
  for (const guest of guests) await docker`docker network disconnect --force ${name} ${guest}`;
  await docker`docker network rm ${name}`;
}

/** What `docker` can do to a running or stopped service. */
export type ServiceAction = "stop" | "start" | "pause" | "unpause";

/** Stops or starts the containers of one service. */
export async function setService(action: ServiceAction, ids: readonly string[]): Promise<void> {
  await docker`docker ${action} ${ids}`;
}

/**
 * Deletes a folder in which containers left files of other users: as ourselves where that is
 * enough, else by a container of this image, whose root may.
 */
export async function removeFolder(folder: string, image: string | undefined): Promise<void> {
  const own = await $({ nothrow: true, quiet: true })`rm -rf -- ${folder}`;
  if (own.exitCode === 0) return;
  if (image === undefined)
    throw new Error(`${folder}: cannot be removed. Fix: sudo rm -r ${folder}`);
  const mount = `type=bind,source=${folder},target=/logs`;
  const sweep = ["sh", "-c", "rm -rf /logs/* /logs/.[!.]*"];
  await docker`docker run --rm --network none --mount ${mount} --entrypoint ${sweep[0]} ${image} ${sweep.slice(1)}`;
  await docker`rmdir -- ${folder}`;
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}
