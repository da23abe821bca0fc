import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { access, chmod, mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";

import { installDebianPackages } from "../docker/apt";
import { reasonOf, SetupError } from "../lib/setup-error";
import { isExecutable, platform, type Source, storedPath } from "./source";
import type { ToolSpec } from "./types";

const VARIABLE = "SIGHTLINE_TOOLCHAIN_PATH";
const CHECKSUMS = "SHA256SUMS";

/** An archive that was chosen, and the checksum it has to have. */
export interface Archive {
  readonly file: string;
  readonly sha256: string;
}

/** Executables packed one by one with xz, in folders that the user names. */
export const archiveSource: Source = {
  name: "archive",
  describe: () => `archives in ${VARIABLE}`,
  async find(spec) {
    const archive = await chooseArchive(spec, folders());
    if (typeof archive === "string") return { reason: archive };
    const target = storedPath(spec, archive.sha256.slice(0, 12));
    if (await isExecutable(target)) return { path: target, version: spec.version };
    return { reason: `${archive.file} is not unpacked yet` };
  },
  async make(spec, report) {
    const archive = await chooseArchive(spec, folders());
    if (typeof archive === "string") return { reason: archive };
    try {
      await installDebianPackages(["xz-utils"], { toolName: "xz", onProgress: report });
    } catch (error) {
      return { reason: reasonOf(error) };
    }
    const target = storedPath(spec, archive.sha256.slice(0, 12));
    report(`unpacking ${archive.file}`);
    await unpack(spec, archive, target);
    return { path: target, version: spec.version };
  },
};

function folders(): string[] {
  return (process.env[VARIABLE] ?? "").split(path.delimiter).filter((folder) => folder !== "");
}

/** The first folder's archive of exactly the pinned version, or why there is none. */
export async function chooseArchive(
  spec: ToolSpec,
  folderList: readonly string[],
): Promise<Archive | string> {
  if (spec.archive === false)
    return "does not apply: the flags we pass exist only in our own build";
  if (folderList.length === 0) return `${VARIABLE} is not set`;
  const name = `${spec.name}-${spec.version}-${platform()}.xz`;
  for (const folder of folderList) {
    const file = path.join(folder, name);
    if (!(await exists(file))) continue;
    const sums = await readFile(path.join(folder, CHECKSUMS), "utf8").catch(() => "");
    const sha256 = checksumOf(sums, name);
    return sha256 ? { file, sha256 } : `${file} is not listed in ${CHECKSUMS} beside it`;
  }
  return `no ${name} in ${folderList.join(", ")}`;
}

/** The checksum of one file in the text that sha256sum writes. */
export function checksumOf(sums: string, name: string): string | undefined {
  for (const line of sums.split("\n")) {
    const match = /^([0-9a-f]{64}) [ *](.+)$/.exec(line.trimEnd());
    if (match?.[2] === name) return match[1];
  }
  return undefined;
}

/**
 * Unpacks to a temporary name and renames, so that a half-written tool is never found.
 *
 * @throws SetupError when the archive is not what its checksum says; going on to another source
 *   would hide a damaged or exchanged file.
 */
export async function unpack(spec: ToolSpec, archive: Archive, target: string): Promise<void> {
  const temporary = `${target}.${process.pid}`;
  await mkdir(path.dirname(target), { recursive: true });
  try {
    const actual = await decompress(archive.file, temporary).catch((error: unknown) => {
      throw damaged(spec, archive, reasonOf(error));
    });
    if (actual !== archive.sha256) {
      throw damaged(spec, archive, `sha256 is ${actual}; ${CHECKSUMS} says ${archive.sha256}`);
    }
    await chmod(temporary, 0o755);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Writes the unpacked file and gives the checksum of the packed one, read once. */
async function decompress(from: string, to: string): Promise<string> {
  const hash = createHash("sha256");
  const xz = spawn("xz", ["--decompress", "--stdout"], { stdio: ["pipe", "pipe", "pipe"] });
  const complaints: Buffer[] = [];
  xz.stderr.on("data", (chunk: Buffer) => complaints.push(chunk));
  const ended = new Promise<number | null>((resolve, reject) => {
    xz.once("error", reject).once("close", resolve);
  });
  const tap = new PassThrough().on("data", (chunk: Buffer) => hash.update(chunk));
  const packed = pipeline(createReadStream(from), tap, xz.stdin);
  await Promise.all([
    // xz stops reading when the data is no xz; its own words say more than the broken pipe.
    packed.catch(() => undefined),
    pipeline(xz.stdout, createWriteStream(to)),
  ]);
  if ((await ended) !== 0) throw new Error(Buffer.concat(complaints).toString().trim());
  return hash.digest("hex");
}

function damaged(spec: ToolSpec, { file }: Archive, reason: string): SetupError {
  return new SetupError({
    tool: `${spec.name} ${spec.version}`,
    tried: [{ source: file, reason }],
    wayOut: `fetch that archive and its ${CHECKSUMS} anew, or take its folder out of ${VARIABLE}`,
  });
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
