import type { SiteCompose } from "../../../configs/site-files/site-compose";
import { downtimeOf } from "../../support/downtime";
import { RunningSite } from "../../support/running-site";
import { exampleSite, runSiteScript } from "../../support/site-copy";
import { waitFor } from "../../support/wait";

/** The real scripts, Compose and example site; what the settings allow is done, and undone. */
const MINUTE = 60_000;
const SERVICES = ["backend", "nginx", "redis", "worker"];

interface Report {
  readonly recreated: readonly string[];
  readonly downtimeMs: number;
  readonly probes: number;
  readonly failedProbes: number;
}

let running: RunningSite | undefined;

beforeAll(async () => {
  running = await RunningSite.start(`sightline-compose-${process.pid}`);
}, 4 * MINUTE);

afterAll(() => running?.remove(), 2 * MINUTE);

function theSite(): RunningSite {
  if (!running) throw new Error("the site is not running");
  return running;
}

function wanted(changes: Partial<SiteCompose> = {}): SiteCompose {
  const { copy, url } = theSite();
  return exampleSite(copy.folder, {
    scriptTag: {
      file: "frontend/index.html",
      url: "https://monitoring.shop.test/logger.js",
      rebuild: "nginx",
    },
    apply: { probeUrl: `${url}/api/health` },
    ...changes,
  });
}

function reportOf(stdout: string): Report {
  const line = stdout.split("\n").find((text) => text.startsWith("{"));
  return JSON.parse(line ?? "no report") as Report;
}

test(
  "apply recreates the site with its log folders, measures its downtime, and undo does it backwards",
  async () => {
    const site = theSite();
    const before = filesOf(site);
    const old = await site.containers();
    const image = await site.inspect("nginx", "{{.Image}}");
    await site.redis("set", "kept", "through all");
    expect(await site.page()).not.toContain("logger.js");

    const { result, downMs } = await downtimeOf(
      async () => (await site.status("/api/health")) === 200,
      () => runSiteScript(wanted(), "put"),
    );
    expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: "" });
    const report = reportOf(result.stdout);
    expect(report.recreated).toEqual(SERVICES);
    expect(report.downtimeMs).toBeGreaterThan(100);
    // Each asks at its own moments, and an answer that hangs counts for a second: more than once on a
    // machine that has other things to do.
    expect(Math.abs(report.downtimeMs - downMs)).toBeLessThan(5_000);
    expect(report.probes).toBeGreaterThan(report.failedProbes);
    console.info(`put: ${JSON.stringify(report)}; seen from outside: ${downMs} ms`);

    expect(await site.redis("get", "kept")).toBe("through all");
    expect(await site.page()).toContain("https://monitoring.shop.test/logger.js");
    expect(await site.inspect("worker", "{{json .HostConfig.LogConfig}}")).toBe(
      '{"Type":"json-file","Config":{"max-file":"3","max-size":"10m"}}',
    );
    await logsArrive(site);

    // The owner's own command changes nothing: Compose finds the override by itself.
    const applied = await site.containers();
    expect(Object.values(applied)).not.toEqual(Object.values(old));
    await site.compose("up", "-d", "--no-build");
    expect(await site.containers()).toEqual(applied);

    const again = await runSiteScript(wanted(), "put");
    expect(reportOf(again.stdout)).toMatchObject({ recreated: [], downtimeMs: 0, failedProbes: 0 });

    const undone = await runSiteScript(wanted(), "undo");
    expect({ code: undone.code, stderr: undone.stderr }).toEqual({ code: 0, stderr: "" });
    console.info(`undo: ${undone.stdout}`);
    expect(reportOf(undone.stdout).recreated).toEqual(SERVICES);
    expect(filesOf(site)).toEqual(before);
    expect(await site.inspect("nginx", "{{.Image}}")).toBe(image);
    expect(await site.inspect("nginx", "{{json .HostConfig.Binds}}")).not.toContain("data/logs");
    expect(await site.page()).not.toContain("logger.js");
    expect(await site.redis("get", "kept")).toBe("through all");
  },
  6 * MINUTE,
);

test("a log format that nginx has already is refused, before anything is changed", async () => {
  const before = filesOf(theSite());
  const { code, stderr } = await runSiteScript(wanted({ nginxFormat: "nginx" }), "put");
  expect(code).toBe(1);
  expect(stderr).toBe(
    "site files: nginx has a log_format sightline already, in /etc/nginx/conf.d/default.conf: set compose.nginxLogFormat to false\n",
  );
  expect(filesOf(theSite())).toEqual(before);
}, 60_000);

test(
  "a site that does not come back is put back as it was, and the update fails",
  async () => {
    const site = theSite();
    const before = filesOf(site);
    const hidesItsConfiguration = {
      mounts: [{ service: "nginx", folder: "./data/logs/nginx", inside: "/etc/nginx/conf.d" }],
    };
    const { code, stdout, stderr } = await runSiteScript(wanted(hidesItsConfiguration), "put");
    expect(code).toBe(1);
    expect(stderr).toContain("/api/health did not answer 200 again within 60 s\n");
    expect(stderr).toContain("the site did not come back with this, so everything is as it was");
    console.info(`given up: ${stdout}`);
    expect(filesOf(site)).toEqual(before);
    expect(await site.status("/api/health")).toBe(200);
  },
  6 * MINUTE,
);

/** All files but the logs. */
function filesOf(site: RunningSite): Readonly<Record<string, string>> {
  const files = Object.entries(site.copy.snapshot());
  return Object.fromEntries(files.filter(([path]) => !path.startsWith("data/")));
}

async function logsArrive(site: RunningSite): Promise<void> {
  await site.status("/?seen-in-the-folder");
  const wantedLines = [
    ["nginx/access.log", "GET /?seen-in-the-folder"],
    ["app/app.log", "ready"],
    ["redis/redis.log", "Ready to accept connections"],
  ] as const;
  for (const [file, text] of wantedLines) {
    await waitFor(
      { what: `"${text}" in ${file}`, deadlineMs: MINUTE },
      () => Promise.resolve(site.copy.read(`data/logs/${file}`)),
      (log) => log.includes(text),
    );
  }
}
