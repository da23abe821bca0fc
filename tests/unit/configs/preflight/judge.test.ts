import { describeProblem } from "../../../../configs/errors";
import { judge } from "../../../../configs/preflight/judge";
import { machineNeeds } from "../../../../configs/preflight/needs";
import type { Answer } from "../../../../configs/preflight/reach";
import { parseSettings } from "../../../../configs/settings/settings";
import { makeCertificates } from "../../../../tools/gateway/certificates";
import { onHosts, type Raw } from "../../../support/fixtures";
import { answerOf, HEALTHY, unreached } from "../../../support/host-facts";

/** Problems of one of two hosts, without the common beginning of their path. */
function problems(host: "app" | "monitoring", answer: Answer, raw: Raw = {}): readonly string[] {
  const settings = parseSettings(onHosts({ app: {}, monitoring: {} }, raw), "prod");
  const needs = machineNeeds(settings).find((one) => one.host === host);
  if (!needs) throw new Error(`no needs of ${host}`);
  return judge(settings, needs, answer).problems.map((problem) =>
    describeProblem(problem).replace("  - sightline:", ""),
  );
}

describe("a host that is not reached", () => {
  const cases: readonly (readonly [name: string, said: string, problem: string])[] = [
    [
      "nobody listens",
      "ssh: connect to host 10.0.0.1 port 22: Connection refused\r\n",
      "hosts.app.endpoint: must be reachable over ssh; got ssh://deploy@10.0.0.1: ssh: connect to host 10.0.0.1 port 22: Connection refused. Fix: start sshd there, or correct the port",
    ],
    [
      "nothing comes back",
      "ssh: connect to host 10.0.0.1 port 22: Connection timed out\r\n",
      "hosts.app.endpoint: must be reachable over ssh; got ssh://deploy@10.0.0.1: ssh: connect to host 10.0.0.1 port 22: Connection timed out. Fix: is it up, and does its firewall let this machine in?",
    ],
    [
      "its name is unknown",
      "ssh: Could not resolve hostname shop: Name or service not known\r\n",
      "hosts.app.endpoint: must be reachable over ssh; got ssh://deploy@10.0.0.1: ssh: Could not resolve hostname shop: Name or service not known. Fix: correct the name, or use the address",
    ],
    [
      "its key is another one",
      [
        "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @",
        "The fingerprint for the ED25519 key sent by the remote host is",
        "SHA256:vAiYOERLzw7vDU2mIL+dAOzcOgHmjIwdgfSuxoLM9nE.",
        "Host key verification failed.",
      ].join("\r\n"),
      "hosts.app.hostKey: must be the key that ssh://deploy@10.0.0.1 shows; got another one, ED25519 SHA256:vAiYOERLzw7vDU2mIL+dAOzcOgHmjIwdgfSuxoLM9nE. Fix: ask a trusted shell on that host: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub; only if that is the key shown, set this to the line in that file",
    ],
    [
      "its key is of another kind",
      "No ED25519 host key is known for 10.0.0.1 and you have requested strict checking.\r\nHost key verification failed.\r\n",
      "hosts.app.hostKey: must be the key that ssh://deploy@10.0.0.1 shows; got one of another kind; the host shows ED25519. Fix: ask a trusted shell on that host: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub; only if that is the key shown, set this to the line in that file",
    ],
    [
      "no key of the ssh agent's opens it",
      "deploy@10.0.0.1: Permission denied (publickey,keyboard-interactive).\r\n",
      "hosts.app.identityFile: must be a private key that lets deploy in at 10.0.0.1; got none of the ssh agent's keys. Fix: add its public key to .ssh/authorized_keys of deploy on that host",
    ],
    [
      "the client is too old to check its key",
      "command-line: line 0: Bad configuration option: knownhostscommand\r\n",
      "hosts.app.endpoint: needs OpenSSH's client, 8.5 or later, on the machine that runs Pulumi; got command-line: line 0: Bad configuration option: knownhostscommand. Fix: install it",
    ],
    [
      "there is no client",
      "/bin/sh: 2: ssh: not found\n",
      "hosts.app.endpoint: needs OpenSSH's client, 8.5 or later, on the machine that runs Pulumi; got /bin/sh: 2: ssh: not found. Fix: install it",
    ],
    [
      "the user has no home here",
      "unix_listener: cannot bind to path /home/ci/.sightline-1.x: Read-only file system\r\n",
      "hosts.app.endpoint: needs a home folder that can be written to on the machine that runs Pulumi: connections are shared there; got unix_listener: cannot bind to path /home/ci/.sightline-1.x: Read-only file system. Fix: run it as a user that has one",
    ],
  ];

  it.each(cases)("has one problem where %s", (_, said, problem) => {
    expect(problems("app", unreached(said))).toEqual([problem]);
  });

  it.each([
    [
      "deploy@10.0.0.1: Permission denied (publickey).",
      "got /home/ops/id, which is refused. Fix: add its public key to .ssh/authorized_keys of deploy on that host",
    ],
    [
      "Warning: Identity file /home/ops/id not accessible: No such file or directory.\ndeploy@10.0.0.1: Permission denied (publickey).",
      "got /home/ops/id, which is not on this machine. Fix: put the key there, or name the file where it is",
    ],
  ])("names the key of the settings: %s", (said, ending) => {
    const settings = parseSettings(
      onHosts({ app: { identityFile: "/home/ops/id" }, monitoring: {} }),
      "prod",
    );
    const needs = machineNeeds(settings).find(({ host }) => host === "app");
    const verdict = needs && judge(settings, needs, unreached(said));
    expect(verdict?.problems.map(describeProblem)).toEqual([
      `  - sightline:hosts.app.identityFile: must be a private key that lets deploy in at 10.0.0.1; ${ending}`,
    ]);
  });

  it("has one where it lets nobody run commands, with what it says", () => {
    const answer = {
      exitCode: 1,
      stdout: "This account is currently not available.\n",
      stderr: "",
    };
    expect(problems("app", answer)).toEqual([
      "hosts.app.endpoint: must let commands run over ssh; got ssh://deploy@10.0.0.1: exit status 1, and it says: This account is currently not available.. Fix: give the user a login shell that needs no terminal",
    ]);
  });

  it("has one where it stops in the middle", () => {
    const { stdout } = answerOf(HEALTHY);
    const half = { exitCode: undefined, stdout: stdout.slice(0, 30), stderr: "" };
    expect(problems("app", half)).toEqual([
      "hosts.app.endpoint: must let commands run over ssh; got ssh://deploy@10.0.0.1: no answer in time. Fix: is it still up? If so, see what keeps its login shell or `docker version` waiting",
    ]);
  });
});

describe("Docker on a host", () => {
  it.each([
    [
      ["user\tdeploy", "docker\tmissing"],
      "hosts.app: must have Docker, with its command line; got no docker command. Fix: install Docker 20.10 or later on that host",
    ],
    [
      [
        "user\tdeploy",
        "docker\tGot permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
        "docker\tversion=",
      ],
      "hosts.app: must let its user use Docker's socket; got permission denied for deploy. Fix: on that host: sudo usermod -aG docker deploy",
    ],
    [
      [
        "user\tdeploy",
        "docker\tCannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
      ],
      "hosts.app: must have a Docker that answers; got no daemon at its socket. Fix: start it on that host: sudo systemctl start docker, or read why not: journalctl -u docker",
    ],
    [
      ["user\tdeploy", "docker\t"],
      "hosts.app: must have a Docker that answers; got no answer in time. Fix: start it on that host: sudo systemctl start docker, or read why not: journalctl -u docker",
    ],
    [
      ["user\tdeploy", "docker\tversion=19.03.15", "root\t/var/lib/docker"],
      "hosts.app: must have Docker 20.10 or later; got 19.03.15. Fix: update Docker on that host",
    ],
    [
      ["user\tdeploy", "docker\tversion=28.1.0", "root\t/data/docker"],
      "hosts.app.dockerDataRoot: must be the folder in which Docker keeps its data there; got \"/var/lib/docker\". Fix: pulumi config set --path 'sightline:hosts.app.dockerDataRoot' /data/docker",
    ],
  ])("is refused: %j", (facts, problem) => {
    expect(problems("app", answerOf(facts))).toEqual([problem]);
  });

  it.each(["20.10.0", "20.10.24+dfsg1", "23.0.6-1", "29.0.0-rc.1"])("may be %s", (version) => {
    expect(problems("app", answerOf(["docker\tversion=" + version]))).toEqual([]);
  });

  it.each(["20.9.9", "19.03.15", "1.13.1", "18.09.1-ce"])("may not be %s", (version) => {
    expect(problems("app", answerOf(["docker\tversion=" + version]))).toEqual([
      `hosts.app: must have Docker 20.10 or later; got ${version}. Fix: update Docker on that host`,
    ]);
  });
});

describe("a port that the stack publishes", () => {
  const ports = (lines: readonly string[], raw: Raw = {}) =>
    problems("monitoring", answerOf([...HEALTHY, ...lines]), raw);
  const grafana =
    "publish.grafana: needs port 3000 of 127.0.0.1 on monitoring for grafana, and it is taken";
  const move =
    "Fix: end that, or: pulumi config set --path 'sightline:publish.grafana' <a free port>";

  it.each([
    ["container\told-site\t\t127.0.0.1:3000->80/tcp", "the container old-site"],
    [
      "container\told-site\t\t0.0.0.0:2999-3001->1-3/tcp, :::2999-3001->1-3/tcp",
      "the container old-site",
    ],
    ["container\tdev-grafana\tdev\t127.0.0.1:3000->3000/tcp", "the container dev-grafana"],
    ["listener\t0100007F\t3000\troot\t812\tnginx", "the process nginx (812) of root"],
    ["listener\t00000000\t3000\twww-data\t\t", "a process of www-data"],
    [`listener\t${"0".repeat(32)}\t3000\troot\t9\tjava`, "the process java (9) of root"],
    [
      "listener\t0000000000000000FFFF00000100007F\t3000\troot\t9\tjava",
      "the process java (9) of root",
    ],
  ])("is refused with its owner: %s", (line, owner) => {
    expect(ports([line])).toEqual([`${grafana}; got ${owner}. ${move}`]);
  });

  it.each([
    "container\tprod-grafana\tprod\t127.0.0.1:3000->3000/tcp",
    "container\told-site\t\t10.0.0.9:3000->80/tcp",
    "container\tdns\t\t127.0.0.1:3000->53/udp",
    "listener\t0100007F\t3001\troot\t812\tnginx",
    "listener\t0900000A\t3000\troot\t812\tnginx",
    "listener\t00000000000000000000000001000000\t3000\troot\t812\tnginx",
  ])("may be this stack's, or somebody's on another address: %s", (line) => {
    expect(ports([line])).toEqual([]);
  });

  it("may be of an exporter, whose port is no setting", () => {
    expect(ports(["container\tnode\t\t0.0.0.0:9100->9100/tcp"])).toEqual([]);
    expect(
      problems("app", answerOf([...HEALTHY, "container\tnode\t\t0.0.0.0:9100->9100/tcp"])),
    ).toEqual([
      "hosts.app: needs port 9100 of 10.0.0.1 on app for app-node-exporter, and it is taken; got the container node. Fix: end that, or move it to another port",
    ]);
  });

  it("may be the gateway's, which has settings of its own", async () => {
    const { certificate } = await makeCertificates("logs.shop.test", 1);
    const gateway = { enabled: true, certificate, serverName: "logs.shop.test", port: 8444 };
    const taken = ["address\t10.0.0.2", "listener\t0200000A\t8444\troot\t812\tnginx"];
    expect(ports(taken, { gateway })).toEqual([
      "gateway.port: needs port 8444 of 10.0.0.2 on monitoring for gateway, and it is taken; got the process nginx (812) of root. Fix: end that, or: pulumi config set --path 'sightline:gateway.port' <a free port>",
    ]);
    expect(ports(taken, { gateway: { ...gateway, address: "203.0.113.7" } })).toEqual([
      "gateway.address: must be an address of monitoring; got 203.0.113.7; it has 10.0.0.2. Fix: pulumi config set --path 'sightline:gateway.address' <one of those>",
    ]);
  });

  it("is on an address that the host has", () => {
    expect(ports(["address\t127.0.0.1", "address\t10.0.0.7", "address\t172.17.0.1"])).toEqual([
      "hosts.monitoring.address: must be an address of monitoring; got 10.0.0.2; it has 127.0.0.1, 10.0.0.7, 172.17.0.1. Fix: pulumi config set --path 'sightline:hosts.monitoring.address' <one of those>",
    ]);
    expect(ports(["address\t10.0.0.2"])).toEqual([]);
  });

  it("may be on one that the host has once the tunnel is up", async () => {
    const { certificate } = await makeCertificates(["10.66.0.1", "203.0.113.7"], 1);
    const raw = (peer: string) => ({
      gateway: { enabled: true, certificate },
      browser: { enabled: true, address: "203.0.113.7" },
      wireguard: { enabled: true, peers: { [peer]: { address: "10.66.0.9" } } },
      hosts: {
        monitoring: { address: "10.66.0.1", endpoint: "ssh://deploy@10.0.0.2" },
        app: { address: "10.66.0.9", endpoint: "ssh://deploy@10.0.0.1" },
      },
    });
    expect(ports(["address\t10.0.0.2", "address\t203.0.113.7"], raw("app"))).toEqual([]);
    expect(ports(["address\t10.0.0.2"], raw("app"))).toEqual([
      "browser.address: must be an address of monitoring; got 203.0.113.7; it has 10.0.0.2. Fix: pulumi config set --path 'sightline:browser.address' <one of those>",
    ]);
    const app = answerOf([...HEALTHY, "address\t10.0.0.1"]);
    expect(problems("app", app, raw("app"))).toEqual([]);
  });
});
