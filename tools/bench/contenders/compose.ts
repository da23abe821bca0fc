import { rm } from "node:fs/promises";
import path from "node:path";
import { performance } from "node:perf_hooks";

import { quiet } from "../../lib/quiet";
import { waitFor } from "../../lib/wait";
import { lastSetup } from "../../setup/setup";
import type { BenchStack } from "../bench-stack";
import type { ComposeProject } from "../compose-file";
import { writeAll } from "../write-all";
import type { Contender } from "./contender";
import type { Variants } from "./variants";

const HEALTHY = { what: "all containers are healthy", deadlineMs: 180_000, everyMs: 200 };

/** Docker Compose with the same containers, whose files it mounts. It has no preview. */
export async function composeContender(
  stack: BenchStack,
  { before, after }: Variants<ComposeProject>,
): Promise<Contender> {
  const folder = await stack.scratch("compose");
  const { compose } = await lastSetup();
  const project = `compose-of-${stack.name}`;
  const run = (...words: readonly string[]) =>
    stack.commands.run([...compose, "-p", project, ...words], { folder });
  const write = async ({ composeFile, files }: ComposeProject) => {
    await rm(path.join(folder, "files"), { recursive: true, force: true });
    await writeAll(folder, { ...files, "docker-compose.yml": composeFile });
  };
  const up = async () => {
    const start = performance.now();
    await run("up", "-d");
    await healthy(project);
    return (performance.now() - start) / 1_000;
  };
  return {
    name: `Compose ${(await run("version", "--short")).stdout.trim().replace(/^v/, "")}`,
    steps: {
      "up from nothing": async () => {
        await write(before);
        return up();
      },
      "up, nothing changed": up,
      "up after one edit": async () => {
        await write(after);
        return up();
      },
      destroy: async () => (await run("down", "--volumes")).seconds,
    },
  };
}

/** Compose does not wait for those that nobody depends on; Pulumi and Terraform do. */
async function healthy(project: string): Promise<void> {
  const filter = `label=com.docker.compose.project=${project}`;
  await waitFor(
    HEALTHY,
    () => quiet`docker ps --all --filter ${filter} --format ${"{{.Names}}: {{.Status}}"}`,
    (rows) => rows.split("\n").every((row) => row.endsWith("(healthy)")),
  );
}
