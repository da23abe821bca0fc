import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { renderOverride } from "../../../../configs/site-files/override";
import type { SiteCompose } from "../../../../configs/site-files/site-compose";
import { type Answers, DockerStandIn } from "../../../support/docker-stand-in";
import { exampleSite, runSiteScript, SiteCopy } from "../../../support/site-copy";

const TAG =
  '    <script async src="https://monitoring.shop.test/logger.js" data-sightline></script>\n';
const ENV = "SITE_PORT=8081\nSECRET='a b'\n";

// Each run is some hundred small processes, on a machine that may be busy.
jest.setTimeout(120_000);

let copies: SiteCopy[] = [];
let standIns: DockerStandIn[] = [];

afterEach(() => {
  for (const one of [...copies, ...standIns]) one.remove();
  copies = [];
  standIns = [];
});

/** A copy of the site, with Docker's stand-in, and the two actions on it. */
function siteOf(env?: string, answers: Partial<Answers> = {}) {
  const copy = new SiteCopy(env);
  const docker = new DockerStandIn({ workingDir: copy.folder, ...answers });
  copies.push(copy);
  standIns.push(docker);
  const run = (action: "put" | "undo", changes: Partial<SiteCompose> = {}) =>
    runSiteScript(exampleSite(copy.folder, changes), action, { PATH: docker.path });
  return {
    copy,
    docker,
    run,
    done: async (action: "put" | "undo", changes: Partial<SiteCompose> = {}) => {
      const result = await run(action, changes);
      expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: "" });
      return result.stdout;
    },
  };
}

describe("put", () => {
  it("adds an override that Compose finds by itself, and touches no file but the page", async () => {
    const { copy, done } = siteOf(ENV);
    const before = copy.snapshot();
    await done("put");
    const { folder } = copy;
    const after = Object.entries(copy.snapshot());
    const changed = after.filter(([path, state]) => before[path] !== state).map(([path]) => path);
    expect(changed.filter((path) => !path.startsWith(".sightline/"))).toEqual([
      "docker-compose.monitoring.yml",
      "docker-compose.override.yml",
      "frontend/index.html",
    ]);
    expect(copy.read("docker-compose.override.yml")).toBe(renderOverride(exampleSite(folder)));
    expect(copy.read("frontend/index.html")).toContain(`src/style.css" />\n${TAG}  </head>\n`);
    expect(existsSync(join(folder, "data/logs/redis"))).toBe(true);
  });

  it("says when it takes effect", async () => {
    const { done } = siteOf();
    expect(await done("put")).toContain(
      "in effect when the containers are recreated: docker compose up -d\n",
    );
  });

  it("changes nothing the second time", async () => {
    const { copy, done } = siteOf(ENV);
    await done("put");
    const once = copy.snapshot();
    await done("put");
    expect(copy.snapshot()).toEqual(once);
  });

  it("takes back what is not wanted any more", async () => {
    const { copy, done } = siteOf();
    const before = copy.snapshot();
    await done("put");
    await done("put", { scriptTag: undefined });
    expect(copy.snapshot()["frontend/index.html"]).toBe(before["frontend/index.html"]);
    await done("put", { mounts: [] });
    expect(existsSync(join(copy.folder, "docker-compose.override.yml"))).toBe(false);
    expect(existsSync(join(copy.folder, "docker-compose.monitoring.yml"))).toBe(false);
  });

  it("joins COMPOSE_FILE in .env where the site has one", async () => {
    const env = `A=1\nCOMPOSE_FILE="docker-compose.yml:prod.yml"\nB=2`;
    const { copy, done } = siteOf(env, { configFiles: "/x/docker-compose.yml,/x/prod.yml" });
    const before = copy.snapshot();
    expect(await done("put")).toContain("by COMPOSE_FILE in .env");
    expect(copy.read(".env")).toBe(
      "A=1\nCOMPOSE_FILE=docker-compose.yml:prod.yml:docker-compose.monitoring.yml\nB=2",
    );
    await done("undo");
    expect(copy.snapshot()).toEqual(before);
  });

  it("names an override of the site's own in .env, beside which it leaves that alone", async () => {
    const configFiles = "docker-compose.yml,docker-compose.override.yml";
    const { copy, done } = siteOf(undefined, { configFiles });
    copy.write("docker-compose.override.yml", "services: {}\n");
    const before = copy.snapshot();
    await done("put");
    expect(copy.read(".env")).toBe(
      "COMPOSE_FILE=docker-compose.yml:docker-compose.override.yml:docker-compose.monitoring.yml\n",
    );
    await done("undo");
    expect(copy.snapshot()).toEqual(before);
  });

  it("puts the tag into a page of one line, and leaves a tag that is there alone", async () => {
    const { copy, done } = siteOf();
    copy.write("frontend/index.html", "<html><HEAD><title>x</title></HEAD><body>");
    await done("put");
    expect(copy.read("frontend/index.html")).toBe(
      `<html><HEAD><title>x</title>${TAG.trim()}</HEAD><body>`,
    );
    await done("undo");
    const own = '<head><script src="https://monitoring.shop.test/logger.js"></script></head>\r\n';
    copy.write("frontend/index.html", own);
    await done("put");
    expect(copy.read("frontend/index.html")).toBe(own);
  });
});

describe("the line of our own script", () => {
  it("is changed with its hash, and taken out whole, also of a page that was edited", async () => {
    const { copy, done } = siteOf();
    const page = copy.read("frontend/index.html");
    const withHash = (integrity: string) => {
      const url = "https://monitoring.shop.test/logger.js";
      return { scriptTag: { file: "frontend/index.html", url, integrity } };
    };
    await done("put", withHash("sha384-AAAA"));
    expect(copy.read("frontend/index.html")).toContain('l.integrity="sha384-AAAA"');
    copy.write("frontend/index.html", copy.read("frontend/index.html").replace("Shop", "Store"));
    await done("put", withHash("sha384-BBBB"));
    expect(copy.read("frontend/index.html")).toContain('l.integrity="sha384-BBBB"');
    expect(copy.read("frontend/index.html")).not.toContain("AAAA");
    await done("undo");
    expect(copy.read("frontend/index.html")).toBe(page.replace("Shop", "Store"));
  });
});

describe("undo", () => {
  it("restores every file with its bytes, mode, owner and time", async () => {
    const { copy, done } = siteOf(ENV);
    const before = copy.snapshot();
    await done("put", { nginxFormat: "nginx" });
    await done("put", { nginxFormat: "nginx" });
    await done("undo");
    expect(copy.snapshot()).toEqual(before);
    expect(existsSync(join(copy.folder, "data"))).toBe(false);
    expect(await done("undo")).toBe("");
  });

  it("takes out only what is ours where a file has been edited since, and says so", async () => {
    const configFiles = "docker-compose.yml,prod.yml";
    const { copy, done } = siteOf("A=1\nCOMPOSE_FILE=docker-compose.yml:prod.yml\n", {
      configFiles,
    });
    const page = copy.read("frontend/index.html");
    await done("put");
    const edited = copy.read(".env").replace("A=1", "A=2");
    copy.write(".env", `${edited}B=3\n`, 0o600);
    const newPage = copy.read("frontend/index.html").replace("Shop tasks", "Things to do");
    copy.write("frontend/index.html", newPage);
    const said = await done("undo");
    expect(said).toContain("site files: .env has been edited since: only what was ours");
    expect(said).toContain("site files: frontend/index.html has been edited since");
    expect(copy.read(".env")).toBe("A=2\nCOMPOSE_FILE=docker-compose.yml:prod.yml\nB=3\n");
    expect(copy.read("frontend/index.html")).toBe(page.replace("Shop tasks", "Things to do"));
    expect(existsSync(join(copy.folder, ".sightline"))).toBe(false);
  });

  it("takes its name out of a COMPOSE_FILE that has been edited itself", async () => {
    const { copy, done } = siteOf(undefined, { configFiles: "a.yml,b.yml" });
    await done("put", { files: ["a.yml", "b.yml"] });
    copy.write(".env", `${copy.read(".env").trim()}:c.yml\n`);
    await done("undo");
    expect(copy.read(".env")).toBe("COMPOSE_FILE=a.yml:b.yml:c.yml\n");
  });

  it("keeps an edit that survives a later put", async () => {
    const { copy, done } = siteOf();
    const page = copy.read("frontend/index.html");
    await done("put");
    copy.write("frontend/index.html", copy.read("frontend/index.html").replace("Shop", "Store"));
    const scriptTag = { file: "frontend/index.html", url: "https://other.test/logger.js" };
    await done("put", { scriptTag });
    expect(copy.read("frontend/index.html")).toContain("other.test");
    expect(copy.read("frontend/index.html")).not.toContain("monitoring.shop.test");
    expect(await done("undo")).toBe("");
    expect(copy.read("frontend/index.html")).toBe(page.replace("Shop", "Store"));
  });

  it("keeps an override that somebody has edited, under another name", async () => {
    const { copy, done } = siteOf();
    await done("put");
    copy.write("docker-compose.monitoring.yml", "services: {}\n");
    expect(await done("undo")).toContain("that is kept in docker-compose.monitoring.yml.edited");
    expect(copy.read("docker-compose.monitoring.yml.edited")).toBe("services: {}\n");
  });

  it("keeps log folders that have logs in them", async () => {
    const { copy, done } = siteOf();
    await done("put");
    copy.write("data/logs/nginx/access.log", "a line\n");
    const said = await done("undo");
    expect(said).toContain("site files: ./data/logs/nginx is kept: there are logs in it\n");
    expect(existsSync(join(copy.folder, "data/logs/redis"))).toBe(false);
    expect(copy.read("data/logs/nginx/access.log")).toBe("a line\n");
  });

  it("has nothing to do where the site is gone", async () => {
    const { copy, done } = siteOf();
    await done("put");
    rmSync(copy.folder, { recursive: true });
    expect(await done("undo")).toBe(`site files: ${copy.folder} is gone; nothing to take back\n`);
  });

  it("follows a link to the file that it stands for", async () => {
    const { copy, done } = siteOf();
    mkdirSync(join(copy.folder, "shared"));
    writeFileSync(join(copy.folder, "shared/env"), "COMPOSE_FILE=docker-compose.yml\n");
    symlinkSync("shared/env", join(copy.folder, ".env"));
    const before = copy.snapshot();
    await done("put");
    expect(copy.snapshot()[".env"]).toBe("-> shared/env");
    expect(copy.read("shared/env")).toContain("docker-compose.monitoring.yml");
    await done("undo");
    expect(copy.snapshot()).toEqual(before);
  });
});

describe("put refuses, before it changes anything,", () => {
  const cases: readonly (readonly [string, Partial<Answers>, Partial<SiteCompose>, string])[] = [
    [
      "a site that does not run from there",
      { workingDir: "/srv/other" },
      {},
      "start the site first, so that its mounts can be checked",
    ],
    [
      "to hide a mount of the site's",
      { mountSource: "/var/lib/docker/volumes/shop_logs/_data" },
      {},
      "/var/log/nginx of nginx is mounted from /var/lib/docker/volumes/shop_logs/_data already, and would be hidden",
    ],
    [
      "to hide Redis' data",
      { exec: "dir\\n/data/logs\\n" },
      { mounts: [{ service: "redis", folder: "./data/logs/redis", inside: "/data/logs" }] },
      "/data/logs of redis is where Redis keeps its data: set compose.logPaths.redis",
    ],
    [
      "a log format that nginx has already",
      { exec: "# configuration file /etc/nginx/conf.d/site.conf:\\nlog_format sightline\\n" },
      { nginxFormat: "nginx", mounts: [] },
      "nginx has a log_format sightline already, in /etc/nginx/conf.d/site.conf: set compose.nginxLogFormat to false",
    ],
    [
      "a logging driver that Docker does not have",
      {},
      { lokiDriverUrl: "http://10.0.0.2:3100/loki/api/v1/push" },
      "Docker has no logging driver loki here: docker plugin install",
    ],
    [
      "other Compose files than the site was started with",
      { configFiles: "/srv/docker-compose.yml,/srv/prod.yml" },
      {},
      "started with docker-compose.yml prod.yml, not with docker-compose.yml: set compose.files",
    ],
    [
      "an override that Compose does not take",
      { composeError: "services.nginx is wrong" },
      {},
      "Compose does not take the override: services.nginx is wrong",
    ],
    [
      "a page without a head",
      {},
      { scriptTag: { file: "README.md", url: "https://m.test/logger.js" } },
      "README.md is no page with a </head>: correct compose.scriptTag.file",
    ],
  ];

  it.each(cases)("%s", async (_, answers, changes, message) => {
    const { copy, run } = siteOf(undefined, answers);
    const before = copy.snapshot();
    const { code, stderr } = await run("put", changes);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(message) as string,
    });
    expect(copy.snapshot()).toEqual(before);
  });

  it("a file of that name that is not ours", async () => {
    const { copy, run } = siteOf();
    copy.write("docker-compose.monitoring.yml", "services: {}\n");
    const { stderr } = await run("put");
    expect(stderr).toContain("docker-compose.monitoring.yml is there and not ours: move it away");
  });

  it("a folder that another stack looks after", async () => {
    const { run, done } = siteOf();
    await done("put");
    const { code, stderr } = await run("put", { stack: "other" });
    expect(code).toBe(1);
    expect(stderr).toContain("is looked after by the stack test already");
  });
});
