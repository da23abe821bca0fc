import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

import { ADMIN_PASSWORD_SCRIPT, ADMIN_PATH } from "../../configs/grafana/admin-password";
import { KEEPER_IMAGE } from "../../configs/keeper";
import { lastSetup } from "../../tools/setup/setup";
import { gatewayOf } from "../support/docker-network";
import { KeeperRun } from "../support/keeper-run";
import { quiet } from "../support/quiet";

jest.setTimeout(60_000);

/** The real keeper changes the admin's password; what it asks is a stand-in, by Grafana's documentation. */
const PREFIX = "sightline-grafana-password";
/** With everything that JSON, curl or a shell would read otherwise. */
const FIRST = String.raw`first "pass\word" $HOME 'x' ä:é`;
const SECOND = String.raw`second\"%s\n;pass{}&word`;

let run: KeeperRun;
let grafana: Server;
let inForce: string;
let asked: string[];
let isAway: boolean;

beforeAll(async () => {
  run = await KeeperRun.create(PREFIX);
  grafana = standIn().listen(0, await gatewayOf(PREFIX));
  await once(grafana, "listening");
});

afterAll(async () => {
  grafana.close();
  await run.remove();
});

beforeEach(() => {
  inForce = FIRST;
  asked = [];
  isAway = false;
});

function standIn(): Server {
  return createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    const login = Buffer.from((headers.authorization ?? "").slice("Basic ".length), "base64");
    const answer = (status: number) => response.writeHead(status).end("{}");
    asked.push(`${method} ${url}`);
    if (isAway) return answer(503);
    if (login.toString() !== `admin:${inForce}`) return answer(401);
    if (method === "GET" && url === "/api/user") return answer(200);
    if (method !== "PUT" || url !== "/api/user/password") return answer(404);
    return void json(request).then(
      (body) => {
        const { oldPassword, newPassword, confirmNew } = body as Record<string, string>;
        if (oldPassword !== inForce || newPassword === undefined || newPassword !== confirmNew) {
          return answer(400);
        }
        inForce = newPassword;
        return answer(200);
      },
      () => answer(400),
    );
  });
}

function deploy(password: string): Promise<void> {
  const { address, port } = grafana.address() as AddressInfo;
  const RELOAD_URL = `http://${address}:${port}${ADMIN_PATH}`;
  const files = { "grafana-admin-password": password };
  return run.deploy(files, { RELOAD_URL, OWNER_UID: "472" }, ADMIN_PASSWORD_SCRIPT);
}

it("the first password is Grafana's own to read", async () => {
  await deploy(FIRST);
  await run.statusIs("live");
  expect(asked).toEqual([]);
});

it("a changed password is changed in Grafana, by its old one", async () => {
  await deploy(SECOND);
  await run.statusIs("live");
  expect(inForce).toBe(SECOND);
  expect(asked).toEqual(["PUT /api/user/password"]);
});

it("one that was changed by hand already is taken", async () => {
  inForce = FIRST;
  await deploy(FIRST);
  await run.statusIs("live");
  expect(asked).toEqual(["PUT /api/user/password", "GET /api/user"]);
});

it("where neither is in force, that is said, and the old one stays in the file", async () => {
  inForce = "changed by somebody in Grafana";
  await deploy(SECOND);
  await run.statusIs("refused");
  const said = await quiet`docker logs ${run.keeper}`;
  expect(said).toContain("the admin has neither the new password nor the one before");
  for (const password of [FIRST, SECOND]) expect(said).not.toContain(password);
  const reader = ["--user", "472", "--volume", `${PREFIX}:/volume:ro`, "--entrypoint", "cat"];
  const { images } = await lastSetup();
  const file = "/volume/current/grafana-admin-password";
  const kept = await quiet`docker run --rm ${reader} ${images.keeper ?? KEEPER_IMAGE} ${file}`;
  expect(kept).toBe(FIRST);
});

it("while Grafana is away, it is tried again until it is there", async () => {
  isAway = true;
  await deploy(SECOND);
  await run.statusIs("absent");
  isAway = false;
  await run.statusIs("live");
  expect(inForce).toBe(SECOND);
});
