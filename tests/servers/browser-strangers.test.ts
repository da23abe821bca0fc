import { gzipSync } from "node:zlib";

import type { BrowserAsk } from "../support/browser-client";
import { BrowserLab, ORIGIN, report, STREAM } from "../support/browser-lab";

/** What strangers send, to a real nginx, a real agent and a real Loki. */
const MINUTE = 60_000;
jest.setTimeout(2 * MINUTE);

let lab: BrowserLab;

beforeAll(async () => {
  lab = await BrowserLab.create("browser-strangers");
}, 2 * MINUTE);

afterAll(() => lab.remove(), MINUTE);

describe("refused is", () => {
  const good = report({ message: "never stored" });
  const fields = JSON.stringify({
    streams: [{ stream: { app: "frontend" }, values: [["1", "never stored", { job: "nginx" }]] }],
  });
  const gzip = { "Content-Encoding": "gzip" };

  it.each<[what: string, question: BrowserAsk, code: number]>([
    ["a page of another origin", { origin: "https://evil.test", body: good }, 403],
    ["one that only begins alike", { origin: `${ORIGIN}.evil.test`, body: good }, 403],
    ["the same by plain HTTP", { origin: "http://www.shop.test", body: good }, 403],
    ["no origin", { body: good }, 403],
    ["the null origin", { origin: "null", body: good }, 403],
    ["another origin that asks for leave", { method: "OPTIONS", origin: "https://evil.test" }, 403],
    ["a query", { method: "GET", origin: ORIGIN, path: "/browser/loki/api/v1/query?query=x" }, 404],
    ["a query on the way in", { method: "GET", origin: ORIGIN }, 405],
    ["a way round", { origin: ORIGIN, path: "/browser/loki/api/v1/push/../query" }, 404],
    ["another method", { method: "DELETE", origin: ORIGIN }, 405],
    ["a body of 1 MB", { origin: ORIGIN, body: Buffer.alloc(1_000_000, " ") }, 413],
    [
      "a body of 1 MB in parts",
      {
        origin: ORIGIN,
        body: Buffer.alloc(1_000_000),
        headers: { "Transfer-Encoding": "chunked" },
      },
      413,
    ],
    ["a bomb", { origin: ORIGIN, headers: gzip, body: gzipSync(Buffer.alloc(10_000_000)) }, 415],
    ["fields beside a line", { origin: ORIGIN, body: fields }, 400],
    ["anything else", { origin: ORIGIN, body: "{}" }, 400],
    [
      "Loki's other form",
      {
        origin: ORIGIN,
        headers: { "Content-Type": "application/x-protobuf" },
        body: Buffer.from([10, 0]),
      },
      400,
    ],
    [
      "what only a header calls right",
      { origin: ORIGIN, headers: { Shape: "right" }, body: fields },
      400,
    ],
  ])("%s", async (_, question, code) => {
    const answer = await lab.ask(question);
    expect(answer.status).toBe(code);
    if (question.origin !== ORIGIN) {
      expect(answer.headers["access-control-allow-origin"] ?? "").toBe("");
    }
  });

  it("and nothing of it is stored", async () => {
    expect(await lab.entriesWith("never stored")).toEqual([]);
  });
});

describe("a flood", () => {
  it("of label sets, ten thousand of them, is two streams", async () => {
    const sets = (from: number) =>
      JSON.stringify({
        streams: Array.from({ length: 200 }, (_, index) => ({
          stream: { [`a${from + index}`]: `b${from + index}` },
          values: [["1", index % 2 === 0 ? '{"type":"error"}' : "plain words"]],
        })),
      });
    for (let from = 0; from < 10_000; from += 200) {
      expect(await lab.ask({ origin: ORIGIN, body: sets(from) })).toMatchObject({ status: 204 });
    }
    const { labels } = await lab.logs.streams(STREAM);
    expect(labels.map(({ log_type, level }) => `${log_type} ${level}`).sort()).toEqual([
      "browser error",
      "other undefined",
    ]);
  });

  it("of requests is cut off, and the agent goes on with what is its own", async () => {
    const body = report({ message: "flood" });
    const start = Date.now();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => lab.askOnce({ origin: ORIGIN, body })),
    );
    const taken = answers.filter(({ status }) => status === 204).length;
    // Twenty at once, and five a second for as long as a busy machine needs to send them all.
    const seconds = (Date.now() - start) / 1_000;
    expect(taken).toBeLessThanOrEqual(Math.min(99, 21 + Math.ceil(5 * seconds)));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(100 - taken);
    expect(
      await lab.ask({ origin: ORIGIN, body: report({ message: "afterwards" }) }),
    ).toMatchObject({
      status: 204,
    });
    await lab.entryWith("afterwards");
  });
});
