import { clock, clockFindings } from "../../../../tools/doctor/checks/clock";
import { fileFinding } from "../../../../tools/doctor/checks/files";
import { imageFindings, imagesOn, readImages } from "../../../../tools/doctor/checks/images";
import { nfs, nfsFindings, readMounts } from "../../../../tools/doctor/checks/nfs";
import { examined, NO_END } from "../../../support/examined";
import { devSettings, prodSettings } from "../../../support/fixtures";

describe("the clock", () => {
  it("is fine within two seconds, and where the way there could explain more", () => {
    const skews = [
      { host: "app", seconds: -1.9, giveOrTakeSeconds: 0 },
      { host: "monitoring", seconds: 3, giveOrTakeSeconds: 1.5 },
    ];
    expect(clockFindings(skews)).toEqual([
      {
        state: "fine",
        subject: "sightline:hosts.app",
        says: "its clock is 1.9 s (give or take 0.0 s) behind this machine",
      },
      {
        state: "fine",
        subject: "sightline:hosts.monitoring",
        says: "its clock is 3.0 s (give or take 1.5 s) before this machine",
      },
    ]);
  });

  it("is a problem beyond", () => {
    expect(clockFindings([{ host: "app", seconds: 7.25, giveOrTakeSeconds: 0.1 }])).toEqual([
      {
        state: "problem",
        subject: "sightline:hosts.app",
        says: "must have a clock within 2 s of this machine's; got 7.3 s (give or take 0.1 s) before this machine",
        fix: "on the one that is wrong: timedatectl set-ntp true, or start chrony",
      },
    ]);
  });

  it("is taken in the middle of the question; a host that is silent is unknown", async () => {
    let now = 1_000_000_000_000;
    const onHost = (host: string) => {
      if (host === "app") now += 400;
      return Promise.resolve(
        host === "app"
          ? { exitCode: 0, stdout: "hello\n1000000005.200000000\n", stderr: "" }
          : { exitCode: 255, stdout: "", stderr: "ssh: no route\n" },
      );
    };
    const asked = examined(prodSettings(), { onHost, nowMs: () => now });
    const found = await clock.run(asked, NO_END);
    expect(found.map(({ state, subject, says }) => `${state} ${subject}: ${says}`)).toEqual([
      "problem sightline:hosts.app: must have a clock within 2 s of this machine's; got 5.0 s (give or take 0.2 s) before this machine",
      "unknown sightline:hosts.monitoring: monitoring did not say its time, but: ssh: no route",
    ]);
  });

  it("is not asked where all is one machine", async () => {
    expect((await clock.run(examined(devSettings()), NO_END))[0]?.state).toBe("unneeded");
  });
});

describe("what comes by NFS", () => {
  const said = (output: string) =>
    nfsFindings(prodSettings(), "monitoring", readMounts(output)).map(({ state, says, fix }) =>
      [state, says, fix].join(" | "),
    );

  it("is fine where it answers, and nginx wrote lately", () => {
    const seen = "Welcome\nmount /mnt/nginx-logs read 59\nmount /mnt/redis-logs read 86400\n";
    expect(said(seen)).toEqual([
      "fine | /mnt/nginx-logs answers, and was written to 59s ago | ",
      "fine | /mnt/redis-logs answers, and was written to 1d ago | ",
    ]);
  });

  it("is a problem where it is old, silent, empty or not mounted", () => {
    const seen = [
      "mount /mnt/nginx-logs read 601",
      "mount /mnt/app-logs silent",
      "mount /mnt/redis-logs empty",
      "mount /mnt/other-logs missing",
    ];
    expect(said(seen.join("\n"))).toEqual([
      "problem | must bring lines that are no older than 10m (alerts.NfsMountStale.over) at /mnt/nginx-logs; got 10m1s | see on nfs-server whether nginx writes there; if so, on monitoring: sudo umount -fl /mnt/nginx-logs && sudo mount /mnt/nginx-logs",
      "problem | must answer on monitoring at /mnt/app-logs; got no answer within 8 s | look at nfs-server and the way to it; then on monitoring: sudo umount -fl /mnt/app-logs && sudo mount /mnt/app-logs",
      "problem | must have log files at /mnt/redis-logs; got none | see on nfs-server whether it exports the folder that is written to (logs.nfs.exportRoot)",
      "problem | must be mounted on monitoring at /mnt/other-logs; got no mount | pulumi up mounts it; by hand on monitoring: sudo mount /mnt/other-logs",
    ]);
  });

  it("is not asked for where nothing does", async () => {
    expect((await nfs.run(examined(devSettings()), NO_END))[0]?.state).toBe("unneeded");
  });
});

describe("the images", () => {
  const printed = [
    "image prom/prometheus:v3 here",
    "image a/b:1 pullable",
    "image c/d:2 refused manifest unknown: it is not there",
    "image e/f:3 refused no answer within 15 s",
  ].join("\n");

  it("of a machine are those of all its hosts, with the keeper's", () => {
    const found = imagesOn(devSettings({ images: { loki: "mirror.test/loki:3" } }), "monitoring");
    expect(found).toEqual(expect.arrayContaining(["curlimages/curl:8.11.1", "mirror.test/loki:3"]));
    expect(new Set(found).size).toBe(found.length);
  });

  it("are fine where each is there or can be had", () => {
    const there = readImages(printed).filter(({ state }) => state !== "refused");
    expect(imageFindings(prodSettings(), "app", there)).toEqual([
      {
        state: "fine",
        subject: "sightline:hosts.app",
        says: "1 images are there, and 1 more can be pulled",
      },
    ]);
  });

  it("are a problem one by one, with the registry's words; dev builds its own", () => {
    const found = imageFindings(prodSettings(), "app", readImages(printed));
    expect(found.map(({ says, fix }) => `${says} | ${fix ?? ""}`)).toEqual([
      "needs c/d:2, which is neither there nor to be had; got manifest unknown: it is not there | try it on that host: docker pull c/d:2; or name another place for it in sightline:images",
      "needs e/f:3, which is neither there nor to be had; got no answer within 15 s | try it on that host: docker pull e/f:3; or name another place for it in sightline:images",
    ]);
    expect(imageFindings(devSettings(), "app", readImages(printed))[0]?.fix).toBe(
      "npm run up gets it, or builds a stand-in",
    );
  });
});

describe("a server's own checker", () => {
  it("that is content is fine", () => {
    expect(fileFinding(devSettings(), "loki", { exitCode: 0, output: "" }).state).toBe("fine");
  });

  it("that refuses is cited by the line that tells why", () => {
    const output = 'Checking x\nlevel=error err="no such field"\nusage\nsightline-checker-end 1\n';
    expect(fileFinding(devSettings(), "loki", { exitCode: 1, output })).toEqual({
      state: "problem",
      subject: "loki",
      says: 'must have files that its own checker takes; got level=error err="no such field"',
      fix: "if a setting of yours is in that line, correct it in Pulumi.dev.yaml; else it is a bug of Sightline's",
    });
  });

  it("that could not be run is unknown", () => {
    const output = "docker: Error response from daemon: no such image\n\nRun 'docker run --help'\n";
    expect(fileFinding(devSettings(), "loki", { exitCode: 125, output })).toEqual({
      state: "unknown",
      subject: "loki",
      says: "its checker could not be run: docker: Error response from daemon: no such image",
      fix: "see what the check images says",
    });
  });
});
