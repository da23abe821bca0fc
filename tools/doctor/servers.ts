import { centralAddress } from "../../configs/central";
import { containerName } from "../../configs/docker-spec";
import { homeOf } from "../../configs/placement";
import { quoted } from "../../configs/preflight/fact-script";
import type { Settings } from "../../configs/settings/settings";
import { CannotAsk } from "./cannot-ask";
import type { Examined } from "./check";

/** A series of an instant query's answer. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const END = "sightline-answer-end";
/** Services of the servers that are asked. */
const SERVICES = { Loki: "loki", Prometheus: "prometheus" } as const;

type Server = keyof typeof SERVICES;

/**
 * Answers of Prometheus to instant queries, each in the order of its query.
 *
 * @throws CannotAsk where the stack is not deployed, or a query is refused
 */
export async function queryPrometheus(
  examined: Examined,
  queries: readonly string[],
  signal: AbortSignal,
): Promise<readonly (readonly Sample[])[]> {
  const paths = queries.map((query) => `/api/v1/query?query=${encodeURIComponent(query)}`);
  const answers = await askPrometheus<{
    result: readonly { metric: Sample["labels"]; value: readonly [number, string] }[];
  }>(examined, paths, signal);
  return answers.map(({ result }) =>
    result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) })),
  );
}

/** What Prometheus has under its paths. */
export async function askPrometheus<Data>(
  examined: Examined,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly Data[]> {
  return ask(
    examined,
    { server: "Prometheus", urls: paths.map((path) => `http://127.0.0.1:9090${path}`) },
    signal,
  );
}

/** What Loki has under its paths, asked where it is reached from: the container of Prometheus. */
export async function askLoki<Data>(
  examined: Examined,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly Data[]> {
  const { settings } = examined;
  const address = centralAddress(settings, homeOf(settings, "prometheus"), "loki");
  return ask(
    examined,
    { server: "Loki", urls: paths.map((path) => `http://${address}${path}`) },
    signal,
  );
}

/** In the container of Prometheus, so that it works behind every door and over ssh. */
async function ask<Data>(
  { settings, onHost }: Examined,
  { server, urls }: { readonly server: Server; readonly urls: readonly string[] },
  signal: AbortSignal,
): Promise<readonly Data[]> {
  const host = homeOf(settings, "prometheus");
  const container = containerName(settings, "prometheus");
  const program = `for url; do wget -qO- "$url" || exit 1; printf '\\n%s\\n' ${END}; done`;
  const words = ["sh", "-c", program, "sh", ...urls].map(quoted).join(" ");
  const script = `PATH="$PATH:/usr/local/bin"\ndocker exec ${quoted(container)} ${words} </dev/null\n`;
  const { exitCode, stdout, stderr } = await onHost(host, script, signal);
  if (exitCode !== 0) throw whyNot(settings, server, stderr);
  return stdout
    .split(`\n${END}\n`)
    .slice(0, urls.length)
    .map((text) => (JSON.parse(text) as { data: Data }).data);
}

function whyNot(settings: Settings, server: Server, stderr: string): CannotAsk {
  const stack = settings.prefix;
  const container = containerName(settings, "prometheus");
  const isGone = /no such container|is not running/i.test(stderr);
  if (isGone) {
    const fix = stack === "dev" ? "npm run up" : `pulumi up --stack ${stack}`;
    return new CannotAsk(`${container} does not run, and only it knows`, fix);
  }
  const said = stderr.trim().split("\n").at(-1) || "nothing";
  return new CannotAsk(
    `${server} could not be asked in ${container}; it says: ${said}`,
    `docker logs ${containerName(settings, SERVICES[server])}`,
  );
}
