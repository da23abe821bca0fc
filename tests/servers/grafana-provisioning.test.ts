import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { PROVISIONING_PATH, PROVISIONING_SCRIPT } from "../../configs/grafana/provisioning";
import { gatewayOf } from "../support/docker-network";
import { KeeperRun } from "../support/keeper-run";
import { quiet } from "../support/quiet";

jest.setTimeout(60_000);

/** The real keepers have Grafana read its files again; what they ask is a stand-in, by its documentation. */
const PREFIX = "sightline-grafana-provisioning";
/** With everything that curl or a shell would read otherwise. */
const PASSWORD = String.raw`pass "\word" $HOME 'x' ä:é`;
const BOTH = [
  "POST /api/admin/provisioning/datasources/reload",
  "POST /api/admin/provisioning/alerting/reload",
];

let config: KeeperRun;
let secrets: KeeperRun;
let grafana: Server;
let answer: { readonly status: number; readonly text: string };
let asked: string[];

beforeAll(async () => {
  config = await KeeperRun.create(PREFIX);
  secrets = await KeeperRun.create(`secrets-of-${PREFIX}`);
  grafana = createServer(({ method = "", url = "", headers }, response) => {
    const login = Buffer.from((headers.authorization ?? "").slice("Basic ".length), "base64");
    asked.push(`${method} ${url}`);
    const isAdmin = login.toString() === `admin:${PASSWORD}`;
    response.writeHead(isAdmin ? answer.status : 401).end(answer.text);
  }).listen(0, await gatewayOf(PREFIX));
  await once(grafana, "listening");
  await logInWith(PASSWORD);
});

afterAll(async () => {
  grafana.close();
  await config.remove();
  await secrets.remove();
});

beforeEach(() => {
  answer = { status: 200, text: '{"message":"reloaded"}' };
  asked = [];
});

/** Puts a password where Grafana and the keeper of its configuration find it. */
async function logInWith(password: string): Promise<void> {
  const files = { "grafana-admin-password": password };
  await secrets.deploy(files, { OWNER_UID: "472", GROUP_READS: "yes" });
  await secrets.statusIs("live");
}

function deploy(mail: string, dashboard = "{}"): Promise<void> {
  const { address, port } = grafana.address() as AddressInfo;
  const files = {
    "provisioning/alerting/notifications.yml": `addresses: ${mail}\n`,
    "dashboards/uptime.json": dashboard,
  };
  const RELOAD_URL = `http://${address}:${port}${PROVISIONING_PATH}`;
  const mounted = [`${secrets.prefix}:/run/sightline:ro`];
  return config.deploy(files, { RELOAD_URL }, PROVISIONING_SCRIPT, mounted);
}

const said = () => quiet`docker logs ${config.keeper}`;

it("while Grafana starts, it is tried again until it is there", async () => {
  answer = { status: 503, text: "" };
  await deploy("first@example.com");
  await config.statusIs("absent");
  answer = { status: 200, text: "" };
  await config.statusIs("live");
  expect(asked.slice(-2)).toEqual(BOTH);
});

it("changed alerting is read again, by the admin", async () => {
  await deploy("second@example.com");
  await config.statusIs("live");
  expect(asked).toEqual(BOTH);
});

it("what Grafana refuses is told in its words, and what was before is read again", async () => {
  const before = await quiet`docker exec ${config.keeper} readlink /volume/current`;
  answer = { status: 500, text: '{"message":"invalid contact point"}' };
  await deploy("no address");
  await config.statusIs("refused");
  expect(await said()).toContain("invalid contact point");
  expect(await said()).toContain(`${before} stays in force`);
  expect(asked).toEqual([BOTH[0], BOTH[0]]);
});

it("with another password in Grafana, changed alerting is refused, and said why", async () => {
  await logInWith("changed by somebody in Grafana");
  await deploy("third@example.com");
  await config.statusIs("refused");
  expect(await said()).toContain("the admin's password is not that of grafana-admin-password");
  expect(await said()).not.toContain("changed by somebody");
});

it("but a changed dashboard is not: Grafana polls those", async () => {
  await deploy("second@example.com", '{"title":"other"}');
  await config.statusIs("live");
});
