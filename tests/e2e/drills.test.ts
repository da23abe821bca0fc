import { appendFile, rename } from "node:fs/promises";
import path from "node:path";

import { sendSwitch, type SwitchChange } from "../../examples/website/switch";
import { runTraffic } from "../../examples/website/traffic";
import { OFFICIAL_IMAGES } from "../../tools/images/official";
import { DRILL_ALERTS, DRILL_GROUPING, DRILL_VISITS } from "../support/drill-settings";
import { Drills } from "../support/drills";
import { checkLiveQueries } from "../support/live-queries";
import { quiet } from "../support/quiet";
import { Servers } from "../support/servers";
import { SmallDisk } from "../support/small-disk";
import { TestStack } from "../support/test-stack";
import { waitFor } from "../support/wait";
import { WebhookReceiver } from "../support/webhook-receiver";

/**
 * Every kind of fault is provoked on a running stack: the expected mail comes, no other, and its
 * resolution. Windows are shortened by settings, so that the same rules are tested in less time.
 */
const MINUTE = 60_000;

let stack: TestStack;
let servers: Servers;
let webhook: WebhookReceiver;
/** Undefined where this machine lets nobody mount one. */
let disk: SmallDisk | undefined;
let drills: Drills;
const startMs = Date.now();
const visitors = new AbortController();
let traffic: Promise<unknown> = Promise.resolve();

beforeAll(async () => {
  // Mounted before node-exporter starts: it sees the host's mounts as they are then.
  disk = await SmallDisk.mount("drill").catch((error: unknown) => {
    console.log(`not tested: a disk that fills; none can be mounted here (${String(error)})`);
    return undefined;
  });
  webhook = await WebhookReceiver.start();
  stack = await TestStack.create("drill", {
    "sightline:alerts": DRILL_ALERTS,
    "sightline:alerting": { webhook: {}, grouping: DRILL_GROUPING },
  });
  await stack.setSecret("sightline:webhookUrl", webhook.url);
  servers = new Servers(stack);
  drills = new Drills(servers, stack);
  await stack.startSite();
  await stack.up();
  const options = { url: stack.siteUrl, rate: 10, count: 20_000, visits: DRILL_VISITS };
  traffic = runTraffic(options, visitors.signal);
  await waitFor(
    { what: "both probes succeed", deadlineMs: MINUTE },
    () => servers.query("probe_success", "target"),
    (seen) => seen.page === 1 && seen.api === 1,
  );
  await waitFor(
    { what: "the marked probe in Loki", deadlineMs: MINUTE },
    () => servers.logLines('{job="nginx",log_type="access"} | origin="probe"'),
    (lines) => lines.length > 0,
  );
}, 10 * MINUTE);

afterAll(async () => {
  visitors.abort();
  await traffic;
  await (stack as TestStack | undefined)?.remove();
  await (webhook as WebhookReceiver | undefined)?.stop();
  await disk?.unmount();
}, 5 * MINUTE);

const misbehave = (body: SwitchChange) => () =>
  sendSwitch({ method: "POST", url: `${stack.siteUrl}/api/_switch`, body });
const behave = () => sendSwitch({ method: "DELETE", url: `${stack.siteUrl}/api/_switch` });
const docker = (action: "kill" | "start" | "stop", service: string) => () =>
  quiet`docker ${action} ${stack.container(service)}`;

/** Asks the site for something several times, whatever it answers. */
async function ask(times: number, path: string, body?: object): Promise<void> {
  for (let index = 0; index < times; index += 1) {
    const request = body && {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
    };
    await (await fetch(`${stack.siteUrl}${path}`, request)).arrayBuffer();
  }
}

/** Waits until the last check of the page failed (0) or succeeded (1). */
async function waitForCheck(result: 0 | 1): Promise<void> {
  await waitFor(
    { what: `a check of the page with the result ${result}`, deadlineMs: 15_000, everyMs: 50 },
    () => servers.query("probe_success", "target"),
    (seen) => seen.page === result,
  );
}

test(
  "a site that fails single checks sends no mail",
  async () => {
    await drills.startQuiet();
    for (let round = 0; round < 2; round += 1) {
      // Paused and not stopped: visitors wait a moment, and nobody gets an error.
      await stack.site("pause", "nginx");
      try {
        await waitForCheck(0);
      } finally {
        await stack.site("unpause", "nginx");
      }
      await waitForCheck(1);
    }
    await drills.expectNoMailFor(10_000);
  },
  MINUTE,
);

test(
  "down: nginx stopped",
  () =>
    drills.run({
      alert: "WebsiteDown",
      // Two probes, one of them hanging, and an evaluation.
      detectMs: 2 * 2_000 + 1_000 + 1_000,
      fault: () => stack.site("stop", "nginx"),
      heal: () => stack.site("start", "nginx"),
      runbook: {
        fill: { "<URL>": "http://application:80" },
        shows: /probe_success 0/,
        // From this machine the name is nobody's; from where the probe is, the port is closed.
        fails: /^curl/,
      },
    }),
  3 * MINUTE,
);

test(
  "500s: half of the API's answers fail",
  () =>
    drills.run({
      alert: "HighErrorRate",
      detectMs: 20_000,
      fault: misbehave({ error_rate: 0.5, path: "/api/tasks" }),
      heal: behave,
      runbook: { shows: /"status":"500"/ },
    }),
  3 * MINUTE,
);

test(
  "slow: the API answers after 1.2 s",
  () =>
    drills.run({
      alert: "RequestLatencyP95High",
      detectMs: 20_000,
      fault: misbehave({ slow_ms: 1_200, path: "/api/tasks" }),
      heal: behave,
      runbook: { shows: /1\.[2-9]/ },
    }),
  3 * MINUTE,
);

test(
  "exception: four requests end in a traceback",
  () =>
    drills.run({
      alert: "UnhandledExceptions",
      detectMs: 20_000,
      fault: async () => {
        await misbehave({ exception_rate: 1, path: "/api/tasks/broken" })();
        await ask(4, "/api/tasks/broken");
      },
      heal: behave,
      runbook: { shows: /RuntimeError/ },
    }),
  3 * MINUTE,
);

test(
  "Celery: three tasks fail",
  () =>
    drills.run({
      alert: "CeleryTaskFailures",
      detectMs: 20_000,
      fault: () => ask(3, "/api/tasks", { title: "fail" }),
      heal: () => Promise.resolve(),
      runbook: { shows: /raised unexpected/ },
    }),
  3 * MINUTE,
);

test(
  "container killed: one mail names it",
  () =>
    drills.run({
      alert: "ContainerDown",
      detectMs: 10_000,
      fault: docker("kill", "promtail"),
      heal: docker("start", "promtail"),
      runbook: { fill: { "<service>": "promtail" }, shows: /Exited \(137\)/ },
    }),
  3 * MINUTE,
);

test(
  "log pipeline cut: the marked probe is not found in Loki",
  () => {
    const log = path.join(stack.logFolder, "nginx", "access.log");
    return drills.run({
      alert: "NginxLogsMissing",
      detectMs: 25_000,
      // nginx goes on writing to the renamed file, as after a rotation without a signal.
      fault: () => rename(log, `${log}.1`),
      heal: () => rename(`${log}.1`, log),
      runbook: {
        fill: { "<folder of logs.directories.nginx>": path.dirname(log) },
        shows: /No such file|cannot open/,
        fails: /^tail/,
      },
    });
  },
  3 * MINUTE,
);

/**
 * Starts the agent while the marked probe comes to Loki by another way, until the agent brings it again:
 * the container is seen to run, and so mutes nothing any more, before what was missed is there.
 */
async function startAgent(firstLines: string): Promise<void> {
  const { environment: env } = await stack.settings();
  const labels = { env, host: "app", job: "nginx", log_type: "access" };
  const probed = () => servers.pushLines(labels, ["probe"], { fields: { origin: "probe" } });
  await waitFor(
    { what: "an end of NginxLogsMissing", deadlineMs: 30_000 },
    async () => {
      await probed();
      return servers.alerts();
    },
    (names) => !names.includes("NginxLogsMissing"),
  );
  await docker("start", "app-promtail")();
  await waitFor(
    { what: "the agent's first lines", deadlineMs: 30_000 },
    async () => {
      await probed();
      return servers.logLines(firstLines);
    },
    (lines) => lines.length > 0,
  );
}

test(
  "agent stopped: nothing that was written meanwhile is lost",
  async () => {
    const marker = `agent-${Date.now()}`;
    const missed = `{job="nginx",log_type="access"} |= "${marker}"`;
    await drills.run({
      alert: "ContainerDown",
      detectMs: 10_000,
      fault: async () => {
        await docker("stop", "app-promtail")();
        await ask(50, `/?${marker}`);
      },
      heal: () => startAgent(missed),
      runbook: { fill: { "<service>": "app-promtail" }, shows: /Exited/ },
    });
    await waitFor(
      { what: "50 requests made without an agent", deadlineMs: 30_000 },
      () => servers.logLines(missed),
      (lines) => lines.length === 50,
    );
  },
  3 * MINUTE,
);

test(
  "Loki stopped for a while: nothing is lost",
  async () => {
    const marker = `loki-${Date.now()}`;
    await drills.run({
      alert: "ContainerDown",
      detectMs: 15_000,
      fault: async () => {
        await docker("stop", "loki")();
        await ask(50, `/?${marker}`);
      },
      heal: docker("start", "loki"),
      runbook: { fill: { "<service>": "loki" }, shows: /Exited/ },
    });
    await waitFor(
      { what: "50 requests made without Loki", deadlineMs: 90_000 },
      () => servers.logLines(`{job="nginx",log_type="access"} |= "${marker}"`),
      (lines) => lines.length === 50,
    );
  },
  5 * MINUTE,
);

test(
  "disk watermark: a small disk is nearly full",
  async () => {
    if (!disk) return;
    const small = disk;
    await drills.run({
      alert: "HighDiskUsage",
      detectMs: 6_000,
      fault: () => small.fill(0.9),
      heal: () => small.empty(),
      runbook: { shows: new RegExp(small.mountPoint) },
    });
  },
  3 * MINUTE,
);

test(
  "SMTP refused: the second channel is told, and the mail arrives when mail works again",
  async () => {
    await drills.startQuiet();
    webhook.forget();
    const network = stack.container("data");
    const catcher = stack.container("mail-catcher");
    const start = Date.now();
    await quiet`docker network disconnect ${network} ${catcher}`;
    try {
      await stack.site("stop", "nginx");
      await waitFor(
        { what: "the second channel is told", deadlineMs: MINUTE },
        () => Promise.resolve(webhook.names("firing")),
        (names) => names.includes("NotificationsFailing"),
      );
      drills.report("SMTP refused", Date.now() - start);
      await drills.followRunbook("NotificationsFailing", { shows: /no such host|dial tcp/ });
    } finally {
      await quiet`docker network connect --alias mail-catcher ${network} ${catcher}`;
    }
    await drills.waitForMail("WebsiteDown", "FIRING", 2 * MINUTE);
    await stack.site("start", "nginx");
    await drills.waitForMail("WebsiteDown", "RESOLVED", 2 * MINUTE);
    await waitFor(
      { what: "the second channel is told of the end", deadlineMs: 2 * MINUTE },
      () => Promise.resolve(webhook.names("resolved")),
      (names) => names.includes("NotificationsFailing"),
    );
    expect(await drills.mailedAlerts()).not.toContain("NotificationsFailing");
  },
  8 * MINUTE,
);

test(
  "what is rare on the example site leaves its traces too",
  async () => {
    await ask(3, "/api/no-such-page");
    // More than nginx takes, which it writes into its error log.
    await ask(1, "/api/tasks", { title: "x".repeat(100_000) });
    const line = { timestamp: new Date().toISOString(), level: "info", duration_ms: 12 };
    const json = JSON.stringify({ ...line, message: "served", service: "fastapi" });
    await appendFile(path.join(stack.logFolder, "app", "app.log"), `${json}\n`);
    const tooOldMs = Date.now() - 30 * 24 * 60 * MINUTE;
    await expect(
      servers.pushLines({ job: "old" }, ["too old"], { atMs: tooOldMs }),
    ).rejects.toThrow("400");

    const busy = stack.container("busy");
    const { keeper = OFFICIAL_IMAGES.keeper } = (await stack.settings()).images;
    await quiet`docker run --detach --rm --cpus 0.1 --name ${busy} --entrypoint sh ${keeper} -c ${"while :; do :; done"}`;
    try {
      await waitFor(
        { what: "the throttled container", deadlineMs: MINUTE },
        () =>
          servers.query(`container_cpu_cfs_throttled_periods_total{name="${busy}"} > 0`, "name"),
        (seen) => busy in seen,
      );
      await waitFor(
        { what: "the JSON line and the 404 in Loki", deadlineMs: MINUTE },
        () => servers.logLines('{job=~"app|nginx"} | duration_ms=12 or status=404'),
        (lines) => lines.length >= 4,
      );
      await waitFor(
        { what: "nginx' error in Loki", deadlineMs: MINUTE },
        () => servers.logLines('{job="nginx",log_type="error"}'),
        (lines) => lines.length > 0,
      );
    } finally {
      await quiet`docker rm --force ${busy}`;
    }
  },
  3 * MINUTE,
);

test(
  "every rule is healthy, and every query of every panel and rule returns data",
  async () => {
    const rules = [...(await servers.rules()), ...(await servers.logRules())];
    expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
    const report = await checkLiveQueries(
      await servers.addresses(),
      await stack.settings(),
      startMs,
    );
    console.log(report.summary);
    expect(report.broken).toEqual([]);
    expect(report.expectedEmpty.length).toBeLessThanOrEqual(10);
  },
  2 * MINUTE,
);
