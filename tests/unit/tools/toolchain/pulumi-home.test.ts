import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { preparePulumi } from "../../../../tools/toolchain/pulumi-home";
import { platform } from "../../../../tools/toolchain/source";
import { TOOLS } from "../../../../tools/toolchain/table";
import { PACKED, UNPACKED } from "./packed";

const PARTS = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-docker"] as const;
const SYSTEM = "/usr/bin:/bin";

let root: string;
const at = (...parts: string[]) => path.join(root, ...parts);

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "home-test-"));
  jest.replaceProperty(process, "env", {
    SIGHTLINE_CACHE: at("cache"),
    SIGHTLINE_TOOLCHAIN_PATH: at("archives"),
    PATH: `${at("own")}:${SYSTEM}`,
  });
  await Promise.all([mkdir(at("own")), mkdir(at("archives"))]);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(root, { recursive: true });
});

/** A program of the user's own that prints a version. */
async function install(name: string, prints: string): Promise<void> {
  await writeFile(at("own", name), `#!/bin/sh\necho ${prints}\n`);
  await chmod(at("own", name), 0o755);
}

async function putArchives(): Promise<void> {
  const sha256 = createHash("sha256").update(PACKED).digest("hex");
  const names = PARTS.map((name) => `${name}-${TOOLS[name].version}-${platform()}.xz`);
  await Promise.all(names.map((name) => writeFile(at("archives", name), PACKED)));
  const sums = names.map((name) => `${sha256}  ${name}\n`).join("");
  await writeFile(at("archives", "SHA256SUMS"), sums);
}

const skip = ["official", "built"] as const;

describe("preparePulumi, where everything had to be unpacked", () => {
  const home = () => at("cache", "pulumi-home");
  beforeEach(putArchives);

  it("gives the engine a home of its own, and forbids downloads that cannot succeed", async () => {
    const prepared = await preparePulumi({ skip });
    expect(prepared).toEqual({
      cli: path.join(home(), "bin", "pulumi"),
      environment: {
        PULUMI_HOME: home(),
        PATH: `${path.join(home(), "bin")}:${at("own")}:${SYSTEM}`,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      },
    });
  });

  it.each([
    ["the language host beside the CLI", ["bin", "pulumi-language-nodejs"]],
    ["the CLI itself", ["bin", "pulumi"]],
    ["the plugin", ["plugins", "resource-docker-v5.2.0", "pulumi-resource-docker"]],
  ])("lays out %s", async (_what, parts) => {
    await preparePulumi({ skip });
    const file = path.join(home(), ...parts);
    expect(await readFile(file, "utf8")).toBe(UNPACKED);
    expect((await stat(file)).mode & 0o111).toBe(0o111);
  });

  it("writes nothing the second time", async () => {
    const cli = path.join(home(), "bin", "pulumi");
    await preparePulumi({ skip });
    const before = await stat(cli);
    await preparePulumi({ skip });
    const after = await stat(cli);
    expect([after.ino, after.ctimeMs]).toEqual([before.ino, before.ctimeMs]);
  });

  it("puts the right file where another lay", async () => {
    await preparePulumi({ skip });
    const cli = path.join(home(), "bin", "pulumi");
    await rm(cli);
    await writeFile(cli, "of another release");
    await preparePulumi({ skip });
    expect(await readFile(cli, "utf8")).toBe(UNPACKED);
  });
});

describe("preparePulumi, where the user has a pulumi", () => {
  beforeEach(() => install("pulumi", "v3.260.0"));

  it("leaves it as it is, with its home and its downloads", async () => {
    await install("pulumi-resource-docker", "5.2.0");
    expect(await preparePulumi({ skip })).toEqual({
      cli: at("own", "pulumi"),
      environment: { PATH: `${at("own")}:${SYSTEM}`, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
  });

  it("puts a plugin that it cannot download on PATH beside it", async () => {
    await putArchives();
    const { cli, environment } = await preparePulumi({ skip });
    expect(cli).toBe(at("own", "pulumi"));
    expect(environment.PULUMI_HOME).toBeUndefined();
    const [first = ""] = (environment.PATH ?? "").split(":");
    expect(await readFile(path.join(first, "pulumi-resource-docker"), "utf8")).toBe(UNPACKED);
  });

  it("says what is missing when there is no plugin anywhere", async () => {
    await expect(preparePulumi({ skip })).rejects.toThrow(/^Cannot get pulumi-resource-docker 5/);
  });
});
