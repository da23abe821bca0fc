import { lastSetup } from "../../tools/setup/setup";
import { imagesOf } from "../support/lab/images";
import { Lab } from "../support/lab/lab";
import { LabSite } from "../support/lab-site";
import { checkLiveQueries } from "../support/live-queries";
import { RemoteStack } from "../support/remote-stack";
import { Servers } from "../support/servers";
import { waitFor } from "../support/wait";

/** One server for the site, and one each for Prometheus with all that warns, Loki, and Grafana. */
const MINUTE = 60_000;
const HOSTS = {
  web: {},
  prometheus: { roles: ["monitoring"] },
  loki: {},
  grafana: {},
};

let lab: Lab;
let site: LabSite;
let stack: RemoteStack;
let servers: Servers;
const startMs = Date.now();

beforeAll(async () => {
  const setup = await lastSetup();
  lab = await Lab.create({ hosts: Object.keys(HOSTS), images: await imagesOf(setup) });
  site = new LabSite(lab.host("web"), setup);
  await site.start();
  stack = await RemoteStack.create("four", lab, {
    hosts: HOSTS,
    edits: {
      "sightline:site": {
        name: "website",
        pageUrl: `${site.url}/`,
        apiUrl: `${site.url}/api/health`,
      },
      "sightline:logs.directories": site.logDirectories,
    },
  });
  servers = new Servers(stack);
  const start = Date.now();
  await stack.up();
  console.log(`four servers, up from nothing over ssh: ${(Date.now() - start) / 1_000} s`);
  if (!stack.hasGrafana) {
    console.log("not tested: Grafana itself; no image of it can be had on this machine");
  }
}, 10 * MINUTE);

afterAll(async () => {
  // Undefined where making it failed, which then has cleaned up after itself.
  await (stack as RemoteStack | undefined)?.remove();
  await (lab as Lab | undefined)?.remove();
}, 5 * MINUTE);

test(
  "every target of the four is up, and each server runs what it is for",
  async () => {
    await waitFor(
      { what: "all targets up", deadlineMs: MINUTE },
      () => servers.targets(),
      (seen) => seen.length > 0 && seen.every(({ health }) => health === "up"),
    );
    // The probes belong to the site, and to no host.
    expect(await servers.query('count by (host) (up{host!=""})', "host")).toEqual({
      grafana: stack.hasGrafana ? 4 : 3,
      loki: 4,
      prometheus: 6,
      web: 4,
    });
    const central = ["alertmanager", "loki", "prometheus"];
    const placed = await servers.query(`up{job=~"${central.join("|")}"}`, "host");
    expect(placed).toEqual({ loki: 1, prometheus: 1 });
  },
  2 * MINUTE,
);

test(
  "every server's containers are in Loki, and the site's requests",
  async () => {
    await fetch(`${site.url}/?over-four-servers`);
    const wanted = [
      '{job="nginx",log_type="access",host="web"} |= "over-four-servers"',
      ...["web", "grafana"].map((host) => `{job="docker",host="${host}"}`),
      '{job="docker",host="prometheus",service="alertmanager"}',
    ];
    for (const query of wanted) {
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
  "every query of dashboards and rules is understood, and those on machines and containers have data",
  async () => {
    const report = await checkLiveQueries(
      await servers.addresses(),
      await stack.settings(),
      startMs,
    );
    const answered = report.findings.filter(({ samples }) => samples > 0).length;
    console.log(`four servers: ${report.findings.length} queries, ${answered} with data`);
    expect(report.findings.filter(({ refused }) => refused)).toEqual([]);
    const ofHosts = report.findings.filter(({ query }) =>
      /^(Resources|Containers)/.test(query.key),
    );
    expect(ofHosts.length).toBeGreaterThan(10);
    expect(ofHosts.filter(({ samples }) => samples === 0).map(({ query }) => query.key)).toEqual(
      [],
    );
  },
  2 * MINUTE,
);

test(
  "a second preview changes nothing, and destroy leaves nothing on any of them",
  async () => {
    expect(await stack.plannedSteps(["--refresh"])).toEqual([]);
    await stack.destroy();
    for (const host of Object.keys(HOSTS)) expect(await stack.leftovers(host)).toEqual([]);
  },
  4 * MINUTE,
);
