import { lastSetup } from "../../tools/setup/setup";
import { DRILL_ALERTS, DRILL_GROUPING } from "../support/drill-settings";
import { Drills } from "../support/drills";
import { imagesOf } from "../support/lab/images";
import { Lab } from "../support/lab/lab";
import { LabSite } from "../support/lab-site";
import { RemoteStack } from "../support/remote-stack";
import { Servers } from "../support/servers";
import { waitFor } from "../support/wait";

/**
 * An app host without a private address: its Alloy pushes logs and metrics through the gateway, and
 * nobody connects to it but the engine. The tests run in order and build on each other.
 */
const MINUTE = 60_000;

let lab: Lab;
let site: LabSite;
let stack: RemoteStack;
let servers: Servers;
let drills: Drills;

beforeAll(async () => {
  const setup = await lastSetup();
  lab = await Lab.create({ hosts: ["monitoring", "app"], images: await imagesOf(setup) });
  site = new LabSite(lab.host("app"), setup);
  await site.start();
  stack = await RemoteStack.create("gateway", lab, {
    hosts: { monitoring: {}, app: {} },
    edits: {
      "sightline:site": {
        name: "website",
        pageUrl: `${site.url}/`,
        apiUrl: `${site.url}/api/health`,
      },
      "sightline:logs.agent": "alloy",
      "sightline:logs.directories": site.logDirectories,
      "sightline:alerts": { ...DRILL_ALERTS, NodeDown: { for: "4s" } },
      "sightline:alerting": { grouping: DRILL_GROUPING },
    },
  });
  await stack.makeCredentials();
  await stack.edit({
    "sightline:hosts.app.address": undefined,
    "sightline:hosts.app.metrics": "push",
  });
  servers = new Servers(stack);
  drills = new Drills(servers);
  const start = Date.now();
  await stack.up();
  console.log(
    `a gateway and a host that pushes, up from nothing: ${seconds(Date.now() - start)} s`,
  );
}, 10 * MINUTE);

afterAll(async () => {
  // Undefined where making it failed, which then has cleaned up after itself.
  await (stack as RemoteStack | undefined)?.remove();
  await (lab as Lab | undefined)?.remove();
}, 5 * MINUTE);

/** Behind a gateway, Loki publishes no port: it is asked from a container that may. */
async function ask(logQuery: string): Promise<string> {
  const url = `http://loki:3100/loki/api/v1/query_range?query=${encodeURIComponent(logQuery)}`;
  const prometheus = stack.container("prometheus");
  return lab.host("monitoring").run(`docker exec ${prometheus} wget -qO- "${url}"`);
}

const seconds = (milliseconds: number) => (milliseconds / 1_000).toFixed(1);

test(
  "metrics of the host, its containers and its agent arrive under its name",
  async () => {
    const jobs = ["alloy", "cadvisor", "node-exporter", "process-exporter"];
    await waitFor(
      { what: `${jobs.join(", ")} are up`, deadlineMs: MINUTE },
      () => servers.query('up{host="app"}'),
      (seen) =>
        Object.keys(seen).sort().join() === jobs.join() &&
        Object.values(seen).every((up) => up === 1),
    );
    expect((await servers.targets()).filter(({ instance }) => /app-/.test(instance))).toEqual([]);
    await waitFor(
      { what: "memory of the site's containers", deadlineMs: MINUTE },
      () => servers.query('container_memory_working_set_bytes{host="app",name=~"site.+"}', "name"),
      (seen) =>
        ["backend", "nginx", "redis", "worker"].every((service) =>
          Object.entries(seen).some(([name, bytes]) => name.includes(service) && bytes > 0),
        ),
    );
  },
  2 * MINUTE,
);

test(
  "logs of the host arrive under its name, and its agent gives none up",
  async () => {
    await fetch(`${site.url}/?through-the-gateway`);
    await waitFor(
      { what: "the request's line is in Loki", deadlineMs: MINUTE },
      () => ask('{host="app",job="nginx"} |= "through-the-gateway"'),
      (answer) => answer.includes("GET /?through-the-gateway"),
    );
    const dropped = await servers.query('sum(loki_write_dropped_entries_total{host="app"})');
    expect(Object.values(dropped).filter((lines) => lines > 0)).toEqual([]);
  },
  2 * MINUTE,
);

test(
  "nothing of ours listens on the app host",
  async () => {
    const ports = `docker ps --filter label=sightline.stack=${stack.name} --format '{{.Names}} {{.Ports}}'`;
    const containers = await lab.host("app").run(ports);
    expect(containers).toContain(stack.container("app-alloy"));
    expect(containers).not.toContain("->");
    const open = await lab
      .host("app")
      .run("ss -Hltn | awk '{print $4}' | sed 's/.*://' | sort -un");
    expect(open.split("\n")).toEqual(["22", "8080"]);
  },
  MINUTE,
);

test(
  "an agent that stops is told by NodeDown alone, its return too",
  async () => {
    await drills.startQuiet();
    const agent = stack.container("app-alloy");
    const start = Date.now();
    await lab.host("app").run(`docker stop ${agent}`);
    try {
      await drills.waitForMail("NodeDown", "FIRING", 40_000);
      drills.report("NodeDown by silence", Date.now() - start, 40_000);
      await drills.expectNoMailFor(5_000, ["NodeDown"]);
    } finally {
      await lab.host("app").run(`docker start ${agent}`);
    }
    await drills.waitForMail("NodeDown", "RESOLVED", 60_000);
  },
  4 * MINUTE,
);

test(
  "a second preview changes nothing, and destroy leaves nothing on either host",
  async () => {
    expect(await stack.plannedSteps(["--refresh"])).toEqual([]);
    await stack.destroy();
    expect(await stack.leftovers("monitoring")).toEqual([]);
    expect(await stack.leftovers("app")).toEqual([]);
  },
  4 * MINUTE,
);
