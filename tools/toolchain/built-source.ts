import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";

import { $, type ProcessPromise } from "zx";

import { elapsed } from "../lib/duration";
import type { Report } from "../lib/progress";
import { reasonOf } from "../lib/setup-error";
import { buildArguments, buildKey, GO_FOLDER } from "./build-key";
import { ensureGo, goEnvironment } from "./go-toolchain";
import { isExecutable, type Source, storedPath } from "./source";
import type { ToolSpec } from "./types";

/** How often a running build says how far it is. */
const REPORT_EVERY_MS = 15_000;

const DOWNLOADING = "go: downloading ";

/** How much of a failed build's log goes into the reason. */
const LOG_LINES = 12;

/**
 * Compiled from the Go module proxy, as the committed go.mod and go.sum say. An interrupted build
 * goes on where it stopped: Go's own cache keeps every package that was finished.
 */
export const builtSource: Source = {
  name: "built",
  describe: () => "compiled from the Go module proxy",
  async find(spec) {
    const target = storedPath(spec, await buildKey(spec));
    if (await isExecutable(target)) return { path: target, version: spec.version };
    return { reason: "not compiled yet" };
  },
  async make(spec, report) {
    const target = storedPath(spec, await buildKey(spec));
    try {
      await inTurn(async () => build(spec, { target, report, go: await ensureGo(report) }));
      return { path: target, version: spec.version };
    } catch (error) {
      return { reason: reasonOf(error) };
    }
  },
};

let lastBuild: Promise<unknown> = Promise.resolve();

/** One build at a time: each uses all cores, and two large linkers exceed a small machine's memory. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = lastBuild.then(work, work);
  lastBuild = result.catch(() => undefined);
  return result;
}

interface Building {
  readonly target: string;
  readonly go: string;
  readonly report: Report;
}

async function build(spec: ToolSpec, { target, go, report }: Building): Promise<void> {
  const start = Date.now();
  const run = $({
    quiet: true,
    nothrow: true,
    cwd: path.join(GO_FOLDER, spec.build.folder),
    env: goEnvironment(),
  });
  const what = `compiling ${spec.name} ${spec.version} from the Go module proxy`;
  const usual = `about ${elapsed(spec.build.seconds * 1000)} on 2 cores`;
  report(`${what} (${usual})`);
  const temporary = `${target}.${process.pid}`;
  await mkdir(path.dirname(target), { recursive: true });
  try {
    // -v names each package when it is compiled, which is what the progress counts.
    const running = run`${go} build -v -o ${temporary} ${buildArguments(spec)}`;
    const state = follow(running);
    const timer = setInterval(() => {
      report(`${what} (${usual}): ${state()}, ${elapsed(Date.now() - start)} so far`);
    }, REPORT_EVERY_MS);
    const { exitCode, stderr } = await running.finally(() => {
      clearInterval(timer);
    });
    if (exitCode !== 0) throw new Error(`go build ended with ${exitCode}:\n${complaints(stderr)}`);
    await rename(temporary, target);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Counts what the compiler says it does; gives the state in words. */
function follow(running: ProcessPromise): () => string {
  let modules = 0;
  let packages = 0;
  createInterface({ input: running.stderr }).on("line", (line) => {
    if (line.startsWith(DOWNLOADING)) modules += 1;
    else packages += 1;
  });
  return () => `${modules} modules fetched, ${packages} packages compiled`;
}

/** The end of the log, without the names of packages and downloads that went well. */
function complaints(log: string): string {
  const lines = log.split("\n").filter((line) => /\s/.test(line.trim()));
  const telling = lines.filter((line) => !line.startsWith(DOWNLOADING));
  return telling.slice(-LOG_LINES).join("\n");
}
