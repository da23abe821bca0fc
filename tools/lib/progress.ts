import { Listr, type ListrTask } from "listr2";

import { elapsed } from "./duration";

/** Takes one line about how far a step is. */
export type Report = (line: string) => void;

/** One step of a set-up. */
export interface Step {
  /** What is being done, in a few words; the step's number is put before it. */
  readonly title: string;
  /** Does the step. A returned text is shown beside the title, as its result. */
  run(report: Report): Promise<unknown>;
}

/** Settings of {@link runSteps}. */
export interface StepOptions {
  /** Runs the steps side by side instead of one after the other. @default `false` */
  readonly concurrent?: boolean;
  /** Plain lines instead of a redrawn list. @default true when stdout is no terminal, or in CI */
  readonly plain?: boolean;
}

/**
 * Runs titled steps, showing step n of N, what it says of itself and how long it took.
 *
 * @throws the first step's error; steps after it are not begun.
 */
export async function runSteps(steps: readonly Step[], options: StepOptions = {}): Promise<void> {
  const plain = options.plain ?? (!process.stdout.isTTY || process.env.CI !== undefined);
  const tasks = steps.map((step, index) => toTask(step, `[${index + 1}/${steps.length}]`));
  await new Listr(tasks, {
    concurrent: options.concurrent ?? false,
    renderer: plain ? "simple" : "default",
    // Whoever called prints the error, once and whole.
    rendererOptions: plain ? {} : { showErrorMessage: false },
  }).run();
}

function toTask(step: Step, number: string): ListrTask {
  return {
    title: `${number} ${step.title}`,
    task: async (_context, task) => {
      const start = Date.now();
      const result = await step.run((line) => {
        task.output = `${number} ${line}`;
      });
      const suffix = typeof result === "string" ? `: ${result}` : "";
      task.title = `${number} ${step.title}${suffix} (${elapsed(Date.now() - start)})`;
    },
  };
}
