import { logRuleGroups } from "../../../configs/rules/log-rules";
import { toYaml } from "../../../configs/yaml";
import { devSettings } from "../../support/fixtures";
import { AlertmanagerStandIn, type ReceivedAlert } from "../../support/loki-alertmanager";
import { celeryLine, MINUTE, probe, type UndatedLine } from "../../support/loki-lines";
import { LokiServer, renderedFiles } from "../../support/loki-server";
import { waitFor } from "../../support/wait";

/** The way of an alert through Loki's own ruler: from a rule file to Alertmanager and back. */
const settings = devSettings({
  intervals: { evaluation: "1s", probe: "1s", probeTimeout: "500ms" },
  alerts: {
    CeleryWorkerLost: { over: "5s" },
    NginxLogsMissing: { over: "5s", for: "0s" },
  },
});

let alertmanager: AlertmanagerStandIn;
let loki: LokiServer;

beforeAll(async () => {
  alertmanager = await AlertmanagerStandIn.start();
  loki = await LokiServer.start({ settings, dockerArgs: alertmanager.dockerArgs });
}, 2 * MINUTE);

afterAll(async () => {
  await loki.stop();
  await alertmanager.stop();
}, MINUTE);

function pushNow({ labels, ...line }: UndatedLine): Promise<void> {
  return loki.push([{ labels: { env: "dev", ...labels }, ...line, atMs: Date.now() }]);
}

/** The first time that Alertmanager is told that an alert fires, or is over. */
async function told(name: string, isOver: boolean): Promise<ReceivedAlert> {
  const received = await waitFor(
    { what: `${name} ${isOver ? "resolved" : "fires"}`, deadlineMs: MINUTE, everyMs: 200 },
    () => Promise.resolve(alertmanager.received.filter(({ labels }) => labels.alertname === name)),
    (alerts) => alerts.some((alert) => alert.isOver === isOver),
  );
  return received.find((alert) => alert.isOver === isOver) as ReceivedAlert;
}

/** The rules in Loki's memory, by name. Two may share one. */
async function loaded(): Promise<readonly string[]> {
  return (await loki.rules()).map(({ name }) => name).sort();
}

const rendered = logRuleGroups(settings).flatMap(({ rules }) => rules.map(({ alert }) => alert));

test(
  "all rules are loaded, under the folder of the only tenant, and evaluate without error (P26)",
  async () => {
    const evaluated = await waitFor(
      { what: "every rule was evaluated", deadlineMs: MINUTE },
      () => loki.rules(),
      (rules) => rules.length > 0 && rules.every(({ health }) => health === "ok"),
    );
    expect(evaluated.map(({ lastError }) => lastError ?? "")).toEqual(evaluated.map(() => ""));
    expect(await loaded()).toEqual([...rendered].sort());
  },
  MINUTE,
);

test(
  "a killed worker is told to Alertmanager, and that it is over",
  async () => {
    await pushNow(celeryLine("error", "exited with 'signal 9'", { event: "worker_lost" }));
    const fired = await told("CeleryWorkerLost", false);
    expect(fired).toMatchObject({
      labels: { alertname: "CeleryWorkerLost", env: "dev", host: "app", severity: "critical" },
      annotations: {
        summary: "website: a Celery worker process was killed",
        description:
          "Killed in the middle of a task in the last 5s: 1; the limit is 1. " +
          "Usually memory ran out; the task is lost.",
        runbook_url: "docs/runbooks/CeleryWorkerLost.md",
        dashboard_url: "http://127.0.0.1:3000/d/sightline-logs",
      },
    });
    expect(fired.generatorURL).toMatch(/^http:\/\/127\.0\.0\.1:3000\/explore\?/);
    const over = await told("CeleryWorkerLost", true);
    expect([over.labels, over.startsAt]).toEqual([fired.labels, fired.startsAt]);
  },
  2 * MINUTE,
);

test(
  "logs that do not arrive are told with env and host, and that they are back (P12)",
  async () => {
    const fired = await told("NginxLogsMissing", false);
    expect(fired.labels).toEqual({
      alertname: "NginxLogsMissing",
      env: "dev",
      host: "app",
      job: "nginx",
      log_type: "access",
      severity: "critical",
    });
    await pushNow(probe);
    expect((await told("NginxLogsMissing", true)).labels).toEqual(fired.labels);
  },
  2 * MINUTE,
);

test(
  "a changed rule is in force within 30 s, without a restart",
  async () => {
    const startedAt = await loki.startedAt();
    const changed = devSettings({ alerts: { Http5xxBurst: { above: 7 } } });
    await loki.putFiles(renderedFiles(changed));
    await waitFor(
      { what: "the new limit", deadlineMs: 30_000 },
      () => loki.rules(),
      (rules) => rules.some(({ name, query }) => name === "Http5xxBurst" && query.endsWith("> 7)")),
    );
    expect(await loki.startedAt()).toBe(startedAt);
  },
  MINUTE,
);

test(
  "the last rule can go as well",
  async () => {
    const files = renderedFiles(settings, []);
    expect(Object.keys(files)).toEqual(["loki.yml", "retention.yml", "rules/fake/none.yml"]);
    expect(files["rules/fake/none.yml"]).toBe(toYaml({ groups: [] }));
    await loki.putFiles(files);
    await waitFor({ what: "no rules", deadlineMs: 30_000 }, loaded, ({ length }) => length === 0);
    // A start with no rules at all is the other half: without the folder Loki would refuse.
    await loki.restart();
    expect(await loaded()).toEqual([]);
  },
  2 * MINUTE,
);
