import { exportLines, exportScript, unexportScript } from "../../../../configs/nfs/exports";
import { prodRaw, prodSettings } from "../../../support/fixtures";
import { problemsOf } from "../../../support/problems";
import { ScriptRoot } from "../../../support/script-root";

const exporting = (exportRoot: string) =>
  prodSettings({
    logs: {
      nfs: { server: "10.0.0.3", exportRoot },
      directories: { app: "/srv/logs/app", nginx: "/srv/logs/nginx", redis: "/srv/logs/redis" },
    },
  });
const settings = exporting("/srv/logs");
const FILE = "/etc/exports.d/sightline.exports";
const OPTIONS = "(ro,root_squash,sync,no_subtree_check,sec=sys)";
const LINES = [
  `/srv/logs/app 10.0.0.2${OPTIONS}`,
  `/srv/logs/nginx 10.0.0.2${OPTIONS}`,
  `/srv/logs/redis 10.0.0.2${OPTIONS}`,
];

describe("the exports", () => {
  it("are read-only, root-squashed and for the monitoring host alone", () => {
    expect(exportLines(settings)).toBe(LINES.map((line) => `${line}\n`).join(""));
  });

  it("are the same where the root ends with a slash", () => {
    expect(exportLines(exporting("/srv/logs/"))).toBe(exportLines(settings));
  });

  it.each(["0.0.0.0/0", "0.0.0.0", "*", "10.0.0.0/8", "*.shop.test"])(
    "are never for %s",
    (address) => {
      expect(problemsOf(prodRaw({ hosts: { monitoring: { address } } }))).toEqual([
        `hosts.monitoring.address: must be one IPv4 address of the host, never 0.0.0.0 (Docker's published ports go round the firewall); got "${address}". Fix: for example "127.0.0.1"`,
      ]);
    },
  );
});

/** The scripts run for real; the programs of the host they call are stand-ins. */
describe("the scripts of the app host", () => {
  let host: ScriptRoot;
  const run = () => host.run(exportScript, exportLines(settings));

  beforeEach(() => {
    host = new ScriptRoot();
    for (const name of ["app", "nginx", "redis"]) host.folder(`/srv/logs/${name}`);
  });
  afterEach(() => {
    host.destroy();
  });

  it("write the exports, switch the server on, and put the exports in force", () => {
    expect(run()).toEqual({ status: 0, error: "" });
    expect(host.read(FILE)).toBe(
      ["# sightline: before no-folder not-enabled not-active", ...LINES, ""].join("\n"),
    );
    expect(host.calls()).toEqual([
      "systemctl -q is-enabled nfs-server",
      "systemctl -q is-active nfs-server",
      "systemctl -q enable --now nfs-server",
      "exportfs -ra",
    ]);
  });

  it("leave what they found, also after several runs", () => {
    run();
    run();
    expect(host.run(unexportScript)).toEqual({ status: 0, error: "" });
    expect(host.has("/etc/exports.d")).toBe(false);
    expect([host.has("/enabled"), host.has("/active")]).toEqual([false, false]);
  });

  it("leave a server that ran before, and other exports", () => {
    host.write("/enabled", "");
    host.write("/active", "");
    host.write("/etc/exports.d/other.exports", "/home 10.0.0.9(rw)\n");
    run();
    host.run(unexportScript);
    expect(host.has(FILE)).toBe(false);
    expect(host.read("/etc/exports.d/other.exports")).toBe("/home 10.0.0.9(rw)\n");
    expect([host.has("/enabled"), host.has("/active")]).toEqual([true, true]);
  });

  it("leave the server on for whoever exports by now", () => {
    run();
    host.write("/etc/exports.d/other.exports", "/home 10.0.0.9(rw)\n");
    host.run(unexportScript);
    expect([host.has("/enabled"), host.has("/active")]).toEqual([true, true]);
  });

  it("name all missing folders before they change anything", () => {
    host.remove("/srv/logs/app");
    host.remove("/srv/logs/redis");
    expect(run()).toEqual({
      status: 1,
      error:
        "Sightline: shop has no folder /srv/logs/app /srv/logs/redis. Fix: start the site once so that it makes its log folders, or correct logs.nfs.exportRoot",
    });
    expect([host.has("/etc/exports.d"), host.calls()]).toEqual([false, []]);
  });

  it("go back to the exports of before where the new ones are refused", () => {
    run();
    const before = host.read(FILE);
    host.folder("/srv/refused");
    expect(host.run(exportScript, `/srv/refused 10.0.0.2${OPTIONS}\n`)).toEqual({
      status: 1,
      error: `Sightline: shop refused ${FILE}: see the line above`,
    });
    expect(host.read(FILE)).toBe(before);
  });

  it.each([
    [
      "apt-get",
      "apt-get -qq -y -o DPkg::Lock::Timeout=120 install --no-install-recommends nfs-kernel-server",
    ],
    ["dnf", "dnf -q -y install nfs-utils"],
    ["yum", "yum -q -y install nfs-utils"],
  ])("install the server by %s where it is missing", (manager, call) => {
    const only = packageManager(manager, "exportfs");
    expect(only.run(exportScript, exportLines(settings))).toEqual({ status: 0, error: "" });
    expect(only.calls()).toEqual(
      expect.arrayContaining([
        "systemctl -q mask rpcbind.service rpcbind.socket rpc-statd.service",
        call,
      ]),
    );
    const conf = "/etc/nfs.conf.d/sightline.conf";
    expect(only.read(conf)).toBe("[nfsd]\nvers2=n\nvers3=n\n");
    expect(only.run(unexportScript)).toEqual({ status: 0, error: "" });
    expect(only.has(conf)).toBe(false);
    only.destroy();
  });

  it("say what to do where the server cannot be installed", () => {
    const only = packageManager("dnf", "nothing");
    expect(only.run(exportScript, exportLines(settings))).toEqual({
      status: 1,
      error:
        "Sightline: shop has no exportfs, and neither apt-get nor dnf to install it. Fix: install it yourself",
    });
    only.destroy();
  });
});

/** A host with one package manager, which brings one program. */
function packageManager(name: string, brings: string): ScriptRoot {
  const host = new ScriptRoot();
  for (const folder of ["app", "nginx", "redis"]) host.folder(`/srv/logs/${folder}`);
  host.remove("/bin/exportfs");
  host.onlyPath();
  host.install(
    name,
    `printf '#!/bin/sh\\nexit 0\\n' >"$ROOT/bin/${brings}"; chmod +x "$ROOT/bin/${brings}"`,
  );
  return host;
}
