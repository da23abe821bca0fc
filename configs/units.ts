/**
 * Durations and sizes as people write them in settings, and as each tool wants to read them.
 * Inside the program a duration is always a number of milliseconds in a name that ends in `Ms`.
 */

const MILLISECONDS = {
  w: 7 * 24 * 3_600_000,
  d: 24 * 3_600_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
} as const;

type DurationUnit = keyof typeof MILLISECONDS;

/** What a duration looks like; the empty text is none. */
export const DURATION_TEXT = /^(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?$/;

/** Milliseconds in a Prometheus duration such as `7d`, `1m30s` or `500ms`; undefined if it is none. */
export function parseDuration(text: string): number | undefined {
  if (text === "" || !DURATION_TEXT.test(text)) return undefined;
  const parts = text.matchAll(/(\d+)(ms|[wdhms])/g);
  return [...parts].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * MILLISECONDS[unit as DurationUnit],
    0,
  );
}

/** The duration as Prometheus, Alertmanager and LogQL write it: 132000 → `2m12s`, 604800000 → `7d`. */
export function prometheusDuration(milliseconds: number): string {
  return writeDuration(milliseconds, ["d", "h", "m", "s", "ms"]);
}

/** The duration as Go parses it, without days: 604800000 → `168h`. Loki's main settings want this. */
export function goDuration(milliseconds: number): string {
  return writeDuration(milliseconds, ["h", "m", "s", "ms"]);
}

function writeDuration(milliseconds: number, units: readonly DurationUnit[]): string {
  let rest = Math.round(milliseconds);
  const parts = units.flatMap((unit) => {
    const amount = Math.floor(rest / MILLISECONDS[unit]);
    rest -= amount * MILLISECONDS[unit];
    return amount > 0 ? [`${amount}${unit}`] : [];
  });
  return parts.join("") || "0s";
}

/**
 * The duration exactly as Docker reports it back: 60000 → `1m0s`, 5000 → `5s`.
 * Any other spelling of the same time comes out of a refresh as a change, and replaces the container.
 */
export function dockerDuration(milliseconds: number): string {
  if (milliseconds > 0 && milliseconds < 1_000) return `${milliseconds}ms`;
  const seconds = Math.round(milliseconds) / 1_000;
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
  const rest = seconds % 60;
  if (hours > 0) return `${hours}h${minutes}m${rest}s`;
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`;
}

/** A share as people read it: 0.05 → `5%`. */
export function percentage(ratio: number): string {
  return `${Number((ratio * 100).toFixed(3))}%`;
}

/** Milliseconds as PromQL, LogQL and panels count time: 500 → `0.5`. */
export function seconds(milliseconds: number): number {
  return milliseconds / 1_000;
}

/** Whole days in a duration, rounded up: what a bucket's lifecycle rule counts in. */
export function wholeDays(milliseconds: number): number {
  return Math.ceil(milliseconds / MILLISECONDS.d);
}

/** What a size looks like. */
export const BYTE_SIZE_TEXT = /^(\d+)(KB|MB|GB|TB)$/;

const BYTES = { KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 } as const;

/** Bytes in a size such as `512MB` or `4GB` (powers of two, as Prometheus counts); undefined if it is none. */
export function parseByteSize(text: string): number | undefined {
  const match = BYTE_SIZE_TEXT.exec(text);
  return match ? Number(match[1]) * BYTES[match[2] as keyof typeof BYTES] : undefined;
}
