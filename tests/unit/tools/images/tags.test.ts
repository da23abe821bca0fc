import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { planImage } from "../../../../tools/images/build";
import { debianImageReference } from "../../../../tools/images/debian";
import { parseSources } from "../../../../tools/images/debian-sources";
import type { ResolvedTool, ToolName } from "../../../../tools/toolchain/resolve-tool";

describe("the tag of a Debian image", () => {
  const base = { name: "base", packages: ["curl", "bash"] };

  test("is a name that nobody takes for an official one", () => {
    expect(debianImageReference(base)).toMatch(/^sightline-offline\/base:bookworm-[0-9a-f]{12}$/);
  });

  test("does not depend on the order of the packages, nor on doubles", () => {
    const reordered = { ...base, packages: ["bash", "curl", "bash"] };
    expect(debianImageReference(reordered)).toBe(debianImageReference(base));
  });

  test.each([
    ["packages", { ...base, packages: ["bash"] }],
    ["hooks", { ...base, customizeHooks: ["true"] }],
    ["name", { ...base, name: "other" }],
  ])("changes with its %s", (_what, changed) => {
    expect(debianImageReference(changed)).not.toBe(debianImageReference(base));
  });
});

describe("the tag of a stand-in", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "sightline-tags-"));
  const before = process.env.SIGHTLINE_CACHE;
  beforeAll(() => (process.env.SIGHTLINE_CACHE = folder));
  afterAll(() => {
    if (before === undefined) delete process.env.SIGHTLINE_CACHE;
    else process.env.SIGHTLINE_CACHE = before;
    rmSync(folder, { recursive: true });
  });

  async function reference(content: string, donor = "donor:1"): Promise<string> {
    const file = path.join(folder, `loki-${content}`);
    writeFileSync(file, content);
    const loki: ResolvedTool = { name: "loki", version: "3.7.8", path: file, source: "built" };
    const tools = new Map<ToolName, ResolvedTool>([["loki", loki]]);
    return (await planImage({ name: "loki", donor, tools })).reference;
  }

  test("carries the official tag and a hash", async () => {
    expect(await reference("a")).toMatch(/^sightline-offline\/loki:3\.7\.8-[0-9a-f]{12}$/);
  });

  test("stays for the same content and changes with the program or the base", async () => {
    const first = await reference("a");
    expect(await reference("a")).toBe(first);
    expect(await reference("b")).not.toBe(first);
    expect(await reference("a", "donor:2")).not.toBe(first);
  });
});

describe("the apt sources of a machine", () => {
  test("one-line form: only packages of the release", () => {
    const text = [
      "# deb http://mirror/debian bookworm main",
      "deb http://mirror/debian bookworm main contrib",
      "deb-src http://mirror/debian bookworm main",
      "deb [arch=amd64] http://mirror/security bookworm-security main",
      "deb http://mirror/other cloud-sdk-bookworm main",
      "deb http://mirror/debian trixie main",
    ].join("\n");
    expect(parseSources(text)).toEqual([
      "deb http://mirror/debian bookworm main contrib",
      "deb [arch=amd64] http://mirror/security bookworm-security main",
    ]);
  });

  test("stanza form: every suite of every address, with its key", () => {
    const text = `Types: deb deb-src
# a comment
URIs: http://mirror/debian
Suites: bookworm bookworm-updates bookworm-backports
Components: main
Signed-By: /usr/share/keyrings/key.gpg

Types: deb
URIs: http://mirror/node
Suites: nodistro
Components: main

Types: deb
Enabled: no
URIs: http://mirror/off
Suites: bookworm
Components: main
`;
    expect(parseSources(text)).toEqual([
      "deb [signed-by=/usr/share/keyrings/key.gpg] http://mirror/debian bookworm main",
      "deb [signed-by=/usr/share/keyrings/key.gpg] http://mirror/debian bookworm-updates main",
    ]);
  });
});
