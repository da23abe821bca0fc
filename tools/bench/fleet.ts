import { Command } from "commander";

import { FleetStack } from "./fleet-stack";
import { withIdleDocker } from "./idle-docker";
import type { Usage } from "./process-tree";
import { prometheusMemory, recordScrapes } from "./prometheus-memory";

interface Options {
  readonly hosts: string;
  readonly up: string;
  readonly idle?: boolean;
}

/** Measures what a host more costs, with every host's Docker being the one of this machine. */
async function bench(options: Options): Promise<void> {
  if (options.idle) await withIdleDocker(() => measureAll(options));
  else await measureAll(options);
}

async function measureAll(options: Options): Promise<void> {
  const counts = numbers(options.hosts);
  const deployed = numbers(options.up);
  const fleet = await FleetStack.create(Math.max(...counts, ...deployed));
  try {
    for (const count of counts) {
      await fleet.settings(count);
      report("preview of a new stack", count, await fleet.measure(["preview"]));
    }
    for (const count of deployed) {
      await fleet.settings(count);
      report("up", count, await fleet.measure(["up", "--yes", "--skip-preview"]));
      report("preview without a change", count, await fleet.measure(["preview"]));
    }
    if (deployed.length === 0) return;
    const scrapes = options.idle ? undefined : await recordScrapes();
    // Its ports are wanted: from here on what was recorded answers in its place.
    report(
      "destroy",
      Math.max(...deployed),
      await fleet.measure(["destroy", "--yes", "--skip-preview"]),
    );
    if (scrapes === undefined) return;
    for (const count of counts) {
      const memory = await prometheusMemory(await fleet.settings(count), scrapes);
      console.log(`RESULT prometheus, ${count} app hosts: ${memory}`);
    }
  } finally {
    await fleet.remove();
  }
}

function numbers(text: string): readonly number[] {
  return text === "" ? [] : text.split(",").map(Number);
}

function report(what: string, hosts: number, usage: Usage): void {
  const { seconds, processorSeconds, plugins, pluginMegabytes, megabytes } = usage;
  console.log(
    `RESULT ${what}, ${hosts} app hosts: ${seconds.toFixed(1)} s, ` +
      `${processorSeconds.toFixed(1)} s of processors, ${plugins} plugin processes ` +
      `with ${pluginMegabytes.toFixed(0)} MiB, all processes ${megabytes.toFixed(0)} MiB`,
  );
}

new Command("fleet")
  .description(
    "Measures preview, up and Prometheus with many app hosts. Needs root, a set-up, and for more than " +
      "five hosts a Docker and a kernel that let one machine have so many, see docs/scaling.md.",
  )
  .option("--hosts <numbers>", "numbers of app hosts for preview and Prometheus", "1,10,50")
  .option("--up <numbers>", "numbers of app hosts for up, growing", "1,5")
  .option(
    "--idle",
    "deploy to a Docker that runs nothing, for more hosts than this machine can run",
  )
  .action(bench)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(String(error));
    process.exitCode = 1;
  });
