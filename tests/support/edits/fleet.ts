import { randomBytes } from "node:crypto";
import { appendFile } from "node:fs/promises";
import path from "node:path";

import { stampOf } from "../../../examples/website/numbered-lines";
import { freePorts } from "../free-ports";
import { askGateway } from "../gateway-client";
import { quiet } from "../quiet";
import { TestStack } from "../test-stack";
import { RunningStack } from "./running";

/** Hosts of the fleet, each an address of this machine that leads nowhere else. */
export const ADDRESSES = {
  monitoring: "10.79.77.1",
  shop: "10.79.77.2",
  web: "10.79.77.3",
} as const;

/** Grafana's image, where it cannot be had. */
export const GRAFANA_STAND_IN = "sightline-grafana-of-edits:13.0.0";

/** What the settings say of one of the hosts. */
export function fleetHost(name: keyof typeof ADDRESSES) {
  return { endpoint: "local", address: ADDRESSES[name] };
}

/**
 * A stack of three hosts whose containers are all in this machine's Docker, with a gateway that people
 * and the agent of the host `shop` come in by, Alloy as agent, and Grafana or what stands for it.
 */
export async function createFleet(name: string): Promise<TestStack> {
  const { gateway } = await freePorts(["gateway"]);
  const stack = await TestStack.create(name, {
    // With more time to answer than a busy machine may need: what is lost is lost by an edit.
    "sightline:intervals": { probe: "5s", probeTimeout: "1s", scrape: "5s", evaluation: "1s" },
    "sightline:hosts": {
      monitoring: fleetHost("monitoring"),
      app: { ...fleetHost("monitoring"), exporters: { process: false } },
      shop: { ...fleetHost("shop"), exporters: { process: false } },
    },
    "sightline:logs.agent": "alloy",
    "sightline:gateway": { people: ["anna"], port: gateway },
    "sightline:grafana": { enabled: true },
  });
  if (!stack.hasGrafana) await stack.edit({ "sightline:images.grafana": GRAFANA_STAND_IN });
  await stack.setSecret("sightline:grafanaAdminPassword", randomBytes(12).toString("hex"));
  await stack.makeCredentials();
  return stack;
}

/** What else the servers of a fleet say of themselves. */
export class RunningFleet extends RunningStack {
  /** A file as Grafana has it, whatever it makes of it. */
  async dashboard(uid: string): Promise<string> {
    const file = `/etc/sightline/current/dashboards/${uid}.json`;
    return quiet`docker exec ${this.stack.container("grafana")} cat ${file}`;
  }

  /** Writes a line with a number of a card, and reads the newest such line that came from the host `shop`. */
  async cardLine(): Promise<string> {
    const file = path.join(this.stack.logFolder, "app", "app.log");
    await appendFile(file, `${stampOf(new Date())} INFO [edits] card=4711\n`);
    const query = new URLSearchParams({
      query: '{job="app",host="shop"} |= "[edits]"',
      limit: "1",
    });
    const answer = await fetch(
      `${await this.stack.lokiUrl()}/loki/api/v1/query_range?${query.toString()}`,
    );
    const { data } = (await answer.json()) as {
      data: { result: { values: [string, string][] }[] };
    };
    return data.result[0]?.values[0]?.[1] ?? "";
  }

  /** The status that somebody gets who asks for Prometheus' page with a login. */
  async gatewayStatus(login: string): Promise<string> {
    const { gateway, hosts } = await this.stack.settings();
    const host = hosts.monitoring?.address ?? "";
    const { status } = await askGateway(
      { host, port: gateway.port, servername: host },
      {
        method: "GET",
        path: "/prometheus/api/v1/query?query=1",
        login,
        tls: { ca: gateway.certificateAuthority },
      },
    );
    return `${status}`;
  }
}
