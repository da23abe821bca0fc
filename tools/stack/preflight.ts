import { once } from "node:events";
import { createServer } from "node:net";

import { $ } from "zx";

import { ConfigError, type Problem } from "../../configs/errors";
import { STACK_LABEL } from "../../configs/labels";
import { settingsSchema } from "../../configs/settings/schema";
import { readStackFile } from "./stack-file";

const KEY = "sightline:publish";
/**
 * Looks whether the ports of a stack's pages are free, or its own already: Docker would say so only
 * when half of the stack is deployed.
 *
 * @throws ConfigError with every port that somebody else has
 */
export async function checkPorts(stack: string, file: string): Promise<void> {
  const publish = settingsSchema.shape.publish.parse((await readStackFile(file, KEY)) ?? {});
  const { address, ...ports } = publish;
  const own = await ownPorts(stack);
  const problems: Problem[] = [];
  for (const page of await pages(file)) {
    const port = ports[page];
    if (own.includes(port) || (await isFree(address, port))) continue;
    problems.push({
      path: `${KEY}.${page}`,
      rule: `must be a free port of ${address}, and somebody listens on it`,
      got: String(port),
      fix: `pulumi config set --path '${KEY}.${page}' <a free port> --stack ${stack}, or end the other one`,
    });
  }
  if (problems.length > 0) throw new ConfigError(problems);
}

/** What a stack on one host publishes. Loki's port is for another host's agents. */
async function pages(file: string) {
  const hasGrafana = (await readStackFile(file, "sightline:grafana.enabled")) !== false;
  const hasMail = (await readStackFile(file, "sightline:mail.kind")) !== "smtp";
  return [
    "prometheus" as const,
    "alertmanager" as const,
    ...(hasMail ? (["mail"] as const) : []),
    ...(hasGrafana ? (["grafana"] as const) : []),
  ];
}

/** Ports of the host that this stack's running containers have. */
async function ownPorts(stack: string): Promise<readonly number[]> {
  const filter = `label=${STACK_LABEL}=${stack}`;
  const { stdout } = await $({ quiet: true })`docker ps --filter ${filter} --format {{.Ports}}`;
  return [...stdout.matchAll(/:(\d+)->/g)].map(([, port]) => Number(port));
}

async function isFree(address: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, address);
    await once(server, "listening");
    return true;
  } catch (error) {
    // Another machine's address cannot be tried from here.
    return (error as NodeJS.ErrnoException).code !== "EADDRINUSE";
  } finally {
    server.close();
  }
}
