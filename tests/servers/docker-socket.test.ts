import { socketProxySpec } from "../../configs/services/socket-proxy";
import { prodSettings } from "../support/fixtures";
import { LogLab } from "../support/log-lab";
import { quiet } from "../support/quiet";
import { waitFor } from "../support/wait";

/**
 * What somebody who is in a container would try at a real Docker, through the one container that has its
 * socket: a stand-in for the official proxy, with the stack's own arguments.
 */
const MINUTE = 60_000;
jest.setTimeout(MINUTE);

const PROXY = "socket-proxy";
let lab: LogLab;
/** The name of a container that has nothing to do with all this. */
let victim: string;
let before: string;

beforeAll(async () => {
  lab = await LogLab.create("socket");
  victim = `${lab.name}-victim`;
  await lab.start(socketProxySpec(prodSettings(), "monitoring", ["promtail"]));
  for (const alias of ["promtail", "victim", "stranger", "gateway"]) {
    await lab.run("keeper", {
      alias,
      options: ["--entrypoint=sleep", "--cap-drop=ALL"],
      args: ["600"],
    });
  }
  await moveToOtherNetwork("gateway");
  await waitFor(
    { what: "the proxy answers the agent", deadlineMs: 30_000, everyMs: 500 },
    () => ask("promtail", ["GET /_ping"]),
    ([answer]) => answer === "200 GET /_ping",
  );
  before = await state();
}, 2 * MINUTE);

afterAll(() => (lab as LogLab | undefined)?.remove(), MINUTE);

/** As the gateway is, which has no business with Docker. */
async function moveToOtherNetwork(alias: string): Promise<void> {
  const [network, container] = [`${lab.name}-data`, `${lab.name}-${alias}`];
  await quiet`docker network create --internal --label ${`sightline.lab=${lab.name}`} ${network}`;
  await quiet`docker network connect ${network} ${container}`;
  await quiet`docker network disconnect ${lab.name} ${container}`;
}

/** `curl` in a container, for each `METHOD path` in turn: 000 is no answer at all. */
const CURL = `proxy=$1; shift
for request in "$@"; do
  code=$(curl -s -o /dev/null -m 2 --path-as-is -X "\${request%% *}" -w '%{http_code}' "http://$proxy:2375\${request#* }")
  echo "$code $request"
done`;

/** @returns each request with the status of its answer */
async function ask(
  from: string,
  requests: readonly string[],
  proxy = PROXY,
): Promise<readonly string[]> {
  const printed = await lab.exec(from, ["sh", "-c", CURL, "sh", proxy, ...requests]);
  return printed.split("\n");
}

/** Everything that Docker has of this lab, and since when. */
async function state(): Promise<string> {
  const filter = `label=sightline.lab=${lab.name}`;
  const ids = (await quiet`docker ps --all --no-trunc --quiet --filter ${filter}`).split("\n");
  const format = "{{.Name}} {{.State.Status}} {{.State.StartedAt}} {{.RestartCount}}";
  return quiet`docker inspect --format ${format} ${ids.sort()}`;
}

const ofVictim = (requests: readonly string[]) =>
  requests.map((request) => request.replaceAll("<victim>", victim));

describe("the agent's container", () => {
  it("reads what it needs", async () => {
    const needed = ofVictim([
      "GET /_ping",
      "GET /version",
      "GET /info",
      "GET /networks",
      "GET /containers/json?all=1",
      "GET /v1.41/containers/json",
      "GET /containers/<victim>/json",
      "GET /containers/<victim>/logs?stdout=1",
    ]);
    expect(await ask("promtail", needed)).toEqual(needed.map((request) => `200 ${request}`));
  });

  it("reads nothing else", async () => {
    const reads = ofVictim([
      "GET /containers/<victim>/archive?path=/etc/passwd",
      "GET /containers/<victim>/export",
      "GET /containers/<victim>/changes",
      "GET /containers/<victim>/top",
      "GET /containers/<victim>/stats?stream=0",
      "GET /containers/<victim>/attach/ws?stream=1",
      "GET /v1.41/containers/<victim>/export",
      "GET /images/json",
      "GET /images/get?names=alpine",
      "GET /images/alpine/get",
      "GET /images/alpine/json",
      "GET /images/search?term=alpine",
      "GET /distribution/alpine/json",
      "GET /secrets",
      "GET /configs",
      "GET /volumes",
      "GET /networks/bridge",
      "GET /exec/1/json",
      "GET /events?until=1",
      "GET /system/df",
      "GET /swarm/unlockkey",
      "GET /plugins",
      "GET /nodes",
      "GET /",
    ]);
    expect(unrefused(await ask("promtail", reads))).toEqual([]);
  });

  it("reads nothing else by another spelling", async () => {
    const spellings = ofVictim([
      "GET //secrets",
      "GET /./secrets",
      "GET /v1.41//secrets",
      "GET /containers/../secrets",
      "GET /containers/%2e%2e/secrets",
      "GET /containers/json/../../secrets",
      "GET /containers/json/../<victim>/export",
      "GET /containers/json%2f..%2f<victim>%2fexport",
      "GET /containers/<victim>/logs/../export",
      "GET /containers/<victim>/logs%2f..%2fexport",
      "GET /containers/<victim>%2fexport",
      "GET /containers/<victim>/json/",
      "GET /containers/<victim>/json%0a",
      "GET /containers/<victim>/json;/../export",
      "GET /_ping/../secrets",
      "GET /%73ecrets",
      "GET /SECRETS",
      "GET /v1.41/v1.41/secrets",
    ]);
    expect(unrefused(await ask("promtail", spellings))).toEqual([]);
  });

  it("changes nothing", async () => {
    const writes = ofVictim([
      "POST /containers/create?name=<victim>-2",
      "POST /containers/<victim>/exec",
      "POST /containers/<victim>/kill",
      "POST /containers/<victim>/stop?t=0",
      "POST /containers/<victim>/restart?t=0",
      "POST /containers/<victim>/pause",
      "POST /containers/<victim>/update",
      "POST /containers/<victim>/rename?name=x",
      "POST /containers/<victim>/attach?stream=1",
      "POST /containers/<victim>/json",
      "POST /containers/json",
      "POST /containers/prune",
      "POST /v1.41/containers/<victim>/kill",
      "POST /exec/1/start",
      "POST /images/create?fromImage=alpine",
      "POST /build",
      "POST /commit?container=<victim>",
      "POST /volumes/create",
      "POST /networks/create",
      "POST /swarm/init",
      "POST /session",
      "PUT /containers/<victim>/archive?path=/",
      "PATCH /containers/<victim>/json",
      "DELETE /containers/<victim>?force=1",
      "DELETE /images/alpine",
      "DELETE /networks/bridge",
      "OPTIONS /containers/<victim>/kill",
      "get /containers/<victim>/export",
    ]);
    expect(unrefused(await ask("promtail", writes))).toEqual([]);
  });
});

/** What was answered otherwise than by the proxy's own refusal: 404 would be Docker's word. */
function unrefused(answers: readonly string[]): readonly string[] {
  return answers.filter((answer) => !/^(?:403|405) /.test(answer));
}

const ANY = ["GET /_ping", "GET /containers/json", "POST /containers/create"];

it("another container on that network is let in to nothing", async () => {
  const answers = await ask("stranger", ANY);
  expect(answers).toEqual(ANY.map((request) => `403 ${request}`));
});

it("from another network there is no proxy, neither by its name nor by its address", async () => {
  const address = await lab.addressOf(PROXY);
  for (const proxy of [PROXY, address]) {
    expect(await ask("gateway", ["GET /_ping"], proxy)).toEqual(["000 GET /_ping"]);
  }
  // The same address answers whoever is on its network.
  expect(await ask("promtail", ["GET /_ping"], address)).toEqual(["200 GET /_ping"]);
});

it("afterwards every container is as it was, and the proxy has told of what it refused", async () => {
  expect(await state()).toBe(before);
  const log = await quiet`docker logs ${`${lab.name}-${PROXY}`} 2>&1`;
  expect(log).toContain(`refused POST "/containers/${victim}/kill"`);
  expect(log).toContain('refused GET "/secrets"');
});
