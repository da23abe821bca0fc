import { gapText } from "../../../../tools/backup/back-up";
import type { Docker } from "../../../../tools/backup/docker-on";
import { interruptible } from "../../../../tools/backup/interruption";
import { keptVolumes } from "../../../../tools/backup/plan";
import { sizeText } from "../../../../tools/backup/size-text";
import { untilHealthy, whileStopped } from "../../../../tools/backup/while-stopped";
import { devSettings } from "../../../support/fixtures";

const SERVERS = ["sidecar", "prometheus"].map((container) => ({ container, health: ["ask"] }));

/** A Docker that remembers what it was told, and fails where the test says. */
function dockerStandIn(failing: (words: string) => string | undefined = () => undefined) {
  const told: string[] = [];
  const docker: Docker = (words) => {
    const line = words.join(" ");
    told.push(line);
    const failure = failing(line);
    return failure === undefined ? Promise.resolve("0") : Promise.reject(new Error(failure));
  };
  return { docker, told };
}

const STOPS = ["stop sidecar", "stop prometheus"];
const START = "start prometheus sidecar";

describe("servers that are stopped for some work", () => {
  it("are started in the opposite order, and waited for", async () => {
    const { docker, told } = dockerStandIn();
    const gap = await whileStopped(docker, SERVERS, () => Promise.resolve(told.push("work")));
    expect(told).toEqual([...STOPS, "work", START, "exec prometheus ask", "exec sidecar ask"]);
    expect(gap.awayMs).toBeGreaterThanOrEqual(gap.stoppedMs);
  });

  it("are started when the work fails", async () => {
    const { docker, told } = dockerStandIn();
    const work = () => Promise.reject(new Error("no space left"));
    await expect(whileStopped(docker, SERVERS, work)).rejects.toThrow("no space left");
    expect(told).toEqual([...STOPS, START]);
  });

  it("are started when one of them cannot be stopped, and no work is done", async () => {
    const { docker, told } = dockerStandIn((words) =>
      words === "stop prometheus" ? "no answer" : undefined,
    );
    const work = () => Promise.resolve(told.push("work"));
    await expect(whileStopped(docker, SERVERS, work)).rejects.toThrow("no answer");
    expect(told).toEqual([...STOPS, START]);
  });

  it("are started at an interruption, without their health being waited for", async () => {
    const { docker, told } = dockerStandIn();
    const controller = new AbortController();
    const work = () => {
      controller.abort();
      return Promise.resolve();
    };
    const stopped = whileStopped(docker, SERVERS, work, controller.signal);
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    expect(told.slice(0, 3)).toEqual([...STOPS, START]);
  });

  it("are not waited for where Docker starts one again and again", async () => {
    const { docker } = dockerStandIn((words) => (words.startsWith("exec") ? "gone" : undefined));
    const restarting: Docker = (words) =>
      words[0] === "inspect" ? Promise.resolve("3") : docker(words);
    const server = { container: "loki", health: ["ask"] };
    await expect(untilHealthy(restarting, server)).rejects.toThrow(
      "loki ended 3 times. Fix: docker logs loki",
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
