import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { siteFolder } from "../../examples/website/lifecycle";
import { websiteEnvironment, type WebsiteImages } from "../../tools/images/website/website-images";
import type { Setup } from "../../tools/setup/setup";
import type { LabHost } from "./lab/host";
import type { Servers } from "./servers";
import { backendWithLogs, withoutLogs } from "./site-without-logs";
import { waitFor } from "./wait";

const FOLDER = "/srv/site";
const PORT = 8080;
const OWN_BACKEND = "site-backend:1";

/** The example site on a machine of the lab, as its owner runs it: a folder with a Compose file. */
export class LabSite {
  constructor(
    readonly host: LabHost,
    private readonly setup: Setup,
  ) {}

  get url(): string {
    return `http://${this.host.address}:${PORT}`;
  }

  /** The folder of its Compose file, on its host. */
  get folder(): string {
    return FOLDER;
  }

  /** Its folders of log files, as `sightline:logs.directories` wants them. */
  get logDirectories(): Readonly<Record<"app" | "nginx" | "redis", string>> {
    const logs = `${FOLDER}/data/logs`;
    return { app: `${logs}/app`, nginx: `${logs}/nginx`, redis: `${logs}/redis` };
  }

  /** Puts it there, with its log folders, and starts it. */
  async start(): Promise<void> {
    await this.put();
    for (const folder of Object.values(this.logDirectories)) {
      await mkdir(this.host.path(folder), { recursive: true });
    }
    await this.run();
  }

  /** The same as somebody has it who never thought of logs: nginx' and the application's stay inside. */
  async startWithoutLogs(): Promise<void> {
    await this.put({ backend: OWN_BACKEND });
    const composeFile = this.host.path(`${FOLDER}/docker-compose.yml`);
    await writeFile(composeFile, withoutLogs(await readFile(composeFile, "utf8")));
    await writeFile(
      this.host.path(`${FOLDER}/backend/Dockerfile`),
      backendWithLogs(this.setup.websiteImages.backend),
    );
    await this.compose("build backend");
    await this.run();
  }

  /** Whether its application answers. */
  async answers(): Promise<boolean> {
    const options = { signal: AbortSignal.timeout(1_000) };
    return fetch(`${this.url}/api/health`, options).then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  /** Runs Compose as its owner does. */
  async compose(words: string): Promise<string> {
    return this.host.run(`cd ${FOLDER} && ${this.setup.compose.join(" ")} ${words}`);
  }

  /** What its folder holds beside log files: names, modes and owners, of files also times and contents. */
  async fingerprint(): Promise<readonly string[]> {
    const logs = "-path './data/logs/*/*' -prune";
    const found = await this.host.run(
      `cd ${FOLDER} && find . ${logs} -o -printf '%p %m %U:%G %y\\n' -type f -printf '%p %T@\\n'` +
        ` && find . ${logs} -o -type f -exec sha256sum {} +`,
    );
    return found.split("\n").sort();
  }

  /** Adds numbered lines to the application's log, in the background. */
  async writeLines(mark: string, { count, perSecond }: { count: number; perSecond: number }) {
    const line = `{"level":"info","message":"${mark} '$i'."}`;
    const loop =
      `for i in $(seq ${count}); do echo '${line}' >>${this.logDirectories.app}/app.log; ` +
      `sleep ${(1 / perSecond).toFixed(3)}; done`;
    await this.host.run(`setsid bash -c ${shellQuoted(loop)} >/dev/null 2>&1 </dev/null &`);
  }

  private async put(images: Partial<WebsiteImages> = {}): Promise<void> {
    await cp(siteFolder, this.host.path(FOLDER), { recursive: true, filter: isNoLeftover });
    const environment = websiteEnvironment(
      { ...this.setup.websiteImages, ...images },
      { port: PORT, bind: this.host.address, logDir: "./data/logs" },
    );
    const lines = Object.entries(environment).map(([key, value]) => `${key}=${value}\n`);
    await writeFile(this.host.path(path.join(FOLDER, ".env")), lines.join(""));
  }

  private async run(): Promise<void> {
    await this.compose("up --detach --no-build");
    await waitFor(
      { what: `the site at ${this.url}`, deadlineMs: 120_000 },
      () => this.answers(),
      (isUp) => isUp,
    );
  }
}

/** What a build or a run in a checkout leaves behind is no part of the site. */
function isNoLeftover(file: string): boolean {
  return !["node_modules", "dist", "data"].includes(path.basename(file));
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Waits until cAdvisor has measured the memory of each of its containers. */
export async function siteMeasured(servers: Servers): Promise<void> {
  await waitFor(
    { what: "memory of the site's containers", deadlineMs: 60_000 },
    () => servers.query('container_memory_working_set_bytes{host="app",name=~"site.+"}', "name"),
    (seen) =>
      ["backend", "nginx", "redis", "worker"].every((service) =>
        Object.entries(seen).some(([name, bytes]) => name.includes(service) && bytes > 0),
      ),
  );
}
