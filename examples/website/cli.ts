/** A mistake in what was typed. Its message is all a person needs; no stack trace is printed. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** One thing typed wrong, in the one form: `name: rule; got X. Fix: …`. */
export interface Misuse {
  readonly name: string;
  readonly rule: string;
  readonly got: string;
  readonly fix: string;
}

/** The error for one misuse. */
export function misuse({ name, rule, got, fix }: Misuse): UsageError {
  return new UsageError(`${name}: ${rule}; got "${got}". Fix: ${fix}`);
}

/** The numbers an argument may have, both ends included. */
export interface Range {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** @default `false` */
  readonly integer?: boolean;
}

/**
 * Reads a bounded number.
 * @throws UsageError for anything else: empty, endless, out of range, or not whole where it must be
 */
export function numberIn(text: string, { name, min, max, integer = false }: Range): number {
  const value = text.trim() === "" ? NaN : Number(text);
  const isNumber = integer ? Number.isInteger(value) : Number.isFinite(value);
  if (isNumber && value >= min && value <= max) return value;
  const kind = integer ? "a whole number" : "a number";
  const rule = `must be ${kind} from ${min} to ${max}`;
  throw misuse({ name, rule, got: text, fix: `choose one in that range, or leave ${name} out` });
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const HOUR_MS = 3_600_000;

/**
 * Reads a time of one second to one hour, written `30s`, `5m` or `1h`.
 * @returns milliseconds
 * @throws UsageError for anything else
 */
export function durationIn(text: string, name: string): number {
  const [, number = "", unit = ""] = /^(\d+)([smh])$/.exec(text) ?? [];
  const milliseconds = Number(number) * (UNITS[unit] ?? NaN);
  if (milliseconds > 0 && milliseconds <= HOUR_MS) return milliseconds;
  const rule = "must be a time from 1s to 1h";
  throw misuse({ name, rule, got: text, fix: "for example 30s or 5m" });
}

/**
 * Reads the address of a site: http or https, and nothing below the host.
 * @returns the address without a slash at its end
 * @throws UsageError for anything else
 */
export function siteUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSite = url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === "/";
  if (isSite && url.search === "" && url.hash === "" && url.username === "") return url.origin;
  const rule = "must be the address of a site, http(s) without a path";
  throw misuse({ name: "--url", rule, got: text, fix: "for example http://127.0.0.1:8080" });
}

/** Runs a command line: prints an error's message and ends with 2 for misuse, 1 for the rest. */
export function runCli(main: (args: readonly string[]) => Promise<void>): void {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = error instanceof UsageError || isParseError(error) ? 2 : 1;
  });
}

/** What node:util's parseArgs throws: unknown options and missing values, well worded. */
function isParseError(error: unknown): boolean {
  return error instanceof TypeError && "code" in error && /PARSE_ARGS/.test(String(error.code));
}
