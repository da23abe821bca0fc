import { changesInWords, wordsOf } from "../../../../tools/stack/changes-in-words";
import type { Config, PastUpdate } from "../../../../tools/stack/pulumi-config";
import { settingsChanges } from "../../../../tools/stack/settings-changes";
import type { LocalStack } from "../../../../tools/stack/stack";
import { devRaw, HOST_KEY, merged, prodRaw, type Raw } from "../../../support/fixtures";

/** Raw settings as the engine keeps them: scalars as text, the rest as objects. */
function kept(raw: Raw, secrets: Readonly<Record<string, string>> = {}): Config {
  const plain = Object.entries(raw).map(([key, value]) => [
    `sightline:${key}`,
    {
      secret: false,
      ...(typeof value === "object" && value !== null
        ? { value: JSON.stringify(value), objectValue: value }
        : { value: String(value) }),
    },
  ]);
  const hidden = Object.entries(secrets).map(([key, value]) => [
    `sightline:${key}`,
    { secret: true, value },
  ]);
  return Object.fromEntries([...plain, ...hidden]) as Config;
}

/** What a change of the dev stack's settings is called. */
const said = (change: Raw, before: Raw = devRaw()) =>
  settingsChanges(kept(before), kept(merged(before, change)));

test.each<readonly [string, Raw, readonly string[]]>([
  [
    "a threshold, with its default before",
    { alerts: { WebsiteDown: { checks: 3 } } },
    ["WebsiteDown: 2 → 3 checks"],
  ],
  [
    "a limit of an alert",
    { alerts: { HighDiskUsage: { above: "90%" } } },
    ["HighDiskUsage: above 85% → 90%"],
  ],
  [
    "an alert that is switched off",
    { alerts: { DnsSlow: { enabled: false } } },
    ["DnsSlow: switched off"],
  ],
  [
    "the one recipient",
    { mail: { to: ["b@shop.test"] } },
    ["mail.to ops@example.com → b@shop.test"],
  ],
  [
    "a recipient more",
    { mail: { to: ["ops@example.com", "b@shop.test"] } },
    ["mail.to + b@shop.test"],
  ],
  ["the retention of logs", { logs: { retention: "14d" } }, ["logs.retention 7d → 14d"]],
  ["a switch", { protectData: true }, ["protectData false → true"]],
  [
    "a port that was not written before",
    { publish: { grafana: 3001 } },
    ["publish.grafana 3000 → 3001"],
  ],
  [
    "another image",
    { images: { loki: "mirror.test/loki:3.7.9" } },
    ["images.loki is new: mirror.test/loki:3.7.9"],
  ],
  [
    "a log source, by all that is said of it",
    { logs: { sources: { titan: { path: "/var/log/titan/*.log" } } } },
    ["logs.sources.titan is new"],
  ],
  [
    "pages more, in one line",
    { site: { pages: { search: "https://shop.test/s", checkout: "https://shop.test/c" } } },
    ["+2 pages: checkout, search"],
  ],
  [
    "many at once, sorted",
    { site: { name: "shop" }, intervals: { probe: "30s" }, logs: { system: true } },
    ["intervals.probe 60s → 30s", "logs.system false → true", "site.name website → shop"],
  ],
])("%s", (_, change, sentences) => {
  expect(said(change)).toEqual(sentences);
});

test("what is written out as its default, or in another unit, is no change", () => {
  expect(said({ publish: { grafana: "3000" }, logs: { retention: "168h" } })).toEqual([]);
  expect(said({ hosts: { app: {}, monitoring: { endpoint: "local" } } })).toEqual([]);
  expect(said({ alerts: { WebsiteDown: { checks: "2" } }, slo: {} })).toEqual([]);
});

test("hosts are counted and named, and what changes of one has its name before it", () => {
  const added = { endpoint: "ssh://deploy@10.0.0.4", address: "10.0.0.4", hostKey: HOST_KEY };
  const hosts = { "web-2": added, app: { dockerDataRoot: "/data/docker" } };
  const both = ["+1 host: web-2", "hosts.app.dockerDataRoot /var/lib/docker → /data/docker"];
  expect(said({ hosts }, prodRaw())).toEqual(both);
  const before = merged(prodRaw(), { hosts: { "web-2": added, "web-3": added } });
  expect(settingsChanges(kept(before), kept(prodRaw()))).toEqual(["-2 hosts: web-2, web-3"]);
});

test("another kind is said with what comes and goes with it", () => {
  const smtp = {
    kind: "smtp",
    smarthost: "mail.shop.test:587",
    from: "sightline@shop.test",
    to: ["ops@example.com"],
  };
  expect(settingsChanges(kept(devRaw()), kept({ ...devRaw(), mail: smtp }))).toEqual([
    "mail.from is new: sightline@shop.test",
    "mail.kind catcher → smtp",
    "mail.requireTls is new: true",
    "mail.smarthost is new: mail.shop.test:587",
  ]);
});

test("of a long value only is said that it changed", () => {
  const pem = (letter: string) => `-----BEGIN CERTIFICATE-----\n${letter}\n`;
  const before = devRaw({ gateway: { certificate: pem("A") } });
  expect(said({ gateway: { certificate: pem("B") } }, before)).toEqual([
    "gateway.certificate changed",
  ]);
});

test("of a secret nothing is said but that it changed, is new, or is gone", () => {
  const before = kept(devRaw(), {
    smtpPassword: "one-7Qx",
    agentSecret: "same",
    slackWebhook: "x",
  });
  const after = kept(devRaw(), { smtpPassword: "two-7Qx", agentSecret: "same", botToken: "y" });
  expect(settingsChanges(before, after)).toEqual([
    "secret botToken: new",
    "secret slackWebhook: no longer set",
    "secret smtpPassword: changed",
  ]);
});

describe("a history that cannot be asked", () => {
  const stack = (why: string) =>
    ({
      history: () => Promise.reject(new Error(why)),
      config: () => Promise.resolve({}),
    }) as unknown as LocalStack;

  it("says why, in a line", async () => {
    expect(await changesInWords(stack("error: passphrase must be set\nmore"))).toBe(
      "What the settings change cannot be said in words: error: passphrase must be set",
    );
  });

  it("is no failure where the stack was never made", async () => {
    expect(await changesInWords(stack("error: no stack named 'dev' found"))).toBe(
      "Settings: nothing is deployed yet.",
    );
  });
});

describe("the words above a list of changes", () => {
  const update = (result: string, raw: Raw, kind = "update"): PastUpdate => ({
    kind,
    result,
    startTime: "2026-11-26T14:03:59.000Z",
    config: kept(raw),
  });
  const after = kept(devRaw({ logs: { retention: "14d" } }));

  it("name the update that the settings are compared with", () => {
    expect(wordsOf([update("succeeded", devRaw())], after)).toBe(
      "Settings, changed since the update of 2026-11-26 14:03 UTC:\n  logs.retention 7d → 14d",
    );
    expect(wordsOf([update("succeeded", devRaw())], kept(devRaw()))).toBe(
      "Settings: as in the update of 2026-11-26 14:03 UTC.",
    );
  });

  it("say that the last update failed, and compare with the one before", () => {
    const past = [
      update("failed", devRaw({ logs: { retention: "9d" } })),
      update("succeeded", devRaw()),
    ];
    expect(wordsOf(past, after)).toBe(
      [
        "Settings, changed since the update of 2026-11-26 14:03 UTC:",
        "  logs.retention 7d → 14d",
        "The last update did not succeed: what it changed may be in force already.",
      ].join("\n"),
    );
  });

  it("say that nothing is deployed: at first, and after all was taken away", () => {
    const nothing = "Settings: nothing is deployed yet.";
    expect(wordsOf([], after)).toBe(nothing);
    expect(wordsOf([update("failed", devRaw())], after)).toBe(nothing);
    const destroyed = update("succeeded", devRaw(), "destroy");
    expect(wordsOf([destroyed, update("succeeded", devRaw())], after)).toBe(nothing);
  });
});
