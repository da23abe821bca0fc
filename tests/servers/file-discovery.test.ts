import { CONFIG_PATH, type Files } from "../../configs/service-spec";
import { parseSettings } from "../../configs/settings/settings";
import { OFFICIAL_IMAGES } from "../../tools/images/official";
import { lastSetup } from "../../tools/setup/setup";
import { onHosts } from "../support/fixtures";
import { KeeperRun } from "../support/keeper-run";
import { quiet } from "../support/quiet";
import { filesOf } from "../support/render-stack";
import { waitFor } from "../support/wait";

/**
 * A host more is found by the real Prometheus without a restart, from the rendered files as the real
 * keeper brings them. Nobody answers at the hosts' addresses: to be found is to be a target.
 */
const PREFIX = "sightline-discovery-test";
const MINUTE = 60_000;
const PROMISE_MS = 30_000;

const one = filesOf(parseSettings(onHosts({ monitoring: {}, web: {} }), "prod"), "prometheus");
const two = filesOf(
  parseSettings(onHosts({ monitoring: {}, web: {}, "web-2": {} }), "prod"),
  "prometheus",
);

let run: KeeperRun;
let startedAt: string;

const server = `${PREFIX}-server`;
const RELOAD_URL = `http://${server}:9090/-/reload`;
const started = () => quiet`docker inspect --format {{.State.StartedAt}} ${server}`;

beforeAll(async () => {
  run = await KeeperRun.create(PREFIX);
  await run.deploy(one, { RELOAD_URL });
  await run.statusIs("absent");
  const container = [
    ...["--detach", "--name", server, "--network", PREFIX, "--user", "65534:65534"],
    ...["--read-only", "--tmpfs", "/prometheus:uid=65534", "--volume"],
    `${PREFIX}:/etc/sightline:ro`,
  ];
  const image = (await lastSetup()).images.prometheus ?? OFFICIAL_IMAGES.prometheus;
  const flags = [`--config.file=${CONFIG_PATH}/prometheus.yml`, "--storage.tsdb.path=/prometheus"];
  await quiet`docker run ${container} ${image} ${flags} --web.enable-lifecycle`;
  await run.statusIs("live");
  startedAt = await started();
}, MINUTE);

afterAll(() => run.remove(), MINUTE);

/** Hosts among the targets of a job. */
async function hostsScraped(job: string): Promise<readonly string[]> {
  const url = "http://127.0.0.1:9090/api/v1/targets?state=active";
  const { data } = JSON.parse(await quiet`docker exec ${server} wget -q -O - ${url}`) as {
    data: { activeTargets: { labels: Record<string, string> }[] };
  };
  return data.activeTargets
    .filter(({ labels }) => labels.job === job)
    .map(({ labels }) => labels.host ?? "")
    .sort();
}

async function found(hosts: readonly string[]): Promise<void> {
  for (const job of ["node-exporter", "cadvisor"]) {
    await waitFor(
      { what: `${job} of ${hosts.join(", ")}`, deadlineMs: PROMISE_MS, everyMs: 250 },
      () => hostsScraped(job),
      (seen) => seen.join() === hosts.join(),
    );
  }
}

describe.each([
  ["with the keeper's reload", { RELOAD_URL }],
  ["by the files alone", {}],
])("%s", (how, environment) => {
  const change = async (files: Files, hosts: readonly string[]) => {
    await run.deploy(files, environment);
    await run.statusIs("live");
    const start = performance.now();
    await found(hosts);
    const seconds = ((performance.now() - start) / 1_000).toFixed(1);
    console.info(`targets are ${hosts.join(", ")} after ${seconds} s ${how}`);
    expect(await started()).toBe(startedAt);
  };

  test(
    "a new host is a target within 30 s",
    () => change(two, ["monitoring", "web", "web-2"]),
    2 * MINUTE,
  );

  test("a removed host is none within 30 s", () => change(one, ["monitoring", "web"]), 2 * MINUTE);
});
