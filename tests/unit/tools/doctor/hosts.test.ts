import { machineNeeds } from "../../../../configs/preflight/needs";
import { hostFindings } from "../../../../tools/doctor/checks/hosts";
import { devSettings, prodSettings } from "../../../support/fixtures";

const settings = devSettings();
const [dev] = machineNeeds(settings);
if (!dev) throw new Error("dev has a machine");

const facts = (...lines: readonly string[]) => ({
  exitCode: 0,
  stdout: ["sightline-facts-begin", "user\tdeploy", ...lines, "sightline-facts-end"].join("\n"),
  stderr: "",
});

test("a machine that is content says what was seen", () => {
  expect(hostFindings(settings, dev, facts("docker\tversion=24.0.7"))).toEqual([
    {
      state: "fine",
      subject: "sightline:hosts.monitoring",
      says: "Docker 24.0.7 answers at local, 4 ports are free or the stack's own",
    },
  ]);
});

test("an old Docker and a taken port are problems, each with its fix", () => {
  const seen = facts("docker\tversion=19.03.1", "container\tother\t\t127.0.0.1:3000->3000/tcp");
  expect(hostFindings(settings, dev, seen)).toEqual([
    {
      state: "problem",
      subject: "sightline:hosts.monitoring",
      says: "must have Docker 20.10 or later; got 19.03.1",
      fix: "update Docker on that host",
    },
    {
      state: "problem",
      subject: "sightline:publish.grafana",
      says: "needs port 3000 of 127.0.0.1 on monitoring for grafana, and it is taken; got the container other",
      fix: "end that, or: pulumi config set --path 'sightline:publish.grafana' <a free port>",
    },
  ]);
});

test("this machine without Docker is unknown: it may be where another one is driven from", () => {
  expect(hostFindings(settings, dev, facts("docker\tmissing"))).toEqual([
    {
      state: "unknown",
      subject: "sightline:hosts.monitoring",
      says: "monitoring was not asked for its Docker: there is no docker command on this machine",
      fix: "run it where Docker's command is, or give hosts.monitoring.endpoint",
    },
  ]);
});

test("a host that ssh does not reach is a problem with what ssh said", () => {
  const prod = prodSettings();
  const [first] = machineNeeds(prod);
  if (!first) throw new Error("prod has machines");
  const stderr = "ssh: connect to host monitoring-host port 22: Connection refused\n";
  expect(hostFindings(prod, first, { exitCode: 255, stdout: "", stderr })).toEqual([
    {
      state: "problem",
      subject: "sightline:hosts.monitoring.endpoint",
      says: `must be reachable over ssh; got ssh://deploy@monitoring-host: ${stderr.trim()}`,
      fix: "start sshd there, or correct the port",
    },
  ]);
});
