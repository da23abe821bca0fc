import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { networkInterfaces, userInfo } from "node:os";

import { installDebianPackages } from "../../tools/docker/apt";
import type { SettingsEdit } from "../../tools/stack/stack-file";
import { EngineStack } from "../support/engine-stack";
import { SshServer } from "../support/ssh-server";

/** Hosts that are not ready, behind real ssh servers, under the real engine. */
const MINUTE = 60_000;
const user = userInfo().username;

/** A stack that is never deployed. */
class RefusedStack extends EngineStack {
  static async create(name: string): Promise<RefusedStack> {
    return new RefusedStack(await EngineStack.prepare(name));
  }

  async remove(): Promise<void> {
    await this.forget();
  }
}

let stack: RefusedStack;
let good: SshServer;
let old: SshServer;
let locked: SshServer;
let mute: Server;
/** How often the mute one was asked. Each time costs as long as a host may take to answer. */
let asked = 0;

beforeAll(async () => {
  await installDebianPackages(["openssh-server"], { toolName: "sshd" });
  stack = await RefusedStack.create("hosts-check-test");
  await stack.edit({ "sightline:logs.directories": {} });
  good = await SshServer.start();
  old = await SshServer.start({ docker: "[ $1 = version ] && echo version=18.09.1" });
  locked = await SshServer.start({
    docker: "echo 'permission denied while trying to connect to the Docker daemon' >&2; exit 1",
  });
  // Takes connections and says nothing, like a link that drops everything.
  mute = createServer(() => (asked += 1)).listen(0, "127.0.0.1");
  await once(mute, "listening");
}, 3 * MINUTE);

afterAll(async () => {
  await Promise.all([good, old, locked].map((server) => server.stop()));
  mute.close();
  await stack.remove();
}, MINUTE);

/** A host at a server, with changes; each on an address of its own, as the settings want it. */
function host(port: number, server: SshServer, number: number, more: object = {}) {
  return {
    endpoint: `ssh://${user}@127.0.0.1:${port}`,
    address: `10.255.0.${number}`,
    hostKey: server.hostKey,
    identityFile: server.identityFile,
    ...more,
  };
}

/** Both roles on the good host: one machine over ssh. */
function goodHosts(more: object = {}) {
  const one = host(good.port, good, 1, { address: "127.0.0.1", ...more });
  return { app: one, monitoring: one };
}

/** What an update says that must be refused, its seconds, and what it leaves in the state. */
async function refusedUp(edits: SettingsEdit) {
  await stack.edit(edits);
  const started = Date.now();
  const text = await stack.up().then(
    () => "it went through",
    (error: unknown) => String(error),
  );
  const seconds = (Date.now() - started) / 1000;
  const from = text.lastIndexOf("Hosts are not ready");
  const report = from < 0 ? text : (text.slice(from).split(/\n\s*\n/)[0] ?? "");
  const lines = report.split("\n").map((line) => line.trim().replace("- sightline:", ""));
  return { lines, seconds, left: await stack.resourceTypes() };
}

const ONLY_THE_STACK = ["pulumi:pulumi:Stack"];

/** What an update costs that a wrong setting ends: the engine's start, and that of the program. */
async function secondsToStart(): Promise<number> {
  await stack.edit({ "sightline:publish": { grafana: 0 } });
  const started = Date.now();
  await expect(stack.up()).rejects.toThrow("Invalid stack settings");
  await stack.edit({ "sightline:publish": undefined });
  return (Date.now() - started) / 1000;
}

describe("hosts that are not ready", () => {
  let nobody: number;

  beforeAll(async () => {
    nobody = (await closedPort()).port;
    const silent = (mute.address() as AddressInfo).port;
    await stack.edit({
      "sightline:hosts": {
        monitoring: host(good.port, good, 1, { hostKey: old.hostKey }),
        denied: host(good.port, good, 2, { identityFile: old.identityFile, roles: ["app"] }),
        gone: host(nobody, good, 3),
        locked: host(locked.port, locked, 4),
        old: host(old.port, old, 5),
        silent: host(silent, good, 6),
      },
    });
  });

  test(
    "are all named in one refusal, and nothing is made",
    async () => {
      const start = await secondsToStart();
      asked = 0;
      const { lines, seconds, left } = await refusedUp({});
      expect(asked).toBe(1);
      console.log(`refused in ${seconds} s with a host that never answers; a start is ${start} s`);
      expect(lines[0]).toBe("Hosts are not ready, and nothing was changed (7 problems):");
      const starts = lines.slice(1).map((line) => line.replace(/; got .*/, ""));
      expect(starts).toEqual([
        `hosts.monitoring.hostKey: must be the key that ssh://${user}@127.0.0.1:${good.port} shows`,
        `hosts.denied.identityFile: must be a private key that lets ${user} in at 127.0.0.1:${good.port}`,
        "hosts.gone.endpoint: must be reachable over ssh",
        "hosts.locked: must let its user use Docker's socket",
        "hosts.old: must have Docker 20.10 or later",
        "hosts.old.address: must be an address of old",
        "hosts.silent.endpoint: must be reachable over ssh",
      ]);
      expect(lines[1]).toMatch(/got another one, ED25519 SHA256:\S{43}\. Fix: ask a trusted shell/);
      expect(lines[3]).toContain(`port ${nobody}: Connection refused. Fix: start sshd there`);
      expect(lines[7]).toMatch(
        /timed out\. Fix: is it up, and does its firewall let this machine in\?$/,
      );
      expect(left).toEqual(ONLY_THE_STACK);
    },
    5 * MINUTE,
  );

  test(
    "are named by a preview in a line each, and it goes on",
    async () => {
      const started = Date.now();
      asked = 0;
      const text = await stack.preview();
      expect(asked).toBe(1);
      console.log(`preview took ${(Date.now() - started) / 1000} s`);
      const warnings = text.match(/an update would be refused: sightline:hosts\.\S+/g);
      expect(new Set(warnings).size).toBe(7);
      expect(text.match(/warning: (?!an update would be refused)/g)).toBeNull();
      expect(text).toMatch(/\+ \d{3} to create/);
    },
    5 * MINUTE,
  );
});

test(
  "ports and folders of a host that is reached are looked at there",
  async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { lines, seconds, left } = await refusedUp({
      "sightline:hosts": goodHosts(),
      "sightline:publish": { prometheus: port },
      "sightline:logs.directories": { nginx: "/no/such/folder" },
    });
    other.close();
    console.log(`refused in ${seconds} s with hosts that answer`);
    expect(lines).toEqual([
      "Hosts are not ready, and nothing was changed (2 problems):",
      `publish.prometheus: needs port ${port} of 127.0.0.1 on monitoring for prometheus, and it is taken; got the process node (${process.pid}) of ${user}. Fix: end that, or: pulumi config set --path 'sightline:publish.prometheus' <a free port>`,
      "logs.directories.nginx: must be in a folder of monitoring that the log agent can read; got /no/such/folder, which is not there. Fix: correct the path, or start what writes there first",
    ]);
    expect(left).toEqual(ONLY_THE_STACK);
  },
  3 * MINUTE,
);

test(
  "a host that is ready is not spoken of",
  async () => {
    const address = firstAddress();
    await stack.edit({
      "sightline:hosts": goodHosts({ address }),
      "sightline:publish": undefined,
      "sightline:logs.directories": {},
    });
    const text = await stack.preview();
    expect(text).not.toContain("would be refused");
    expect(text).toMatch(/\+ \d+ to create/);
  },
  3 * MINUTE,
);

/** An address of this machine that is not the loopback's. */
function firstAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}

/** A port on which somebody listened, and nobody does any more. */
async function closedPort(): Promise<AddressInfo> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return address;
}
