import type { HostName } from "../../configs/placement";
import type { ServiceSpec } from "../../configs/service-spec";
import { alloySpec } from "../../configs/services/alloy";
import { promtailSpec } from "../../configs/services/promtail";
import type { Settings } from "../../configs/settings/settings";
import { check } from "../support/checker";
import {
  browserSettings,
  devSettings,
  EXPORTERS_RAW,
  prodSettings,
  pushSettings,
  type Raw,
} from "../support/fixtures";
import { filesOf as renderedFilesOf, LINKS } from "../support/render-stack";

/** The agents' own checkers judge what is rendered from the settings of logs. */
const MINUTE = 60_000;

const everything: Raw = {
  route: "agent",
  system: true,
  timezone: "Europe/Berlin",
  docker: { composeProject: "website" },
  sources: {
    titan: { path: "/var/log/titan/*.log", labels: { team: 'a "quoted" \\ value' } },
    jobs: { container: "worker" },
  },
  filters: [
    { source: "*", drop: String.raw`"GET /health[z]?\b` },
    { source: "titan", redact: String.raw`card=\d+`, with: '"{{ gone }}" \\' },
    { source: "docker", add: { region: "{{ north }}" } },
  ],
};

const twoRoutes: Raw = {
  routes: { app: "agent" },
  sources: { deep: { path: "/data/logs/nginx/old/*.log" } },
};

const stacks: readonly (readonly [name: string, settings: (agent: Agent) => Settings])[] = [
  ["one host", (agent) => devSettings({ logs: { agent } })],
  ["two hosts", (agent) => prodSettings({ logs: { agent, route: "agent" } })],
  ["two hosts with NFS", (agent) => prodSettings({ logs: { agent } })],
  ["two routes", (agent) => prodSettings({ logs: { ...twoRoutes, agent } })],
  ["browsers", (agent) => browserSettings({}, { logs: { agent } })],
  ["every setting", (agent) => prodSettings({ logs: { ...everything, agent } })],
];
type Agent = Settings["logs"]["agent"];

const hosts: readonly HostName[] = ["app", "monitoring"];
const cases = stacks.flatMap(([name, settings]) =>
  hosts.map((host) => [name, host, settings] as const),
);

function filesOf(spec: ServiceSpec) {
  return spec.configuration?.files(LINKS) ?? {};
}

test.each(cases)(
  "promtail accepts its file: %s, %s host",
  async (_name, host, settings) => {
    const verdict = await check({
      image: "promtail",
      program: "/usr/bin/promtail",
      args: ["-check-syntax", "-config.file=/check/promtail.yml"],
      files: filesOf(promtailSpec(settings("promtail"), host)),
    });
    expect(verdict).toMatchObject({ exitCode: 0 });
  },
  MINUTE,
);

test.each(cases)(
  "alloy accepts its file: %s, %s host",
  async (_name, host, settings) => {
    const verdict = await check({
      image: "alloy",
      program: "/bin/alloy",
      args: ["validate", "/check/config.alloy"],
      files: filesOf(alloySpec(settings("alloy"), host)),
    });
    expect(verdict).toMatchObject({ exitCode: 0 });
  },
  MINUTE,
);

test(
  "alloy accepts its file on a host that pushes its metrics",
  async () => {
    const settings = pushSettings({ hosts: { app: { exporters: EXPORTERS_RAW } } });
    const files = renderedFilesOf(settings, "app-alloy");
    expect(files["config.alloy"]).toContain("prometheus.remote_write");
    const verdict = await check({
      image: "alloy",
      program: "/bin/alloy",
      args: ["validate", "/check/config.alloy"],
      files,
    });
    expect(verdict).toMatchObject({ exitCode: 0 });
  },
  MINUTE,
);

test(
  "alloy's checker refuses what is no stage",
  async () => {
    const text = filesOf(alloySpec(devSettings(), "app"))["config.alloy"] ?? "";
    const verdict = await check({
      image: "alloy",
      program: "/bin/alloy",
      args: ["validate", "/check/config.alloy"],
      files: { "config.alloy": text.replace("stage.replace", "stage.replaced") },
    });
    expect(verdict.exitCode).not.toBe(0);
    expect(verdict.output).toContain("stage.replaced");
  },
  MINUTE,
);
