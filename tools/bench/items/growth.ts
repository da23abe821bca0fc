import { copyFile, readFile } from "node:fs/promises";
import path from "node:path";
import { performance } from "node:perf_hooks";

import { gatherRules } from "../../../configs/gathered";
import { placedSpecs } from "../../../configs/hosts";
import { parseSettings } from "../../../configs/settings/settings";
import { rawSettings } from "../../stack/raw-settings";
import { editStackFile, type SettingsEdit } from "../../stack/stack-file";
import type { BenchStack } from "../bench-stack";
import type { Row, Section } from "../figures";
import { growingRows } from "../growing";
import { fleetHosts } from "../hosts";

const RENDERED_HOSTS = [1, 10, 100];
const PREVIEWED_HOSTS = [1, 10, 100];
/** A preview of so many takes minutes: it runs once, which its row says. */
const ONCE_FROM_HOSTS = 100;
/** What Pulumi outputs would bring. */
const LINKS = { lokiPushUrl: "http://loki:3100/loki/api/v1/push", logBucket: "" };

/** One rendering of everything that a stack deploys. */
interface Rendered {
  readonly milliseconds: number;
  readonly kibibytes: number;
  readonly rules: number;
}

/** What more hosts cost: rendering, files, rules, and a preview. */
export async function benchGrowth(stack: BenchStack, runs: number): Promise<Section> {
  await stack.upToDate();
  const raw = rawSettings(await readFile(stack.file, "utf8"));
  const rendered = new Map<number, readonly Rendered[]>();
  // The first one of all compiles what it runs.
  render({ ...raw, ...fleet(1) });
  for (const hosts of RENDERED_HOSTS) {
    const all = Array.from({ length: runs }, () => render({ ...raw, ...fleet(hosts) }));
    rendered.set(hosts, all);
    stack.commands.report(`rendering ${hosts} app hosts: ${all[0]?.milliseconds.toFixed(0)} ms`);
  }
  const previews = new Map<number, readonly number[]>();
  for (const hosts of PREVIEWED_HOSTS) {
    const times = hosts < ONCE_FROM_HOSTS ? runs : 1;
    previews.set(hosts, await preview(stack, hosts, times));
  }
  return {
    rows: [
      ...rows("rendering of all files, in one process", "ms", rendered, (one) => one.milliseconds),
      ...rows("size of all files", "KiB", rendered, ({ kibibytes }) => kibibytes),
      ...rows("alert rules", "rules", rendered, ({ rules }) => rules),
      ...rows("`pulumi preview` of new app hosts", "s", previews, (seconds) => seconds),
    ],
    notes: [
      "App hosts are names and addresses of one machine's Docker; rendering and previews do not need more. " +
        "Whole deployments of up to 50 hosts: [scaling](scaling.md).",
    ],
  };
}

function fleet(count: number) {
  return { hosts: fleetHosts(count), site: SITE, logs: LOGS };
}

const SITE = {
  name: "website",
  pageUrl: "http://10.77.0.1:8080",
  apiUrl: "http://10.77.0.1:8080/api/health",
};
const LOGS = {
  retention: "7d",
  storage: { kind: "filesystem" },
  directories: { nginx: "/var/log/nginx", app: "/var/log/app", redis: "/var/log/redis" },
};

/** @param raw settings, read anew each time: what is known of one object is not worked out again */
function render(raw: Readonly<Record<string, unknown>>): Rendered {
  const start = performance.now();
  const settings = parseSettings(raw, "bench");
  const specs = placedSpecs(settings);
  const files = specs.flatMap(({ spec }) => Object.values(spec.configuration?.files(LINKS) ?? {}));
  const milliseconds = performance.now() - start;
  const { ruleGroups, judgedByGrafana } = gatherRules(settings, specs);
  return {
    milliseconds,
    kibibytes: Buffer.byteLength(files.join("")) / 1_024,
    rules: [...ruleGroups, ...judgedByGrafana].reduce((sum, { rules }) => sum + rules.length, 0),
  };
}

/** The deployed stack with other settings, which stay a preview. */
async function preview(stack: BenchStack, hosts: number, runs: number): Promise<readonly number[]> {
  const file = path.join(await stack.scratch("growth"), `Pulumi.${stack.name}.yaml`);
  await copyFile(stack.file, file);
  const edits = Object.entries(fleet(hosts)).map(([key, value]) => [`sightline:${key}`, value]);
  await editStackFile(file, Object.fromEntries(edits) as SettingsEdit);
  const samples: number[] = [];
  for (let run = 1; run <= runs; run += 1) {
    const { seconds } = await stack.pulumi(["preview"], file);
    stack.commands.report(
      `run ${run} of ${runs}, preview of ${hosts} app hosts: ${seconds.toFixed(1)} s`,
    );
    samples.push(seconds);
  }
  return samples;
}

function rows<T>(
  what: string,
  unit: Row["unit"],
  all: ReadonlyMap<number, readonly T[]>,
  of: (one: T) => number,
): readonly Row[] {
  const samples = new Map([...all].map(([hosts, measured]) => [hosts, measured.map(of)] as const));
  const size = (hosts: number) => `${hosts} app hosts`;
  return growingRows({ what, unit, size, fewest: (hosts) => `${hosts} app host` }, samples);
}
