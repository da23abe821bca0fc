import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { editStackFile, readStackFile, removeEncryption } from "../../../../tools/stack/stack-file";

const BEFORE = `# What this stack is.
config:
  sightline:environment: dev
  sightline:site:
    name: website # shown in mails
  sightline:mail:
    # Nothing leaves this machine.
    kind: catcher
`;

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sightline-stack-file-"));
  file = path.join(folder, "Pulumi.dev.yaml");
  await writeFile(file, BEFORE);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test("an edit changes the one value and keeps every comment", async () => {
  await editStackFile(file, { "sightline:site.name": "shop" });
  expect(await readFile(file, "utf8")).toBe(BEFORE.replace("name: website", "name: shop"));
});

test("what was put in can be taken out again to the last byte", async () => {
  await editStackFile(file, { "sightline:images": { loki: "mirror/loki:3.7.8" } });
  expect(await readStackFile(file, "sightline:images")).toEqual({ loki: "mirror/loki:3.7.8" });
  await editStackFile(file, { "sightline:images": undefined });
  expect(await readFile(file, "utf8")).toBe(BEFORE);
});

test("a group that is not there yet is made for the value in it", async () => {
  await editStackFile(file, { "sightline:intervals.probe": "2s" });
  expect(await readStackFile(file, "sightline:intervals.probe")).toBe("2s");
});

test("a key that is not set reads as undefined", async () => {
  expect(await readStackFile(file, "sightline:grafana.enabled")).toBeUndefined();
});

test("the salt that the engine adds is taken out, and nothing else", async () => {
  await writeFile(file, `${BEFORE}encryptionsalt: v1:abc=:v1:def=\n`);
  await removeEncryption(file);
  expect(await readFile(file, "utf8")).toBe(BEFORE);
});
