import { CERTIFICATE_FILE, DATA_PATH } from "../../configs/acme/files";
import { FAILED_ATTEMPTS } from "../../configs/acme/run-script";
import { AcmeLab, NAME } from "../support/acme-lab";
import { waitFor } from "../support/wait";

/** A real nginx and lego with what is rendered for them, and a real pebble in an authority's place. */
const MINUTE = 60_000;

jest.setTimeout(2 * MINUTE);

const LIFETIME_SECONDS = 30;

let lab: AcmeLab;
let root: string;

beforeAll(async () => {
  lab = await AcmeLab.create(LIFETIME_SECONDS);
  await lab.startGateway();
  root = await waitFor({ what: "pebble answers", deadlineMs: 20_000 }, () => lab.root(), isPem);
  // Client and authority are compiled when they are first wanted.
}, 15 * MINUTE);

afterAll(() => lab.remove(), MINUTE);

function isPem(text: string): boolean {
  return text.startsWith("-----BEGIN CERTIFICATE-----");
}

/** The certificate that is shown. @throws where a visitor would not take it */
async function serial(): Promise<string> {
  const answer = await lab.ask({ method: "GET", path: "/", tls: { ca: root } });
  expect(answer.status).toBe(404);
  return answer.serial;
}

/** Waits for another certificate than the one given. @param tell of visits that fail */
async function another(than: string, tell: (reason: string) => void = () => undefined) {
  return waitFor(
    { what: `a certificate other than ${than}`, deadlineMs: MINUTE, everyMs: 200 },
    () =>
      serial().catch((error: unknown) => {
        tell(String(error));
        throw error;
      }),
    (shown) => shown !== than,
  );
}

async function failures(): Promise<number> {
  const line = (await lab.metrics()).split("\n").find((one) => one.startsWith(FAILED_ATTEMPTS));
  return Number(line?.split(" ")[1]);
}

const accountKeys = () =>
  lab.exec("acme", ["sh", "-c", `cat $(find ${DATA_PATH}/accounts -name '*.key') | sha256sum`]);

test("before there is a certificate, the gateway runs and shows none", async () => {
  const refusal = () => lab.ask({ method: "GET", path: "/", tls: { ca: root } });
  await waitFor(
    { what: "port 80 answers", deadlineMs: 20_000 },
    async () => (await lab.askPlain("/")).status,
    (status) => status === 301,
  );
  await expect(refusal()).rejects.toThrow(/unrecognized name/);
});

test.each([
  ["a page", "GET", "/grafana/?a=b", 301],
  ["what agents push", "POST", "/loki/api/v1/push", 301],
  ["a challenge that nobody waits for", "GET", "/.well-known/acme-challenge/x", 404],
  ["a challenge by POST", "POST", "/.well-known/acme-challenge/x", 403],
])("port 80 has of %s nothing to show", async (_, method, path, status) => {
  const answer = await lab.askPlain(path, method);
  expect(answer.status).toBe(status);
  if (status === 301) expect(answer.headers.get("location")).toBe(`https://${NAME}${path}`);
});

test("a certificate is obtained, and shown without a restart", async () => {
  const start = await lab.startOf("gateway");
  await lab.startClient();
  expect(await another("")).toMatch(/^[0-9A-F]+$/);
  expect(await lab.startOf("gateway")).toBe(start);
  expect(await failures()).toBe(0);
});

test("the gateway can read key and certificate, and not the account's key", async () => {
  const head = await lab.exec("gateway", ["grep", "-c", "PRIVATE KEY", CERTIFICATE_FILE]);
  expect(head).toBe("2");
  await expect(lab.exec("gateway", ["ls", `${DATA_PATH}/accounts`])).rejects.toThrow(
    /Permission denied/,
  );
  await expect(lab.exec("gateway", ["touch", CERTIFICATE_FILE])).rejects.toThrow(/Read-only/);
});

test("it is renewed, by the same account after a replacement, and no visitor is turned away", async () => {
  const account = await accountKeys();
  const first = await serial();
  await lab.takeAway("acme");
  await lab.startClient();
  const turnedAway: string[] = [];
  await another(first, (reason) => turnedAway.push(reason));
  expect(turnedAway).toEqual([]);
  expect(await accountKeys()).toBe(account);
});

test("a refused challenge leaves the old one in force, is told, and is made good", async () => {
  const old = async () =>
    (await lab.ask({ method: "GET", path: "/", tls: { rejectUnauthorized: false } })).serial;
  const failed = (times: number) =>
    waitFor(
      { what: `${times} failed attempts`, deadlineMs: MINUTE, everyMs: 200 },
      failures,
      (count) => count >= times,
    );
  await lab.refuse(true);
  await failed(1);
  const before = await old();
  await failed(2);
  expect(await old()).toBe(before);
  expect(await lab.log("acme")).toContain("attempt 2 in a row has failed, the next is in 4 s");
  await lab.refuse(false);
  await another(before);
  expect(await failures()).toBe(0);
});
