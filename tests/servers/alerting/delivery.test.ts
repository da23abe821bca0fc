import { TestAlertmanager, type PostedAlert } from "../../support/alertmanager";
import { devSettings } from "../../support/fixtures";
import { waitFor } from "../../support/wait";

/**
 * A real Alertmanager with the rendered files: every alert reaches exactly the receivers it should.
 * Each test has an environment of its own, which keeps its groups and inhibitions apart.
 */
const DEADLINE_MS = 20_000;
const GROUPING = {
  criticalWait: "1s",
  criticalInterval: "1s",
  criticalRepeat: "1h",
  wait: "1s",
  interval: "1s",
  repeat: "1h",
};

const settings = devSettings({
  alerting: {
    slack: { channel: "#alerts" },
    telegram: { chatId: -42 },
    webhook: {},
    deadMansSwitch: { repeatEvery: "1s" },
    leastSeverity: { telegram: "critical" },
    grouping: GROUPING,
    timezone: "Europe/Berlin",
  },
});

let alertmanager: TestAlertmanager;

beforeAll(async () => {
  alertmanager = await TestAlertmanager.start(settings);
}, 60_000);

afterAll(async () => {
  await (alertmanager as TestAlertmanager | undefined)?.stop();
}, 60_000);

type Labels = Readonly<Record<string, string>> & { readonly alertname: string };

function alert(env: string, labels: Labels, change: Partial<PostedAlert> = {}): PostedAlert {
  return {
    labels: { env, severity: "critical", ...labels },
    annotations: {
      summary: `${labels.alertname} of ${env}`,
      description: "93% > 80%; people notice.",
      runbook_url: `https://runbooks.test/${labels.alertname}.md`,
      dashboard_url: "http://127.0.0.1:3000/d/sightline-uptime",
    },
    ...change,
  };
}

const ENDED = { startsAt: "2026-01-05T11:00:00Z", endsAt: "2026-01-05T11:02:05Z" };

interface Told {
  readonly mail: readonly string[];
  readonly slack: readonly string[];
  readonly telegram: readonly string[];
  readonly webhook: readonly string[];
}

/** What each channel was told of one environment, as `status alertname`, in order. */
async function told(env: string): Promise<Told> {
  const { outside } = alertmanager;
  const line = /\[(\w+)\] (\w+): \w+ of ([\w-]+)/;
  const lines = (texts: readonly string[]) =>
    texts
      .map((text) => line.exec(text))
      .filter((match) => match?.[3] === env)
      .map((match) => `${match?.[1] ?? ""} ${match?.[2] ?? ""}`);
  const calls = outside
    .bodies("/webhook/fixture-token")
    .map((body) => JSON.parse(body) as { status: string; commonLabels: Record<string, string> });
  return {
    mail: lines((await alertmanager.mails()).map(({ subject }) => subject)),
    slack: lines(outside.bodies("/slack/fixture-token")),
    telegram: lines(outside.bodies("/bot42:fixture-token/sendMessage")),
    webhook: calls
      .filter(({ commonLabels }) => commonLabels.env === env)
      .map(({ status, commonLabels }) => `${status.toUpperCase()} ${commonLabels.alertname ?? ""}`),
  };
}

/** Waits until exactly this was told, and until an alert that came later was told as well. */
async function expectTold(env: string, expected: Told): Promise<void> {
  const last = `${env}-end-${expected.webhook.length}`;
  await waitFor(
    { what: `messages about ${env}`, deadlineMs: DEADLINE_MS, everyMs: 100 },
    () => told(env),
    (seen) => Object.values(seen).flat().length >= Object.values(expected).flat().length,
  );
  await alertmanager.post(alert(last, { alertname: "Later" }));
  await waitFor(
    { what: "a later alert", deadlineMs: DEADLINE_MS, everyMs: 100 },
    () => told(last),
    ({ mail, webhook }) => mail.length === 1 && webhook.length === 1,
  );
  expect(await told(env)).toEqual(expected);
}

const everywhere = (...lines: readonly string[]): Told => ({
  mail: lines,
  slack: lines,
  telegram: lines,
  webhook: lines,
});
const NOTHING = everywhere();

test(
  "a critical alert is told on every channel when it fires, and once more when it is over",
  async () => {
    const down = { alertname: "WebsiteDown", site: "website" };
    await alertmanager.post(alert("critical", down));
    await expectTold("critical", everywhere("FIRING WebsiteDown"));
    await alertmanager.post(alert("critical", down, ENDED));
    await expectTold("critical", everywhere("FIRING WebsiteDown", "RESOLVED WebsiteDown"));
  },
  2 * DEADLINE_MS,
);

test(
  "a channel hears of nothing quieter than its least severity, and nobody of what is only for dashboards",
  async () => {
    await alertmanager.post(
      alert("quieter", { alertname: "TtfbHigh", severity: "warning" }),
      alert("quieter", { alertname: "DnsSlow", severity: "info" }),
    );
    await expectTold("quieter", { ...everywhere("FIRING TtfbHigh"), telegram: [] });
  },
  DEADLINE_MS,
);

test(
  "the Watchdog calls the dead man's switch again and again, and no person (P22)",
  async () => {
    await alertmanager.post(alert("watchdog", { alertname: "Watchdog", severity: "none" }));
    const calls = await waitFor(
      { what: "three calls", deadlineMs: DEADLINE_MS, everyMs: 100 },
      () => Promise.resolve(alertmanager.outside.bodies("/dead-mans-switch/fixture-token")),
      (bodies) => bodies.length >= 3,
    );
    expect(calls.every((body) => body.includes('"alertname":"Watchdog"'))).toBe(true);
    await expectTold("watchdog", NOTHING);
  },
  DEADLINE_MS,
);

test(
  "one outage is one message: what a dead page drags down is muted, in its environment only",
  async () => {
    const followers: readonly Labels[] = [
      { alertname: "ApiDown", site: "website", target: "api" },
      { alertname: "HighErrorRate", host: "app" },
      { alertname: "NginxLogsMissing", host: "app" },
    ];
    await alertmanager.post(
      alert("outage", { alertname: "WebsiteDown", site: "website" }),
      ...followers.map((labels) => alert("outage", labels)),
      alert("no-outage", { alertname: "HighErrorRate", host: "app" }),
    );
    await expectTold("outage", everywhere("FIRING WebsiteDown"));
    await expectTold("no-outage", everywhere("FIRING HighErrorRate"));
  },
  2 * DEADLINE_MS,
);

test(
  "a host that is down takes its own alerts along, and not those of another host (P29)",
  async () => {
    const target: Labels = { alertname: "TargetDown", severity: "warning", job: "cadvisor" };
    await alertmanager.post(
      alert("host", { alertname: "NodeDown", host: "app" }),
      alert("host", { ...target, host: "app" }),
    );
    await expectTold("host", everywhere("FIRING NodeDown"));
    await alertmanager.post(alert("host", { ...target, host: "monitoring" }));
    await expectTold("host", {
      ...everywhere("FIRING NodeDown", "FIRING TargetDown"),
      telegram: ["FIRING NodeDown"],
    });
  },
  2 * DEADLINE_MS,
);

test(
  "that a channel fails is told by another one (P21)",
  async () => {
    const failing: Labels = { alertname: "NotificationsFailing", host: "monitoring" };
    await alertmanager.post(alert("mail-fails", { ...failing, integration: "email" }));
    await expectTold("mail-fails", { ...NOTHING, slack: ["FIRING NotificationsFailing"] });
    await alertmanager.post(alert("slack-fails", { ...failing, integration: "slack" }));
    await expectTold("slack-fails", { ...NOTHING, mail: ["FIRING NotificationsFailing"] });
  },
  2 * DEADLINE_MS,
);

const twoContainers = (change: Partial<PostedAlert>) =>
  ["promtail", "loki"].map((service) =>
    alert("phone", { alertname: "ContainerDown", host: "monitoring", service }, change),
  );

/** As the messages say it. */
function inBerlin(time: Date): string {
  const zone = { timeZone: "Europe/Berlin" };
  const date = time.toLocaleString("sv-SE", { ...zone, dateStyle: "short", timeStyle: "medium" });
  const named = time.toLocaleString("en-GB", { ...zone, timeZoneName: "short" });
  return `${date} ${named.split(" ").at(-1) ?? ""}`;
}

describe("a message says what, where, since when, how bad, and where to go on", () => {
  const SILENCE =
    "http://127.0.0.1:9093/#/silences/new?filter=%7Benv%3D%22phone%22%2C%20host%3D%22monitoring%22%2C%20alertname%3D%22ContainerDown%22%7D";
  let since = "";
  const textOfAll = () =>
    [
      ...["loki", "promtail"].flatMap((service) => [
        "ContainerDown of phone",
        "93% > 80%; people notice.",
        `Since: ${since}`,
        "Severity: critical",
        `Where: env phone, host monitoring, service ${service}`,
        "",
      ]),
      "Runbook: https://runbooks.test/ContainerDown.md",
      "Dashboard: http://127.0.0.1:3000/d/sightline-uptime",
      `Silence: ${SILENCE}`,
    ].join("\n");
  const SUBJECT = "[FIRING] ContainerDown: ContainerDown of phone; ContainerDown of phone";

  beforeAll(async () => {
    // One that began longer ago than its group waits is told at once, without the other.
    const begin = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 10_000);
    since = inBerlin(begin);
    await alertmanager.post(...twoContainers({ startsAt: begin.toISOString() }));
    await expectTold("phone", everywhere("FIRING ContainerDown"));
  }, DEADLINE_MS);

  it("in the text of a mail", async () => {
    const mail = (await alertmanager.mails()).find(({ subject }) => subject === SUBJECT);
    expect(mail?.to.map(({ address }) => address)).toEqual(["ops@example.com"]);
    expect(mail?.text.trim()).toBe(textOfAll());
  });

  it("in its picture: no remote content, links to tap, and markup of others shown as it is", async () => {
    const mail = (await alertmanager.mails()).find(({ subject }) => subject === SUBJECT);
    const html = mail?.html ?? "";
    expect(html).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    expect(html).toContain("93% &gt; 80%; people notice.");
    expect(html).toContain(`Since: ${since}`);
    expect([...html.matchAll(/ (?:src|href)="([^"]+)"/g)].map(([, link]) => link)).toEqual([
      "http://127.0.0.1:3000/d/sightline-uptime",
      "https://runbooks.test/ContainerDown.md",
      SILENCE,
    ]);
  });

  it("on Slack", () => {
    const [message] = outsideBodies("/slack/fixture-token");
    expect(message).toEqual({
      channel: "#alerts",
      username: "Alertmanager",
      attachments: [
        expect.objectContaining({
          title: SUBJECT,
          title_link: "http://127.0.0.1:3000/d/sightline-uptime",
          fallback: SUBJECT,
          text: `${textOfAll()}\n`,
          color: "danger",
        }),
      ],
    });
  });

  it("on Telegram, as plain text", () => {
    const [message] = outsideBodies("/bot42:fixture-token/sendMessage");
    expect(message).toMatchObject({ chat_id: "-42", text: `${SUBJECT}\n\n${textOfAll()}\n` });
    expect(message).not.toHaveProperty("parse_mode");
  });

  it(
    "and when it was over, and after how long",
    async () => {
      await alertmanager.post(...twoContainers(ENDED));
      await expectTold("phone", everywhere("FIRING ContainerDown", "RESOLVED ContainerDown"));
      const mail = (await alertmanager.mails()).find(
        ({ subject, text }) => subject.startsWith("[RESOLVED]") && text.includes("env phone"),
      );
      expect(mail?.text).toContain(
        "Since: 2026-01-05 12:00:00 CET, over: 2026-01-05 12:02:05 CET (after 2m 5s)",
      );
      expect(mail?.text).not.toContain("Silence:");
    },
    DEADLINE_MS,
  );

  /** The JSON bodies of the requests that are about this alert. */
  function outsideBodies(path: string): readonly unknown[] {
    const bodies = alertmanager.outside.bodies(path).filter((body) => body.includes("env phone"));
    return bodies.map((body) => JSON.parse(body) as unknown);
  }
});

test(
  "mail is refused: Alertmanager counts it under the name that the alert looks for, and Slack is told",
  async () => {
    await alertmanager.refuseMail();
    await alertmanager.post(alert("refused", { alertname: "WebsiteDown", site: "website" }));
    const failed =
      /^alertmanager_notifications_failed_total\{integration="email",reason="[^"]*"[^}]*\} [1-9]/m;
    await waitFor(
      { what: "a mail that failed", deadlineMs: 2 * DEADLINE_MS },
      () => alertmanager.metrics(),
      (text) => failed.test(text),
    );
    expect(await told("refused")).toEqual({ ...everywhere("FIRING WebsiteDown"), mail: [] });
  },
  3 * DEADLINE_MS,
);
