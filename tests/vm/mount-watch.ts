import { createServer } from "node:http";
import { connect, createServer as createTcpServer, type Server } from "node:net";

import { agentRules } from "../../configs/rules/agents";
import { PROBE_JOB } from "../../configs/rules/probes";
import type { Settings } from "../../configs/settings/settings";
import { prometheusDuration } from "../../configs/units";
import { toYaml } from "../../configs/yaml";
import { freePorts } from "../support/free-ports";
import { PrometheusServer } from "../support/prometheus-server";

/** Of Docker's own network: containers reach this machine there, and nobody outside. */
const BRIDGE = "172.17.0.1";

/** A real Prometheus with the rules on agents. Blackbox is a stand-in that always finds the site well. */
export class MountWatch {
  private constructor(
    private readonly prometheus: PrometheusServer,
    private readonly doors: readonly Server[],
  ) {}

  /** @param agentPort port of the loopback that leads to the agent on the monitoring host */
  static async start(settings: Settings, agentPort: number): Promise<MountWatch> {
    const { environment: env, intervals, logs, site } = settings;
    const ports = await freePorts(["checks", "agent"]);
    const checks = createServer((_, answer) => answer.end("probe_success 1\n"));
    // The machine would answer an address of Docker's network on a bridge of its own.
    const agent = createTcpServer((socket) => {
      const there = connect(agentPort, "127.0.0.1");
      for (const end of [socket, there])
        end.on("error", () => [socket, there].map((one) => one.destroy()));
      socket.pipe(there).pipe(socket);
    });
    await listening(checks, ports.checks);
    await listening(agent, ports.agent);
    const job = (name: string, target: number, labels: Readonly<Record<string, string>>) => ({
      job_name: name,
      fallback_scrape_protocol: "PrometheusText0.0.4",
      static_configs: [{ targets: [`${BRIDGE}:${target}`], labels: { env, ...labels } }],
    });
    const prometheus = await PrometheusServer.startWith({
      "prometheus.yml": toYaml({
        global: {
          scrape_interval: prometheusDuration(intervals.scrape),
          evaluation_interval: prometheusDuration(intervals.evaluation),
        },
        rule_files: ["agents.yml"],
        scrape_configs: [
          job(logs.agent, ports.agent, { host: "monitoring", service: logs.agent }),
          job(PROBE_JOB, ports.checks, { site: site.name, target: "page" }),
        ],
      }),
      "agents.yml": toYaml({
        groups: [{ name: "agents", rules: agentRules(settings).rules }],
      }),
    });
    return new MountWatch(prometheus, [checks, agent]);
  }

  /** Names of the alerts that fire. */
  firing(): Promise<readonly string[]> {
    return this.prometheus.firing();
  }

  async stop(): Promise<void> {
    for (const door of this.doors) door.close();
    await this.prometheus.stop();
  }
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve) => server.listen(port, BRIDGE, resolve));
}
