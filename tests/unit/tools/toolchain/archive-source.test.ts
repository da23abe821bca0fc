import { createHash } from "node:crypto";
import { access, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { checksumOf, chooseArchive, unpack } from "../../../../tools/toolchain/archive-source";
import { platform } from "../../../../tools/toolchain/source";
import { TOOLS } from "../../../../tools/toolchain/table";
import { PACKED, UNPACKED } from "./packed";

const NAME = `promtool-${TOOLS.promtool.version}-${platform()}.xz`;
const sha256 = (data: Buffer) => createHash("sha256").update(data).digest("hex");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "archive-test-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("chooseArchive", () => {
  const choose = (...folders: string[]) => chooseArchive(TOOLS.promtool, folders);

  it("takes the archive of the pinned version, with its checksum", async () => {
    await writeFile(path.join(folder, NAME), PACKED);
    await writeFile(path.join(folder, "SHA256SUMS"), `${sha256(PACKED)}  ${NAME}\n`);
    expect(await choose(path.join(folder, "absent"), folder)).toEqual({
      file: path.join(folder, NAME),
      sha256: sha256(PACKED),
    });
  });

  it("says which file it missed where", async () => {
    await writeFile(path.join(folder, NAME.replace("3.15", "3.14")), PACKED);
    expect(await choose(folder)).toBe(`no ${NAME} in ${folder}`);
  });

  it("takes no archive without a checksum", async () => {
    await writeFile(path.join(folder, NAME), PACKED);
    const file = path.join(folder, NAME);
    expect(await choose(folder)).toBe(`${file} is not listed in SHA256SUMS beside it`);
  });

  it("names the variable when it is not set", async () => {
    expect(await choose()).toBe("SIGHTLINE_TOOLCHAIN_PATH is not set");
  });

  it("does not apply to what only we build", async () => {
    expect(await chooseArchive(TOOLS.cadvisor, [folder])).toMatch(/^does not apply/);
  });
});

describe("checksumOf", () => {
  const sum = "a".repeat(64);

  it.each([
    ["text mode", `${sum}  file.xz`],
    ["binary mode", `${sum} *file.xz`],
    ["Windows line ends", `${sum}  file.xz\r`],
    ["other files around it", `${"b".repeat(64)}  a\n${sum}  file.xz\n${"c".repeat(64)}  z`],
  ])("reads %s", (_what, text) => {
    expect(checksumOf(text, "file.xz")).toBe(sum);
  });

  it.each([
    ["a longer name", `${sum}  big-file.xz`],
    ["a short checksum", `abc  file.xz`],
    ["nothing", ""],
  ])("finds none for %s", (_what, text) => {
    expect(checksumOf(text, "file.xz")).toBeUndefined();
  });
});

describe("unpack", () => {
  const target = () => path.join(folder, "tools", "promtool");
  const attempt = async (data: Buffer, checksum: string) => {
    const file = path.join(folder, NAME);
    await writeFile(file, data);
    return unpack(TOOLS.promtool, { file, sha256: checksum }, target());
  };

  it("writes an executable", async () => {
    await attempt(PACKED, sha256(PACKED));
    expect(await readFile(target(), "utf8")).toBe(UNPACKED);
    await expect(access(target(), 1)).resolves.toBeUndefined();
  });

  it("refuses an archive with another checksum, and leaves nothing behind", async () => {
    const wanted = "0".repeat(64);
    await expect(attempt(PACKED, wanted)).rejects.toThrow(
      [
        `Cannot get promtool ${TOOLS.promtool.version}. Tried, in this order:`,
        `  - ${path.join(folder, NAME)}: sha256 is ${sha256(PACKED)}; SHA256SUMS says ${wanted}`,
        "Fix: fetch that archive and its SHA256SUMS anew, or take its folder out of " +
          "SIGHTLINE_TOOLCHAIN_PATH",
      ].join("\n"),
    );
    expect(await readdir(path.join(folder, "tools"))).toEqual([]);
  });

  it("refuses what is no archive at all, in the words of xz", async () => {
    const data = Buffer.from("not packed");
    await expect(attempt(data, sha256(data))).rejects.toThrow(/File format not recognized/);
    expect(await readdir(path.join(folder, "tools"))).toEqual([]);
  });
});
