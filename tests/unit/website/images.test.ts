import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { contentHash, offlineFolder, siteFolder } from "../../../tools/images/website/files";

describe("contentHash", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "website-"));
    mkdirSync(path.join(folder, "src"));
    writeFileSync(path.join(folder, "src", "a.txt"), "one");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const hash = (extra?: string) => contentHash([path.join(folder, "src")], extra);

  it("stays while nothing changes, wherever the folder is", async () => {
    expect(await hash()).toMatch(/^[0-9a-f]{12}$/);
    expect(await hash()).toBe(await hash());
  });

  it.each([
    [
      "a file's content",
      () => {
        writeFileSync(path.join(folder, "src", "a.txt"), "two");
      },
    ],
    [
      "a new file",
      () => {
        writeFileSync(path.join(folder, "src", "b.txt"), "");
      },
    ],
  ])("changes with %s", async (_name, change) => {
    const before = await hash();
    change();
    expect(await hash()).not.toBe(before);
  });

  it("changes with what else decides the image", async () => {
    expect(await hash("base:1")).not.toBe(await hash("base:2"));
  });

  it("does not see what a build leaves behind", async () => {
    const before = await hash();
    mkdirSync(path.join(folder, "src", "node_modules"));
    writeFileSync(path.join(folder, "src", "node_modules", "x"), "");
    expect(await hash()).toBe(before);
  });
});

describe("the backend's two Dockerfiles", () => {
  const official = readFileSync(path.join(siteFolder, "backend", "Dockerfile"), "utf8");
  const offline = readFileSync(path.join(offlineFolder, "backend.Dockerfile"), "utf8");

  it.each([/^ENTRYPOINT .+$/m, /^CMD (.|\n)+$/m, /useradd .+ app$/m, /^WORKDIR .+$/m])(
    "agree on %s",
    (line) => {
      const expected = line.exec(official)?.[0];
      expect(expected).toBeDefined();
      expect(line.exec(offline)?.[0]).toBe(expected);
    },
  );
});

describe("requirements.txt", () => {
  it("pins every package exactly", () => {
    const text = readFileSync(path.join(siteFolder, "backend", "requirements.txt"), "utf8");
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.filter((line) => !/^[a-z0-9-]+==[0-9.]+(post\d+)?$/.test(line))).toEqual([]);
  });
});
