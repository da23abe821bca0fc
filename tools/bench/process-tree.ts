import { readdirSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

/** What a command and everything it started used. */
export interface Usage {
  readonly seconds: number;
  /** Seconds of processors that they had, which do not grow when others want some; short ones are missed. */
  readonly processorSeconds: number;
  /** Most processes of Pulumi's docker plugin at one time. */
  readonly plugins: number;
  /** Most memory of those, in MiB; what they share is counted once. */
  readonly pluginMegabytes: number;
  /** Most memory of all processes together, in MiB. */
  readonly megabytes: number;
}

interface Process {
  readonly id: string;
  readonly parent: string;
  readonly name: string;
  readonly processorSeconds: number;
}

const PLUGIN = "pulumi-resource-docker";
const SAMPLE_MS = 500;
/** The unit of /proc's times, on every Linux there is. */
const TICKS_PER_SECOND = 100;

/** Runs something and watches the processes below this one meanwhile. */
export async function measured(work: () => Promise<unknown>): Promise<Usage> {
  const most = { plugins: 0, pluginMegabytes: 0, megabytes: 0 };
  const spent = new Map<string, number>();
  const timer = setInterval(() => {
    const processes = descendants(String(process.pid));
    for (const { id, processorSeconds } of processes) spent.set(id, processorSeconds);
    const sizes = processes.map(({ id, name }) => ({
      isPlugin: PLUGIN.startsWith(name),
      megabytes: megabytesOf(id),
    }));
    const plugins = sizes.filter(({ isPlugin }) => isPlugin);
    most.plugins = Math.max(most.plugins, plugins.length);
    most.pluginMegabytes = Math.max(most.pluginMegabytes, sum(plugins));
    most.megabytes = Math.max(most.megabytes, sum(sizes));
  }, SAMPLE_MS);
  const start = performance.now();
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  const processorSeconds = [...spent.values()].reduce((total, one) => total + one, 0);
  return { seconds: (performance.now() - start) / 1_000, processorSeconds, ...most };
}

function sum(sizes: readonly { megabytes: number }[]): number {
  return sizes.reduce((total, { megabytes }) => total + megabytes, 0);
}

function descendants(root: string): readonly Process[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap(read);
  const below = (parent: string): readonly Process[] =>
    all.filter((one) => one.parent === parent).flatMap((child) => [child, ...below(child.id)]);
  return below(root);
}

/** A process can be gone before it is read. */
function read(id: string): readonly Process[] {
  try {
    const [, name = "", parent = "", user, system] =
      /\((.*)\) \S (\d+)(?: -?\d+){9} (\d+) (\d+)/.exec(readFileSync(`/proc/${id}/stat`, "utf8")) ??
      [];
    const processorSeconds = (Number(user) + Number(system)) / TICKS_PER_SECOND;
    return [{ id, name, parent, processorSeconds }];
  } catch {
    return [];
  }
}

function megabytesOf(id: string): number {
  try {
    const [, kilobytes = "0"] =
      /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, "utf8")) ?? [];
    return Number(kilobytes) / 1_024;
  } catch {
    return 0;
  }
}
