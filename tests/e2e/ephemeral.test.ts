import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";

import { STACK_LABEL } from "../../configs/labels";
import { homeOf } from "../../tools/ephemeral/home";
import { projectOf } from "../../tools/ephemeral/settings";
import { lines, namesInDocker } from "../../tools/lib/docker-cleanup";
import { repositoryRoot } from "../../tools/lib/paths";
import { quiet } from "../../tools/lib/quiet";
import { waitFor } from "../support/wait";
import { isAsked } from "../support/when-asked";

jest.setTimeout(240_000);

// Each is a stack of its own; with all else, in `npm run test:full`.
const asked = isAsked("SIGHTLINE_ALL_ENDS", "skipped: two more ends of a run");

const BOOTSTRAP = path.join(repositoryRoot, "tools", "bootstrap.mjs");

/** `npm run ephemeral -- <words>`, in a process group of its own, as a terminal has it. */
function ephemeral(...words: string[]): ChildProcess {
  return spawn(process.execPath, [BOOTSTRAP, "ephemeral", ...words], {
    cwd: repositoryRoot,
    detached: true,
    stdio: "ignore",
  });
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  return ((await once(child, "exit")) as [number | null])[0];
}

/** Everything of a run that is still there: in Docker, on disk, as a process. */
async function leftOf(name: string): Promise<readonly string[]> {
  const own = await namesInDocker(`label=${STACK_LABEL}=${name}`);
  const site = await namesInDocker(`label=com.docker.compose.project=${projectOf(name)}`);
  // After the others, which have the name in their own arguments.
  const processes = await quiet`ps -eo args=`;
  return [
    ...own,
    ...site,
    ...lines(processes).filter((line) => line.includes(name)),
    ...(existsSync(homeOf(name)) ? [homeOf(name)] : []),
  ];
}

/** Waits until some of the stack is deployed, but not all of it. */
async function untilHalfDeployed(name: string): Promise<void> {
  await waitFor(
    { what: "a stack that is half deployed", deadlineMs: 180_000, everyMs: 100 },
    () => quiet`docker ps --all --quiet --filter ${`label=${STACK_LABEL}=${name}`}`,
    (ids) => lines(ids).length >= 3,
  );
}

/** How a run ends, in words, and what ends it. */
type End = readonly [words: string, kill: (pid: number) => unknown];

describe("an ephemeral stack whose run is killed in the middle", () => {
  const name = `killed-${process.pid}`;

  afterEach(async () => {
    if (existsSync(homeOf(name))) await exitCode(ephemeral("--clean", name));
  });

  const withEngine: End = ["with its engine", (pid) => process.kill(-pid, "SIGKILL")];
  const alone: End = [
    "while its engine works on",
    async (pid) => {
      const commands = lines(await quiet`pgrep --pgroup ${String(pid)} --full sightline.ts`);
      for (const command of [...commands, pid]) process.kill(Number(command), "SIGKILL");
    },
  ];

  test.each(asked ? [withEngine, alone] : [withEngine])(
    "%s: one clean-up leaves nothing",
    async (_, kill) => {
      const { pid = 0 } = ephemeral("--name", name, "true");
      await untilHalfDeployed(name);
      await kill(pid);
      expect(await leftOf(name)).toContain(homeOf(name));
      expect(await exitCode(ephemeral("--clean"))).toBe(0);
      expect(await leftOf(name)).toEqual([]);
    },
  );
});

const maybe = asked ? test : test.skip;

maybe("an ephemeral stack whose run is interrupted is taken away by the run itself", async () => {
  const name = `interrupted-${process.pid}`.slice(0, 20);
  const run = ephemeral("--name", name, "true");
  try {
    await untilHalfDeployed(name);
    run.kill("SIGTERM");
    expect(await exitCode(run)).toBe(143);
    expect(await leftOf(name)).toEqual([]);
  } finally {
    if (existsSync(homeOf(name))) await exitCode(ephemeral("--clean", name));
  }
});
