/**
 * Logs over NFS between two virtual machines with kernels of their own: what is run there are the
 * component's own scripts and files, a real nfsd, a real NFS client, and Docker with a real Promtail.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { load } from "js-yaml";

import { exportLines, exportScript, unexportScript } from "../../configs/nfs/exports";
import { fstabLines, mountScript, unmountScript } from "../../configs/nfs/mounts";
import { promtailSpec } from "../../configs/services/promtail";
import { toYaml } from "../../configs/yaml";
import { lastSetup } from "../../tools/setup/setup";
import { devSettings, prodSettings } from "../support/fixtures";
import { freePorts } from "../support/free-ports";
import { LokiServer } from "../support/loki-server";
import { renderedFile } from "../support/render-stack";
import type { Outcome, VirtualMachine } from "../support/virtual-machine";
import { waitFor } from "../support/wait";
import { MountWatch } from "./mount-watch";
import { note } from "./note";
import { giveImage, TwoMachines } from "./two-machines";

const settings = prodSettings({
  hosts: { monitoring: { address: "10.9.0.2" }, app: { address: "10.9.0.3" } },
  // Promtail says every ten seconds how far it has read.
  intervals: { scrape: "10s", probe: "10s", probeTimeout: "9s", evaluation: "5s" },
  alerts: { NfsMountStale: { over: "40s", for: "5s" } },
});
const agent = promtailSpec(settings, "monitoring");
const LOG = "/data/logs/nginx/access.log";
const MOUNTED = "/mnt/nginx-logs/access.log";
/** Of one answer of Loki's; the writer needs forty minutes for as many. */
const MOST_LINES = 5_000;
const POINTS = ["/mnt/app-logs", "/mnt/nginx-logs", "/mnt/redis-logs"];

let machines: TwoMachines;
let app: VirtualMachine;
let monitoring: VirtualMachine;
let loki: LokiServer;
let watch: MountWatch;
/** Files of /etc, and what listens, before anything was done. */
const before: Record<string, string> = {};

/** What undo must bring back: the tables, the folders of mounts, and who listens. */
const STATE =
  "sudo sh -c 'md5sum /etc/fstab /etc/exports.d/* /etc/nfs.conf.d/sightline* 2>&1;" +
  " ls /mnt /etc/exports.d 2>&1; findmnt -rn -t nfs4,nfs -o TARGET; grep -v ^0 /proc/fs/nfsd/threads 2>&1' | grep -v 'No such'";
const LISTENING = "sudo ss -Htuln | awk '{print $1, $5}' | grep -v '127.0.0' | sort -u";

beforeAll(async () => {
  const { agent: port } = await freePorts(["agent"]);
  machines = await TwoMachines.start(`127.0.0.1:${port}-:9080`);
  ({ app, monitoring } = machines);
  loki = await LokiServer.start({ settings: devSettings() });
  watch = await MountWatch.start(settings, port);
  await app.sh("sudo mkdir -p /data/logs/app /data/logs/nginx /data/logs/redis");
  await startWriter();
  await installAgent();
  before.app = await app.sh(STATE);
  before.monitoring = await monitoring.sh(STATE);
}, 900_000);

afterAll(async () => {
  machines.stop();
  await watch.stop();
  await loki.stop();
});

describe("logs over NFS", () => {
  it("are exported and mounted by packages that the scripts install", async () => {
    const exported = await app.run(exportScript, {
      ...{ input: exportLines(settings), deadlineMs: 600_000 },
    });
    expect([exported.status, exported.error.match(/^Sightline.*/m)]).toEqual([0, null]);
    const mounted = await monitoring.run(mountScript, {
      ...{ input: fstabLines(settings), deadlineMs: 600_000 },
    });
    expect([mounted.status, mounted.error.match(/^Sightline.*/m)]).toEqual([0, null]);
    note("packages installed and exported, s", exported.seconds);
    note("packages installed and mounted, s", mounted.seconds);

    const mounts = await monitoring.sh("findmnt -rn -t nfs4 -o TARGET");
    expect(mounts.split("\n").sort()).toEqual(POINTS);
    expect(await app.sh("systemctl is-enabled nfs-server")).toBe("enabled");
    expect((await app.sh(LISTENING)).split("\n")).toEqual([
      ...["tcp 0.0.0.0:2049", "tcp 0.0.0.0:22", "tcp [::]:2049", "tcp [::]:22"],
    ]);
    expect((await monitoring.sh(LISTENING)).split("\n")).toEqual(["tcp 0.0.0.0:22", "tcp [::]:22"]);
    expect((await monitoring.run(`echo x | sudo tee ${MOUNTED}`)).error).toContain("Read-only");
  });

  it("may be exported and mounted again, and nothing changes", async () => {
    const tables = () => Promise.all([app.sh(STATE), monitoring.sh(STATE)]);
    const once = await tables();
    await app.sh(exportScript, { input: exportLines(settings) });
    await monitoring.sh(mountScript, { input: fstabLines(settings) });
    expect(await tables()).toEqual(once);
  });

  it("reach Loki by a Promtail that sees the mounts as its container does", async () => {
    await monitoring.sh(START_AGENT);
    await allLinesThere("the agent is new");
  });

  it("fail within 15 s while the server is away, and the agent can be stopped", async () => {
    await app.sh("sudo systemctl stop nfs-server");
    await sleep(5_000);
    const read = await timed(`cat ${MOUNTED}`);
    note("reading from a server that is away fails after, s", read.seconds);
    expect(read.error).toContain("Input/output error");
    expect(read.seconds).toBeLessThan(15);
    const stopped = await timed("sudo docker stop --time 30 agent");
    note("stopping the agent meanwhile, s", stopped.seconds);
    expect(stopped).toMatchObject({ error: "", output: "agent" });
    expect(stopped.seconds).toBeLessThan(30);
    await monitoring.sh("sudo docker start agent");
    await sleep(20_000);
    await app.sh("sudo systemctl start nfs-server");
    note("caught up after the server's return, s", await allLinesThere("the server is back"));
  });

  it("bring back an agent that their errors end, and are not read meanwhile", async () => {
    await app.sh("sudo systemctl stop nfs-server");
    await waitFor(
      { what: "the agent is started again", deadlineMs: 180_000 },
      () =>
        monitoring.sh("sudo docker inspect agent --format '{{.RestartCount}} {{.State.Status}}'"),
      (seen) => /^[1-9]\d* running$/.test(seen),
    );
    note("NfsMountStale fires after, s", await staleness(true));
    await app.sh("sudo systemctl start nfs-server");
    note("caught up by itself, s", await allLinesThere("the agent was ended"));
    note("NfsMountStale is over after, s", await staleness(false));
  });

  it("lose no line when the file is rotated", async () => {
    for (const time of ["once", "twice", "a third time"]) {
      await app.sh("sudo touch /data/rotate");
      await waitFor(
        { what: "the file is rotated", deadlineMs: 30_000 },
        () => app.run("test ! -e /data/rotate"),
        ({ status }) => status === 0,
      );
      await allLinesThere(`the file was rotated ${time}`);
    }
  });

  it("come back by themselves when the monitoring host starts before the server", async () => {
    await app.sh("sudo systemctl stop nfs-server");
    await monitoring.reboot();
    expect(await monitoring.sh("findmnt -rn -t nfs4 -o TARGET || true")).toBe("");
    await app.sh("sudo systemctl start nfs-server");
    note("mounted and caught up after a start without server, s", await allLinesThere("a reboot"));
  });

  it("leave nothing behind, also where the server is away", async () => {
    await app.sh("sudo systemctl stop nfs-server");
    const undone = await monitoring.run(unmountScript);
    note("undone on the monitoring host without the server, s", undone.seconds);
    expect([undone.status, undone.error]).toEqual([0, ""]);
    expect(await monitoring.sh(STATE)).toBe(before.monitoring);
    await app.sh("sudo systemctl start nfs-server");
    await app.sh(unexportScript);
    expect(await app.sh(STATE)).toBe(before.app);
    expect((await app.sh(LISTENING)).split("\n")).toEqual(["tcp 0.0.0.0:22", "tcp [::]:22"]);
  });
});

/** A command on the monitoring host, and how long it took there: a login takes seconds of its own. */
async function timed(command: string): Promise<Outcome> {
  const outcome = await monitoring.run(
    `before=$(date +%s%N); ${command}; echo $(($(date +%s%N) - before))`,
  );
  const lines = outcome.output.split("\n");
  const seconds = Math.round(Number(lines.at(-1)) / 1e8) / 10;
  return { ...outcome, output: lines.slice(0, -1).join("\n"), seconds };
}

/** As nginx writes: one numbered line each half second, and a new file when it is told to. */
async function startWriter(): Promise<void> {
  const writer = [
    "number=0",
    `exec 3>>${LOG}`,
    "line() {",
    "  number=$((number + 1))",
    `  echo "10.0.0.1 - - [$(date +'%d/%b/%Y:%H:%M:%S %z')] \\"GET /line/$number HTTP/1.1\\" 200 5 \\"-\\" \\"-\\"" >&3`,
    "  echo $number >/data/number",
    "}",
    "while :; do",
    "  line",
    // Between the renaming and the new file the old one is written to, as by nginx.
    `  if [ -e /data/rotate ]; then mv ${LOG} ${LOG}.1; line; exec 3>>${LOG}; rm /data/rotate; fi`,
    "  sleep 0.4",
    "done",
  ].join("\n");
  await app.sh("sudo tee /usr/local/bin/writer >/dev/null", { input: writer });
  await app.sh("sudo systemd-run -q --unit=writer sh /usr/local/bin/writer");
}

/** The container as the stack makes it: what it mounts, as whom it runs, and when it is started again. */
const START_AGENT = [
  ...["sudo docker run --detach --name agent --network host --restart unless-stopped --read-only"],
  ...[`--user ${agent.user} --volume positions:/var/lib/promtail --tmpfs /tmp`],
  "--volume /etc/promtail.yml:/etc/promtail.yml:ro",
  ...(agent.hostMounts ?? []).map(
    ({ source, target, followsHost }) =>
      `--mount type=bind,source=${source},target=${target},readonly` +
      (followsHost ? ",bind-propagation=rslave" : ""),
  ),
  "agent -config.file=/etc/promtail.yml",
].join(" ");

/** Waits until NfsMountStale fires, or fires no longer. Returns the seconds it took. */
async function staleness(expected: boolean): Promise<number> {
  const startedAt = performance.now();
  await waitFor(
    { what: `NfsMountStale ${expected ? "fires" : "is over"}`, deadlineMs: 120_000 },
    () => watch.firing(),
    (firing) => firing.includes("NfsMountStale") === expected,
  );
  return Math.round((performance.now() - startedAt) / 1_000);
}

/** Promtail as the stack's image has it, with the rendered jobs that read files. */
async function installAgent(): Promise<void> {
  const { images } = await lastSetup();
  const image = images.promtail ?? agent.image;
  const rendered = load(renderedFile(settings, "promtail/promtail.yml")) as {
    readonly clients: readonly object[];
    readonly scrape_configs: readonly object[];
  };
  const url = `http://10.0.2.2:${new URL(loki.origin).port}/loki/api/v1/push`;
  const config = {
    ...rendered,
    clients: [{ ...rendered.clients[0], url }],
    scrape_configs: rendered.scrape_configs.filter((job) => !("docker_sd_configs" in job)),
  };
  await monitoring.sh("sudo tee /etc/promtail.yml >/dev/null", { input: toYaml(config) });
  await giveImage(monitoring, image, "agent");
}

/** Waits until each line written so far is in Loki. Returns the seconds it took. */
async function allLinesThere(when: string): Promise<number> {
  const startedAt = performance.now();
  const written = Number(await app.sh("cat /data/number"));
  const seen = await waitFor(
    { what: `${written} lines are in Loki after ${when}`, deadlineMs: 240_000, everyMs: 1_000 },
    async () => {
      const there = await numbersThere();
      const distinct = new Set(there);
      const all = Array.from({ length: written }, (_, index) => index + 1);
      return {
        missing: all.filter((one) => !distinct.has(one)),
        doubled: there.length - distinct.size,
      };
    },
    ({ missing }) => missing.length === 0,
  );
  note(`${when}: lines written, doubled`, [written, seen.doubled].join(", "));
  return Math.round((performance.now() - startedAt) / 1_000);
}

/** The numbers of the lines in Loki, as often as they are there. */
async function numbersThere(): Promise<readonly number[]> {
  const query = encodeURIComponent('{job="nginx"} | path=~"/line/.*"');
  const since = `since=2h&limit=${MOST_LINES}`;
  const answer = await fetch(`${loki.origin}/loki/api/v1/query_range?query=${query}&${since}`);
  if (!answer.ok) throw new Error(`Loki: ${answer.status} ${await answer.text()}`);
  const { data } = (await answer.json()) as {
    data: { result: { stream: { path: string }; values: unknown[] }[] };
  };
  return data.result.flatMap(({ stream, values }) =>
    values.map(() => Number(stream.path.split("/").at(-1))),
  );
}
