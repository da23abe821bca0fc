import { readdirSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";

/** What a command and everything it started used. */
export interface Usage {
  readonly seconds: number;
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
}

const PLUGIN = "pulumi-resource-docker";
const SAMPLE_MS = 500;

/** Runs something and watches the processes below this one meanwhile. */
export async function measured(work: () => Promise<unknown>): Promise<Usage> {
  const most = { plugins: 0, pluginMegabytes: 0, megabytes: 0 };
  const timer = setInterval(() => {
    const sizes = descendants(String(process.pid)).map(({ id, name }) => ({
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
  return { seconds: (performance.now() - start) / 1_000, ...most };
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
    const [, name = "", parent = ""] =
      /\((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${id}/stat`, "utf8")) ?? [];
    return [{ id, name, parent }];
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
