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

/** @param loads processes that wanted a processor in the minute before each measuring, on average */
export function machineText(machine: Machine, date: string, loads: readonly number[]): string {
  const { cores, processor, gibibytes, kernel, docker } = machine;
  return (
    `Measured on ${date}: ${cores} cores (${processor}), ${gibibytes} GiB, ${kernel}, ` +
    `Docker ${docker}; load before it began: ${loads.map((load) => load.toFixed(1)).join(", ")}.`
  );
}

/** Carries the load from the command to the one that it starts beside its stack. */
const LOAD = "SIGHTLINE_BENCH_LOAD";

/** Notes how busy the machine is before the bench itself makes it busy. */
export function noteLoad(): void {
  process.env[LOAD] = String(loadNow());
}

/** Processes that wanted a processor in the minute before the bench began, on average. */
export function loadBefore(): number {
  return Number(process.env[LOAD] ?? loadNow());
}

function loadNow(): number {
  return loadavg()[0] ?? 0;
}
