import { fleetHost, type RunningFleet } from "./fleet";
import type { Edit, Refusal } from "./running";

const PASSWORD = "a-password-of-the-test";

/** Containers of an app host with Alloy that shares its machine with no other host. */
const OF_A_HOST = [
  ...["alloy", "alloy-config-keeper", "alloy-secrets-keeper"],
  ...["cadvisor", "socket-proxy"],
];
const containersOf = (host: string) => OF_A_HOST.map((name) => `${host}-${name}`);

/** What has a page, or a host, in its files: targets, routes, pages. */
const SERVERS_THAT_KNOW_ALL = [
  "prometheus-config-keeper",
  "alertmanager-config-keeper",
  "grafana-config-keeper",
];

/** Prometheus takes over targets of new jobs, and gives up others, every five seconds by itself. */
const TARGETS_MS = 15_000;

/** Edits of a stack of several hosts, each of another kind; they are made one after the other. */
export const FLEET_EDITS: readonly Edit<RunningFleet>[] = [
  {
    what: "a dashboard: where its line for busy processors is",
    settings: { "sightline:alerts.HighCPUUsage.above": "93%" },
    keepers: ["grafana-config-keeper", "prometheus-config-keeper"],
    inForce: (running) => running.dashboard("sightline-resources"),
    shows: /"value":\s*0\.93/,
  },
  {
    what: "a person more at the gateway",
    settings: { "sightline:gateway.people": ["anna", "ben"] },
    secrets: (stack) => stack.setSecret("sightline:gatewayPasswords.ben", PASSWORD),
    keepers: ["gateway-secrets-keeper"],
    inForce: (running) => running.gatewayStatus(`ben:${PASSWORD}`),
    shows: /^200$/,
  },
  {
    what: "a person less",
    settings: {
      "sightline:gateway.people": ["anna"],
      "sightline:gatewayPasswords.ben": undefined,
    },
    keepers: ["gateway-secrets-keeper"],
    inForce: (running) => running.gatewayStatus(`ben:${PASSWORD}`),
    shows: /^401$/,
  },
  {
    what: "a page more that is checked",
    settings: { "sightline:site.pages": { tasks: "http://application:80/api/tasks" } },
    keepers: SERVERS_THAT_KNOW_ALL,
    inForce: (running) => running.targets("blackbox-http"),
    shows: /application:80\/api\/tasks/,
  },
  {
    what: "Alloy's pipeline: a filter that masks",
    settings: {
      "sightline:logs.filters": [{ source: "app", redact: "card=\\d+", with: "card=***" }],
    },
    keepers: ["app-alloy-config-keeper", "shop-alloy-config-keeper"],
    inForce: (running) => running.cardLine(),
    shows: /card=\*\*\*/,
  },
  {
    what: "a host more",
    settings: { "sightline:hosts.web": { ...fleetHost("web"), exporters: { process: false } } },
    keepers: [...SERVERS_THAT_KNOW_ALL, "gateway-secrets-keeper"],
    added: containersOf("web"),
    inForce: (running) => running.targets("cadvisor"),
    shows: /10\.79\.77\.3/,
    withinMs: TARGETS_MS,
  },
  {
    what: "a host less",
    settings: { "sightline:hosts.web": undefined },
    keepers: [...SERVERS_THAT_KNOW_ALL, "gateway-secrets-keeper"],
    removed: containersOf("web"),
    inForce: (running) => running.targets("cadvisor"),
    shows: /^(?!.*10\.79\.77\.3)\S/,
    withinMs: TARGETS_MS,
  },
];

/** Edits that are refused while all goes on. */
export const REFUSED: readonly Refusal<RunningFleet>[] = [
  {
    what: "an address of the site that is none",
    settings: { "sightline:site.pageUrl": "application:80" },
    reason: /sightline:site\.pageUrl: must be/,
    inForce: (running) => running.targets("blackbox-http"),
    stays: /http:\/\/application:80 /,
  },
  {
    what: "a filter that is no expression",
    settings: { "sightline:logs.filters": [{ source: "app", redact: "card=(", with: "***" }] },
    reason: /sightline:logs\.filters/,
    inForce: (running) => running.cardLine(),
    stays: /card=\*\*\*/,
  },
  {
    what: "an image that nobody has",
    settings: { "sightline:images.blackbox-exporter": "sightline-nobody/has-it:1" },
    reason: /sightline-nobody\/has-it/,
    inForce: (running) => running.page("blackbox-exporter", 9115, "/-/healthy"),
    stays: /Healthy/,
  },
];
