import { lokiPushUrl } from "../../configs/central";
import {
  AGENT_FILES,
  agentPassword,
  GATEWAY_FILES,
  tlsFile,
  usersFile,
} from "../../configs/gateway/credentials";
import { TLS_PORT } from "../../configs/gateway/nginx";
import { HEALTH_PATH, RELOAD_PATH, STATUS_PORT } from "../../configs/gateway/status-server";
import { ownPages } from "../../configs/outside-watch/page";
import { alloySpec } from "../../configs/services/alloy";
import { gatewaySpec } from "../../configs/services/gateway";
import { promtailSpec } from "../../configs/services/promtail";
import type { Settings } from "../../configs/settings/settings";
import { type Certificates, makeCertificates } from "../../tools/gateway/certificates";
import { prodSettings } from "../support/fixtures";
import { type Ask, askGateway } from "../support/gateway-client";
import { LogLab } from "../support/log-lab";
import { waitFor } from "../support/wait";

jest.setTimeout(2 * 60_000);

/** A real nginx with what is rendered for it, between real agents and a real Loki. */
const MINUTE = 60_000;
const NAME = "gateway";
const SECRET = "fixture-agent-secret-of-32-characters-or-more";
const GOOD_LOGIN = `app:${agentPassword(SECRET, "app")}`;
const AGENTS = [
  ["promtail", promtailSpec, 9_080, "promtail_dropped_entries_total"],
  ["alloy", alloySpec, 12_345, "loki_write_dropped_entries_total"],
] as const;

let lab: LogLab;
let certificates: Certificates;
let settings: Settings;

beforeAll(async () => {
  certificates = await makeCertificates(NAME, 2);
  settings = settingsWith(certificates);
  lab = await LogLab.create("gateway");
  await lab.start(gatewaySpec(settings), NAME, { secrets: secretsWith(certificates) });
  await waitFor(
    { what: "the gateway is healthy", deadlineMs: 20_000, everyMs: 200 },
    () => status("GET", HEALTH_PATH),
    (code) => code === 200,
  );
}, 2 * MINUTE);

afterAll(() => lab.remove(), MINUTE);

function settingsWith({ certificate, authority }: Certificates, logs = {}): Settings {
  return prodSettings({
    environment: "gateway",
    logs: { route: "agent", ...logs },
    gateway: { enabled: true, serverName: NAME, certificate, certificateAuthority: authority },
  });
}

function secretsWith({ key, certificate }: Certificates, users = usersFile(SECRET, ["app"])) {
  return { [GATEWAY_FILES.users]: users, [GATEWAY_FILES.tls]: tlsFile(key, certificate) };
}

async function ask(question: Ask) {
  const host = await lab.addressOf(NAME);
  const tls = { ca: certificates.authority, ...question.tls };
  return askGateway({ host, port: TLS_PORT, servername: NAME }, { ...question, tls });
}

/** Asks on the internal network, as Docker and the keeper do. */
async function status(method: "GET" | "POST", path: string): Promise<number> {
  const url = `http://${await lab.addressOf(NAME)}:${STATUS_PORT}${path}`;
  return (await fetch(url, { method, signal: AbortSignal.timeout(5_000) })).status;
}

function pushed(line: string, stream: Readonly<Record<string, string>>): string {
  const values = [[String(BigInt(Date.now()) * 1_000_000n), line]];
  return JSON.stringify({ streams: [{ stream, values }] });
}

describe("a request", () => {
  it("with the login of an app host is Loki's to answer, and its line is stored", async () => {
    const body = pushed("by hand", { env: "by-hand" });
    expect(await ask({ login: GOOD_LOGIN, body })).toMatchObject({ status: 204 });
    expect((await lab.streams('{env="by-hand"}')).lines).toBe(1);
  });

  it.each<[what: string, question: Ask, code: number]>([
    ["without a login", { body: "{}" }, 401],
    ["with a wrong password, which an agent tries again", { login: "app:wrong", body: "{}" }, 503],
    ["of a host that is not there", { login: GOOD_LOGIN.replace("app", "ap"), body: "{}" }, 503],
    ["that asks for logs", { login: GOOD_LOGIN, method: "GET", path: "/loki/api/v1/query" }, 404],
    ["for a page below", { login: GOOD_LOGIN, path: "/loki/api/v1/push/x" }, 404],
    ["for health, which is not for strangers", { method: "GET", path: HEALTH_PATH }, 404],
    ["with another method", { login: GOOD_LOGIN, method: "GET" }, 403],
    ["of more than 8 MB", { login: GOOD_LOGIN, body: Buffer.alloc(9_000_000) }, 413],
    ["in plain HTTP", { login: GOOD_LOGIN, body: "{}", plain: true }, 400],
    ["by TLS 1.2", { body: "{}", tls: { maxVersion: "TLSv1.2" } }, 401],
    ["by TLS 1.3", { body: "{}", tls: { minVersion: "TLSv1.3" } }, 401],
  ])("%s", async (_, question, code) => {
    expect(await ask(question)).toMatchObject({ status: code });
  });

  it("from whoever watches from outside is answered as that expects", async () => {
    const [page] = ownPages(settings);
    const path = new URL(page?.url ?? "").pathname;
    expect([path, (await ask({ method: "GET", path })).status]).toEqual(["/", page?.status]);
  });

  it("without a login is told that one is wanted", async () => {
    expect((await ask({ body: "{}" })).challenge).toBe('Basic realm="agents"');
  });

  it("by TLS 1.1 gets no connection", async () => {
    const tls = { minVersion: "TLSv1", maxVersion: "TLSv1.1" } as const;
    await expect(ask({ body: "{}", tls })).rejects.toThrow(/protocol|alert|no protocols/i);
  });

  it("of somebody who trusts another authority is never sent", async () => {
    const { authority } = await makeCertificates(NAME, 2);
    await expect(ask({ tls: { ca: authority } })).rejects.toThrow(/certificate|signature/);
  });
});

describe("new files", () => {
  it("a new certificate comes into force without a request that fails", async () => {
    const renewed = await makeCertificates(NAME, 2);
    const ca = [certificates.authority, renewed.authority].join("\n");
    const serials: string[] = [];
    const codes = new Set<number>();
    let isOver = false;
    const visitor = async () => {
      while (!isOver) {
        const body = pushed("rotation", { env: "rotation" });
        const answer = await ask({ login: GOOD_LOGIN, body, tls: { ca } });
        codes.add(answer.status);
        serials.push(answer.serial);
      }
    };
    const visitors = Array.from({ length: 3 }, visitor);
    await lab.replace("secrets", NAME, secretsWith(renewed));
    try {
      await waitFor(
        { what: "the new certificate", deadlineMs: 20_000, everyMs: 200 },
        () => Promise.resolve([new Set(serials).size, new Set(serials.slice(-20)).size]),
        ([all, latest]) => all === 2 && latest === 1,
      );
    } finally {
      isOver = true;
    }
    await Promise.all(visitors);
    expect([...codes]).toEqual([204]);
    expect(new Set(serials).size).toBe(2);
    certificates = renewed;
  });

  it("a key that is another certificate's is refused, said so, and changes nothing", async () => {
    const { key } = await makeCertificates(NAME, 2);
    const { serial } = await ask({ body: "{}" });
    await lab.replace("secrets", NAME, secretsWith({ ...certificates, key }));
    await waitFor(
      { what: "the gateway is unhealthy", deadlineMs: 20_000, everyMs: 200 },
      () => status("GET", HEALTH_PATH),
      (code) => code === 500,
    );
    expect(await ask({ body: "{}" })).toMatchObject({ status: 401, serial });
    await lab.replace("secrets", NAME, secretsWith(certificates));
    await waitFor(
      { what: "the gateway is healthy again", deadlineMs: 20_000, everyMs: 200 },
      () => status("GET", HEALTH_PATH),
      (code) => code === 200,
    );
  });

  it("the keeper hears whether nginx took a new configuration", async () => {
    const files = gatewaySpec(settings).configuration?.files({ lokiPushUrl: "", logBucket: "" });
    expect(await status("POST", RELOAD_PATH)).toBe(200);
    const broken = { ...files, "nginx.conf": `${files?.["nginx.conf"] ?? ""}nonsense` };
    await lab.replace("config", NAME, broken);
    // A keeper asks at once, and again as long as the answer is 503.
    const heard = await waitFor(
      { what: "an answer that is final", deadlineMs: 20_000, everyMs: 100 },
      () => status("POST", RELOAD_PATH),
      (code) => code !== 503,
    );
    expect(heard).toBe(400);
    expect(await ask({ body: "{}" })).toMatchObject({ status: 401 });
    await lab.replace("config", NAME, files ?? {});
    await waitFor(
      { what: "the right files are taken", deadlineMs: 20_000, everyMs: 100 },
      () => status("POST", RELOAD_PATH),
      (code) => code === 200,
    );
  });
});

describe.each(AGENTS)("%s", (agent, specOf, port, droppedMetric) => {
  const source = `${agent}-shop`;
  const selector = `{env="gateway", service="${source}"}`;
  const file = `/mnt/${source}-logs/app.log`;
  const lines = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => `line ${from + index} of ${source}\n`).join("");

  async function arrived(count: number): Promise<void> {
    await waitFor(
      { what: `${count} lines of ${source}`, deadlineMs: 2 * MINUTE, everyMs: 1_000 },
      async () => (await lab.streams(selector)).lines,
      (stored) => stored >= count,
    );
    expect((await lab.streams(selector)).lines).toBe(count);
  }

  /** A counter of the agent, over all of its series. */
  async function counter(name: string): Promise<number> {
    const url = `http://${await lab.addressOf(agent)}:${port}/metrics`;
    const text = await (await fetch(url, { signal: AbortSignal.timeout(5_000) })).text();
    const values = text.split("\n").filter((line) => line.startsWith(`${name}{`));
    return values.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  }

  beforeAll(async () => {
    const sources = { [source]: { path: "/srv/shop/*.log", job: "shop" } };
    const own = settingsWith(certificates, { agent, sources });
    await lab.write(file, lines(0, 100));
    await lab.start(specOf(own, "app"), agent, {
      lokiPushUrl: lokiPushUrl(own, "app"),
      secrets: { [AGENT_FILES.password]: "not-yet-the-right-one" },
    });
  }, MINUTE);

  afterAll(() => lab.docker("kill", agent), MINUTE);

  test(
    "loses nothing by a wrong password: it tries again until it is the right one",
    async () => {
      const retries = droppedMetric.replace("dropped_entries", "batch_retries");
      await waitFor(
        { what: `${agent} tries again`, deadlineMs: MINUTE, everyMs: 500 },
        () => counter(retries),
        (count) => count >= 2,
      );
      expect((await lab.streams(selector)).lines).toBe(0);
      await lab.replace("secrets", agent, { [AGENT_FILES.password]: agentPassword(SECRET, "app") });
      await arrived(100);
      expect(await counter(droppedMetric)).toBe(0);
    },
    3 * MINUTE,
  );

  test(
    "loses nothing while the gateway is away, and then Loki",
    async () => {
      await lab.docker("stop", NAME);
      await lab.append(file, lines(100, 1_000));
      await lab.store.halt();
      await lab.docker("start", NAME);
      await lab.append(file, lines(1_100, 1_000));
      await lab.store.resume();
      await arrived(2_100);
      expect(await counter(droppedMetric)).toBe(0);
    },
    4 * MINUTE,
  );
});
