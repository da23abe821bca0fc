import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { sha256Of } from "../../../../configs/dashboards/community";
import { fetchDashboards, wantedDashboards } from "../../../../tools/dashboards/community";

/** Stands in for grafana.com: has one dashboard, and counts who asks. */
const CONTENT = JSON.stringify({ title: "Node Exporter Full", panels: [] });
const sha256 = sha256Of(CONTENT);
const dashboard = { id: 1860, revision: 37, sha256 };

let server: Server;
let base: string;
let folder: string;
let asked: string[];

beforeEach(async () => {
  asked = [];
  server = createServer(({ url = "" }, response) => {
    asked.push(url);
    const isThere = url === "/api/dashboards/1860/revisions/37/download";
    response.writeHead(isThere ? 200 : 404).end(isThere ? CONTENT : "{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(path.join(tmpdir(), "sightline-dashboards-"));
});

afterEach(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

async function fetched(...entries: Parameters<typeof fetchDashboards>[0]) {
  const outcomes = await fetchDashboards(entries, { folder, base });
  return outcomes.map(({ kept, message }) => ({ kept, message }));
}

test("a dashboard is fetched once, and kept under the checksum that was asked for", async () => {
  expect(await fetched(dashboard)).toEqual([
    { kept: true, message: "dashboard 1860 (revision 37): fetched" },
  ]);
  expect(await readdir(folder)).toEqual([`1860-37-${sha256}.json`]);
  expect(await readFile(path.join(folder, `1860-37-${sha256}.json`), "utf8")).toBe(CONTENT);
  expect(await fetched(dashboard)).toEqual([
    { kept: true, message: "dashboard 1860 (revision 37): is there" },
  ]);
  expect(asked).toHaveLength(1);
});

test("a kept file that was changed is fetched anew", async () => {
  await writeFile(path.join(folder, `1860-37-${sha256}.json`), "{}");
  expect(await fetched(dashboard)).toMatchObject([{ kept: true }]);
  expect(await readFile(path.join(folder, `1860-37-${sha256}.json`), "utf8")).toBe(CONTENT);
});

test("another file than the one that was meant is refused with both checksums, and not kept", async () => {
  const other = "0".repeat(64);
  const url = `${base}/api/dashboards/1860/revisions/37/download`;
  expect(await fetched({ ...dashboard, sha256: other })).toEqual([
    {
      kept: false,
      message: `dashboard 1860 (revision 37): ${url} is not the file that was meant: expected sha256 ${other}, got ${sha256}`,
    },
  ]);
  expect(await readdir(folder)).toEqual([]);
});

test("without a checksum in the settings nothing is kept, and the one to paste is said", async () => {
  const [outcome] = await fetched({ id: 1860, revision: 37 });
  expect(outcome?.kept).toBe(false);
  expect(outcome?.message).toContain(`then add "sha256": "${sha256}"`);
  expect(await readdir(folder)).toEqual([]);
});

test("one that the server has not, or a server out of reach, is named and hinders no other", async () => {
  const missing = { ...dashboard, id: 9964 };
  const [lost, there] = await fetched(missing, dashboard);
  expect(lost).toEqual({
    kept: false,
    message:
      `dashboard 9964 (revision 37): ${base}/api/dashboards/9964/revisions/37/download: answered 404. ` +
      "Fix: try again where grafana.com can be reached: npm run dashboards",
  });
  expect(there?.kept).toBe(true);

  const nowhere = "http://127.0.0.1:1";
  const [unreachable] = await fetchDashboards([missing], { folder, base: nowhere });
  expect(unreachable?.message).toMatch(
    /^dashboard 9964 \(revision 37\): http:\/\/127\.0\.0\.1:1\/\S+ cannot be reached \(.+\)\. Fix: /,
  );
});

test("those of a stack's settings are wanted, and none where there is no Grafana", async () => {
  const file = path.join(folder, "Pulumi.test.yaml");
  const community = "  sightline:dashboards:\n    community: [{ id: 1860, revision: 37 }]\n";
  await writeFile(file, `config:\n${community}`);
  expect(await wantedDashboards(file)).toEqual([{ id: 1860, revision: 37 }]);
  await writeFile(file, `config:\n${community}  sightline:grafana: { enabled: false }\n`);
  expect(await wantedDashboards(file)).toEqual([]);
});
