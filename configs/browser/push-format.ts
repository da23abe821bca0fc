const SPACE = String.raw`\s*+`;
const TEXT = String.raw`"[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+"`;

/**
 * The one shape that what browsers push may have, as a regular expression of PCRE: streams of labels,
 * with times and lines. Loki's API also takes fields that come with a line. They would go past
 * everything that an agent does, and for too many of them Loki refuses whatever comes along.
 */
export const PUSH_FORMAT = `^${SPACE}${object({ streams: list(streamOf()) })}${SPACE}$`;

function streamOf(): string {
  const labels = `\\{${SPACE}(?:${commas(pair(TEXT, TEXT))})?+${SPACE}\\}`;
  const entry = `\\[${SPACE}"\\d{1,20}"${SPACE},${SPACE}${TEXT}${SPACE}\\]`;
  return object({ stream: labels, values: list(entry) });
}

function object(keys: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(keys).map(([key, value]) => pair(`"${key}"`, value));
  return `\\{${SPACE}${pairs.join(`${SPACE},${SPACE}`)}${SPACE}\\}`;
}

function list(item: string): string {
  return `\\[${SPACE}${commas(item)}${SPACE}\\]`;
}

function pair(key: string, value: string): string {
  return `${key}${SPACE}:${SPACE}${value}`;
}

function commas(item: string): string {
  return `${item}(?:${SPACE},${SPACE}${item})*+`;
}
