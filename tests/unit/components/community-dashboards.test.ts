import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { communityDashboards } from "../../../components/community-dashboards";
import { sha256Of } from "../../../configs/dashboards/community";
import { devRaw, devSettings } from "../../support/fixtures";
import { runProgram } from "../../support/mocks";

const content = JSON.stringify({ id: 7, title: "Node Exporter Full", panels: [] });
const sha256 = sha256Of(content);
const entry = { id: 1860, revision: 37, sha256 };

let folder: string;
let warn: jest.SpyInstance;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sightline-community-"));
  warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
});

afterEach(() => {
  warn.mockRestore();
  rmSync(folder, { recursive: true, force: true });
});

function files(community: unknown) {
  return communityDashboards(devSettings({ dashboards: { community } }), folder);
}

const warnings = () => warn.mock.calls.map(([message]: unknown[]) => message);

test("a fetched dashboard becomes a file of Grafana's, without a word", () => {
  writeFileSync(join(folder, `1860-37-${sha256}.json`), content);
  expect(files([entry])).toEqual({
    "community-1860.json":
      '{"id":null,"title":"Node Exporter Full","panels":[],"uid":"community-1860"}',
  });
  expect(warnings()).toEqual([]);
});

test("one that was not fetched is left out with a warning that says what to do", () => {
  expect(files([entry])).toEqual({});
  expect(warnings()).toEqual([
    "dashboard 1860 (revision 37) is left out: it was not fetched, there is no " +
      `.sightline/dashboards/1860-37-${sha256}.json. Fix: npm run dashboards`,
  ]);
});

test("one without a checksum, or changed since, is left out with a warning", () => {
  const other = `1860-37-${"0".repeat(64)}.json`;
  writeFileSync(join(folder, other), content);
  expect(files([{ ...entry, sha256: "0".repeat(64) }])).toEqual({});
  expect(files([{ id: 1860, revision: 37 }])).toEqual({});
  expect(warnings()).toEqual([
    `dashboard 1860 (revision 37) is left out: ${other} was changed, its sha256 is ${sha256}. Fix: npm run dashboards`,
    "dashboard 1860 (revision 37) is left out: the settings have no sha256 for it. Fix: npm run dashboards",
  ]);
});

test("the stack comes up without them, with the same resources", async () => {
  const names = async (raw: ReturnType<typeof devRaw>) =>
    (await runProgram({ stack: "dev", raw })).resources.map(({ name }) => name).sort();
  const community = [{ ...entry, sha256: "f".repeat(64) }];
  expect(await names(devRaw({ dashboards: { community } }))).toEqual(await names(devRaw()));
});
