import { parseSettings } from "../../configs/settings/settings";
import { refuseLivingHost } from "../../tools/hosts/gone-host";
import { lastSetup } from "../../tools/setup/setup";
import { prodRaw } from "../support/fixtures";
import { imagesOf } from "../support/lab/images";
import { Lab } from "../support/lab/lab";
import { RemoteStack } from "../support/remote-stack";
import { Servers } from "../support/servers";
import { waitFor } from "../support/wait";

/** A host that loses its power and never comes back, in a stack that goes on without it. */
const MINUTE = 60_000;

let lab: Lab;
let stack: RemoteStack;

beforeAll(async () => {
  const images = await imagesOf(await lastSetup());
  lab = await Lab.create({ hosts: ["monitoring", "web"], images });
  stack = await RemoteStack.create("gone", lab, {
    hosts: { monitoring: {}, web: {} },
    edits: { "sightline:logs.directories": {} },
  });
  await stack.edit({
    "sightline:hosts.app": hostOf("monitoring"),
    "sightline:hosts.web": undefined,
  });
  await stack.up();
}, 10 * MINUTE);

afterAll(async () => {
  await (stack as RemoteStack | undefined)?.remove();
  await (lab as Lab | undefined)?.remove();
}, 5 * MINUTE);

function hostOf(name: string) {
  const { sshEndpoint, address, hostKey } = lab.host(name);
  return { endpoint: sshEndpoint, address, hostKey, identityFile: lab.identityFile };
}

const hosts = () =>
  parseSettings(
    { ...prodRaw(), hosts: { monitoring: hostOf("monitoring"), web: hostOf("web") } },
    "x",
  ).hosts;

/** Others' hosts reach Loki by a port of its own, and keepers deliver the files that say so. */
async function untouched(): Promise<readonly string[]> {
  const all = await stack.containers("monitoring");
  return all.filter((container) => !/-keeper |^\/gone-loki /.test(container));
}

test(
  "a second machine changes no container of the first but Loki and its keepers",
  async () => {
    const before = await untouched();
    expect(before.length).toBeGreaterThan(8);
    await stack.edit({ "sightline:hosts.web": hostOf("web") });
    await stack.up();
    expect(await untouched()).toEqual(before);
  },
  5 * MINUTE,
);

test(
  "a host that answers with its own key is not gone; what answers with another one is not the host",
  async () => {
    await expect(refuseLivingHost(hosts(), "web")).rejects.toThrow(
      `sightline:hosts.web: is not gone: it answers with its own key, and its containers would run on; got ssh://root@${lab.host("web").address}. Fix: leave out --gone`,
    );
    const other = { ...hosts(), web: { ...hosts().web, hostKey: lab.host("monitoring").hostKey } };
    await expect(refuseLivingHost(other as never, "web")).resolves.toBeUndefined();
  },
  MINUTE,
);

test(
  "a host without power holds updates up, in the settings and out of them",
  async () => {
    await lab.host("web").powerOff();
    await refuseLivingHost(hosts(), "web");
    await expect(stack.up()).rejects.toThrow("hosts.web.endpoint: must be reachable over ssh");
    await stack.edit({ "sightline:hosts.web": undefined });
    const started = Date.now();
    await expect(stack.up()).rejects.toThrow(/deleting urn:pulumi:gone\S+::web-/);
    console.log(`an update that cannot delete: ${(Date.now() - started) / 1_000} s`);
  },
  5 * MINUTE,
);

test(
  "forgotten, it holds up none: its resources are out of the state, all others as they were",
  async () => {
    const before = await untouched();
    const said = await stack.forgetHost("web");
    expect(said[0]).toMatch(/^forgotten, \d+ resources of web, among them:$/);
    expect(said).toContain("  container gone-web-promtail");
    expect(said).toContain("  volume gone-web-promtail-positions");
    expect(said.join("\n")).not.toContain("gone-prometheus");
    await stack.up();
    expect(await untouched()).toEqual(before);
    expect(await stack.plannedSteps()).toEqual([]);
    await waitFor(
      { what: "no target on the host that is gone", deadlineMs: MINUTE },
      async () => new Servers(stack).query("count by (host) (up)", "host"),
      (seen) => Object.keys(seen).length > 0 && !("web" in seen),
    );
  },
  5 * MINUTE,
);

test(
  "a stack of before, whose only Docker had another name, is not touched",
  async () => {
    await stack.rewriteState((state) => state.replaceAll("::monitoring-docker", "::docker"));
    expect(await stack.plannedSteps()).toEqual([]);
  },
  2 * MINUTE,
);
