import { request } from "node:http";

import { STACK_LABEL } from "../../configs/labels";
import { lines } from "../lib/docker-cleanup";
import { quiet } from "../lib/quiet";

/** What a container has used at one moment. */
export interface Used {
  /** Without the stack's name in front. */
  readonly name: string;
  /** Since its start. */
  readonly processorSeconds: number;
  /** Without files that are only cached. */
  readonly megabytes: number;
}

/** Docker's own figures of a container, as far as they are read. */
export interface Stats {
  readonly cpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  readonly memory_stats: {
    readonly usage: number;
    readonly stats: Readonly<Record<string, number>>;
  };
}

/** What every running container of a stack has used so far, by its name. */
export async function usedByContainers(stack: string): Promise<readonly Used[]> {
  const filter = `label=${STACK_LABEL}=${stack}`;
  const names = lines(await quiet`docker ps --filter ${filter} --format {{.Names}}`);
  const all = names.map(async (name) => ({
    name: name.replace(`${stack}-`, ""),
    ...usedOf(await stats(name)),
  }));
  return (await Promise.all(all)).sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** As `docker stats` counts memory: what the kernel would give back at once is not used. */
export function usedOf({ cpu_stats, memory_stats }: Stats): Omit<Used, "name"> {
  const { usage, stats: details } = memory_stats;
  const cached = details.total_inactive_file ?? details.inactive_file ?? 0;
  return {
    processorSeconds: cpu_stats.cpu_usage.total_usage / 1e9,
    megabytes: (usage - cached) / 2 ** 20,
  };
}

async function stats(container: string): Promise<Stats> {
  const socketPath = (process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock").replace(
    "unix://",
    "",
  );
  const path = `/containers/${container}/stats?stream=false&one-shot=true`;
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        if (answer.statusCode === 200) resolve(JSON.parse(text) as Stats);
        else reject(new Error(`Docker answered ${answer.statusCode} about ${container}: ${text}`));
      });
    });
    asked.on("error", reject).end();
  });
}
