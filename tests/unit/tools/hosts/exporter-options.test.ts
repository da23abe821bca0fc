import { stringify } from "yaml";

import { exportersOf } from "../../../../tools/hosts/exporter-options";
import { hostsIn, withHost, withoutHost } from "../../../../tools/hosts/host-settings";
import { HOST_KEY, prodRaw } from "../../../support/fixtures";

const prod = stringify(
  {
    config: Object.fromEntries(
      Object.entries(prodRaw({ logs: { route: "agent" } })).map(([key, value]) => [
        `sightline:${key}`,
        value,
      ]),
    ),
  },
  { lineWidth: 0 },
);

function added(...words: readonly string[]): string {
  return withHost(prod, "prod", {
    name: "web-2",
    endpoint: "ssh://deploy@10.0.0.4",
    address: "10.0.0.4",
    hostKey: HOST_KEY,
    exporters: exportersOf(words),
  });
}

test("an exporter is switched on by its name, told where its server is, or told all in YAML", () => {
  expect(
    exportersOf([
      "process",
      "nginx=http://nginx:8080/stub_status?a=1",
      "redis=redis:6379",
      "postgres={address: db:5432, username: sightline}",
    ]),
  ).toEqual({
    process: true,
    nginx: { url: "http://nginx:8080/stub_status?a=1" },
    redis: { address: "redis:6379" },
    postgres: { address: "db:5432", username: "sightline" },
  });
  expect(exportersOf(["process=false"])).toEqual({ process: false });
});

test("the host has it, in a file that keeps its comments and goes back to what it was", () => {
  const text = added("redis={address: redis:6379, password: true}", "rabbitmq=10.0.0.4:15692");
  expect(text).toContain(
    [
      "      exporters:",
      "        redis:",
      "          address: redis:6379",
      "          password: true",
      "        rabbitmq:",
      "          address: 10.0.0.4:15692",
    ].join("\n"),
  );
  expect(hostsIn(text, "prod")["web-2"]?.exporters).toMatchObject({
    redis: { address: "redis:6379", password: true },
    rabbitmq: { address: "10.0.0.4:15692" },
  });
  expect(withoutHost(text, "prod", "web-2")).toBe(prod);
});

test.each([
  ["a misspelt one", ["redsi=redis:6379"], 'did you mean "redis"'],
  ["a server without its port", ["redis=redis"], "exporters.redis.address: must be host:port"],
  ["one without its account", ["postgres=db:5432"], "exporters.postgres.username: "],
  ["one without its server", ["nginx"], "exporters.nginx: "],
  ["one that is named twice", ["redis=a:1", "redis=b:2"], "--exporter redis: must be given once"],
])("%s is refused", (_, words, message) => {
  expect(() => added(...words)).toThrow(message);
});
