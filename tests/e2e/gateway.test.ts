import { agentPassword } from "../../configs/gateway/credentials";
import { lastSetup } from "../../tools/setup/setup";
import { DRILL_ALERTS, DRILL_GROUPING } from "../support/drill-settings";
import { Drills } from "../support/drills";
import { askGateway } from "../support/gateway-client";
import { imagesOf } from "../support/lab/images";
import { Lab } from "../support/lab/lab";
import { LabSite, siteMeasured } from "../support/lab-site";
import { openPorts } from "../support/port-scan";
import { RemoteStack } from "../support/remote-stack";
import { Servers } from "../support/servers";
import { waitFor } from "../support/wait";
import { isAsked } from "../support/when-asked";

/**
 * An app host without a private address: its Alloy pushes logs and metrics through the gateway, and
 * nobody connects to it but the engine. The tests run in order and build on each other.
 */
const MINUTE = 60_000;

const AGENT_SECRET = "e2e-agent-secret-of-32-characters-or-more";

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
  await stack.setSecret("sightline:agentSecret", AGENT_SECRET);
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

/** Another deployment, and a look at every port and volume: minutes that not every run has. */
const asked = isAsked("SIGHTLINE_DOOR_STACK", "people skipped");
const withPeople = asked ? test : test.skip;

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
    await siteMeasured(servers);
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

withPeople(
  "people come in by the gateway, and from outside nothing else is to be found",
  async () => {
    await stack.edit({ "sightline:gateway.people": ["anna"] });
    await stack.makeCredentials();
    const start = Date.now();
    await stack.up();
    console.log(`people at the gateway: ${seconds(Date.now() - start)} s`);
    const { address } = lab.host("monitoring");
    expect(await openPorts(address)).toEqual([22, 8443]);
    const { gateway } = await stack.settings();
    const login = `anna:${await stack.secret("sightline:gatewayPasswords.anna")}`;
    const question = { method: "GET", login, tls: { ca: gateway.certificateAuthority } };
    const query = `/prometheus/api/v1/query?query=${encodeURIComponent('up{host="app",job="alloy"}')}`;
    const place = { host: address, port: 8_443, servername: address };
    await waitFor(
      { what: "the app host's agent is up, seen through the gateway", deadlineMs: MINUTE },
      () => askGateway(place, { ...question, path: query }),
      ({ body }) => body.includes('"job":"alloy"') && body.includes('"1"]'),
    );
  },
  5 * MINUTE,
);

withPeople(
  "secrets are in the files that are meant for them, and nowhere else",
  async () => {
    const key = await stack.secret("sightline:gatewayTlsKey");
    const secrets = {
      password: await stack.secret("sightline:gatewayPasswords.anna"),
      agentSecret: AGENT_SECRET,
      agentPassword: agentPassword(AGENT_SECRET, "app"),
      key: key.split("\n")[1] ?? "",
    };
    const told = [
      await stack.state(),
      await stack.preview(),
      ...(await Promise.all(["monitoring", "app"].map((host) => lab.host(host).run(TOLD)))),
    ].join("\n");
    expect(told).toContain(stack.container("gateway"));
    for (const [name, secret] of Object.entries(secrets)) {
      expect([name, secret.length > 20, told.includes(secret)]).toEqual([name, true, false]);
    }
    const { password, agentSecret, ...inFiles } = secrets;
    expect(await volumesWith("monitoring", [password, agentSecret])).toEqual([]);
    expect(await volumesWith("app", [password, agentSecret, inFiles.key])).toEqual([]);
    expect(await volumesWith("monitoring", Object.values(inFiles))).toEqual(["gateway-secrets"]);
    expect(await volumesWith("app", [inFiles.agentPassword])).toEqual(["app-alloy-secrets"]);
  },
  2 * MINUTE,
);

/** What a host tells of its containers and processes. */
const TOLD =
  "docker ps --all --quiet | xargs docker inspect; ps axeww; " +
  "docker ps --all --quiet | xargs -n 1 docker logs 2>&1";

/** Volumes of the stack that have one of some texts in a file. */
async function volumesWith(host: string, texts: readonly string[]): Promise<readonly string[]> {
  const volumes = "/var/lib/docker/volumes";
  const found = await lab
    .host(host)
    .run(`grep -rlFf - ${volumes} || true`, { input: `${texts.join("\n")}\n` });
  const names = found
    .split("\n")
    .filter((file) => file !== "")
    .map((file) => file.slice(volumes.length + 1).split("/")[0] ?? "");
  return [...new Set(names)].map((name) => name.replace(`${stack.name}-`, "")).sort();
}

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
