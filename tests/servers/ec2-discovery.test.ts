import { ec2Jobs } from "../../configs/prometheus/tagged-machines";
import { prometheusRules } from "../../configs/rules/prometheus";
import type { Settings } from "../../configs/settings/settings";
import { toYaml } from "../../configs/yaml";
import { removeFromDocker } from "../support/docker-cleanup";
import { gatewayOf } from "../support/docker-network";
import { devSettings, type Raw } from "../support/fixtures";
import { Moto } from "../support/moto";
import { PrometheusServer } from "../support/prometheus-server";
import { quiet } from "../support/quiet";
import { waitFor } from "../support/wait";

/**
 * The real Prometheus finds machines in a stand-in of Amazon's API by the rendered jobs; only how
 * often it looks is made faster. Nobody listens on the machines: to be found is to be a target.
 */
const MINUTE = 60_000;
const ACCESS_KEY = "AKIASIGHTLINETEST000";
/** Its gateway is an address of this machine that containers reach, and nobody outside. */
const NETWORK = "sightline-ec2-test";
const CREDENTIALS = "/config/aws-credentials";

let moto: Moto;
let prometheus: PrometheusServer;
const machines: Record<string, string> = {};

beforeAll(async () => {
  await removeFromDocker(`name=^${NETWORK}$`);
  await quiet`docker network create ${NETWORK}`;
  moto = await Moto.start(await gatewayOf(NETWORK));
  const scraped = { Scrape: "true" };
  machines.first = await moto.run("10.1.0.1", { ...scraped, Name: "aws-node-01" });
  machines.second = await moto.run("10.1.0.2", { ...scraped, Name: "aws-node-02" });
  machines.nameless = await moto.run("10.1.0.3", scraped);
  machines.untagged = await moto.run("10.1.0.4", { Name: "aws-node-04" });
  machines.refusing = await moto.run("10.1.0.5", { Scrape: "false", Name: "aws-node-05" });
  const ec2: Raw = {
    region: "eu-central-1",
    ports: { "node-exporter": 9100, cadvisor: 8080 },
    credentials: "file",
    endpoint: moto.endpoint,
  };
  const settings = devSettings({
    discovery: { ec2 },
    intervals: { scrape: "2s", evaluation: "2s" },
    alerts: { DiscoveryFailing: { over: "10s", for: "5s" } },
  });
  const jobs = ec2Jobs(settings, []).map((job) => ({
    ...job,
    ec2_sd_configs: job.ec2_sd_configs.map((config) => ({ ...config, refresh_interval: "2s" })),
  }));
  const file = ["[default]", `aws_access_key_id = ${ACCESS_KEY}`, "aws_secret_access_key = secret"];
  prometheus = await PrometheusServer.startWith(
    {
      "prometheus.yml": toYaml({
        global: { scrape_interval: "2s", evaluation_interval: "2s" },
        rule_files: ["rules.yml"],
        scrape_configs: [...jobs, ITSELF],
      }),
      "rules.yml": toYaml({ groups: [rulesOf(settings)] }),
      "aws-credentials": file.join("\n"),
    },
    { environment: { AWS_SHARED_CREDENTIALS_FILE: CREDENTIALS } },
  );
}, 5 * MINUTE);

afterAll(async () => {
  await (prometheus as PrometheusServer | undefined)?.stop();
  await (moto as Moto | undefined)?.stop();
  await removeFromDocker(`name=^${NETWORK}$`);
}, MINUTE);

/** Prometheus scrapes itself by the labels that the stack gives it. */
const ITSELF = {
  job_name: "prometheus",
  static_configs: [
    {
      targets: ["localhost:9090"],
      labels: { env: "dev", host: "monitoring", service: "prometheus" },
    },
  ],
};

function rulesOf(settings: Settings) {
  const { name, rules } = prometheusRules(settings);
  return { name, rules: rules.filter(({ alert }) => alert === "DiscoveryFailing") };
}

interface Target {
  readonly labels: Readonly<Record<string, string>>;
  readonly scrapeUrl: string;
}

/** Every target: where it is scraped, and all of its labels. */
async function targets(): Promise<readonly Target[]> {
  const answer = await fetch(`${prometheus.origin}/api/v1/targets?state=active`);
  const { data } = (await answer.json()) as { data: { activeTargets: Target[] } };
  return data.activeTargets
    .filter(({ labels }) => labels.job !== ITSELF.job_name)
    .map(({ labels, scrapeUrl }) => ({ labels, scrapeUrl }))
    .sort((one, other) => (one.scrapeUrl < other.scrapeUrl ? -1 : 1));
}

async function found(addresses: readonly string[]): Promise<readonly Target[]> {
  const wanted = addresses.flatMap((address) => [`${address}:8080`, `${address}:9100`]);
  return waitFor(
    { what: `targets at ${addresses.join(", ")}`, deadlineMs: 30_000 },
    targets,
    (seen) =>
      seen.map(({ scrapeUrl }) => new URL(scrapeUrl).host).join() === [...wanted].sort().join(),
  );
}

const target = (host: string, tool: string, place: string): Target => ({
  labels: { env: "dev", host, instance: host, job: tool, service: tool },
  scrapeUrl: `http://${place}/metrics`,
});

test(
  "machines with the tag are targets on each port, named by their tag Name or their id",
  async () => {
    const nameless = machines.nameless ?? "";
    expect(await found(["10.1.0.1", "10.1.0.2", "10.1.0.3"])).toEqual([
      target("aws-node-01", "cadvisor", "10.1.0.1:8080"),
      target("aws-node-01", "node-exporter", "10.1.0.1:9100"),
      target("aws-node-02", "cadvisor", "10.1.0.2:8080"),
      target("aws-node-02", "node-exporter", "10.1.0.2:9100"),
      target(nameless, "cadvisor", "10.1.0.3:8080"),
      target(nameless, "node-exporter", "10.1.0.3:9100"),
    ]);
  },
  MINUTE,
);

test("Amazon is asked with the key pair of the file", () => {
  expect(new Set(moto.accessKeys.filter((key) => key !== "test"))).toEqual(new Set([ACCESS_KEY]));
});

test(
  "a machine whose tag is removed is scraped no more, and one that gets it is",
  async () => {
    await moto.untag(machines.second ?? "", "Scrape");
    await moto.tag(machines.untagged ?? "", { Scrape: "true" });
    await found(["10.1.0.1", "10.1.0.3", "10.1.0.4"]);
  },
  MINUTE,
);

test(
  "a machine that was stopped is scraped no more",
  async () => {
    await moto.stopMachine(machines.first ?? "");
    await found(["10.1.0.3", "10.1.0.4"]);
  },
  MINUTE,
);

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: string;
}

async function alerts(): Promise<readonly Alert[]> {
  const answer = await fetch(`${prometheus.origin}/api/v1/alerts`);
  return ((await answer.json()) as { data: { alerts: Alert[] } }).data.alerts;
}

test(
  "an API that is gone is one alert, and what was found before is scraped on",
  async () => {
    expect(await alerts()).toEqual([]);
    await moto.stop();
    const [alert, ...more] = await waitFor(
      { what: "DiscoveryFailing fires", deadlineMs: 45_000 },
      alerts,
      (seen) => seen.some(({ state }) => state === "firing"),
    );
    expect(alert?.labels).toEqual({
      ...{ alertname: "DiscoveryFailing", severity: "warning", mechanism: "ec2" },
      ...{ env: "dev", host: "monitoring", service: "prometheus" },
    });
    expect(more).toEqual([]);
    await found(["10.1.0.3", "10.1.0.4"]);
  },
  MINUTE,
);
