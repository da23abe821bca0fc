import { setTimeout as sleep } from "node:timers/promises";

import type { Refusal } from "../support/bad-inputs/bad-input";
import { batches } from "../support/bad-inputs/batches";
import { BAD_INPUTS } from "../support/bad-inputs/table";
import { refusalOf, saidByEngine } from "../support/bad-inputs/through-engine";
import { ONE_OF_EACH, pushBody } from "../support/browser-client";
import { Diagnosis } from "../support/doctor";
import { judge } from "../support/live-queries";
import { allQueries } from "../support/queries";
import { Answers } from "../support/query-answers";
import { quiet } from "../support/quiet";
import { type Mail, Servers } from "../support/servers";
import { TestStack } from "../support/test-stack";
import { waitFor } from "../support/wait";

/**
 * One ephemeral stack under the real engine with real servers, site and mail, from `up` to `destroy`.
 * The tests run in order and build on each other; a dev stack may run beside it.
 */
const MINUTE = 60_000;

let stack: TestStack;
let servers: Servers;

beforeAll(async () => {
  stack = await TestStack.create("e2e");
  servers = new Servers(stack);
  await stack.startSite();
  const start = Date.now();
  await stack.up();
  console.log(`up from nothing: ${seconds(Date.now() - start)} s`);
}, 10 * MINUTE);

afterAll(async () => {
  // Undefined when `create` failed, which then has cleaned up after itself.
  await (stack as TestStack | undefined)?.remove();
}, 5 * MINUTE);

/** What cannot be tested on this machine is said, not passed over. */
beforeAll(() => {
  if (stack.hasGrafana) return;
  console.log("not tested: Grafana and its data; no image of Grafana can be had on this machine");
});

const isFull = process.env.SIGHTLINE_ALL_INPUTS === "1";
const byCount = (one: Refusal, other: Refusal) => other.says.length - one.says.length;
const seconds = (milliseconds: number) => (milliseconds / 1_000).toFixed(1);
const firing = (mails: readonly Mail[]) =>
  mails.filter(({ subject }) => subject.includes("FIRING"));
const resolved = (mails: readonly Mail[]) =>
  mails.filter(({ subject }) => subject.includes("RESOLVED"));

/** When the container's process was started, and which container it is. */
async function identityOf(service: string): Promise<string> {
  return quiet`docker inspect --format ${"{{.Id}} {{.State.StartedAt}}"} ${stack.container(service)}`;
}

async function killHard(service: string): Promise<void> {
  const pid = await quiet`docker inspect --format {{.State.Pid}} ${stack.container(service)}`;
  // Not `docker kill`: that counts as a stop by hand, and the restart policy would not act.
  process.kill(Number(pid), "SIGKILL");
  await waitFor(
    { what: `${service} healthy after kill -9`, deadlineMs: 90_000 },
    () =>
      quiet`docker inspect --format ${"{{.State.Health.Status}} {{.State.Pid}}"} ${stack.container(service)}`,
    (seen) => seen.startsWith("healthy ") && seen !== `healthy ${pid}`,
  );
}

test(
  "every target that is scraped is up",
  async () => {
    const targets = await waitFor(
      { what: "all targets up", deadlineMs: 60_000 },
      () => servers.targets(),
      (seen) => seen.every(({ health }) => health === "up"),
    );
    expect(targets.map(({ job, instance }) => `${job} ${instance}`).sort()).toEqual([
      "alertmanager alertmanager:9093",
      "blackbox-exporter blackbox-exporter:9115",
      "blackbox-http http://application:80",
      "blackbox-http http://application:80/api/health",
      "cadvisor cadvisor:8080",
      ...(stack.hasGrafana ? ["grafana grafana:3000"] : []),
      "loki loki:3100",
      "node-exporter node-exporter:9100",
      "process-exporter app-process-exporter:9256",
      "prometheus prometheus:9090",
      "promtail app-promtail:9080",
      "promtail promtail:9080",
    ]);
  },
  2 * MINUTE,
);

test(
  "the page and the API answer the probes with HTTP 200",
  async () => {
    await waitFor(
      { what: "both probes succeed", deadlineMs: 60_000 },
      () => servers.query("probe_success", "target"),
      (seen) => seen.page === 1 && seen.api === 1,
    );
  },
  2 * MINUTE,
);

test(
  "every rule is evaluated without an error, and cAdvisor names this stack's containers",
  async () => {
    await waitFor(
      { what: "all rules healthy", deadlineMs: 30_000 },
      () => servers.rules(),
      (rules) => rules.length >= 6 && rules.every(({ health }) => health === "ok"),
    );
    await waitFor(
      { what: "container_last_seen of this stack", deadlineMs: 60_000 },
      () => servers.query(`container_last_seen{name=~"${stack.name}-.+"}`, "name"),
      (seen) => stack.container("loki") in seen && stack.container("prometheus") in seen,
    );
  },
  2 * MINUTE,
);

test(
  "a marked request to the site is found in Loki within 15 s",
  async () => {
    const marker = `marker-${Date.now()}`;
    await fetch(`http://127.0.0.1:${stack.ports.site}/?${marker}`);
    await waitFor(
      { what: "the marked request in Loki", deadlineMs: 15_000, everyMs: 250 },
      () => servers.logLines(`{job="nginx",log_type="access",env="test"} |= "${marker}"`),
      (lines) => lines.length === 1,
    );
  },
  MINUTE,
);

test(
  "the site's other logs, and this stack's own containers', are in Loki with their labels",
  async () => {
    await fetch(`http://127.0.0.1:${stack.ports.site}/api/tasks`);
    for (const query of [
      '{job="app",level="info"}',
      '{job="redis"}',
      '{job="docker",service="blackbox-exporter"}',
    ]) {
      await waitFor(
        { what: `lines of ${query}`, deadlineMs: 60_000 },
        () => servers.logLines(query),
        (lines) => lines.length > 0,
      );
    }
    expect(await servers.logLines('{job="docker",service="loki"}')).toEqual([]);
  },
  4 * MINUTE,
);

test(
  "the doctor finds nothing wrong with it",
  async () => {
    const { problems, fine } = await Diagnosis.of(await stack.settings());
    expect(problems).toEqual([]);
    expect(fine).toEqual(["dns", "files", "hosts", "images", "labels"]);
  },
  3 * MINUTE,
);

test(
  "one outage is one FIRING mail, and its end one RESOLVED mail",
  async () => {
    await servers.deleteMails();
    await stack.site("stop", "nginx");
    await waitFor(
      { what: "the FIRING mail", deadlineMs: 60_000 },
      () => servers.mails(),
      (mails) => firing(mails).length > 0,
    );
    await stack.site("start", "nginx");
    await waitFor(
      { what: "the RESOLVED mail", deadlineMs: 90_000 },
      () => servers.mails(),
      (mails) => resolved(mails).length > 0,
    );
    // Whatever else was on its way is grouped and sent within one more group interval.
    await sleep(35_000);
    expect((await servers.mails()).map(({ subject }) => subject)).toEqual([
      "[FIRING] WebsiteDown: website is down: http://application:80",
      "[RESOLVED] WebsiteDown: website is down: http://application:80",
    ]);
  },
  5 * MINUTE,
);

test(
  "kill -9 of Loki loses no line that it had acknowledged",
  async () => {
    const labels = { job: "durability", env: "test" };
    const lines = Array.from({ length: 500 }, (_, index) => `line ${index}`);
    await servers.pushLines(labels, lines);
    await killHard("loki");
    const found = await waitFor(
      { what: "500 lines after the kill", deadlineMs: 60_000 },
      () => servers.logLines('{job="durability"}'),
      (seen) => seen.length >= lines.length,
    );
    expect([...found].sort()).toEqual([...lines].sort());
  },
  4 * MINUTE,
);

test(
  "kill -9 of Prometheus loses no sample that it had taken",
  async () => {
    const atMs = Date.now();
    const count = `count_over_time(probe_success{target="page"}[2m] @ ${(atMs / 1_000 - 5).toFixed(0)})`;
    const before = await servers.query(count, "target");
    await killHard("prometheus");
    const after = await waitFor(
      { what: "Prometheus answers again", deadlineMs: 30_000 },
      () => servers.query(count, "target"),
      (seen) => seen.page !== undefined,
    );
    expect(before.page).toBeGreaterThan(10);
    expect(after).toEqual(before);
  },
  3 * MINUTE,
);

test(
  "a second preview changes nothing, with and without asking Docker",
  async () => {
    expect(await stack.plannedSteps()).toEqual([]);
    expect(await stack.plannedSteps(["--refresh"])).toEqual([]);
  },
  3 * MINUTE,
);

test(
  "every wrong input of the table is refused by a preview, and by an update, and touches no container",
  async () => {
    const before = await stack.running();
    const all = BAD_INPUTS.flatMap(({ refused = [] }) => refused);
    const every = batches(await stack.rawSettings(), all);
    // By default those with the most in one; the others take a minute more.
    const together = isFull ? every : every.toSorted(byCount).slice(0, 3);
    const start = Date.now();
    for (const batch of together) {
      const said = await saidByEngine(stack, batch);
      expect([...said].sort()).toEqual([...batch.says].sort());
    }
    const [first] = together;
    expect(first && (await saidByEngine(stack, first, "up"))).toHaveLength(
      first?.says.length ?? -1,
    );
    const took = seconds(Date.now() - start);
    const count = together.flatMap(({ says }) => says).length;
    console.log(`${count} refusals in ${together.length} previews: ${took} s`);
    expect(await stack.running()).toEqual(before);
    expect(await stack.plannedSteps()).toEqual([]);
  },
  5 * MINUTE,
);

test(
  "a file of settings that is no YAML is refused in the engine's words",
  async () => {
    const before = await stack.running();
    const said = await stack.withFile(
      (text) => text.replace("config:\n", "config:\n\t- no YAML\n"),
      () => refusalOf(stack, "preview"),
    );
    expect(said).toContain("found character that cannot start any token");
    expect(await stack.running()).toEqual(before);
  },
  MINUTE,
);

test(
  "docker system prune does no harm",
  async () => {
    // Limited to this stack's label: a test must not clean up the machine it runs on.
    await quiet`docker system prune --force --filter label=sightline.stack=${stack.name}`;
    expect(await stack.plannedSteps(["--refresh"])).toEqual([]);
  },
  3 * MINUTE,
);

test(
  "an edit of a rule replaces one keeper, touches no server, and is live when up returns",
  async () => {
    const before = await Promise.all(["prometheus", "alertmanager", "loki"].map(identityOf));
    // Updates that were refused before are told of below.
    const words = async () => (await stack.changesInWords()).split("\n");
    expect((await words())[0]).toMatch(/^Settings: as in the update of .+ UTC\.$/);
    await stack.edit({ "sightline:intervals.probe": "3s" });
    expect((await words()).filter((line) => line.startsWith("  "))).toEqual([
      "  intervals.probe 2s → 3s",
    ]);

    const planned = await stack.plannedSteps();
    expect(planned.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`)).toEqual([
      "replace prometheus-config-container",
    ]);

    const start = Date.now();
    await stack.up();
    console.log(`up after one edit: ${seconds(Date.now() - start)} s`);
    const down = (await servers.rules()).find(({ name }) => name === "WebsiteDown");
    expect(down?.query).toContain("[6s600ms]");
    expect(await Promise.all(["prometheus", "alertmanager", "loki"].map(identityOf))).toEqual(
      before,
    );
  },
  5 * MINUTE,
);

test(
  "Prometheus' and Loki's data outlive a replaced container",
  async () => {
    const services = ["prometheus", "loki"];
    const before = await Promise.all(services.map(identityOf));

    const atSeconds = Math.floor(Date.now() / 1_000) - 5;
    const count = `count_over_time(up{job="loki"}[1m] @ ${atSeconds})`;
    const samples = await servers.query(count);
    await stack.replace(services);
    expect(await Promise.all(services.map(identityOf))).not.toEqual(before);

    expect(await servers.query(count)).toEqual(samples);
    await waitFor(
      { what: "the lines pushed before", deadlineMs: 60_000 },
      () => servers.logLines('{job="durability"}'),
      (lines) => lines.length === 500,
    );
  },
  5 * MINUTE,
);

test(
  "one key puts Alloy in Promtail's and node-exporter's place, with the same labels and figures",
  async () => {
    await stack.edit({ "sightline:logs.agent": "alloy" });
    await stack.up();
    const marker = `alloy-${Date.now()}`;
    await fetch(`${stack.siteUrl}/?${marker}`);
    await waitFor(
      { what: "the marked request in Loki", deadlineMs: 30_000, everyMs: 250 },
      () =>
        servers.logLines(
          `{job="nginx",service="nginx",log_type="access",host="app",env="test"} | status=200 |= "${marker}"`,
        ),
      (lines) => lines.length === 1,
    );
    // Of the last seconds alone, or those of the container that is gone would count.
    const figures = 'last_over_time(node_memory_MemTotal_bytes{job="node-exporter"}[10s]) / 2^20';
    await waitFor(
      { what: "the host's figures from Alloy", deadlineMs: 60_000 },
      () => servers.query(figures, "service"),
      (seen) => Object.keys(seen).join() === "alloy" && Number(seen.alloy) > 256,
    );
    const gone = [stack.container("node-exporter"), stack.container("promtail")];
    const left = await quiet`docker ps --all --format {{.Names}} --filter name=${stack.name}-`;
    expect(gone.filter((name) => left.split("\n").includes(name))).toEqual([]);
    expect(await stack.plannedSteps(["--refresh"])).toEqual([]);
  },
  5 * MINUTE,
);

test(
  "at the default intervals a mail arrives within two probes",
  async () => {
    await stack.edit({
      "sightline:intervals": undefined,
      // For the test below: one update does for both.
      "sightline:browser": { enabled: true, plainHttp: true, origins: [stack.siteUrl] },
    });
    await stack.up();
    await waitFor(
      { what: "the site up at the default intervals", deadlineMs: 90_000 },
      () => servers.query("probe_success", "target"),
      (seen) => seen.page === 1,
    );
    await servers.deleteMails();
    const stopped = Date.now();
    await stack.site("stop", "nginx");
    // 2 × 60 s + 10 s probe timeout + 15 s evaluation + 5 s group wait = 150 s, and handing it over.
    const [mail] = await waitFor(
      { what: "the FIRING mail", deadlineMs: 155_000 },
      () => servers.mails(),
      (mails) => firing(mails).length > 0,
    );
    console.log(`from fault to mail at the defaults: ${seconds(Date.now() - stopped)} s`);
    expect(mail?.subject).toBe("[FIRING] WebsiteDown: website is down: http://application:80");
  },
  6 * MINUTE,
);

test(
  "what a browser reports is found in Loki by its labels, and every panel of it has data",
  async () => {
    const fromMs = Date.now() - 10 * MINUTE;
    const script = await fetch(`${stack.pageUrl("grafana")}/logger.js`);
    const push = `http://127.0.0.1:${stack.ports.loki}/loki/api/v1/push`;
    expect(await script.text()).toContain(`"url":"${push}"`);
    const answer = await fetch(push, {
      method: "POST",
      headers: { Origin: stack.siteUrl, "Content-Type": "text/plain;charset=UTF-8" },
      body: pushBody(ONE_OF_EACH.map((event) => JSON.stringify({ path: "/tasks", ...event }))),
    });
    expect(answer.status).toBe(204);
    const labels = '{app="frontend",job="frontend",service="frontend",env="test",host="app"}';
    await waitFor(
      { what: "one report of each kind in Loki", deadlineMs: 30_000, everyMs: 250 },
      () => servers.logLines(`${labels} | log_type="browser"`),
      (lines) => lines.length === ONE_OF_EACH.length,
    );
    const [settings, addresses] = [await stack.settings(), await servers.addresses()];
    const answers = new Answers(addresses, { fromMs, toMs: Date.now() });
    const queries = allQueries(settings).filter(({ needsBrowser }) => needsBrowser);
    const judged = await Promise.all(queries.map((query) => judge(answers, query)));
    const panels = judged.filter(({ query }) => query.role !== "rule");
    expect(panels.length).toBeGreaterThan(15);
    expect(
      judged.flatMap(({ query, problems }) => problems.map((one) => [query.key, one])),
    ).toEqual([]);
  },
  MINUTE,
);

test(
  "destroy leaves no container, volume or network",
  async () => {
    expect((await stack.leftovers()).length).toBeGreaterThan(20);
    await stack.destroy();
    expect(await stack.leftovers()).toEqual([]);
  },
  3 * MINUTE,
);
