import { readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { STACK_LABEL } from "../../configs/labels";
import { namesInDocker } from "../../tools/lib/docker-cleanup";
import { repositoryRoot } from "../../tools/lib/paths";
import { CleanContainer } from "../support/clean-container";
import { describeWhenAsked } from "../support/when-asked";
import type { Workflow } from "../support/workflow-rules";

/**
 * The scripts of the workflows, in containers that have what a CI's runner has and nothing else. Steps that
 * are GitHub's own actions are not run: the container has a clone and Node.js, as they would give it.
 */
const MINUTE = 60_000;

// With all else, only in `npm run test:full`.
const maybe = describeWhenAsked("SIGHTLINE_CLEAN_CONTAINER");

/** Jobs that need no account of anybody's, each on a fresh machine, and what GitHub tells them. */
const MACHINES: readonly (readonly [file: string, jobs: readonly string[]])[] = [
  ["check.yml", ["check"]],
  ["check.yml", ["preview"]],
  ["check.yml", ["review"]],
  // A runner of one's own: the second job finds what the first one left.
  ["review-stack.yml", ["deploy", "sweep"]],
];

maybe("in a clean container", () => {
  let container: CleanContainer | undefined;

  afterEach(async () => {
    await container?.remove();
    container = undefined;
  }, MINUTE);

  test.each(MACHINES)(
    "the scripts of %s, %j, end well",
    async (file, jobs) => {
      container = await CleanContainer.start();
      const environment = {
        NAME: `review-${process.pid}`,
        SIGHTLINE_EPHEMERAL: path.join(container.folder, "ephemeral"),
      };
      for (const script of jobs.flatMap((job) => scriptsOf(file, job))) {
        const startMs = Date.now();
        const { exitCode, said } = await container.run(script, environment);
        const seconds = ((Date.now() - startMs) / 1_000).toFixed(0);
        console.log(`${file}: ${script}: ends with ${exitCode} after ${seconds} s`);
        if (exitCode !== 0) throw new Error(`${script} ended with ${exitCode}:\n${said}`);
      }
      expect(await namesInDocker(`label=${STACK_LABEL}=${environment.NAME}`)).toEqual([]);
    },
    20 * MINUTE,
  );
});

/** What a job's shell runs, where every step before went well. */
function scriptsOf(file: string, job: string): readonly string[] {
  const text = readFileSync(path.join(repositoryRoot, ".github", "workflows", file), "utf8");
  const { steps } = (parse(text) as Workflow).jobs[job] ?? { steps: [] };
  const scripts = steps.flatMap(({ run, if: condition = "always()" }) =>
    run !== undefined && !condition.includes("!= 'success'") ? [run] : [],
  );
  if (scripts.length === 0) throw new Error(`${file} has no job "${job}" with a script`);
  return scripts;
}
