import { createHash } from "node:crypto";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import {
  backupName,
  checkFiles,
  type Manifest,
  readManifest,
  writeManifest,
} from "../../../../tools/backup/manifest";
import { restoreCommand } from "../../../../tools/commands/restore";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sightline-manifest-"));
});

afterEach(async () => {
  jest.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

const CONTENTS = "not really compressed";

const MANIFEST: Manifest = {
  format: 1,
  stack: "shop",
  time: "2026-11-27T05:15:07.123Z",
  volumes: [
    {
      service: "loki",
      role: "data",
      host: "monitoring",
      volume: "shop-loki-data",
      image: "grafana/loki:3.7.8",
      file: "loki-data.tar.gz",
      bytes: CONTENTS.length,
      sha256: createHash("sha256").update(CONTENTS).digest("hex"),
      contentBytes: 4_096,
    },
  ],
};

const writeVolume = (text: string) => writeFile(path.join(folder, "loki-data.tar.gz"), text);

test("a backup is called by its stack and the time in UTC", () => {
  expect(backupName("shop", Date.parse("2026-11-27T05:15:07.123Z"))).toBe(
    "sightline-backup-shop-20261127T051507Z",
  );
});

test("a manifest is read as it was written, and only its owner can", async () => {
  await writeManifest(folder, MANIFEST);
  expect(await readManifest(folder)).toEqual(MANIFEST);
  expect((await stat(path.join(folder, "manifest.json"))).mode & 0o777).toBe(0o600);
});

test("a folder without one is refused", async () => {
  await expect(readManifest(folder)).rejects.toThrow(
    /This backup cannot be restored; nothing was touched \(1 problem\):\n {2}- .*: must be the folder of a backup, with a manifest\.json; got ENOENT.* Fix: npm run restore -- <folder/,
  );
});

test.each<[string, object, string]>([
  ["of a later version", { format: 2 }, "manifest.json.format: Invalid input: expected 1"],
  ["without volumes", { volumes: [] }, "manifest.json.volumes: Too small"],
  ["with a key that nobody knows", { encrypted: true }, 'Unrecognized key: "encrypted"'],
  [
    "with a file that is elsewhere",
    { volumes: [{ ...MANIFEST.volumes[0], file: "../../etc/shadow.tar.gz" }] },
    "manifest.json.volumes.0.file: Invalid string",
  ],
])("a manifest %s is refused", async (_, change, said) => {
  await writeManifest(folder, { ...MANIFEST, ...change });
  await expect(readManifest(folder)).rejects.toThrow(said);
});

test("a manifest that is cut off is refused", async () => {
  await writeFile(path.join(folder, "manifest.json"), '{"format": 1, "sta');
  await expect(readManifest(folder)).rejects.toThrow("manifest.json: Invalid input");
});

test("files are those that were written", async () => {
  await writeVolume(CONTENTS);
  await expect(checkFiles(folder, MANIFEST.volumes)).resolves.toBeUndefined();
});

test.each([
  ["damaged", CONTENTS.replace("really", "reaIly"), "other bytes (its sha256 differs)"],
  ["cut off", CONTENTS.slice(3), "18 bytes in place of 21"],
])("a file that is %s is refused", async (_, text, got) => {
  await writeVolume(text);
  await expect(checkFiles(folder, MANIFEST.volumes)).rejects.toThrow(
    `  - loki-data.tar.gz: must be as the manifest says; got ${got}. Fix: another backup`,
  );
});

test("a file that is not there is refused", async () => {
  await expect(checkFiles(folder, MANIFEST.volumes)).rejects.toThrow("got no such file");
});

describe("npm run restore", () => {
  const restore = (...words: string[]) => restoreCommand().parseAsync(words, { from: "user" });

  it("asks no host before the files are known to be right", async () => {
    await writeManifest(folder, MANIFEST);
    await writeVolume(CONTENTS.toUpperCase());
    jest.spyOn(console, "log").mockImplementation();
    await expect(restore(folder, "--yes")).rejects.toThrow("its sha256 differs");
  });

  it("says which stacks' settings there are not", async () => {
    await expect(restore(folder, "--stack", "nobody")).rejects.toThrow(
      "--stack nobody: there is no Pulumi.nobody.yaml",
    );
  });
});
