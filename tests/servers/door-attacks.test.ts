import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { Agent } from "node:https";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

import { PROBE_MODULE } from "../../configs/services/blackbox-exporter";
import { DoorLab, LOGINS } from "../support/door-lab";
import { waitFor } from "../support/wait";

jest.setTimeout(60_000);

/**
 * What an attacker would try at a real nginx before real servers: each is refused and logged, and
 * afterwards everybody still comes in and nothing was restarted.
 */
let door: DoorLab;
let before: readonly string[];

beforeAll(async () => {
  door = await DoorLab.create("attacks");
  before = await door.starts();
}, 120_000);

afterAll(() => (door as DoorLab | undefined)?.remove(), 60_000);

const QUERY = "/prometheus/api/v1/query?query=up";
const BASIC = `Authorization: Basic ${Buffer.from(LOGINS.person).toString("base64")}`;
/** Only ever in what the servers behind the door answer. */
const INSIDE =
  /"status":"success"|Prometheus Time Series|Alertmanager<|"ok":true|probe_success|root:|anna:/;

/** Keeps a number of requests under way until all are answered. */
async function flood(
  total: number,
  atOnce: number,
  ask: (index: number) => Promise<{ readonly status: number }>,
): Promise<Readonly<Record<number, number>>> {
  const counts: Record<number, number> = {};
  let next = 0;
  const sender = async () => {
    for (let index = next++; index < total; index = next++) {
      const { status } = await ask(index);
      counts[status] = (counts[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sender));
  return counts;
}

/** What was answered otherwise than with one of these codes, or with something from inside. */
async function offences(
  asked: readonly (readonly [line: string, headers?: readonly string[]])[],
  codes: readonly number[],
): Promise<readonly string[]> {
  const answers = await Promise.all(
    asked.map(async ([line, headers]) => ({ line, ...(await door.raw(line, headers)) })),
  );
  return answers
    .filter(({ status, body }) => !codes.includes(status) || INSIDE.test(body))
    .map(({ line, status, body }) => `${line}: ${status} ${body.slice(0, 200)}`);
}

describe("round the login", () => {
  const lines = [
    `GET /${QUERY} HTTP/1.1`,
    `GET ${QUERY.replace("/api", "//api")} HTTP/1.1`,
    `GET ${QUERY.replace("pro", "%70ro")} HTTP/1.1`,
    `GET ${QUERY.replaceAll("/", "%2f")} HTTP/1.1`,
    `GET /%2f${QUERY} HTTP/1.1`,
    `GET /%2e${QUERY} HTTP/1.1`,
    `GET /.${QUERY} HTTP/1.1`,
    `GET /portal/..${QUERY} HTTP/1.1`,
    `GET /portal/..%2f${QUERY.slice(1)} HTTP/1.1`,
    `GET /portal/..;${QUERY} HTTP/1.1`,
    `GET /portal/%2e%2e${QUERY} HTTP/1.1`,
    `GET /portal/%c0%ae%c0%ae${QUERY} HTTP/1.1`,
    `GET /portal%00${QUERY} HTTP/1.1`,
    `GET \\prometheus\\api\\v1\\query?query=up HTTP/1.1`,
    `GET ${QUERY.toUpperCase()} HTTP/1.1`,
    `GET ${QUERY.replace("prometheus", "prometheus.")} HTTP/1.1`,
    `GET ${QUERY.replace("prometheus", "prometheus%20")} HTTP/1.1`,
    `GET ${QUERY.replace("prometheus", "prometheus;x")} HTTP/1.1`,
    `GET ${QUERY.replace("/api", "/%0a/../api")} HTTP/1.1`,
    "GET /@refused HTTP/1.1",
    "GET /loki/api/v1/push/../query?query=x HTTP/1.1",
    "GET /loki/api/v1/push%2f..%2fquery?query=x HTTP/1.1",
    `GET ${QUERY} HTTP/1.0`,
    `GET https://gateway${QUERY} HTTP/1.1`,
    "GET http://prometheus:9090/api/v1/query?query=up HTTP/1.1",
    "CONNECT prometheus:9090 HTTP/1.1",
    `TRACE ${QUERY} HTTP/1.1`,
    `HEAD ${QUERY} HTTP/1.1`,
    `OPTIONS ${QUERY} HTTP/1.1`,
    `get ${QUERY} HTTP/1.1`,
    `GET ${QUERY}`,
  ];

  it("no spelling of a path leads", async () => {
    const asked = lines.map((line) => [line] as const);
    expect(await offences(asked, [0, 400, 401, 404, 405])).toEqual([]);
  });

  const headers = [
    ["Authorization: Basic"],
    ["Authorization: Basic =="],
    ["Authorization: Basic YW5uYQ=="],
    ["Authorization: Basic YW5uYTo="],
    [BASIC.replace("Basic", "Bearer")],
    ["Authorization: Basic Og==", "X-Forwarded-User: anna", "X-WEBAUTH-USER: anna"],
    ["X-Original-URL: /portal/", "X-Rewrite-URL: /portal/", "X-Forwarded-For: 127.0.0.1"],
    ["Host: prometheus:9090"],
    ["Host: 127.0.0.1", "X-Forwarded-Host: localhost"],
    ["Upgrade: websocket"],
    ["Cookie: grafana_session=x"],
  ];

  it("no header leads", async () => {
    const asked = headers.map((lines) => [`GET ${QUERY} HTTP/1.1`, lines] as const);
    expect(await offences(asked, [401])).toEqual([]);
  });

  it.each([
    ["two lengths", ["Content-Length: 5", "Content-Length: 6"]],
    ["a length and chunks", ["Content-Length: 5", "Transfer-Encoding: chunked"]],
    ["an encoding that is none", ["Transfer-Encoding: xchunked"]],
    ["two hosts", ["Host: gateway", "Host: prometheus"]],
    ["a folded header", ["X-Folded: a\r\n b"]],
    ["a header of 64 KB", [`X-Long: ${"a".repeat(65_536)}`]],
  ])("a request that two servers read differently: %s", async (_, headers) => {
    const { status, body } = await door.raw(`POST ${QUERY} HTTP/1.1`, [BASIC, ...headers]);
    expect([400, 501]).toContain(status);
    expect(body).not.toMatch(INSIDE);
  });
});

describe("with a login, to what is closed", () => {
  const paths = [
    "/prometheus/%2d/quit",
    "/prometheus/-/%71uit",
    "/prometheus/./-/quit",
    "/prometheus//-/quit",
    "/prometheus/%2f-/quit",
    "/prometheus/%2f%2f-%2fquit",
    "/prometheus/x/../-/quit",
    "/prometheus/x/%2e%2e/-/quit",
    "/prometheus/-/quit/",
    "/prometheus/-/quit%0a",
    "/prometheus/%0a/../-/quit",
    "/prometheus/-%2fquit",
    "/prometheus/-%252fquit",
    "/prometheus/%252d/quit",
    "/prometheus/;/-/quit",
    "/prometheus/-;/quit",
    "/prometheus/\\-\\quit",
    "/prometheus/-/QUIT",
    "/alertmanager/..;/prometheus/-/quit",
    "/alertmanager/../prometheus/-/quit",
    "/alertmanager/%2e%2e/prometheus/-/quit",
    "/grafana/../prometheus/-/quit",
    "/prometheus/api/v1/x/../admin/tsdb/clean_tombstones",
    "/prometheus/api/v1%2fadmin%2ftsdb%2fclean_tombstones",
    "/prometheus/api/v1//write",
    "/prometheus/api/v1/%77rite",
    "/alertmanager//api/v2/alerts",
    "/alertmanager/api/v2/./alerts",
    "/alertmanager/api/v2/%61lerts",
    "/alertmanager/api/v2/alerts/",
    "/alertmanager/-/reload",
  ];

  it("no spelling of a path leads", async () => {
    const headers = [BASIC, "Content-Length: 0"];
    const asked = paths.map((path) => [`POST ${path} HTTP/1.1`, headers] as const);
    expect(await offences(asked, [400, 403, 404])).toEqual([]);
  });
});

describe("to servers that are behind other doors", () => {
  const target = "target=http://prometheus:9090/metrics&module=http_200";

  const paths = [
    `/probe?${target}`,
    `/blackbox-exporter/probe?${target}`,
    `/prometheus/probe?${target}`,
    `/prometheus/../probe?${target}`,
    `/grafana/../blackbox-exporter:9115/probe?${target}`,
    `http://blackbox-exporter:9115/probe?${target}`,
    "/loki/api/v1/query?query=x",
    "/containers/json",
    "/socket-proxy:2375/containers/json",
    "/grafana/../socket-proxy:2375/containers/json",
    "/grafana/..%2f..%2fsocket-proxy:2375/containers/json",
    "/prometheus/@socket-proxy:2375/containers/json",
    "http://socket-proxy:2375/containers/json",
    "/var/run/docker.sock",
    "/etc/passwd",
    "/run/sightline/current/gateway-people",
    "/portal/..%2f..%2frun/sightline/current/gateway-people",
  ];

  it("no path leads", async () => {
    const asked = paths.map((path) => [`GET ${path} HTTP/1.1`, [BASIC]] as const);
    expect(await offences(asked, [400, 404])).toEqual([]);
  });
});

describe("the probe of a site that belongs to somebody else by now", () => {
  let led: Server;

  /** What a real Blackbox finds at an address. */
  async function probed(target: string): Promise<string> {
    const question = new URLSearchParams({ module: PROBE_MODULE, target });
    const page = await door.lab.page("blackbox-exporter", `9115/probe?${question.toString()}`);
    return /^probe_success (\d)$/m.exec(page)?.[1] ?? page;
  }

  beforeAll(async () => {
    // The site's answer leads to a server inside, of which the site knows.
    led = createServer((_, answer) => answer.writeHead(302, { Location: door.grafana.url }).end());
    await once(led.listen(0, new URL(door.grafana.url).hostname), "listening");
  });

  afterAll(() => led.close());

  it("follows no redirect inwards", async () => {
    // Prometheus asks for another page of it, whenever its time has come.
    const asked = () => door.grafana.requests.filter(({ path }) => path === "/").length;
    const before = asked();
    const { address, port } = led.address() as AddressInfo;
    expect(await probed(`http://${address}:${port}/`)).toBe("0");
    expect(asked()).toBe(before);
    // The same server answers where the settings name it.
    expect(await probed(door.grafana.url)).toBe("1");
    expect(asked()).toBe(before + 1);
  });

  it.each(["file:///etc/passwd", "unix:///var/run/docker.sock", "gopher://prometheus:9090/"])(
    "speaks http alone: %s",
    async (target) => {
      expect(await probed(target)).toBe("0");
    },
  );
});

describe("too much", () => {
  it("a person's body of 1 MB is refused", async () => {
    const question = { method: "POST", body: Buffer.alloc(1_048_576) };
    expect(await door.enter(QUERY, question)).toMatchObject({ status: 413 });
  });

  it.each(["gzip", "deflate", "br", "snappy, gzip"])(
    "a bomb of %s is not unpacked",
    async (kind) => {
      const body = gzipSync(Buffer.alloc(64 * 1_048_576));
      const headers = { "Content-Encoding": kind };
      const question = { method: "POST", login: LOGINS.agent, headers, body };
      expect(await door.ask("/loki/api/v1/push", question)).toMatchObject({ status: 415 });
    },
  );

  it("a header that never ends is not waited for", async () => {
    const { status } = await door.raw(`GET / HTTP/1.1\r\nX-Slow: ${"a".repeat(9_000)}`);
    expect(status).toBe(400);
  });
});

describe("lines and headers of the attacker's own", () => {
  it.each([
    "/grafana%0d%0aSet-Cookie:%20a=b",
    "/grafana?%0d%0aSet-Cookie:%20a=b",
    "/grafana/%0d%0aSet-Cookie:%20a=b",
    "/%0d%0aSet-Cookie:%20a=b",
  ])("are in no answer: %j", async (path) => {
    const { head } = await door.raw(`GET ${path} HTTP/1.1`, [BASIC]);
    expect(head).toMatch(/^HTTP\/1\.1 \d{3}/);
    expect(head).not.toMatch(/^set-cookie/im);
  });

  it("are in no log", async () => {
    const user = Buffer.from('anna\r\n10.9.9.9 root "GET /forged" 200:x').toString("base64");
    await door.raw(`GET ${QUERY}&a=%0d%0a10.9.9.9 HTTP/1.1`, [`Authorization: Basic ${user}`]);
    await door.raw("GET /%0d%0a10.9.9.9%20root%1b[2J HTTP/1.1");
    const log = await door.log();
    expect(log).not.toMatch(/^10\.9\.9\.9/m);
    expect(log).not.toContain("\u001b[2J");
    expect(log).toContain("GET /%0d%0a10.9.9.9%20root%1b[2J");
  });
});

describe("too often", () => {
  it("a thousand guesses are slowed, then refused, and the right password still opens", async () => {
    const agent = new Agent({ keepAlive: true });
    const start = Date.now();
    const counts = await flood(1_000, 100, (index) =>
      door.ask(QUERY, { login: `anna:${index}`, agent }),
    );
    agent.destroy();
    const { 401: guessed = 0, 429: refused = 0 } = counts;
    console.log(`1000 guesses in ${Date.now() - start} ms: ${guessed} were heard`);
    expect(guessed + refused).toBe(1_000);
    expect(refused).toBeGreaterThan(300);
    const seen = await waitFor(
      { what: "a person comes in", deadlineMs: 20_000, everyMs: 200 },
      () => door.enter(QUERY),
      ({ status }) => status === 200,
    );
    expect(seen.body).toContain('"status":"success"');
  });

  it("five hundred requests a second are more than are answered, and more than are felt", async () => {
    const agent = new Agent({ keepAlive: true });
    const start = Date.now();
    const counts = await flood(1_500, 50, () =>
      door.ask("/loki/api/v1/push", { method: "POST", body: "{}", agent }),
    );
    agent.destroy();
    console.log(`1500 requests in ${Date.now() - start} ms: ${JSON.stringify(counts)}`);
    expect(Object.keys(counts).sort()).toEqual(["401", "429"]);
    await waitFor(
      { what: "a person comes in", deadlineMs: 20_000, everyMs: 200 },
      () => door.enter(QUERY),
      ({ status }) => status === 200,
    );
  });
});

describe("afterwards", () => {
  it.each(["401", "403", "404", "413", "415", "429"])(
    "the log tells of refusals by %s",
    async (code) => {
      expect(await door.log()).toMatch(new RegExp(`" ${code} \\d+ [\\d.]+$`, "m"));
    },
  );

  it("no password is in the log", async () => {
    const log = await door.log();
    for (const login of Object.values(LOGINS)) {
      expect(log).not.toContain(login.split(":").slice(1).join(":"));
      expect(log).not.toContain(Buffer.from(login).toString("base64"));
    }
  });

  it("nothing was restarted, and an agent's line is still taken", async () => {
    expect(await door.starts()).toEqual(before);
    const values = [[`${Date.now()}000000`, "still here"]];
    const body = JSON.stringify({ streams: [{ stream: { env: "attacks" }, values }] });
    const push = { method: "POST", login: LOGINS.agent, body };
    expect(await door.ask("/loki/api/v1/push", push)).toMatchObject({ status: 204 });
  });
});
