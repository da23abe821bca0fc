import { quiet } from "./quiet";

/** Docker's names of all containers, volumes and networks that a filter of Docker's selects. */
export async function namesInDocker(filter: string): Promise<readonly string[]> {
  const [containers, volumes, networks] = await Promise.all([
    quiet`docker ps --all --filter ${filter} --format {{.Names}}`,
    quiet`docker volume ls --filter ${filter} --format {{.Name}}`,
    quiet`docker network ls --filter ${filter} --format {{.Name}}`,
  ]);
  return [containers, volumes, networks].flatMap(lines);
}

/** Removes every container, then every volume and network, that a filter of Docker's selects. */
export async function removeFromDocker(filter: string): Promise<void> {
  for (const id of lines(await quiet`docker ps --all --quiet --filter ${filter}`)) {
    await quiet`docker rm --force --volumes ${id}`;
  }
  for (const kind of ["volume", "network"]) {
    for (const name of lines(await quiet`docker ${kind} ls --quiet --filter ${filter}`)) {
      await quiet`docker ${kind} rm ${name}`;
    }
  }
}

/** The lines of a command's output; none for no output. */
export function lines(output: string): readonly string[] {
  return output.split("\n").filter(Boolean);
}
