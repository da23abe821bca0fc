import { tmpdir } from "node:os";

import { $ } from "zx";

import { KEEPER_IMAGE } from "../../configs/keeper";
import { lastSetup } from "../../tools/setup/setup";
import type { LabHost } from "../support/lab/host";
import { Lab } from "../support/lab/lab";
import { quiet } from "../support/quiet";

/** What the tests of two and more hosts stand on: its machines are as apart as real ones. */
const HOSTS = ["app", "monitoring"] as const;
const MINUTE = 60_000;

let image: string;
let lab: Lab;

beforeAll(async () => {
  image = (await lastSetup()).images.keeper ?? KEEPER_IMAGE;
  lab = await Lab.create({ hosts: HOSTS, images: [image] });
}, 2 * MINUTE);

afterAll(async () => {
  await lab.remove();
}, MINUTE);

/** Logs in as a stranger would who was told the host's key. */
async function ssh(host: LabHost, command: string, hostKey = host.hostKey): Promise<string> {
  const options = [
    ...["BatchMode=yes", "ConnectTimeout=3", "IdentitiesOnly=yes", "StrictHostKeyChecking=yes"],
    ...["UserKnownHostsFile=/dev/null", "GlobalKnownHostsFile=/dev/null"],
    `KnownHostsCommand=/bin/echo %H ${hostKey}`,
  ].flatMap((option) => ["-o", option]);
  return quiet`ssh -F none -i ${lab.identityFile} ${options} ${`root@${host.address}`} ${command}`;
}

test.each(HOSTS)("%s runs containers of its own over ssh", async (name) => {
  const command = `docker run --rm --network host --entrypoint sh ${image} -c hostname`;
  expect(await ssh(lab.host(name), command)).toBe(name);
});

test("a wrong host key is refused", async () => {
  const { hostKey } = lab.host("monitoring");
  await expect(ssh(lab.host("app"), "true", hostKey)).rejects.toThrow(
    "Host key verification failed",
  );
});

test("containers, files and processes of a host are seen on no other", async () => {
  const app = lab.host("app");
  await app.run(`docker run --detach --name seen --entrypoint sleep ${image} 4711`);
  await app.run("echo seen >/etc/seen");
  const look =
    "docker ps --format {{.Names}}; cat /etc/seen; pgrep --full --exact 'sleep 4711'; true";
  expect(await app.run(look)).toMatch(/^seen\nseen\n\d+$/);
  expect(await lab.host("monitoring").run(look)).toBe("");
  const cgroups =
    "find /sys/fs/cgroup -name docker -exec ls {} + | grep --count '^[0-9a-f]{64}$' -E";
  expect(Number(await app.run(cgroups))).toBeGreaterThan(0);
  expect(await lab.host("monitoring").run(`${cgroups} || true`)).toBe("0");
  await app.run("docker rm --force seen");
});

test("a pulled cable cuts a host off until it is put in again", async () => {
  const app = lab.host("app");
  const knock = `timeout 1 bash -c 'exec 3<>/dev/tcp/${app.address}/22' && echo answers || echo silent`;
  const answer = () => lab.host("monitoring").run(knock);
  expect(await answer()).toBe("answers");
  await app.linkDown();
  expect(await answer()).toBe("silent");
  await app.linkUp();
  expect(await answer()).toBe("answers");
});

test("an image that a host removes stays with this machine", async () => {
  const host = lab.host("monitoring");
  await host.run("docker system prune --all --force");
  expect(await host.run("docker image ls --quiet")).toBe("");
  expect(await quiet`docker run --rm --entrypoint echo ${image} whole`).toBe("whole");
  await host.loadImages([image]);
  expect(await host.run(`docker run --rm --entrypoint echo ${image} loaded`)).toBe("loaded");
}, 30_000);

test(
  "nothing is left of a lab with running containers",
  async () => {
    const other = await Lab.create({ hosts: ["left"], images: [image] });
    const { name } = other;
    const host = other.host("left");
    await host.run(`docker run --detach --restart always --entrypoint sleep ${image} 4712`);
    const traces = async () => {
      const shell = $({ quiet: true, nothrow: true });
      const links = await shell`ip -oneline link show dev ${name}`;
      const cgroups = await shell`find /sys/fs/cgroup -maxdepth 2 -name ${`${name}-*`}`;
      const processes = await shell`pgrep --full ${`sleep 4712|machine.sh ${name}-`}`;
      const folders = await shell`ls -d ${other.identityFile}`;
      return [links, cgroups, processes, folders].map(({ stdout }) => stdout !== "");
    };
    expect(await traces()).toEqual([true, true, true, true]);
    await other.remove();
    expect(await traces()).toEqual([false, false, false, false]);
  },
  MINUTE,
);

test(
  "a lab that cannot come up takes away what it had begun",
  async () => {
    const fine = `fine-${process.pid}`;
    const hosts = [fine, "a-name-that-no-link-can-have"];
    await expect(Lab.create({ hosts })).rejects.toThrow("a-name-that-no-link-can-have");
    const left = await quiet`find /sys/fs/cgroup ${tmpdir()} -maxdepth 2 -name ${`*${fine}`}`;
    expect(left).toBe("");
    await expect(quiet`pgrep --full ${`machine.sh sl[0-9]*-${fine}`}`).rejects.toThrow();
  },
  MINUTE,
);
