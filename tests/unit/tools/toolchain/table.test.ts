import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { buildArguments, GO_FOLDER } from "../../../../tools/toolchain/build-key";
import { TOOLS } from "../../../../tools/toolchain/table";
import { TOOL_NAMES } from "../../../../tools/toolchain/types";
import { parseVersion } from "../../../../tools/toolchain/version";

const specs = TOOL_NAMES.map((name) => [name, TOOLS[name]] as const);
const read = (folder: string, file: string) =>
  readFileSync(path.join(GO_FOLDER, folder, file), "utf8");

describe("the table of tools", () => {
  it("has every tool, and nothing else", () => {
    expect(Object.keys(TOOLS).sort()).toEqual([...TOOL_NAMES].sort());
  });

  it.each(specs)("%s: is pinned to one release", (name, spec) => {
    expect(spec.name).toBe(name);
    expect(parseVersion(spec.version)).toBeDefined();
    expect(spec.version).not.toMatch(/^v/);
  });

  it.each(specs)("%s: has its committed module files", (_name, { build }) => {
    expect(read(build.folder, "go.mod")).toMatch(/^module \S+$/m);
    const needsSums = /^require/m.test(read(build.folder, "go.mod"));
    expect(existsSync(path.join(GO_FOLDER, build.folder, "go.sum"))).toBe(needsSums);
  });

  it.each(specs)("%s: names a main package that is there", (_name, { build }) => {
    if (build.package === ".") {
      expect(read(build.folder, "main.go")).toMatch(/^package main$/m);
    } else {
      // Otherwise `go build` would have to change go.mod, which -mod=readonly forbids.
      expect(read(build.folder, "go.mod")).toContain(build.package);
    }
  });

  it.each(specs)("%s: replaces no module by a folder of one machine", (_name, { build }) => {
    expect(read(build.folder, "go.mod")).not.toMatch(/=>\s*[./]/);
  });

  it.each(specs)("%s: is compiled the same way everywhere", (_name, spec) => {
    const args = buildArguments(spec);
    expect(args).toEqual(expect.arrayContaining(["-mod=readonly", "-trimpath"]));
    expect(args.at(-1)).toBe(spec.build.package);
  });

  it("makes every tool that can say its version say the pinned one", () => {
    const silent = specs.filter(([, { build }]) => !build.variables).map(([name]) => name);
    expect(silent).toEqual([]);
  });

  it("takes the version of a server's module from the same line as the program's", () => {
    for (const [, { version, build }] of specs) {
      for (const value of Object.values(build.variables ?? {})) {
        if (parseVersion(value)) expect([version, `v${version}`, "v0.315.0"]).toContain(value);
      }
    }
  });

  it("leaves the makers' own binaries to the engine and its plugin", () => {
    const official = specs.filter(([, spec]) => spec.official).map(([name]) => name);
    expect(official).toEqual(["pulumi", "pulumi-language-nodejs", "pulumi-resource-docker"]);
  });

  it("takes no archive where only our own main has the flags we pass", () => {
    const own = specs.filter(([, spec]) => spec.archive === false).map(([name]) => name);
    expect(own).toEqual(["cadvisor", "socket-proxy"]);
  });
});
