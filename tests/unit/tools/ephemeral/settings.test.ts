import { readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { parseSettings } from "../../../../configs/settings/settings";
import {
  configEdit,
  ephemeralSettings,
  type EphemeralSettings,
} from "../../../../tools/ephemeral/settings";
import { repositoryRoot } from "../../../support/fixtures";

const PORTS = {
  ...{ site: 41_001, grafana: 41_002, prometheus: 41_003, alertmanager: 41_004 },
  ...{ mail: 41_005, loki: 41_006, gateway: 41_007 },
};
const OWN = { name: "try-1", ports: PORTS, logFolder: "/home/logs", devProject: "website" };
const DEV = readFileSync(path.join(repositoryRoot, "Pulumi.dev.yaml"), "utf8");

function parsed({ text }: EphemeralSettings) {
  const { config } = parse(text) as { readonly config: Readonly<Record<string, unknown>> };
  const raw = Object.entries(config).map(([key, value]) => [key.replace("sightline:", ""), value]);
  return parseSettings(Object.fromEntries(raw) as Record<string, unknown>, "try-1");
}

test("the dev stack's settings, with ports, site and logs that no other stack has", () => {
  const settings = ephemeralSettings(DEV, OWN, []);
  const { publish, site, logs, gateway } = parsed(settings);
  expect(settings.watchesExample).toBe(true);
  expect(publish).toEqual({
    address: "127.0.0.1",
    ...{ grafana: 41_002, prometheus: 41_003, alertmanager: 41_004, mail: 41_005, loki: 41_006 },
  });
  expect(gateway.port).toBe(41_007);
  expect(site).toMatchObject({ name: "website", dockerNetwork: "site-of-try-1_default" });
  expect(logs.directories).toEqual({
    app: "/home/logs/app",
    nginx: "/home/logs/nginx",
    redis: "/home/logs/redis",
  });
  expect(logs.docker.composeProject).toBe("site-of-try-1");
});

test("a dev stack that has plain HTTP for browsers, protected data and encrypted secrets", () => {
  const dev = DEV.replace("enabled: false", "enabled: true").concat(
    "  sightline:protectData: true\n  sightline:grafanaAdminPassword:\n    secure: abc\nencryptionsalt: v1:x\n",
  );
  const { config, encryptionsalt } = parse(ephemeralSettings(dev, OWN, []).text) as {
    readonly config: Readonly<Record<string, unknown>>;
    readonly encryptionsalt: string;
  };
  expect(config["sightline:browser"]).toMatchObject({ enabled: true, plainHttp: false });
  expect(config["sightline:protectData"]).toBe(false);
  expect(config["sightline:grafanaAdminPassword"]).toEqual({ secure: "abc" });
  expect(encryptionsalt).toBe("v1:x");
});

test("a site that is not the example one is watched as it is", () => {
  const dev = DEV.replace("website_default", "shop_default");
  const settings = ephemeralSettings(dev, OWN, []);
  const { site, logs } = parsed(settings);
  expect(settings.watchesExample).toBe(false);
  expect(site.dockerNetwork).toBe("shop_default");
  expect(logs.directories.nginx).toBe("./examples/website/data/logs/nginx");
});

test("what is asked for wins over dev's settings and over those of the run", () => {
  const edits = ["logs.retention=2d", "publish.grafana=3999", "site.dockerNetwork=shop_default"];
  const settings = ephemeralSettings(DEV, OWN, edits.map(configEdit));
  const { site, logs, publish } = parsed(settings);
  expect(settings.watchesExample).toBe(false);
  expect(logs.retention).toBe(2 * 86_400_000);
  expect(publish).toMatchObject({ grafana: 3999, prometheus: 41_003 });
  expect(site.dockerNetwork).toBe("shop_default");
});

test.each([
  ["grafana.enabled=false", { path: ["grafana", "enabled"], value: false }],
  ["sightline:environment=review", { path: ["environment"], value: "review" }],
  ["mail.to=[a@b.c, d@e.f]", { path: ["mail", "to"], value: ["a@b.c", "d@e.f"] }],
  ["logs.filter=a=b", { path: ["logs", "filter"], value: "a=b" }],
])("--config %s", (words, edit) => {
  expect(configEdit(words)).toEqual(edit);
});

test.each(["retention", "=2d", ""])("--config %s is refused with an example", (words) => {
  expect(() => configEdit(words)).toThrow(
    `--config: must be <key>=<value>; got "${words}". Fix: for example --config logs.retention=2d`,
  );
});
