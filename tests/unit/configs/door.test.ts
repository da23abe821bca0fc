import { compareSync } from "bcryptjs";

import { peopleFile, withoutPassword } from "../../../configs/gateway/people";
import { placedSpecs } from "../../../configs/hosts";
import { pageUrl } from "../../../configs/pages";
import { requiredSecrets } from "../../../configs/secrets";
import type { Settings } from "../../../configs/settings/settings";
import { parseSettings } from "../../../configs/settings/settings";
import { devRaw, devSettings, fourServers, prodSettings, type Raw } from "../../support/fixtures";
import { problemsOf } from "../../support/problems";
import { renderedFile } from "../../support/render-stack";

/** The same with people at the door; its certificate is none of these tests' business. */
function withDoor(settings: Settings, more: Partial<Settings["gateway"]> = {}): Settings {
  const gateway = { ...settings.gateway, enabled: true, people: ["anna", "ben"], ...more };
  return { ...settings, gateway };
}

/** `<container> <address>:<port>` of everything that listens on a host. */
function listening(settings: Settings): readonly string[] {
  return placedSpecs(settings).flatMap(({ spec }) =>
    (spec.publish ?? []).map(
      ({ hostAddress, hostPort }) => `${spec.name} ${hostAddress}:${hostPort}`,
    ),
  );
}

describe("with people at the door", () => {
  it("nothing else listens where all is one machine", () => {
    expect(listening(devSettings())).toEqual([
      "alertmanager 127.0.0.1:9093",
      "grafana 127.0.0.1:3000",
      "mail-catcher 127.0.0.1:1080",
      "prometheus 127.0.0.1:9090",
    ]);
    expect(listening(withDoor(devSettings()))).toEqual(["gateway 127.0.0.1:8443"]);
  });

  it("nothing else listens on the monitoring host, and on the app host what Prometheus reads", () => {
    const door = withDoor(prodSettings({ logs: { route: "agent" } }), { address: "203.0.113.7" });
    expect(listening(door)).toEqual([
      "gateway 203.0.113.7:8443",
      "app-cadvisor 10.0.0.3:8081",
      "app-node-exporter 10.0.0.3:9100",
      "app-process-exporter 10.0.0.3:9256",
      "app-promtail 10.0.0.3:9080",
    ]);
  });

  it("Prometheus, which has no page of its own any more, still has a way to other hosts", () => {
    const networks = (settings: Settings) =>
      placedSpecs(settings).find(({ spec }) => spec.name === "prometheus")?.spec.networks;
    expect(networks(withDoor(devSettings()))).toEqual(["data"]);
    expect(networks(prodSettings())).toEqual(["data"]);
    expect(networks(withDoor(prodSettings()))).toEqual(["data", "egress"]);
    expect(networks(withDoor(parseSettings(fourServers(), "four")))).toEqual(["data"]);
  });

  it("pages on machines of their own listen on private addresses, for the gateway alone", () => {
    const door = withDoor(parseSettings(fourServers(), "four"));
    const outside = listening(door).filter((line) => !/ 10\.0\.0\.\d+:/.test(line));
    expect(outside).toEqual([]);
    const conf = renderedFile(door, "gateway/nginx.conf");
    expect(conf).toContain("set $upstream 10.0.0.4:3000;");
    expect(listening(door)).toContain("grafana 10.0.0.4:3000");
  });

  it.each<[what: string, raw: Raw, clashes: readonly string[]]>([
    ["the gateway has the port of a page that has none", devRaw(), []],
    [
      "another machine needs that page",
      fourServers(),
      ["8443 for gateway.port and publish.grafana"],
    ],
  ])("ports clash where they are published alone: %s", (_, raw, clashes) => {
    const clashesWith = (people: readonly string[]) => {
      const gateway = { enabled: true, port: 8443, people };
      // Mail has no port on any machine but that of people without the gateway.
      const publish = { grafana: 8443, mail: 8443 };
      return problemsOf({ ...raw, gateway, publish })
        .filter((line) => line.startsWith("publish:"))
        .map((line) => /got (.+?)\. Fix/.exec(line)?.[1]);
    };
    expect(clashesWith(["anna"])).toEqual(clashes);
    expect(clashesWith([])).toEqual([
      "8443 for gateway.port and publish.grafana",
      "8443 for gateway.port and publish.mail",
    ]);
  });

  it("links lead there", () => {
    const door = withDoor(devSettings(), { serverName: "watch.shop.test" });
    expect(pageUrl(door, "grafana")).toBe("https://watch.shop.test:8443/grafana");
    expect(pageUrl(withDoor(door, { port: 443 }), "mail")).toBe("https://watch.shop.test/mail");
    const rules = renderedFile(door, "prometheus/rules/uptime.yml");
    expect(rules).toContain("dashboard_url: https://watch.shop.test:8443/grafana/d/");
  });

  it("servers know their path, and go on answering each other without it", () => {
    const args = (settings: Settings, name: string) =>
      placedSpecs(settings)
        .find(({ spec }) => spec.name === name)
        ?.spec.args?.filter((arg) => arg.startsWith("--web."));
    const door = withDoor(devSettings());
    expect(args(door, "prometheus")).toEqual([
      "--web.enable-lifecycle",
      "--web.external-url=https://127.0.0.1:8443/prometheus/",
      "--web.route-prefix=/",
    ]);
    expect(args(door, "alertmanager")).toEqual([
      "--web.external-url=https://127.0.0.1:8443/alertmanager/",
      "--web.route-prefix=/",
    ]);
    expect(args(devSettings(), "alertmanager")).toEqual([
      "--web.external-url=http://127.0.0.1:9093/",
    ]);
  });

  it("it has no way to the Docker API", () => {
    const door = placedSpecs(withDoor(devSettings())).find(({ spec }) => spec.name === "gateway");
    expect(door?.spec.networks).toEqual(["data"]);
    expect(door?.spec.hostMounts).toBeUndefined();
  });
});

describe("passwords", () => {
  const secret = "s".repeat(32);
  const passwords = JSON.stringify({ anna: "long enough for anna", ben: "long enough for ben" });

  it("are known to nginx by hashes that stay the same", () => {
    const file = peopleFile(secret, passwords, ["ben", "anna"]);
    expect(file).toBe(peopleFile(secret, passwords, ["anna", "ben"]));
    const [anna = "", ben = "", end] = file.split("\n");
    expect(end).toBe("");
    expect(anna).toMatch(/^anna:\$2y\$06\$[./A-Za-z0-9]{53}$/);
    expect(compareSync("long enough for anna", anna.slice("anna:".length))).toBe(true);
    expect(compareSync("long enough for anna", ben.slice("ben:".length))).toBe(false);
  });

  it("that are the same have hashes that are not, by name and by stack", () => {
    const same = JSON.stringify({ anna: "p".repeat(20), ben: "p".repeat(20) });
    const hashes = [secret, `${secret}t`].flatMap((one) =>
      peopleFile(one, same, ["anna", "ben"])
        .trim()
        .split("\n")
        .map((line) => line.split(":")[1]),
    );
    expect(new Set(hashes).size).toBe(4);
  });

  it.each([
    ["{}", ["anna", "ben"]],
    ["no JSON", ["anna", "ben"]],
    ['["anna"]', ["anna", "ben"]],
    ['{"anna":"elevenchars","ben":"twelve chars"}', ["anna"]],
    [JSON.stringify({ anna: "ä".repeat(37), ben: "ä".repeat(36) }), ["anna"]],
    [passwords, []],
  ])("in %s are missing for %j", (text, names) => {
    expect(withoutPassword(text, ["anna", "ben"])).toEqual(names);
  });

  it("are asked for by name, without a word of those that are there", () => {
    const door = withDoor(devSettings());
    const [form] = requiredSecrets(door)
      .filter(({ key }) => key === "gatewayPasswords")
      .map((required) => required.form);
    expect(form?.accepts(passwords, door)).toBe(true);
    expect(form?.got?.('{"anna":"long enough for anna","ben":"short"}', door)).toBe("none for ben");
    const keys = (raw: Raw) => requiredSecrets(devSettings(raw)).map(({ key }) => key as string);
    expect(keys({})).not.toContain("gatewayPasswords");
  });
});
