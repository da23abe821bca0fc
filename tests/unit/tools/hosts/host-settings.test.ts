import { readFileSync } from "node:fs";
import { join } from "node:path";

import { stringify } from "yaml";

import {
  hostsIn,
  type NewHost,
  withHost,
  withoutHost,
} from "../../../../tools/hosts/host-settings";
import { devRaw, HOST_KEY, prodRaw, type Raw, repositoryRoot } from "../../../support/fixtures";

const WEB_2 = {
  name: "web-2",
  endpoint: "ssh://deploy@10.0.0.4",
  address: "10.0.0.4",
  hostKey: HOST_KEY,
};

function fileOf(raw: Raw): string {
  const keys = Object.entries(raw).map(([key, value]) => [`sightline:${key}`, value] as const);
  return stringify({ config: Object.fromEntries(keys) }, { lineWidth: 0 });
}

const prod = fileOf(prodRaw({ logs: { route: "agent" } }));
const add = (text: string, changes: Partial<NewHost & { name: string }> = {}) =>
  withHost(text, "prod", { ...WEB_2, ...changes });

describe("adding a host", () => {
  it("writes it below the others and touches no other line", () => {
    const [before = "", after = ""] = prod.split("  sightline:logs:");
    expect(add(prod, { roles: ["app"], identityFile: "/keys/web" })).toBe(
      [
        before,
        "    web-2:\n",
        "      endpoint: ssh://deploy@10.0.0.4\n",
        "      address: 10.0.0.4\n",
        `      hostKey: ${HOST_KEY}\n`,
        "      roles:\n        - app\n",
        "      identityFile: /keys/web\n",
        "  sightline:logs:",
        after,
      ].join(""),
    );
  });

  it("keeps the comments, and removing it gives the same bytes again", () => {
    const commented = prod
      .replace("    app:", "    # The shop.\n    app:")
      .replace("deploy@application", "deploy@application # first rack")
      .replace("  sightline:logs:", "    # Others: ask operations.\n  sightline:logs:");
    const both = add(commented);
    for (const comment of ["# The shop.", "# first rack", "# Others: ask operations."]) {
      expect(both).toContain(comment);
    }
    expect(withoutHost(both, "prod", "web-2")).toBe(commented);
  });

  it("writes down the app host that stood there by default and would give way", () => {
    // Beside a host elsewhere it needs an address of its own, which nobody can guess.
    expect(() => withHost(fileOf(devRaw()), "dev", WEB_2)).toThrow(
      "hosts.app.address: must be the private or VPN address",
    );
  });

  it.each<[string, Partial<NewHost & { name: string }>, string]>([
    ["a name that is taken", { name: "app" }, "hosts.app: is there already"],
    ["a name that is no name", { name: "Web.2" }, "hosts.Web.2: must have a short name of a-z"],
    ["a misspelt central host", { name: "grafanna" }, 'did you mean "grafana"?'],
    [
      "an endpoint that is none",
      { endpoint: "tcp://10.0.0.4:2375" },
      'hosts.web-2.endpoint: must be local or ssh://user@host[:port]; got "tcp://10.0.0.4:2375"',
    ],
    [
      "another host's address",
      { address: "10.0.0.3" },
      "hosts.web-2: must be another machine than app",
    ],
    [
      "an address inside this machine",
      { address: "127.0.0.2" },
      'hosts.web-2.address: must be the private or VPN address at which the other hosts reach this one; got "127.0.0.2"',
    ],
    ["no host key", { hostKey: undefined }, "hosts.web-2.hostKey: must be set"],
    ["a misspelt role", { roles: ["ap"] }, 'did you mean "app"?'],
    [
      "a role that is taken",
      { roles: ["monitoring"] },
      "must give the role monitoring to one host",
    ],
  ])("refuses %s as the program does", (_, changes, message) => {
    expect(() => add(prod, changes)).toThrow(message);
  });

  it("refuses a file that is no YAML", () => {
    expect(() => add("config: [")).toThrow("the settings file is no YAML");
  });
});

describe("removing a host", () => {
  it.each([
    ["an unknown one", "web2", 'hosts.web2: is not there. Fix: did you mean "web-2"?'],
    ["one that is nothing like the others", "qqqqqqq", "Fix: the hosts are monitoring, app, web-2"],
    ["a central one", "monitoring", "hosts.monitoring: is no app host"],
  ])("refuses %s", (_, name, message) => {
    expect(() => withoutHost(add(prod), "prod", name)).toThrow(message);
  });

  it("refuses the last app host: this machine would be watched in its place", () => {
    expect(() => withoutHost(prod, "prod", "app")).toThrow("hosts.app: is the only app host");
    expect(Object.keys(hostsIn(withoutHost(add(prod), "prod", "app"), "prod"))).toEqual([
      "monitoring",
      "web-2",
    ]);
  });

  it("refuses one that is there by default alone", () => {
    expect(() => withoutHost(fileOf(devRaw()), "dev", "app")).toThrow(
      "hosts.app: is not there. Fix: none is written",
    );
  });
});

describe("the hosts of a file", () => {
  it("are read though other settings are still placeholders", () => {
    const text = readFileSync(join(repositoryRoot, "Pulumi.prod.yaml"), "utf8");
    expect(Object.keys(hostsIn(text, "prod"))).toEqual(["monitoring", "app"]);
  });

  it("are two by default", () => {
    expect(Object.keys(hostsIn("config: {}", "dev"))).toEqual(["monitoring", "app"]);
  });

  it("are refused with their problems", () => {
    const text = prod.replace("ssh://deploy@application", "application");
    expect(() => hostsIn(text, "prod")).toThrow("hosts.app.endpoint: must be local or ssh://");
  });
});
