import { hostAnswers } from "../../components/host-answers";
import { sshCommand } from "../../components/ssh";
import { describeProblem } from "../../configs/errors";
import { KEEPER_IMAGE } from "../../configs/keeper";
import { hostOf } from "../../configs/placement";
import { factScript } from "../../configs/preflight/fact-script";
import { judge } from "../../configs/preflight/judge";
import { machineNeeds } from "../../configs/preflight/needs";
import { parseSettings } from "../../configs/settings/settings";
import { lastSetup } from "../../tools/setup/setup";
import { prodRaw, type Raw } from "../support/fixtures";
import type { LabHost } from "../support/lab/host";
import { Lab } from "../support/lab/lab";

/** What is looked at on machines with a Docker, a link and users of their own, and what is made of it. */
const MINUTE = 60_000;

let image: string;
let lab: Lab;
let app: LabHost;
let monitoring: LabHost;

beforeAll(async () => {
  image = (await lastSetup()).images.keeper ?? KEEPER_IMAGE;
  lab = await Lab.create({ hosts: ["app", "monitoring"], images: [image] });
  app = lab.host("app");
  monitoring = lab.host("monitoring");
  await app.run("mkdir -p /data/logs/nginx /data/logs/app /data/logs/redis");
}, 2 * MINUTE);

afterAll(async () => {
  await (lab as Lab | undefined)?.remove();
}, MINUTE);

/** All problems of both hosts, and how long it took to find them. */
function look(user = "root", logs: Raw = {}) {
  const hosts = Object.fromEntries(
    [app, monitoring].map(({ name, address, hostKey }) => [
      name,
      { endpoint: `ssh://${user}@${address}`, address, hostKey, identityFile: lab.identityFile },
    ]),
  );
  const raw = { ...prodRaw({ logs: { route: "agent", ...logs } }), hosts };
  const settings = parseSettings(raw, "lab");
  const needs = machineNeeds(settings);
  const started = Date.now();
  const answers = hostAnswers(
    needs.map((one) => ({
      words: sshCommand(hostOf(settings, one.host), ["sh", "-s"]),
      input: factScript(one),
    })),
  );
  const seconds = (Date.now() - started) / 1000;
  const problems = needs.flatMap((one, index) => {
    const answer = answers[index];
    return answer ? judge(settings, one, answer).problems : [];
  });
  return {
    seconds,
    problems: problems.map((one) => describeProblem(one).slice("  - sightline:".length)),
  };
}

test("hosts that are ready have no problem", () => {
  const first = look();
  expect(first.problems).toEqual([]);
  const { seconds, problems } = look();
  console.log(`two hosts: ${first.seconds} s, and ${seconds} s over the connection that is there`);
  expect(problems).toEqual([]);
});

test("a user who may not use Docker", async () => {
  await app.run("useradd --create-home --shell /bin/sh deploy");
  await monitoring.run("useradd --create-home --shell /bin/sh --groups docker deploy");
  expect(look("deploy").problems).toEqual([
    "hosts.app: must let its user use Docker's socket; got permission denied for deploy. Fix: on that host: sudo usermod -aG docker deploy",
  ]);
});

test("ports that a container has, and a process", async () => {
  const { address } = monitoring;
  await app.run(`docker run -d --name squatter -p 9100:1 --entrypoint sleep ${image} 1000`);
  await monitoring.run(`nohup python3 -m http.server --bind ${address} 3100 >/dev/null 2>&1 &`);
  await monitoring.run("until ss -Hltn 'sport = 3100' | grep -q .; do sleep 0.1; done");
  const { problems } = look();
  expect(problems.map((problem) => problem.replace(/\(\d+\)/, "(pid)"))).toEqual([
    `publish.loki: needs port 3100 of ${address} on monitoring for loki, and it is taken; got the process python3 (pid) of root. Fix: end that, or: pulumi config set --path 'sightline:publish.loki' <a free port>`,
    `hosts.app: needs port 9100 of ${app.address} on app for app-node-exporter, and it is taken; got the container squatter. Fix: end that, or move it to another port`,
  ]);
  await app.run("docker rm -f squatter");
  await monitoring.run("pkill -f '[h]ttp.server --bind'");
});

test("folders that are missing, closed, or read-only", async () => {
  await app.run(
    "rmdir /data/logs/app; chown 1000:1000 /data/logs/nginx; chmod 700 /data/logs/nginx",
  );
  await monitoring.run("mkdir -p /mnt && mount -t tmpfs -o ro tmpfs /mnt");
  expect(look().problems).toEqual([
    "logs.directories.app: must be in a folder of app that the log agent can read; got /data/logs/app, which is not there. Fix: correct the path, or start what writes there first",
    "logs.directories.nginx: must be in a folder of app that the log agent can read; got /data/logs/nginx, mode rwx------. Fix: on that host: sudo chmod o+rx /data/logs/nginx",
  ]);
  await app.run("mkdir /data/logs/app; chmod 755 /data/logs/nginx");
  expect(look("root", { route: "nfs" }).problems).toEqual([
    'hosts.monitoring: needs a folder on monitoring that can be written to; got /mnt, which is on a file system mounted read-only. Fix: on that host: sudo mount -o remount,rw "$(findmnt -no TARGET -T /mnt)"',
  ]);
  await monitoring.run("umount /mnt");
});

test(
  "a Docker that does not run, and a link that drops everything",
  async () => {
    await monitoring.run("pkill -x dockerd; while pgrep -x dockerd; do sleep 0.1; done");
    // Of a user whose connection is not there yet: over one that is, it takes until the deadline.
    await monitoring.run("useradd --create-home --shell /bin/sh --groups docker late");
    await app.linkDown();
    const { seconds, problems } = look("late");
    console.log(`a host behind a dead link: ${seconds} s`);
    expect(problems[0]).toBe(
      "hosts.monitoring: must have a Docker that answers; got no daemon at its socket. Fix: start it on that host: sudo systemctl start docker, or read why not: journalctl -u docker",
    );
    expect(problems[1]).toMatch(
      /^hosts\.app\.endpoint: must be reachable over ssh; got .*(timed out|No route to host)/,
    );
    expect(problems).toHaveLength(2);
    expect(seconds).toBeLessThan(10);
  },
  MINUTE,
);
