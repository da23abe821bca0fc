import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { EXPORTER_IMAGE_NAMES, STACK_IMAGE_NAMES } from "../../../../tools/images/official";
import { wantedImages } from "../../../../tools/stack/wanted-images";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sightline-wanted-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The images that are not wanted with these settings of the logs and the gateway. */
async function left(
  logs: Record<string, unknown>,
  gateway = { enabled: true },
  browser = {},
): Promise<readonly string[]> {
  const file = path.join(folder, "Pulumi.yaml");
  const config = {
    "sightline:logs": logs,
    "sightline:gateway": gateway,
    "sightline:browser": browser,
  };
  await writeFile(file, JSON.stringify({ config }));
  const wanted = await wantedImages(file);
  return STACK_IMAGE_NAMES.filter((name) => !wanted.includes(name));
}

test.each([
  ["none is named", {}, ["alloy"]],
  ["promtail is named", { agent: "promtail" }, ["alloy"]],
  ["alloy is named", { agent: "alloy" }, ["promtail"]],
])("only the chosen log agent's image is made: %s", async (_what, logs, expected) => {
  expect(await left(logs)).toEqual(expected);
});

test("the gateway's image is made only where there is one", async () => {
  expect(await left({ agent: "alloy" }, { enabled: false })).toEqual(["promtail", "gateway"]);
  const plain = { enabled: true, plainHttp: true };
  expect(await left({ agent: "alloy" }, { enabled: false }, plain)).toEqual(["promtail"]);
  const off = { ...plain, enabled: false };
  expect(await left({ agent: "alloy" }, { enabled: false }, off)).toContain("gateway");
});

test.each([
  ["acme", true],
  ["files", false],
])(
  "the client's image is made where the gateway's certificate is got by itself: %s",
  async (kind, isMade) => {
    const file = path.join(folder, "Pulumi.acme.yaml");
    const gateway = { enabled: true, tls: { kind } };
    await writeFile(file, JSON.stringify({ config: { "sightline:gateway": gateway } }));
    expect((await wantedImages(file)).includes("acme")).toBe(isMade);
  },
);

test("a misspelt agent does not stop the set-up: the program refuses it", async () => {
  expect(await left({ agent: "aloy" })).toEqual(["promtail", "alloy"]);
});

test("an exporter's image is made where a host has that exporter", async () => {
  const file = path.join(folder, "Pulumi.exporters.yaml");
  const app = { exporters: { redis: { address: "redis:6379" }, nginx: undefined } };
  await writeFile(file, JSON.stringify({ config: { "sightline:hosts": { app } } }));
  const wanted = await wantedImages(file);
  expect(EXPORTER_IMAGE_NAMES.filter((name) => wanted.includes(name))).toEqual([
    "process-exporter",
    "redis-exporter",
  ]);
  expect(await left({})).toContain("alloy");
});

test.each([
  ["true", true],
  ["false", false],
])("the image of Thanos is made where long-term metrics are %s", async (_, enabled) => {
  const file = path.join(folder, "Pulumi.long-term.yaml");
  const config = { "sightline:metrics": { longTerm: { enabled } } };
  await writeFile(file, JSON.stringify({ config }));
  expect((await wantedImages(file)).includes("thanos")).toBe(enabled);
});
