import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { parseArgs } from "node:util";

import { ensureCompose } from "../../tools/docker/ensure-compose";
import { ensureWebsiteImages } from "../../tools/images/website/website-images";
import { misuse, numberIn, runCli } from "./cli";
import { setSiteService, siteFolder, siteNetwork, startSite, stopSite } from "./lifecycle";

export { setSiteService, siteNetwork, startSite, stopSite } from "./lifecycle";
export type { StartOptions, StopOptions } from "./lifecycle";

const HELP = `Usage: npx tsx examples/website/site.ts <command> [options]

Runs the example website, images included.

  up               starts it and waits until it answers
  down             removes its containers, volumes and network, and the logs it made
  stop <service>   for example: stop nginx
  start <service>
  logs             follows its log files

  --project <name>   Compose project (default website, as plain "docker compose up" here has it)
  --port <n>         port on this machine (default 8080)
  --bind <address>   address on this machine (default 127.0.0.1)
  --log-dir <path>   gets nginx/, app/ and redis/ (default data/logs beside the Compose file)
  --offline          up: does not try the official images
  --detach           down: takes the network from other containers that are attached to it
  --help
`;

const LOG_FILES = ["nginx/access.log", "nginx/error.log", "app/app.log", "redis/redis.log"];

/** What was typed, checked. */
export interface SiteCommand {
  readonly command: "up" | "down" | "stop" | "start" | "logs";
  /** Of `stop` and `start`. */
  readonly service: string;
  readonly project: string;
  readonly port: number;
  readonly bind: string;
  readonly logDir: string;
  readonly offline: boolean;
  readonly detach: boolean;
}

/**
 * Reads the command line.
 * @throws UsageError, or parseArgs' TypeError, for what cannot be understood
 */
export function parseSite(args: readonly string[]): SiteCommand | "help" {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      project: { type: "string", default: "website" },
      port: { type: "string", default: "8080" },
      bind: { type: "string", default: "127.0.0.1" },
      "log-dir": { type: "string", default: path.join(siteFolder, "data", "logs") },
      offline: { type: "boolean", default: false },
      detach: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const { project, bind, offline, detach } = values;
  const port = numberIn(values.port, { name: "--port", min: 1, max: 65_535, integer: true });
  const logDir = path.resolve(values["log-dir"]);
  return { ...commandIn(positionals), project, port, bind, logDir, offline, detach };
}

function commandIn(words: readonly string[]): Pick<SiteCommand, "command" | "service"> {
  const [command = "", service, ...rest] = words;
  const withService = command === "stop" || command === "start";
  if (!withService && command !== "up" && command !== "down" && command !== "logs") {
    const rule = "must be one of up, down, stop, start, logs";
    throw misuse({ name: "command", rule, got: command, fix: "see --help" });
  }
  if (withService && service === undefined) {
    throw misuse({ name: command, rule: "needs a service", got: "", fix: `${command} nginx` });
  }
  const surplus = withService ? rest[0] : service;
  if (surplus === undefined) return { command, service: service ?? "" };
  throw misuse({ name: command, rule: "takes no more words", got: surplus, fix: "leave it out" });
}

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function up({ project, port, bind, logDir, offline }: SiteCommand): Promise<void> {
  const composeCommand = await ensureCompose(say);
  const images = await ensureWebsiteImages({ skipOfficial: offline, onProgress: say });
  const url = await startSite({ project, port, bind, logDir, images, composeCommand });
  say(`The site answers at ${url}; its logs are in ${logDir}.`);
  say(`Other containers on the network ${siteNetwork(project)} reach it at http://application:80.`);
}

async function down({ project, logDir, detach }: SiteCommand): Promise<void> {
  for (const { name, guests } of await stopSite({ project, logDir, detach })) {
    say(`The network ${name} stays: ${guests.join(", ")} is attached to it.`);
    say("Remove that first and run this again, or run this with --detach.");
  }
  say(`The site ${project} is down.`);
}

async function follow({ logDir }: SiteCommand): Promise<void> {
  const files = LOG_FILES.map((file) => path.join(logDir, file));
  await once(spawn("tail", ["-n", "20", "-F", ...files], { stdio: "inherit" }), "exit");
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseSite(args);
  if (options === "help") return void process.stdout.write(HELP);
  const { command, project, service } = options;
  switch (command) {
    case "up":
      return up(options);
    case "down":
      return down(options);
    case "logs":
      return follow(options);
    default:
      await setSiteService(project, command, service);
      say(`${service} of ${project}: ${command === "stop" ? "stopped" : "started"}.`);
  }
}

if (require.main === module) runCli(main);
