import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { ensureImages } from "../../../../tools/images/ensure-images";
import { forgetRegistries, isRefusal, pullOfficial } from "../../../../tools/images/pull";

const folder = mkdtempSync(path.join(tmpdir(), "sightline-pull-"));
const calls = path.join(folder, "calls");
const before = process.env.PATH;

/** A docker command that writes down what it is asked, and does what the test says. */
function fakeDocker(script: string): void {
  const file = path.join(folder, "docker");
  writeFileSync(file, `#!/bin/sh\necho "$@" >>${calls}\n${script}\n`);
  chmodSync(file, 0o755);
}

const pulls = () =>
  existsSync(calls) ? (readFileSync(calls, "utf8").match(/^pull .*$/gm) ?? []) : [];

beforeAll(() => (process.env.PATH = `${folder}:${before ?? ""}`));
beforeEach(() => {
  forgetRegistries();
  rmSync(calls, { force: true });
});
afterAll(() => {
  process.env.PATH = before;
  rmSync(folder, { recursive: true });
});

test("an image that Docker has is not pulled", async () => {
  fakeDocker("exit 0");
  expect(await pullOfficial("prom/prometheus:v3.15.0")).toBeUndefined();
  expect(pulls()).toEqual([]);
});

test("an image that can be pulled is official", async () => {
  fakeDocker(`[ "$1" = pull ] && echo "v3.15.0: Pulling from prom/prometheus" && exit 0; exit 1`);
  const lines: string[] = [];
  const onProgress = (line: string) => void lines.push(line);
  const images = await ensureImages(["prometheus", "grafana"], { onProgress });
  expect(images.prometheus).toEqual({
    name: "prometheus",
    reference: "prom/prometheus:v3.15.0",
    official: true,
  });
  expect(images.grafana.unavailable).toBeUndefined();
  expect(lines).toContain("pulling prom/prometheus:v3.15.0");
});

test("a registry that cannot be reached is asked once", async () => {
  fakeDocker(`echo "dial tcp: no such host" >&2; exit 1`);
  expect(await pullOfficial("prom/prometheus:v3.15.0")).toBe("dial tcp: no such host");
  expect(await pullOfficial("prom/alertmanager:v0.31.1")).toBe("dial tcp: no such host");
  expect(await pullOfficial("ghcr.io/google/cadvisor:0.60.6")).toBe("dial tcp: no such host");
  expect(pulls()).toEqual(["pull prom/prometheus:v3.15.0", "pull ghcr.io/google/cadvisor:0.60.6"]);
});

test("a registry that refuses one image is asked for the next", async () => {
  fakeDocker(`echo "manifest unknown" >&2; exit 1`);
  await pullOfficial("prom/prometheus:v3.15.0");
  await pullOfficial("prom/alertmanager:v0.31.1");
  expect(pulls()).toHaveLength(2);
});

test("Grafana that cannot be pulled is said to be unavailable, in one line", async () => {
  fakeDocker(`echo "dial tcp: no such host" >&2; exit 1`);
  expect(await ensureImages(["grafana"])).toEqual({
    grafana: {
      name: "grafana",
      unavailable: "grafana/grafana:13.1.3 cannot be pulled or built: dial tcp: no such host",
    },
  });
});

test.each([
  ["pull access denied for x", true],
  ["manifest for x:1 not found", true],
  ["toomanyrequests: You have reached your pull rate limit", true],
  ["dial tcp: lookup registry: no such host", false],
  ["net/http: TLS handshake timeout", false],
])("%s: is a refusal %s", (reason, expected) => {
  expect(isRefusal(reason)).toBe(expected);
});
