import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";

import { gapText } from "../../../../tools/backup/back-up";
import { shellCommand } from "../../../../tools/backup/docker-on";
import { interruptible } from "../../../../tools/backup/interruption";
import { keptVolumes } from "../../../../tools/backup/plan";
import { sizeText } from "../../../../tools/backup/size-text";
import { type Pause, pauseScript, whileStopped } from "../../../../tools/backup/while-stopped";
import { DockerStandIn } from "../../../support/docker-stand-in";
import { devSettings } from "../../../support/fixtures";
import { waitFor } from "../../../support/wait";

const SERVERS = ["sidecar", "prometheus"].map((container) => ({ container, health: ["ask"] }));

/** `docker` is a stand-in that writes down its words; the script and its shell are real. */
describe("servers that are stopped for some work", () => {
  let programs: DockerStandIn;
  let before: string | undefined;
  const log = () => path.join(programs.folder, "told");
  const told = () => (existsSync(log()) ? readFileSync(log(), "utf8").trim().split("\n") : []);

  beforeEach(() => {
    programs = new DockerStandIn({ workingDir: "/nowhere" });
    before = process.env.PATH;
    process.env.PATH = programs.path;
  });

  afterEach(() => {
    process.env.PATH = before;
    programs.remove();
  });

  /** @param cases what it does besides, by its words, each a line of shell */
  function docker(...cases: readonly string[]): void {
    programs.program("docker", [`echo "$*" >>${log()}`, 'case "$*" in', ...cases, "esac"]);
  }

  const pause = (more: Partial<Pause> = {}): Pause => ({
    settings: devSettings(),
    host: "monitoring",
    servers: SERVERS,
    work: ["exec", "helper", "copy"],
    ...more,
  });

  const WHOLE = ["stop sidecar", "stop prometheus", "exec helper copy", "start prometheus sidecar"];

  it("are started in the opposite order, and waited for", async () => {
    docker();
    const gap = await whileStopped(pause());
    expect(told()).toEqual([...WHOLE, "exec prometheus ask", "exec sidecar ask"]);
    expect(gap.awayMs).toBeGreaterThanOrEqual(gap.stoppedMs);
  });

  it("are started when the work fails", async () => {
    docker("exec*) echo 'cp: no space left' >&2; exit 1 ;;");
    await expect(whileStopped(pause())).rejects.toThrow("cp: no space left");
    expect(told()).toEqual(WHOLE);
  });

  it("are started when one of them cannot be stopped, and no work is done", async () => {
    docker('"stop prometheus") echo "no answer" >&2; exit 1 ;;');
    await expect(whileStopped(pause())).rejects.toThrow("no answer");
    expect(told()).toEqual(["stop sidecar", "stop prometheus", "start prometheus sidecar"]);
  });

  it("are an error where they cannot be started", async () => {
    docker('start*) echo "port is taken" >&2; exit 1 ;;');
    await expect(whileStopped(pause())).rejects.toThrow("port is taken");
  });

  it("are started by the script alone where whoever began it is killed", async () => {
    docker("exec*) sleep 1 ;;");
    const script = shellCommand(devSettings(), "monitoring", pauseScript(pause()));
    const [program = "", ...args] = script;
    const child = spawn(program, args, { stdio: "pipe", env: process.env });
    await waitFor(
      { what: "the work", deadlineMs: 10_000, everyMs: 20 },
      () => Promise.resolve(told()),
      (seen) => seen.includes("exec helper copy"),
    );
    for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) child.kill(signal);
    child.stdout.destroy();
    child.stderr.destroy();
    await once(child, "exit");
    expect(told()).toEqual(WHOLE);
  });

  it("are started at an interruption, which ends the work, without their health being waited for", async () => {
    const isEnded = path.join(programs.folder, "ended");
    docker(
      `exec*) until [ -e ${isEnded} ]; do sleep 0.05; done; exit 137 ;;`,
      "inspect*) echo true ;;",
    );
    const controller = new AbortController();
    const work = () => writeFile(isEnded, "");
    const stopped = whileStopped(pause({ end: { signal: controller.signal, work } }));
    setTimeout(() => {
      controller.abort();
    }, 200);
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    expect(told().slice(0, 4)).toEqual(WHOLE);
    expect(told().filter((line) => line.endsWith("ask"))).toEqual([]);
  });

  it("are an error after an interruption where they do not run", async () => {
    docker(
      "exec*) exit 137 ;;",
      "start*) echo 'no such image' >&2; exit 1 ;;",
      "inspect*) echo false ;;",
    );
    const controller = new AbortController();
    const end = { signal: controller.signal, work: () => Promise.resolve() };
    const stopped = whileStopped(pause({ end }));
    controller.abort();
    await expect(stopped).rejects.toThrow("no such image");
  });

  it("are not waited for where Docker starts one again and again", async () => {
    docker("*ask) exit 1 ;;", "inspect*) echo 3 ;;");
    await expect(whileStopped(pause())).rejects.toThrow(
      "prometheus ended 3 times. Fix: docker logs prometheus",
    );
  });
});

describe("the gap", () => {
  const [, , , , loki] = keptVolumes(devSettings());
  if (!loki) throw new Error("dev has no such volume");

  it("is said with the alert that it is long enough for", () => {
    const settings = devSettings();
    const gap = { stoppedMs: 2_100, awayMs: 5_400 };
    expect(gapText(settings, loki, gap)).toBe(
      "loki was stopped for 2.1 s, and answers again after 5.4 s",
    );
    expect(gapText(settings, loki, { ...gap, awayMs: 60_000 })).toBe(
      "loki was stopped for 2.1 s, and answers again after 1m00s: longer than 1m00s, after which ContainerDown mails",
    );
  });

  it("is said without it where it is switched off", () => {
    const settings = devSettings({ alerts: { ContainerDown: { enabled: false } } });
    expect(gapText(settings, loki, { stoppedMs: 60_000, awayMs: 90_000 })).not.toContain("mails");
  });
});

describe("an interruption", () => {
  afterEach(() => {
    process.exitCode = undefined;
    jest.restoreAllMocks();
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("by %s ends the work by its signal, once, with exit code %i", async (name, code) => {
    const said = jest.spyOn(console, "error").mockImplementation();
    await interruptible("things are put right", (signal) => {
      process.emit(name, name);
      process.emit(name, name);
      signal.throwIfAborted();
      return Promise.reject(new Error("not reached"));
    });
    expect(said.mock.calls).toEqual([[`\n${name}: things are put right …`]]);
    expect(process.exitCode).toBe(code);
    expect(process.listenerCount(name)).toBe(0);
  });

  it("does not hide what went wrong meanwhile", async () => {
    const said = jest.spyOn(console, "error").mockImplementation();
    await interruptible("things are put right", () => {
      process.emit("SIGINT", "SIGINT");
      return Promise.reject(new Error("dev-loki does not start"));
    });
    expect(said.mock.calls[1]).toEqual(["dev-loki does not start"]);
  });

  it("is no part of a failure without one", async () => {
    const failing = interruptible("x", () => Promise.reject(new Error("no such host")));
    await expect(failing).rejects.toThrow("no such host");
    expect(process.exitCode).toBeUndefined();
  });
});

test.each([
  [0, "0 B"],
  [1_023, "1023 B"],
  [1_024, "1.0 KiB"],
  [12.5 * 1_024 ** 2, "12.5 MiB"],
  [3 * 1_024 ** 5, "3072.0 TiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
