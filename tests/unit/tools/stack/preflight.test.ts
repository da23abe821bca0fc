import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { checkPorts } from "../../../../tools/stack/preflight";
import { freePorts } from "../../../support/free-ports";

/** A name that no stack has, so that no running container counts as its own. */
const STACK = "preflight-test";

let folder: string;
let other: Server;
let taken: number;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sightline-preflight-"));
  other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  taken = (other.address() as AddressInfo).port;
});

afterAll(async () => {
  other.close();
  await rm(folder, { recursive: true, force: true });
});

async function check(grafana: number, enabled: boolean): Promise<void> {
  const free = await freePorts(["prometheus", "alertmanager", "mail"]);
  const config = {
    "sightline:publish": { ...free, grafana },
    "sightline:grafana": { enabled },
  };
  const file = path.join(folder, "Pulumi.yaml");
  await writeFile(file, JSON.stringify({ config }));
  await checkPorts(STACK, file);
}

test("a port that somebody else has is refused by its key, with a way out", async () => {
  await expect(check(taken, true)).rejects.toThrow(
    [
      "Invalid stack settings (1 problem):",
      `  - sightline:publish.grafana: must be a free port of 127.0.0.1, and somebody listens on it; got ${taken}. Fix: pulumi config set --path 'sightline:publish.grafana' <a free port> --stack ${STACK}, or end the other one`,
    ].join("\n"),
  );
});

test("the port of a page that is switched off may be anybody's", async () => {
  await expect(check(taken, false)).resolves.toBeUndefined();
});

test("free ports pass", async () => {
  const { grafana } = await freePorts(["grafana"]);
  await expect(check(grafana, true)).resolves.toBeUndefined();
});
