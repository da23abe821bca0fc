import { alloySpec } from "../../configs/services/alloy";
import { nodeExporterSpec } from "../../configs/services/node-exporter";
import { socketProxySpec } from "../../configs/services/socket-proxy";
import { exposedSeries } from "../support/exposition";
import { devSettings, prodSettings } from "../support/fixtures";
import { metricsIn } from "../support/live-inventory";
import { LogLab } from "../support/log-lab";
import { allQueries } from "../support/queries";
import { waitFor } from "../support/wait";

/** Alloy and node-exporter side by side on this machine, as the stack runs them. */
const MINUTE = 60_000;
const settings = prodSettings({ logs: { agent: "alloy", route: "agent" } });
const alloy = alloySpec(settings, "monitoring");
const node = nodeExporterSpec(settings, "monitoring");
const [exporter] = alloy.monitoring?.exporters ?? [];

let lab: LogLab | undefined;

beforeAll(async () => {
  lab = await LogLab.create("alloy-metrics");
  await lab.start(socketProxySpec(settings, "monitoring", [alloy.name]));
  await Promise.all([lab.start(alloy), lab.start(node)]);
}, 2 * MINUTE);

afterAll(() => lab?.remove(), MINUTE);

function theLab(): LogLab {
  if (!lab) throw new Error("there is no lab");
  return lab;
}

/** What rules and panels read of a host; the pattern is in whole names. */
const READ = new Set(
  [devSettings({ logs: { agent: "alloy" } }), settings].flatMap((stack) =>
    allQueries(stack)
      .filter(({ evaluator }) => evaluator === "prometheus")
      .flatMap(({ expr }) => metricsIn(expr))
      .filter((metric) => metric.startsWith("node_")),
  ),
);

/** The series that are read, each as one text. A label that is empty is none to Prometheus. */
async function seriesOf(name: string, portAndPath: string): Promise<readonly string[]> {
  const page = await theLab().page(name, portAndPath);
  return exposedSeries(page)
    .filter(({ metric }) => READ.has(metric))
    .map(({ metric, labels }) => {
      const entries = Object.entries(labels).filter(([, value]) => value !== "");
      return `${metric} ${JSON.stringify(entries.sort())}`;
    })
    .sort();
}

test(
  "serves every series of node-exporter that a rule or a panel reads, with the same labels",
  async () => {
    const { both } = await waitFor(
      // Containers of others come and go, and their devices with them.
      { what: "no series that one of the two lacks", deadlineMs: MINUTE, everyMs: 2_000 },
      async () => {
        const inside = await seriesOf(alloy.name, `${alloy.port}${exporter?.metricsPath ?? ""}`);
        const outside = await seriesOf(node.name, `${node.port}/metrics`);
        return {
          inAlloyAlone: inside.filter((series) => !outside.includes(series)),
          inNodeExporterAlone: outside.filter((series) => !inside.includes(series)),
          both: inside.filter((series) => outside.includes(series)),
        };
      },
      ({ inAlloyAlone, inNodeExporterAlone }) =>
        inAlloyAlone.length + inNodeExporterAlone.length === 0,
    );
    const metrics = both.map((series) => series.slice(0, series.indexOf(" ")));
    expect([...READ].filter((metric) => !metrics.includes(metric) && !ABSENT.test(metric))).toEqual(
      [],
    );
    expect(metrics).toContain("node_filesystem_avail_bytes");
  },
  2 * MINUTE,
);

/** What a kernel without pressure stall information has not, whichever program asks. */
const ABSENT = /^node_pressure_/;

test(
  "reaches neither Docker's socket nor root's secrets, which are there for who is root on the host",
  async () => {
    const empty = (path: string) => theLab().exec(alloy.name, ["/bin/bash", "-c", `ls -A ${path}`]);
    for (const path of alloy.hiddenPaths ?? [])
      expect([path, await empty(path)]).toEqual([path, ""]);
    const seen = await theLab().exec(node.name, ["/bin/sh", "-c", "ls -A /host/run /host/etc"]);
    expect(seen).toContain("docker.sock");
    expect(seen).toContain("shadow");
  },
  MINUTE,
);
