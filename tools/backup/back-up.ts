import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { Transform, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

import type { Settings } from "../../configs/settings/settings";
import { elapsed } from "../lib/duration";
import type { Report } from "../lib/progress";
import { type BackedUpVolume, backupName, type Manifest, writeManifest } from "./manifest";
import { keyOf, type KeptVolume } from "./plan";
import { serversThere } from "./servers-there";
import { sizeText } from "./size-text";
import { VolumeHelper } from "./volume-helper";
import { type Gap, whileStopped } from "./while-stopped";

/** What is to be copied, and where to. */
export interface BackupRun {
  readonly settings: Settings;
  readonly volumes: readonly KeptVolume[];
  /** The backup becomes a folder in this one, which is made where it is not there. */
  readonly out: string;
  /** Send the contents while the server is stopped, for want of room for a copy. */
  readonly direct: boolean;
  readonly say: Report;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * Copies volumes one after the other into a folder that only its owner may read. It has its name only
 * when it is whole.
 *
 * @returns the folder
 */
export async function backUp(run: BackupRun): Promise<string> {
  const { settings, volumes, out, say, nowMs } = run;
  const images = await serversThere(settings, volumes, { mustRun: true });
  const folder = path.join(path.resolve(out), backupName(settings.prefix, nowMs));
  const part = `${folder}.part`;
  await mkdir(part, { recursive: true, mode: 0o700 });
  try {
    const done: BackedUpVolume[] = [];
    for (const [index, volume] of volumes.entries()) {
      say(`[${index + 1}/${volumes.length}] ${keyOf(volume)} on ${volume.host} …`);
      done.push(await backUpVolume(run, volume, { folder: part, image: imageOf(images, volume) }));
    }
    const time = new Date(nowMs).toISOString();
    const manifest: Manifest = { format: 1, stack: settings.prefix, time, volumes: done };
    await writeManifest(part, manifest);
    await rename(part, folder);
    return folder;
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

function imageOf(images: ReadonlyMap<string, string>, volume: KeptVolume): string {
  const image = images.get(keyOf(volume));
  if (image === undefined) throw new Error(`nobody looked at the image of ${keyOf(volume)}`);
  return image;
}

async function backUpVolume(
  run: BackupRun,
  volume: KeptVolume,
  { folder, image }: { readonly folder: string; readonly image: string },
): Promise<BackedUpVolume> {
  const { settings, direct, say, signal } = run;
  const helper = await VolumeHelper.open(settings, volume);
  try {
    const contentBytes = await checkVolume(helper, volume, direct);
    const file = path.join(folder, `${keyOf(volume)}.tar.gz`);
    const pause = {
      settings,
      host: volume.host,
      servers: [...volume.writers, volume.owner],
      end: { signal, work: () => helper.run("clean") },
    };
    let gap: Gap | undefined;
    const written = await writeDown(file, signal, async (stdout) => {
      const work = helper.words(direct ? "send-all" : "copy");
      gap = await whileStopped({ ...pause, work, ...(direct ? { stdout } : {}) });
      if (!direct) await helper.run("send", { stdout, signal });
    });
    say(`    ${sizeText(contentBytes)}, ${sizeText(written.bytes)} compressed`);
    if (gap) say(`    ${gapText(settings, volume, gap)}`);
    const { service, role, host, volume: name } = volume;
    return {
      service,
      role,
      host,
      volume: name,
      image,
      file: path.basename(file),
      ...written,
      contentBytes,
    };
  } finally {
    await helper.run("clean").finally(() => helper.close());
  }
}

/** @returns what the contents take */
async function checkVolume(
  helper: VolumeHelper,
  { volume, host }: KeptVolume,
  direct: boolean,
): Promise<number> {
  if ((await helper.run("aside")) === "yes") {
    throw new Error(
      `${volume}: a restore was killed, and the contents of before are still aside. ` +
        "Fix: npm run restore once more, which begins by putting them back",
    );
  }
  await helper.run("clean");
  const { usedBytes, freeBytes } = await helper.room();
  if (direct || freeBytes > usedBytes) return usedBytes;
  throw new Error(
    `${volume} on ${host}: must have as much free space as it has contents, for a copy; ` +
      `got ${sizeText(freeBytes)} for ${sizeText(usedBytes)}. ` +
      "Fix: --direct, which needs none, and stops the server until all is sent",
  );
}

/** Writes what is sent into a new file that only its owner may read. */
async function writeDown(
  file: string,
  signal: AbortSignal,
  send: (to: Writable) => Promise<unknown>,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  const written = pipeline(counted, createWriteStream(file, { flags: "wx", mode: 0o600 }));
  const results = await Promise.allSettled([
    written,
    send(counted).catch((error: unknown) => {
      counted.destroy();
      throw error;
    }),
  ]);
  signal.throwIfAborted();
  // Where one of them ends early, the other only says that its pipe was closed.
  const reasons = results.flatMap((one) =>
    one.status === "rejected" ? [one.reason as Error] : [],
  );
  const [reason] = [...reasons.filter((one) => !isClosedPipe(one)), ...reasons];
  if (reason) throw reason;
  return { bytes, sha256: hash.digest("hex") };
}

function isClosedPipe(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE";
}

/** How long it was away, and whether somebody was told. */
export function gapText({ alerts }: Settings, { service }: KeptVolume, gap: Gap): string {
  const { enabled, for: forMs } = alerts.ContainerDown;
  const said = `${service} was stopped for ${elapsed(gap.stoppedMs)}, and answers again after ${elapsed(gap.awayMs)}`;
  if (!enabled || gap.awayMs < forMs) return said;
  return `${said}: longer than ${elapsed(forMs)}, after which ContainerDown mails`;
}
