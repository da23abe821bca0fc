import { devRaw, FIXTURE_PASSWORDS, prodRaw, type Raw } from "../../support/fixtures";
import { type Recorded, runProgram } from "../../support/mocks";

/** Names of the resources whose inputs differ between two runs. */
function changed(before: readonly Recorded[], after: readonly Recorded[]): readonly string[] {
  const inputsOf = (resources: readonly Recorded[]) =>
    new Map(
      resources.map(({ type, name, inputs }) => [`${type}::${name}`, JSON.stringify(inputs)]),
    );
  const [old, now] = [inputsOf(before), inputsOf(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((key) => old.get(key) !== now.get(key))
    .map((key) => key.split("::")[1] ?? key)
    .sort();
}

let shipped: readonly Recorded[];

beforeAll(async () => {
  shipped = (await runProgram({ stack: "dev", raw: devRaw() })).resources;
});

/** What an edit of the shipped dev settings touches. */
async function touchedBy(edit: Raw): Promise<readonly string[]> {
  const { resources } = await runProgram({ stack: "dev", raw: devRaw(edit) });
  return changed(shipped, resources);
}

describe("an edit of", () => {
  it("nothing changes nothing", async () => {
    expect(await touchedBy({})).toEqual([]);
  });

  it.each<[what: string, edit: Raw, touched: readonly string[]]>([
    [
      "how often is probed",
      { intervals: { probe: "30s" } },
      ["grafana-config-container", "prometheus-config-container"],
    ],
    [
      "how long metrics are kept",
      { metrics: { retention: "14d" } },
      ["prometheus-config-container"],
    ],
    ["how long logs are kept", { logs: { retention: "14d" } }, ["loki-config-container"]],
    [
      "a probe's patience",
      { intervals: { probeTimeout: "5s" } },
      ["blackbox-exporter-config-container", "prometheus-config-container"],
    ],
    [
      "the rules' interval",
      { intervals: { evaluation: "30s" } },
      ["grafana-config-container", "loki-config-container", "prometheus-config-container"],
    ],
    [
      "who gets mails",
      { mail: { to: ["you@shop.test"] } },
      ["alertmanager-config-container", "grafana-config-container"],
    ],
  ])("%s touches keepers, never a server", async (_, edit, touched) => {
    expect(await touchedBy(edit)).toEqual(touched);
  });

  it("what Loki reads only at its start replaces Loki too", async () => {
    const storage = { kind: "s3", region: "eu-central-1", bucket: "shop-website-logs" };
    expect(await touchedBy({ logs: { storage } })).toEqual(
      expect.arrayContaining(["loki-config-container", "loki-container"]),
    );
  });

  it("a page's port replaces its server", async () => {
    expect(await touchedBy({ publish: { alertmanager: 9_094 } })).toEqual([
      "alertmanager-container",
    ]);
  });

  it("a password touches the keepers of that password alone", async () => {
    const secrets = { ...FIXTURE_PASSWORDS, smtpPassword: "another-fixture-password" };
    const before = await runProgram({ stack: "prod", raw: prodRaw() });
    const after = await runProgram({ stack: "prod", raw: prodRaw(), secrets });
    expect(changed(before.resources, after.resources)).toEqual([
      "alertmanager-secrets-container",
      "grafana-secrets-container",
    ]);
  });
});

describe("an edit of a threshold", () => {
  it.each<[what: string, alerts: Raw, keepers: readonly string[]]>([
    [
      "of a rule touches Prometheus' keeper alone",
      { ContainerDown: { for: "7m" } },
      ["prometheus-config-container"],
    ],
    [
      "that a panel draws touches Grafana's keeper as well",
      { ProbeLatencyP95High: { above: "7s" } },
      ["grafana-config-container", "prometheus-config-container"],
    ],
  ])("%s", async (_, alerts, keepers) => {
    expect(await touchedBy({ alerts })).toEqual(keepers);
  });
});
