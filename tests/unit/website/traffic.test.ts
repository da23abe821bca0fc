import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { parseTraffic, runTraffic, visitAt } from "../../../examples/website/traffic";
import { percentile, summarize } from "../../../examples/website/traffic-summary";

describe("parseTraffic", () => {
  it("is slow and short by default", () => {
    expect(parseTraffic([])).toEqual({ url: "http://127.0.0.1:8080", rate: 2, count: 100 });
  });

  it("reads its options", () => {
    const args = ["--url", "http://127.0.0.1:81/", "--rate", "0.5", "--count", "10000"];
    expect(parseTraffic(args)).toEqual({ url: "http://127.0.0.1:81", rate: 0.5, count: 10_000 });
  });

  it("takes a time in place of a number of requests", () => {
    expect(parseTraffic(["--rate", "2", "--duration", "5m"])).toMatchObject({ count: 600 });
    expect(parseTraffic(["--rate", "0.1", "--duration", "1s"])).toMatchObject({ count: 1 });
  });

  it("only looks at a site elsewhere, and gives up when it fails", () => {
    expect(parseTraffic(["--url", "https://shop.example"])).toEqual({
      url: "https://shop.example",
      rate: 2,
      count: 100,
      visits: [{ method: "GET", path: "/" }],
      stopAfter: 5,
    });
    const paths = ["--path", "/a?b=c", "--path", "/d"];
    expect(parseTraffic(["--url", "https://shop.example", ...paths])).toMatchObject({
      visits: [
        { method: "GET", path: "/a?b=c" },
        { method: "GET", path: "/d" },
      ],
    });
  });

  it.each([
    [["--rate", "51"], '--rate: must be a number from 0 to 50; got "51".'],
    [["--rate", "Infinity"], '--rate: must be a number from 0 to 50; got "Infinity".'],
    [
      ["--url", "https://shop.example", "--rate", "11"],
      '--rate: must be a number from 0 to 10; got "11".',
    ],
    [["--duration", "2h"], '--duration: must be a time from 1s to 1h; got "2h".'],
    [["--duration", "0s"], '--duration: must be a time from 1s to 1h; got "0s".'],
    [["--duration", "soon"], '--duration: must be a time from 1s to 1h; got "soon".'],
    [["--duration", "1m", "--count", "9"], "--duration: must be given without --count"],
    [["--duration", "1h", "--rate", "50"], "--duration: must end within 10000 requests"],
    [["--path", "shop"], "--path: must begin with /"],
    [["--rate", "0"], '--rate: must be over 0; got "0". Fix: for example 0.1'],
    [["--rate=-1"], '--rate: must be a number from 0 to 50; got "-1".'],
    [["--rate", ""], '--rate: must be a number from 0 to 50; got "".'],
    [["--count", "0"], '--count: must be a whole number from 1 to 10000; got "0".'],
    [["--count", "10001"], '--count: must be a whole number from 1 to 10000; got "10001".'],
    [["--count", "1.5"], '--count: must be a whole number from 1 to 10000; got "1.5".'],
    [["--count", "all"], '--count: must be a whole number from 1 to 10000; got "all".'],
    [
      ["--url", "ftp://shop.example"],
      "--url: must be the address of a site, http(s) without a path",
    ],
    [["--url", "http://user@shop.example"], 'got "http://user@shop.example".'],
    [["http://shop.example"], "Unexpected argument 'http://shop.example'"],
  ])("refuses %j", (args, message) => {
    expect(() => parseTraffic(args)).toThrow(message);
  });
});

describe("visitAt", () => {
  it("mixes looking, adding and getting lost in every ten", () => {
    const round = Array.from({ length: 10 }, (_, index) => visitAt(index));
    const kinds = new Set(round.map(({ method, path }) => `${method} ${path}`));
    expect([...kinds].sort()).toEqual([
      "GET /",
      "GET /api/no-such-page",
      "GET /api/tasks",
      "POST /api/tasks",
    ]);
    expect(visitAt(10)).toEqual(visitAt(0));
  });
});

describe("summarize", () => {
  it("counts by status and gives both percentiles of what was answered", () => {
    const answered = Array.from({ length: 20 }, (_, index) => ({ status: 200, millis: index + 1 }));
    const samples = [...answered, { status: "failed" as const, millis: 30_000 }];
    expect(summarize(samples, 10_500)).toBe(
      "21 requests in 10.5 s\nstatus   200: 20  failed: 1\nlatency  p50 10 ms  p95 19 ms",
    );
  });

  it("has nothing to say about nothing", () => {
    expect(summarize([], 0)).toBe("0 requests in 0.0 s\nstatus   -\nlatency  p50 -  p95 -");
    expect(percentile([], 0.5)).toBeNaN();
  });
});

describe("runTraffic", () => {
  let server: Server;
  let url: string;
  const seen: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      // A redirect to elsewhere must not be followed.
      response.writeHead(302, { Location: "http://elsewhere.invalid/" }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    seen.length = 0;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it("makes exactly the requests it was asked for, not faster than the rate", async () => {
    const start = performance.now();
    const samples = await runTraffic({ url, rate: 50, count: 6 });
    expect(performance.now() - start).toBeGreaterThanOrEqual(95);
    expect(samples.map(({ status }) => status)).toEqual(Array(6).fill(302));
    expect(seen).toHaveLength(6);
  });

  it("ends early when told to", async () => {
    const stop = new AbortController();
    setTimeout(() => {
      stop.abort();
    }, 50);
    const samples = await runTraffic({ url, rate: 50, count: 10_000 }, stop.signal);
    expect(samples.length).toBeLessThan(10);
  });

  it("ends after errors in a row, where that is wished", async () => {
    const options = { url: "http://127.0.0.1:1", rate: 50, count: 1_000, stopAfter: 3 };
    const samples = await runTraffic(options);
    expect(samples.length).toBeGreaterThanOrEqual(3);
    expect(samples.length).toBeLessThan(100);
  });

  it("goes on while answers are no errors", async () => {
    const samples = await runTraffic({ url, rate: 50, count: 8, stopAfter: 1 });
    expect(samples).toHaveLength(8);
  });

  it("counts an answer that breaks off as failed, and leaves one out that it ended itself", async () => {
    const half = createServer((request, response) => {
      response.writeHead(200, { "Content-Length": "100" }).write("half");
      if (request.url === "/breaks") setTimeout(() => response.destroy(), 20);
    });
    await new Promise<void>((resolve) => half.listen(0, "127.0.0.1", resolve));
    const at = `http://127.0.0.1:${(half.address() as AddressInfo).port}`;
    const to = (path: string) => ({
      ...{ url: at, rate: 50, count: 1 },
      visits: [{ method: "GET", path }] as const,
    });
    try {
      const broken = await runTraffic(to("/breaks"));
      expect(broken.map(({ status }) => status)).toEqual(["failed"]);
      expect(await runTraffic(to("/hangs"), AbortSignal.timeout(100))).toEqual([]);
    } finally {
      half.closeAllConnections();
      half.close();
    }
  });

  it("counts a site that does not answer as failed", async () => {
    const samples = await runTraffic({ url: "http://127.0.0.1:1", rate: 50, count: 2 });
    expect(samples.map(({ status }) => status)).toEqual(["failed", "failed"]);
  });
});
