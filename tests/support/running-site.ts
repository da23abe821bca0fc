import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { websiteEnvironment } from "../../tools/images/website/website-images";
import { lastSetup } from "../../tools/setup/setup";
import { freePorts } from "./free-ports";
import { SiteCopy } from "./site-copy";
import { backendWithLogs, withoutLogs } from "./site-without-logs";
import { waitFor } from "./wait";

const run = promisify(execFile);

/**
 * The example site, started by Compose from a folder of its own, as somebody has it who never thought of
 * logs: nginx' and the application's stay in the containers. Its page is in an image that Compose builds.
 */
export class RunningSite {
  private constructor(
    public readonly copy: SiteCopy,
    public readonly url: string,
    private readonly project: string,
    private readonly composeCommand: readonly string[],
  ) {}

  public static async start(project: string): Promise<RunningSite> {
    const { websiteImages, compose } = await lastSetup();
    const { site: port } = await freePorts(["site"]);
    const [backend, nginx] = imagesOf(project);
    const environment = websiteEnvironment(
      { backend, nginx, redis: websiteImages.redis },
      { port, bind: "127.0.0.1", logDir: "./data/logs" },
    );
    const lines = Object.entries({ ...environment, COMPOSE_PROJECT_NAME: project });
    const copy = new SiteCopy(lines.map(([key, value]) => `${key}=${value}\n`).join(""));
    copy.write("docker-compose.yml", withoutLogs(copy.read("docker-compose.yml")));
    copy.write("backend/Dockerfile", backendWithLogs(websiteImages.backend));
    copy.write(
      "nginx/Dockerfile",
      `FROM ${websiteImages.nginx}\nCOPY frontend/index.html /usr/share/nginx/html/index.html\n`,
    );
    const site = new RunningSite(copy, `http://127.0.0.1:${port}`, project, compose);
    try {
      await site.compose("build");
      await site.compose("up", "-d", "--no-build");
      await site.untilItAnswers();
    } catch (error) {
      await site.remove();
      throw error;
    }
    return site;
  }

  /** Runs Compose as the site's owner does, in its folder. */
  public async compose(...args: string[]): Promise<string> {
    const [program = "docker-compose", ...first] = this.composeCommand;
    const { stdout, stderr } = await run(program, [...first, ...args], { cwd: this.copy.folder });
    return stdout + stderr;
  }

  public async untilItAnswers(): Promise<void> {
    await waitFor(
      { what: `${this.url}/api/health`, deadlineMs: 120_000, everyMs: 300 },
      () => this.status("/api/health"),
      (status) => status === 200,
    );
  }

  /** @returns the status, or 0 where nobody answers */
  public async status(path: string): Promise<number> {
    const options = { signal: AbortSignal.timeout(1_000) };
    return fetch(this.url + path, options).then(
      ({ status }) => status,
      () => 0,
    );
  }

  public async page(): Promise<string> {
    return (await fetch(this.url)).text();
  }

  /** Ids of the containers by service. */
  public async containers(): Promise<Readonly<Record<string, string>>> {
    const format = '{{.Label "com.docker.compose.service"}} {{.ID}}';
    const filter = `label=com.docker.compose.project=${this.project}`;
    const { stdout } = await run("docker", ["ps", "--filter", filter, "--format", format]);
    const words = stdout
      .trim()
      .split("\n")
      .map((line) => line.split(" ") as [string, string]);
    return Object.fromEntries(words);
  }

  public async inspect(service: string, format: string): Promise<string> {
    const { [service]: id = `no container of ${service}` } = await this.containers();
    return (await run("docker", ["inspect", "--format", format, id])).stdout.trim();
  }

  public async redis(...words: string[]): Promise<string> {
    const { redis = "no redis" } = await this.containers();
    return (await run("docker", ["exec", redis, "redis-cli", ...words])).stdout.trim();
  }

  public async remove(): Promise<void> {
    await this.compose("down", "--volumes", "--timeout", "2").catch(() => undefined);
    await run("docker", ["rmi", ...imagesOf(this.project)]).catch(() => undefined);
    this.copy.remove();
  }
}

/** Images that the site builds itself, of the backend and of nginx. */
function imagesOf(project: string): readonly [string, string] {
  return [`${project}-backend:1`, `${project}-nginx:1`];
}
