import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { onPath, pathSource, versionOf } from "../../../../tools/toolchain/path-source";
import { TOOLS } from "../../../../tools/toolchain/table";

let root: string;

/** Puts a program that prints a text into a folder below the root, and gives its path. */
async function program(folder: string, name: string, prints: string): Promise<string> {
  const file = path.join(root, folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho asked >> "$0.asked"\necho '${prints}'\n`);
  await chmod(file, 0o755);
  return file;
}

beforeEach(async () => {
  root = await realpath(await mkdtemp(path.join(tmpdir(), "path-test-")));
  const folders = ["one", "two"].map((name) => path.join(root, name));
  jest.replaceProperty(process, "env", {
    SIGHTLINE_CACHE: path.join(root, "cache"),
    // The system's folders stay: the programs above are shell scripts.
    PATH: [...folders, "/usr/bin", "/bin"].join(":"),
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(root, { recursive: true });
});

describe("onPath", () => {
  it("takes the first executable", async () => {
    const first = await program("one", "tool-x", "");
    await program("two", "tool-x", "");
    expect(await onPath("tool-x")).toBe(first);
  });

  it("passes over our own cache, and the commands of npm packages", async () => {
    await program("cache/bin", "tool-x", "");
    await program("node_modules/.bin", "tool-x", "");
    process.env.PATH = `${root}/cache/bin:${root}/node_modules/.bin:.:`;
    expect(await onPath("tool-x")).toBeUndefined();
  });
});

describe("a tool on PATH", () => {
  it("is taken when its version fits", async () => {
    const file = await program("one", "promtool", "promtool, version 3.15.2 (branch: x)");
    expect(await pathSource.find(TOOLS.promtool)).toEqual({ path: file, version: "3.15.2" });
  });

  it("is refused by name, version and rule when it does not", async () => {
    const file = await program("one", "promtool", "promtool, version 2.42.0+ds");
    expect(await pathSource.find(TOOLS.promtool)).toEqual({
      reason: `${file} is 2.42.0; need 3.15.x`,
    });
  });

  it("is refused when it does not know its version", async () => {
    const file = await program("one", "loki", "loki, version  (branch: , revision: unknown)");
    expect(await pathSource.find(TOOLS.loki)).toEqual({
      reason: `${file} does not say its version`,
    });
  });

  it("is asked once, until its file changes", async () => {
    const file = await program("one", "promtool", "promtool, version 3.15.2");
    expect(await versionOf(file, ["--version"])).toBe("3.15.2");
    expect(await versionOf(file, ["--version"])).toBe("3.15.2");
    expect(await readFile(`${file}.asked`, "utf8")).toBe("asked\n");
    await program("one", "promtool", "promtool, version 3.15.11");
    expect(await versionOf(file, ["--version"])).toBe("3.15.11");
  });
});

describe("a language host on PATH", () => {
  const host = TOOLS["pulumi-language-nodejs"];

  it("counts as the CLI it was installed with", async () => {
    await program("one", "pulumi", "v3.251.0");
    const file = await program("one", "pulumi-language-nodejs", "");
    expect(await pathSource.find(host)).toEqual({ path: file, version: "3.251.0" });
  });

  it("is refused away from the CLI", async () => {
    const cli = await program("one", "pulumi", "v3.251.0");
    const file = await program("two", "pulumi-language-nodejs", "");
    expect(await pathSource.find(host)).toEqual({
      reason: `${file} was not installed with ${cli}, and does not say its version`,
    });
  });

  it("is refused with a CLI that is refused", async () => {
    const cli = await program("one", "pulumi", "v3.100.0");
    const file = await program("one", "pulumi-language-nodejs", "");
    expect(await pathSource.find(host)).toEqual({
      reason:
        `${file}: no usable pulumi beside it ` +
        `(${cli} is 3.100.0; need 3.250.0 or newer, below 4.0.0)`,
    });
  });
});
