import { parseArgs } from "node:util";

import { misuse, numberIn, runCli, siteUrl } from "./cli";

const HELP = `Usage: npx tsx examples/website/switch.ts <command> [options]

Makes the example website misbehave, so that there is something to notice.

  slow <ms>          each answer of the API waits (0 to 30000)
  errors <share>     that share of answers is a 500 (0 to 1)
  exception [share]  that share of requests ends in an exception nobody catches (default 1)
  js-error           the page throws in the browser (or open the page with ?jserror=1)
  down               the whole site answers 503
  up                 ends "down"
  reset              everything off
  show               what is switched on

  --url <address>    the site (default http://127.0.0.1:8080)
  --path <prefix>    what slow, errors and exception apply to (default /api/, all of the API)
  --help
`;

/** What the site is asked: the body of POST /api/_switch. */
export type SwitchChange = Readonly<Record<string, number | boolean | string>>;

/** A request to the site's switches. */
export interface SwitchRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: string;
  readonly body?: SwitchChange;
}

type Command = (value: string | undefined) => SwitchChange;

const share = (text: string) => numberIn(text, { name: "share", min: 0, max: 1 });
const milliseconds = { name: "ms", min: 0, max: 30_000, integer: true };

const commands: Readonly<Record<string, Command>> = {
  slow: (ms) => ({ slow_ms: numberIn(needed("slow", ms), milliseconds) }),
  errors: (value) => ({ error_rate: share(needed("errors", value)) }),
  exception: (value = "1") => ({ exception_rate: share(value) }),
  "js-error": () => ({ js_error: true }),
  down: () => ({ down: true }),
  up: () => ({ down: false }),
};
const takesValue = new Set(["slow", "errors", "exception"]);

/**
 * Reads the command line.
 * @returns the request to send, or `"help"`
 * @throws UsageError, or parseArgs' TypeError, for what cannot be understood
 */
export function parseSwitch(args: readonly string[]): SwitchRequest | "help" {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      url: { type: "string", default: "http://127.0.0.1:8080" },
      path: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const [name = "", value, ...rest] = positionals;
  const url = `${siteUrl(values.url)}/api/_switch`;
  const surplus = takesValue.has(name) ? rest[0] : value;
  if (surplus !== undefined) {
    throw misuse({ name, rule: "takes no more arguments", got: surplus, fix: "leave it out" });
  }
  if (values.path !== undefined && !takesValue.has(name)) {
    const rule = `applies to ${[...takesValue].join(", ")} only`;
    throw misuse({ name: "--path", rule, got: values.path, fix: "leave it out" });
  }
  if (name === "reset") return { method: "DELETE", url };
  if (name === "show") return { method: "GET", url };
  // Each command says what it applies to, so that an earlier --path does not linger.
  const change = commandFor(name)(value);
  const body = takesValue.has(name) ? { ...change, path: pathPrefix(values.path) } : change;
  return { method: "POST", url, body };
}

function commandFor(name: string): Command {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command !== undefined) return command;
  const rule = `must be one of ${[...Object.keys(commands), "reset", "show"].join(", ")}`;
  throw misuse({ name: "command", rule, got: name, fix: "see --help" });
}

function needed(name: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw misuse({ name, rule: "needs a number", got: "", fix: "see --help for its range" });
}

function pathPrefix(text = "/api/"): string {
  if (text.startsWith("/api/")) return text;
  const rule = "must begin with /api/ (the page itself is served by nginx)";
  throw misuse({ name: "--path", rule, got: text, fix: "for example /api/tasks" });
}

/**
 * Sends the request.
 * @returns the switches now in force
 * @throws Error where the site does not answer, or has no switches
 */
export async function sendSwitch({ method, url, body }: SwitchRequest): Promise<SwitchChange> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(5000),
    ...(body && { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? (error.cause ?? error) : error;
    throw new Error(`${url}: no answer (${String(reason)}). Fix: start the site, or give --url`);
  });
  if (response.ok) return (await response.json()) as SwitchChange;
  const fix = response.status === 404 ? "start the site with SITE_SWITCHES=on" : "see its log";
  const answer = (await response.text()).slice(0, 300);
  throw new Error(`${url}: the site answered ${response.status} ${answer}. Fix: ${fix}`);
}

async function main(args: readonly string[]): Promise<void> {
  const request = parseSwitch(args);
  process.stdout.write(
    request === "help" ? HELP : `${JSON.stringify(await sendSwitch(request))}\n`,
  );
}

if (require.main === module) runCli(main);
