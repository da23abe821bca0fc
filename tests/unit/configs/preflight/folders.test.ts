import { describeProblem } from "../../../../configs/errors";
import { judge } from "../../../../configs/preflight/judge";
import { machineNeeds } from "../../../../configs/preflight/needs";
import type { Settings } from "../../../../configs/settings/settings";
import { devSettings, prodSettings } from "../../../support/fixtures";
import { answerOf, HEALTHY } from "../../../support/host-facts";

/** Problems of a host where the needed folder has these facts. */
function problems(settings: Settings, host: string, folder: string, facts: string) {
  const needs = machineNeeds(settings).find((one) => one.host === host);
  const index = needs?.folders.findIndex((one) => one.folder === folder) ?? -1;
  if (!needs || index < 0) throw new Error(`no need of ${folder} on ${host}`);
  const answer = answerOf([...HEALTHY, `folder\t${index}\t${facts}`]);
  return judge(settings, needs, answer).problems.map((one) =>
    describeProblem(one).replace("  - sightline:", ""),
  );
}

const byAgent = prodSettings({ logs: { route: "agent" } });
const nginx = (facts: string) => problems(byAgent, "app", "/data/logs/nginx", facts);
const rule = "logs.directories.nginx: must be in a folder of app that the log agent can read";

test.each([
  [
    "missing\trw",
    "/data/logs/nginx, which is not there. Fix: correct the path, or start what writes there first",
  ],
  [
    "file\trw\trw-r--r--\t0\t0",
    "/data/logs/nginx, which is a file. Fix: correct the path, or start what writes there first",
  ],
  [
    "directory\trw\trwxr-x---\t33\t33",
    "/data/logs/nginx, mode rwxr-x---. Fix: on that host: sudo chmod o+rx /data/logs/nginx",
  ],
  [
    "directory\trw\trwx------\t1000\t0",
    "/data/logs/nginx, mode rwx------. Fix: on that host: sudo chmod o+rx /data/logs/nginx",
  ],
])("a folder of logs is refused: %j", (facts, ending) => {
  expect(nginx(facts)).toEqual([`${rule}; got ${ending}`]);
});

test.each([
  "directory\trw\trwxr-xr-x\t33\t33",
  "directory\trw\trwxr-x---\t33\t0",
  "directory\trw\trwxr-x---\t33\t4",
  "directory\trw\trwx------\t0\t33",
  "directory\trw\trwxrwxrwt\t1000\t1000",
  // Only read, so it may be mounted so.
  "directory\tro\trwxr-xr-x\t33\t33",
  // Below a folder that only others may look into: Docker may all the same.
  "hidden\trw",
])("a folder of logs is good: %j", (facts) => {
  expect(nginx(facts)).toEqual([]);
});

test("what is written to may not be mounted read-only", () => {
  const facts = "directory\tro\trwx--x---\t0\t0";
  expect(problems(byAgent, "monitoring", "/var/lib/docker", facts)).toEqual([
    'hosts.monitoring.dockerDataRoot: needs a folder on monitoring that can be written to; got /var/lib/docker, which is on a file system mounted read-only. Fix: on that host: sudo mount -o remount,rw "$(findmnt -no TARGET -T /var/lib/docker)"',
  ]);
});

test("with logs over NFS, the exported folders must be there, and the files that name them be writable", () => {
  const settings = prodSettings();
  expect(problems(settings, "app", "/data/logs/redis", "missing\trw")).toEqual([
    "logs.nfs.exportRoot: must be in a folder of app that the log agent can read; got /data/logs/redis, which is not there. Fix: correct the path, or start what writes there first",
  ]);
  const folders = machineNeeds(settings).map(({ host, folders: all }) => [
    host,
    all.map(({ kind, folder }) => `${kind} ${folder}`),
  ]);
  expect(folders).toEqual([
    ["monitoring", ["writes /var/lib/docker", "writes /etc", "writes /mnt"]],
    [
      "app",
      [
        "writes /var/lib/docker",
        "writes /etc",
        "reads /data/logs/app",
        "reads /data/logs/nginx",
        "reads /data/logs/redis",
      ],
    ],
  ]);
});

test("sources of one's own and the system's logs are needed too, each folder once", () => {
  const settings = devSettings({
    logs: {
      system: true,
      sources: {
        titan: { path: "/var/log/titan/*.log" },
        "titan-errors": { path: "/var/log/titan/*.err" },
        backend: { container: "backend" },
      },
    },
  });
  const [machine, ...others] = machineNeeds(settings);
  expect(others).toEqual([]);
  expect(machine?.folders.map(({ path, folder }) => `${path} ${folder}`)).toEqual([
    "sightline:hosts.monitoring.dockerDataRoot /var/lib/docker",
    "sightline:logs.system /var/log",
    "sightline:logs.directories.app ./examples/website/data/logs/app",
    "sightline:logs.directories.nginx ./examples/website/data/logs/nginx",
    "sightline:logs.directories.redis ./examples/website/data/logs/redis",
    "sightline:logs.sources.titan-errors.path /var/log/titan",
  ]);
});

test("this machine without a docker command holds nothing up, and says so", () => {
  const settings = devSettings();
  const [needs] = machineNeeds(settings);
  const facts = ["user\tme", "docker\tmissing", "listener\t0100007F\t3000\troot\t812\tnginx"];
  expect(needs && judge(settings, needs, answerOf(facts))).toEqual({
    host: "monitoring",
    problems: [],
    notes: ["monitoring was not asked for its Docker: there is no docker command on this machine"],
  });
});

test("a log folder that is mounted into a service of the site is made, and need not be there", () => {
  const compose = { directory: "/srv/shop", services: { nginx: "nginx" } };
  const settings = prodSettings({ logs: { route: "agent" }, hosts: { app: { compose } } });
  const folders = machineNeeds(settings).find(({ host }) => host === "app")?.folders;
  expect(folders?.map(({ folder }) => folder)).toEqual([
    "/var/lib/docker",
    "/data/logs/app",
    "/data/logs/redis",
  ]);
});
