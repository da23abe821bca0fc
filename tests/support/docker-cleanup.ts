import { quiet } from "./quiet";

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
