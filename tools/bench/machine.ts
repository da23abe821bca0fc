import { cpus, loadavg, platform, release, totalmem } from "node:os";

import { quiet } from "../lib/quiet";

/** What the figures were measured on: two machines that are called the same give like figures. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly gibibytes: number;
  /** System and release: `linux 6.1.0-18-amd64`. */
  readonly kernel: string;
  readonly docker: string;
}

export async function thisMachine(): Promise<Machine> {
  const [first] = cpus();
  return {
    cores: cpus().length,
    processor: first?.model.trim().replaceAll(/\s+/g, " ") ?? "an unknown processor",
    gibibytes: Math.round(totalmem() / 2 ** 30),
    kernel: `${platform()} ${release()}`,
    docker: await quiet`docker version --format {{.Server.Version}}`,
  };
}

/** @param load processes that wanted a processor in the minute before, on average */
export function machineText(machine: Machine, date: string, load: number): string {
  const { cores, processor, gibibytes, kernel, docker } = machine;
  return (
    `Measured on ${date}: ${cores} cores (${processor}), ${gibibytes} GiB, ${kernel}, ` +
    `Docker ${docker}; load before it began: ${load.toFixed(1)}.`
  );
}

/** Processes that wanted a processor in the last minute, on average. */
export function loadNow(): number {
  return loadavg()[0] ?? 0;
}
