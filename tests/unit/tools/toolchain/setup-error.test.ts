import { elapsed } from "../../../../tools/lib/duration";
import { reasonOf, SetupError } from "../../../../tools/lib/setup-error";
import { resolveTool } from "../../../../tools/toolchain/resolve-tool";
import { platform } from "../../../../tools/toolchain/source";

describe("SetupError", () => {
  it("names the tool, each source with its reason, and the way out", () => {
    const error = new SetupError({
      tool: "loki 3.7.8",
      tried: [
        { source: "PATH", reason: "not found" },
        { source: "compiled here", reason: "go build ended with 1:\nno such host\n" },
      ],
      wayOut: "make the module proxy reachable",
    });
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("SetupError");
    expect(error.message).toBe(
      [
        "Cannot get loki 3.7.8. Tried, in this order:",
        "  - PATH: not found",
        "  - compiled here: go build ended with 1:",
        "      no such host",
        "Fix: make the module proxy reachable",
      ].join("\n"),
    );
  });
});

describe("reasonOf", () => {
  it.each([
    [new Error("no such host"), "no such host"],
    ["plain", "plain"],
    [undefined, "undefined"],
  ])("reads %s", (thrown, expected) => {
    expect(reasonOf(thrown)).toBe(expected);
  });
});

describe("resolveTool", () => {
  const skip = ["path", "official", "archive", "built"] as const;

  it("says why each source had nothing, and how to get on", async () => {
    await expect(resolveTool("promtool", { skip })).rejects.toThrow(
      [
        "Cannot get promtool 3.15.0. Tried, in this order:",
        "  - PATH: skipped, as asked",
        "  - the makers' own binary: skipped, as asked",
        "  - archives in SIGHTLINE_TOOLCHAIN_PATH: skipped, as asked",
        "  - compiled from the Go module proxy: skipped, as asked",
        "Fix: install promtool 3.15.0 on PATH; or make the Go module proxy reachable (GOPROXY), " +
          `with Go installed; or put promtool-3.15.0-${platform()}.xz with its SHA256SUMS into a ` +
          "folder named by SIGHTLINE_TOOLCHAIN_PATH. Then run the same command again: it goes on " +
          "where it stopped",
      ].join("\n"),
    );
  });

  it("offers no archive for what only we build", async () => {
    await expect(resolveTool("cadvisor", { skip })).rejects.toThrow(
      /^(?![\s\S]*put cadvisor)[\s\S]*Fix: install cadvisor 0\.60\.6 on PATH/,
    );
  });
});

describe("elapsed", () => {
  it.each([
    [0, "0.0 s"],
    [340, "0.3 s"],
    [9_949, "9.9 s"],
    [42_400, "42 s"],
    [59_700, "1m00s"],
    [200_000, "3m20s"],
    [3_599_800, "1h00m"],
    [3_840_000, "1h04m"],
  ])("writes %i ms as %s", (milliseconds, expected) => {
    expect(elapsed(milliseconds)).toBe(expected);
  });
});
