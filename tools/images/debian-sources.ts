import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

import { $ } from "zx";

/** The Debian release all images stand on. */
export const SUITE = "bookworm";

const APT_FOLDER = "/etc/apt";

/**
 * The apt sources of this machine that serve {@link SUITE}, in apt's one-line form.
 * Empty on a machine that is not Debian: mmdebstrap then takes Debian's default mirror.
 */
export async function debianSourceLines(folder = APT_FOLDER): Promise<string[]> {
  const texts = await Promise.all(
    (await sourceFiles(folder)).map((file) => readFile(file, "utf8")),
  );
  return [...new Set(texts.flatMap(parseSources))];
}

async function sourceFiles(folder: string): Promise<string[]> {
  const parts = path.join(folder, "sources.list.d");
  const names = await readdir(parts).catch(() => []);
  const known = names.filter((name) => /\.(list|sources)$/.test(name)).sort();
  const files = known.map((name) => path.join(parts, name));
  const main = path.join(folder, "sources.list");
  const hasMain = await readFile(main).then(
    () => true,
    () => false,
  );
  return hasMain ? [main, ...files] : files;
}

/** Reads both forms of apt's sources and keeps what serves packages of {@link SUITE}. */
export function parseSources(text: string): string[] {
  const isStanza = /^(Types|URIs|Suites):/m.test(text);
  return isStanza ? text.split(/\n\s*\n/).flatMap(parseStanza) : text.split("\n").filter(isOurs);
}

function isOurs(line: string): boolean {
  return new RegExp(`^deb\\s.*\\s${SUITE}(-updates|-security)?\\s`).test(line);
}

function parseStanza(stanza: string): string[] {
  const lines = stanza.split("\n").filter((line) => !line.startsWith("#"));
  const words = (key: string) =>
    lines
      .find((line) => line.startsWith(`${key}:`))
      ?.slice(key.length + 1)
      .trim()
      .split(/\s+/) ?? [];
  const enabled = words("Enabled")[0] !== "no" && words("Types").includes("deb");
  if (!enabled) return [];
  const key = words("Signed-By")[0];
  const option = key?.startsWith("/") ? `[signed-by=${key}] ` : "";
  const suites = words("Suites").flatMap((suite) =>
    words("URIs").map((uri) => `deb ${option}${uri} ${suite} ${words("Components").join(" ")}`),
  );
  return suites.filter((line) => isOurs(line));
}

/** Proxy and date settings of this machine's apt, which mmdebstrap does not take over by itself. */
export async function aptProxyOptions(): Promise<string[]> {
  const dump = await $({ nothrow: true, quiet: true })`apt-config dump`;
  const wanted = /^Acquire::(https?::Proxy|Check-Valid-Until|Check-Date)[^ ]* ".+";$/;
  return dump.stdout.split("\n").filter((line) => wanted.test(line));
}
