import { lastSetup } from "../../tools/setup/setup";
import { Diagnosis } from "../support/doctor";
import { downtimeOf } from "../support/downtime";
import { DRILL_ALERTS, DRILL_GROUPING } from "../support/drill-settings";
import { Drills } from "../support/drills";
import { imagesOf } from "../support/lab/images";
import { Lab } from "../support/lab/lab";
import { LabSite, siteMeasured } from "../support/lab-site";
import { RemoteStack } from "../support/remote-stack";
import { Servers } from "../support/servers";
import { waitFor } from "../support/wait";

/**
 * The site runs on one machine by its own Compose file, its monitoring on another, and the engine on
 * a third, which reaches both over ssh. The test starts the site, runs `pulumi up`, breaks things and
 * looks. The tests run in order and build on each other.
 */
const MINUTE = 60_000;

let lab: Lab;
let site: LabSite;
let stack: RemoteStack;
let servers: Servers;
let drills: Drills;
let siteFiles: readonly string[];

beforeAll(async () => {
  const setup = await lastSetup();
  lab = await Lab.create({ hosts: ["monitoring", "app"], images: await imagesOf(setup) });
  site = new LabSite(lab.host("app"), setup);
  await site.startWithoutLogs();
  siteFiles = await site.fingerprint();
  stack = await RemoteStack.create("two-hosts", lab, {
    hosts: {
      monitoring: {},
      app: {
        compose: {
          directory: site.folder,
          services: { nginx: "nginx", app: ["backend", "worker"], redis: "redis" },
          scriptTag: {
            file: "frontend/index.html",
            url: "https://monitoring.example.org/logger.js",
          },
          apply: true,
        },
      },
    },
    edits: {
      "sightline:site": {
        name: "website",
        pageUrl: `${site.url}/`,
        apiUrl: `${site.url}/api/health`,
      },
      "sightline:logs.directories": site.logDirectories,
      "sightline:alerts": {
        ...DRILL_ALERTS,
        NodeDown: { for: "4s" },
        // It starts once by its owner, and once with its log folder.
        RedisRestarted: { over: "20s" },
      },
      "sightline:alerting": { grouping: DRILL_GROUPING },
    },
  });
  servers = new Servers(stack);
  drills = new Drills(servers);
  const start = Date.now();
  const { downMs } = await downtimeOf(
    () => site.answers(),
    () => stack.up(),
  );
  console.log(
    `two hosts, up from nothing over ssh: ${seconds(Date.now() - start)} s, ` +
      `the site down for ${seconds(downMs)} s of them`,
  );
}, 10 * MINUTE);

afterAll(async () => {
  // Undefined where making it failed, which then has cleaned up after itself.
  await (stack as RemoteStack | undefined)?.remove();
  await (lab as Lab | undefined)?.remove();
}, 5 * MINUTE);

const seconds = (milliseconds: number) => (milliseconds / 1_000).toFixed(1);

/** How often each numbered line with a mark is in Loki. */
async function timesSeen(mark: string, count: number): Promise<readonly number[]> {
  const lines = await servers.logLines(`{job="app",host="app"} |= "${mark} "`);
  const seen = Array.from({ length: count }, () => 0);
  for (const line of lines) {
    const number = Number(/ (\d+)\./.exec(line)?.[1]);
    seen[number - 1] = (seen[number - 1] ?? 0) + 1;
  }
  return seen;
}

/** Waits until every numbered line is there. @returns how many are there more than once */
async function expectAllLines(mark: string, count: number): Promise<number> {
  const seen = await waitFor(
    { what: `${count} lines ${mark}`, deadlineMs: 90_000, everyMs: 1_000 },
    () => timesSeen(mark, count),
    (times) => times.every((one) => one > 0),
  );
  return seen.filter((one) => one > 1).length;
}

test(
  "every target of both hosts is up, each under its host's name",
  async () => {
    await waitFor(
      { what: "all targets up", deadlineMs: MINUTE },
      () => servers.targets(),
      (seen) => seen.length > 0 && seen.every(({ health }) => health === "up"),
    );
    expect(await servers.query('count by (host) (up{job="node-exporter"})', "host")).toEqual({
      app: 1,
      monitoring: 1,
    });
    const onApp = await servers.query('up{host="app"}');
    const jobs = ["cadvisor", "node-exporter", "process-exporter", "promtail"];
    expect(onApp).toEqual(Object.fromEntries(jobs.map((job) => [job, 1])));
  },
  2 * MINUTE,
);

test(
  "metrics of every container of the site carry the app host's name",
  async () => {
    await siteMeasured(servers);
  },
  2 * MINUTE,
);

test(
  "logs of every service of the site carry the app host's name",
  async () => {
    await fetch(`${site.url}/?first-visit`);
    await fetch(`${site.url}/api/tasks`, { method: "POST" });
    for (const query of [
      '{job="nginx",log_type="access",host="app"} |= "first-visit"',
      '{job="app",service="fastapi",host="app"}',
      '{job="app",service="celery",host="app"}',
      '{job="redis",host="app"}',
    ]) {
      await waitFor(
        { what: `lines of ${query}`, deadlineMs: MINUTE },
        () => servers.logLines(query),
        (lines) => lines.length > 0,
      );
    }
  },
  3 * MINUTE,
);

test(
  "the doctor looks at both hosts over ssh, and finds nothing wrong",
  async () => {
    const diagnosis = await Diagnosis.of(await stack.settings());
    expect(diagnosis.problems).toEqual([]);
    expect(diagnosis.fine).toEqual(["clock", "dns", "files", "hosts", "images", "labels"]);
    const both = ["sightline:hosts.app", "sightline:hosts.monitoring"];
    expect(diagnosis.fineSubjects("hosts")).toEqual(both);
    expect(diagnosis.fineSubjects("clock")).toEqual(both);
  },
  3 * MINUTE,
);

test(
  "a cut link is told by NodeDown and WebsiteDown alone, its end too, and no line is lost",
  async () => {
    await drills.startQuiet();
    const lines = { count: 600, perSecond: 15 };
    await site.writeLines("outage", lines);
    const start = Date.now();
    await lab.host("app").linkDown();
    try {
      await drills.waitForMail("WebsiteDown", "FIRING", 20_000);
      drills.report("WebsiteDown by a cut link", Date.now() - start, 20_000);
      await drills.waitForMail("NodeDown", "FIRING", 30_000);
      drills.report("NodeDown by a cut link", Date.now() - start, 30_000);
      await drills.expectNoMailFor(15_000, ["NodeDown", "WebsiteDown"]);
    } finally {
      await lab.host("app").linkUp();
    }
    await drills.waitForMail("WebsiteDown", "RESOLVED", 90_000);
    await drills.waitForMail("NodeDown", "RESOLVED", 90_000);
    const doubled = await expectAllLines("outage", lines.count);
    console.log(`cut link: ${lines.count} lines written, 0 lost, ${doubled} arrived twice`);
    await drills.startQuiet();
  },
  6 * MINUTE,
);

test(
  "an agent that is killed starts again where it was",
  async () => {
    const agent = stack.container("app-promtail");
    const lines = { count: 300, perSecond: 15 };
    await site.writeLines("killed", lines);
    await waitFor(
      { what: "the first lines", deadlineMs: 30_000 },
      () => timesSeen("killed", lines.count),
      (seen) => seen.some((one) => one > 0),
    );
    // Not `docker kill`: that counts as a stop by hand, and the restart policy would not act.
    await lab.host("app").run(`kill -9 $(docker inspect --format '{{.State.Pid}}' ${agent})`);
    const doubled = await expectAllLines("killed", lines.count);
    console.log(`agent killed: ${lines.count} lines written, 0 lost, ${doubled} arrived twice`);
  },
  4 * MINUTE,
);

test(
  "the override and the script tag stand beside the site's files, and Compose takes them",
  async () => {
    expect(await site.compose("config")).toContain("max-size: 10m");
    expect(await site.host.run(`cat ${site.folder}/frontend/index.html`)).toContain(
      '<script async src="https://monitoring.example.org/logger.js"',
    );
  },
  MINUTE,
);

test(
  "the site was recreated with log folders that were not there before, and its downtime is told",
  async () => {
    expect(siteFiles.filter((line) => /data\/logs\/(app|nginx)/.test(line))).toEqual([]);
    const stdout = await stack.outputOf("app-site-files-command", "stdout");
    const lastLine = stdout.trimEnd().split("\n").at(-1) ?? "";
    const report = JSON.parse(lastLine) as { recreated: string[]; downtimeMs: number };
    expect(report.recreated).toEqual(["backend", "nginx", "redis", "worker"]);
    expect(report.downtimeMs).toBeGreaterThan(100);
    console.log(`compose.apply: ${lastLine}`);
  },
  MINUTE,
);

test(
  "the site's owner starts it anew and cleans up Docker, and our containers do not notice",
  async () => {
    const before = await stack.containers("app");
    await site.compose("up --detach --remove-orphans");
    await lab.host("app").run("docker system prune --all --force");
    expect(await stack.containers("app")).toEqual(before);
    expect(await stack.plannedSteps(["--refresh"])).toEqual([]);
  },
  4 * MINUTE,
);

test(
  "destroy leaves nothing on either host, and the site as it was",
  async () => {
    expect((await stack.leftovers("app")).length).toBeGreaterThan(5);
    // The owner has nginx' logs elsewhere by now, and wants to keep the application's.
    await site.host.run(`rm ${site.logDirectories.nginx}/*`);
    const { downMs } = await downtimeOf(
      () => site.answers(),
      () => stack.destroy(),
    );
    console.log(`destroy: the site down for ${seconds(downMs)} s`);
    expect(await stack.leftovers("monitoring")).toEqual([]);
    expect(await stack.leftovers("app")).toEqual([]);
    const [kept, ...others] = (await site.fingerprint()).filter(
      (line) => !siteFiles.includes(line),
    );
    expect({ kept: kept?.split(" ")[0], others }).toEqual({ kept: "./data/logs/app", others: [] });
    expect(await site.fingerprint()).toEqual(expect.arrayContaining([...siteFiles]));
    expect(
      await site.host.run(
        "docker inspect --format '{{json .Mounts}}' $(docker ps -q --filter label=com.docker.compose.service=nginx)",
      ),
    ).not.toContain("/var/log/nginx");
    expect((await fetch(site.url)).status).toBe(200);
  },
  4 * MINUTE,
);
