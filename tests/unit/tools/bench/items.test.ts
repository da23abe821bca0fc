import { usedOf } from "../../../../tools/bench/containers";
import { grouped } from "../../../../tools/bench/containers-load";
import { fleetHosts } from "../../../../tools/bench/hosts";
import { boundSeconds, figuresOf } from "../../../../tools/bench/items/mail";
import { lostScrapes } from "../../../../tools/bench/scrapes";
import { figuresText } from "../../../../tools/drill/drill";
import { devSettings } from "../../../support/fixtures";

describe("the time until a mail", () => {
  it("is bound by two checks, the probe's timeout, an evaluation and the wait for others", () => {
    const intervals = { probe: "5s", probeTimeout: "1s", evaluation: "2s" };
    expect(boundSeconds(devSettings({ intervals }))).toBe(2 * 5 + 1 + 2 + 5);
  });

  it("is read from what a drill prints", () => {
    const figures = { detect: 12.3, notify: 17, resolve: 8.05 };
    expect(figuresOf(`paused\n\n${figuresText(figures)}\n`)).toEqual({
      ...{ detect: 12.3, notify: 17, resolve: 8.1 },
    });
    expect(() => figuresOf("detect  1.0 s")).toThrow('the drill printed no "notify"');
  });
});

describe("lost scrapes", () => {
  it("are those that are missing between two, and those that failed", () => {
    const whole = [[0, "1"], [5, "1"], [10, "1"]] as const; // prettier-ignore
    const gap = [[1, "1"], [11, "1"], [16, "0"]] as const; // prettier-ignore
    expect(lostScrapes([whole], 5_000)).toBe(0);
    expect(lostScrapes([whole, gap], 5_000)).toBe(2);
  });
});

describe("what containers use", () => {
  it.each<[kernel: string, stats: Record<string, number>]>([
    ["cgroup v1", { total_inactive_file: 2 ** 20, inactive_file: 0 }],
    ["cgroup v2", { inactive_file: 2 ** 20 }],
  ])("is counted as docker stats does: %s", (_, stats) => {
    const used = usedOf({
      cpu_stats: { cpu_usage: { total_usage: 2_500_000_000 } },
      memory_stats: { usage: 5 * 2 ** 20, stats },
    });
    expect(used).toEqual({ processorSeconds: 2.5, megabytes: 4 });
  });

  it("is added up for the keepers and for all", () => {
    const at = (seconds: number) =>
      ["loki", "a-keeper", "b-keeper"].map((name) => ({
        ...{ name, megabytes: 10, processorSeconds: seconds },
      }));
    expect(Object.fromEntries(grouped(at(1), at(2), 10_000))).toEqual({
      "the whole stack": { megabytes: 30, percent: 30 },
      loki: { megabytes: 10, percent: 10 },
      keepers: { megabytes: 20, percent: 20 },
    });
  });
});

test("a fleet has one monitoring host, and app hosts at addresses of their own", () => {
  const hosts = fleetHosts(1_000) as Record<string, { address: string }>;
  const addresses = Object.values(hosts).map(({ address }) => address);
  expect(Object.keys(hosts)).toHaveLength(1_001);
  expect(new Set(addresses).size).toBe(1_001);
  expect(hosts["web-1"]).toEqual({ endpoint: "local", address: "10.77.0.3" });
});
