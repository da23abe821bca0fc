import { fstabLines, mountScript, unmountScript } from "../../../../configs/nfs/mounts";
import { prodSettings } from "../../../support/fixtures";
import { ScriptRoot } from "../../../support/script-root";

const OPTIONS =
  "ro,soft,nfsvers=4.2,timeo=15,retrans=2,acregmin=0,acregmax=0,acdirmin=3,acdirmax=3,lookupcache=positive,nosuid,nodev,noexec,nofail,bg,_netdev";
const POINTS = ["/mnt/app-logs", "/mnt/nginx-logs", "/mnt/redis-logs"];
const LINES = [
  `nfs-server:/data/logs/app /mnt/app-logs nfs4 ${OPTIONS} 0 0`,
  `nfs-server:/data/logs/nginx /mnt/nginx-logs nfs4 ${OPTIONS} 0 0`,
  `nfs-server:/data/logs/redis /mnt/redis-logs nfs4 ${OPTIONS} 0 0`,
];
const lines = fstabLines(prodSettings());

it("the mounts are read-only, and a dead server hangs nobody", () => {
  expect(lines).toBe(LINES.map((line) => `${line}\n`).join(""));
});

/** The scripts run for real; the programs of the host they call are stand-ins. */
describe("the scripts of the monitoring host", () => {
  const FSTAB = "/etc/fstab";
  const BEFORE = "# a comment\nUUID=1 / ext4 defaults 0 1\n";
  let host: ScriptRoot;

  beforeEach(() => {
    host = new ScriptRoot();
    host.write(FSTAB, BEFORE);
  });
  afterEach(() => {
    host.destroy();
  });

  it("write the table between marks, and mount in the foreground", () => {
    expect(host.run(mountScript, lines)).toEqual({ status: 0, error: "" });
    expect(host.read(FSTAB)).toBe(
      [
        `${BEFORE}# sightline: begin`,
        ...POINTS.map((point) => `# sightline: made ${point}`),
        ...LINES,
        "# sightline: end",
        "",
      ].join("\n"),
    );
    expect(host.mounted()).toEqual(POINTS);
    expect(host.calls().filter((call) => call.startsWith("mount"))).toEqual(
      POINTS.map((point) => `mount -o fg,retry=0 ${point}`),
    );
  });

  it.each([
    ["that ends with a line", BEFORE],
    ["whose last line has no end", "UUID=1 / ext4 defaults 0 1"],
    ["that ends with empty lines", `${BEFORE}\n\n`],
    ["that is empty", ""],
  ])("restore a table %s byte for byte, also after several runs", (_, before) => {
    host.write(FSTAB, before);
    host.run(mountScript, lines);
    host.run(mountScript, lines.replaceAll("nfs-server", "10.0.0.3"));
    host.run(mountScript, lines);
    expect(host.run(unmountScript)).toEqual({ status: 0, error: "" });
    expect(host.read(FSTAB)).toBe(before);
    expect(host.mounted()).toEqual([]);
    expect(POINTS.filter((point) => host.has(point))).toEqual([]);
    expect(["/etc/fstab.before", "/etc/fstab.sightline"].filter((path) => host.has(path))).toEqual(
      [],
    );
  });

  it("keep lines that somebody adds behind theirs", () => {
    host.write(FSTAB, "UUID=1 / ext4 defaults 0 1");
    host.run(mountScript, lines);
    host.write(FSTAB, `${host.read(FSTAB) ?? ""}UUID=2 /home ext4 defaults 0 2\n`);
    host.run(mountScript, lines.replaceAll("nfs-server", "10.0.0.3"));
    host.run(unmountScript);
    expect(host.read(FSTAB)).toBe("UUID=1 / ext4 defaults 0 1\nUUID=2 /home ext4 defaults 0 2\n");
  });

  it("keep a mount point that was there before", () => {
    host.folder("/mnt/nginx-logs");
    host.run(mountScript, lines);
    host.run(unmountScript);
    expect(POINTS.filter((point) => host.has(point))).toEqual(["/mnt/nginx-logs"]);
  });

  it("leave a mount alone that is there and can be read", () => {
    host.run(mountScript, lines);
    const before = host.read(FSTAB);
    host.calls();
    expect(host.run(mountScript, lines)).toEqual({ status: 0, error: "" });
    expect([host.calls(), host.read(FSTAB)]).toEqual([[], before]);
  });

  it("mount anew what is not mounted any more", () => {
    host.run(mountScript, lines);
    host.write("/proc/self/mountinfo", "");
    host.run(mountScript, lines);
    expect(host.mounted()).toEqual(POINTS);
  });

  it("change nothing where the server cannot be reached", () => {
    host.write("/unreachable", "");
    expect(host.run(mountScript, lines)).toEqual({
      status: 1,
      error:
        "mount.nfs4: Connection refused\nSightline: shop could not mount /mnt/app-logs. Fix: see the line above, and let shop reach port 2049 of the server",
    });
    expect(host.read(FSTAB)).toBe(BEFORE);
    expect(POINTS.filter((point) => host.has(point))).toEqual([]);
  });

  it("unmount by force, and so also where the server cannot be reached", () => {
    host.run(mountScript, lines);
    host.write("/unreachable", "");
    host.calls();
    expect(host.run(unmountScript)).toEqual({ status: 0, error: "" });
    expect(host.calls().filter((call) => call.startsWith("umount"))).toEqual(
      POINTS.map((point) => `umount -f -l ${point}`),
    );
  });

  it.each<[string, (on: ScriptRoot) => void, string]>([
    [
      "a folder that holds files",
      (on) => {
        on.write("/mnt/nginx-logs/access.log", "x");
      },
      "/mnt/nginx-logs on shop is not empty, and a mount would hide what is in it. Fix: move it away",
    ],
    [
      "the mount point of something else",
      (on) => {
        on.write(
          "/proc/self/mountinfo",
          "1 1 0:1 / /mnt/app-logs rw - ext4 /dev/sdb rw\n".replace(" /mnt", ` ${on.path("/mnt")}`),
        );
      },
      "/mnt/app-logs on shop is in use by another mount. Fix: unmount it, and take it out of /etc/fstab",
    ],
    [
      "a table that lost one of the marks",
      (on) => {
        on.write(FSTAB, `# sightline: begin\n${BEFORE}`);
      },
      '/etc/fstab on shop has lost the beginning or the end of Sightline\'s lines. Fix: put "# sightline: begin" before and "# sightline: end" behind them',
    ],
  ])("refuse %s, and change nothing", (_, prepare, message) => {
    prepare(host);
    const before = host.read(FSTAB);
    expect(host.run(mountScript, lines)).toEqual({ status: 1, error: `Sightline: ${message}` });
    expect(host.read(FSTAB)).toBe(before);
    expect(host.calls()).toEqual([]);
  });
});
