import { parse } from "yaml";

interface Step {
  readonly name?: string;
  readonly if?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly if?: string;
  readonly "runs-on": string | readonly string[];
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: unknown;
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** Lets nobody in but who may push to the repository itself. */
const OWN_BRANCH = "github.event.pull_request.head.repo.full_name == github.repository";

/** What a job may do beyond reading: commenting on a pull request. */
const RIGHTS: Readonly<Record<string, string>> = { contents: "read", "pull-requests": "write" };

/** All that is wrong with a workflow of GitHub, in words. */
export function workflowProblems(
  text: string,
  scripts: Readonly<Record<string, string>>,
): readonly string[] {
  const workflow = parse(text) as Workflow;
  return [
    ...triggers(workflow),
    ...(JSON.stringify(workflow.permissions) === '{"contents":"read"}'
      ? []
      : ["may do more than read"]),
    ...actions(text),
    ...Object.entries(workflow.jobs).flatMap(([name, job]) =>
      jobProblems(workflow, job, scripts).map((words) => `${name}: ${words}`),
    ),
  ];
}

function triggers({ on }: Workflow): readonly string[] {
  const withRights = ["pull_request_target", "workflow_run", "issue_comment"];
  return withRights.filter((event) => event in on).map((event) => `${event} runs others' code`);
}

function actions(text: string): readonly string[] {
  return [...text.matchAll(/uses: (.*)$/gm)]
    .map(([, used = ""]) => used)
    .filter((used) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used))
    .map((used) => `${used} is not pinned by commit and version`);
}

function jobProblems(
  workflow: Workflow,
  job: Job,
  scripts: Readonly<Record<string, string>>,
): readonly string[] {
  const text = JSON.stringify(job);
  const runs = job.steps.flatMap(({ run }) => run ?? []);
  const named = runs.flatMap((run) =>
    [...run.matchAll(/npm run ([\w:-]+)/g)].map(([, script = ""]) => script),
  );
  const isTrusted = job.if?.includes(OWN_BRANCH) === true;
  const needsTrust = /\bsecrets\.(?!GITHUB_TOKEN)/.test(text) || text.includes("self-hosted");
  return [
    ...(job["timeout-minutes"] === undefined ? ["has no end: timeout-minutes"] : []),
    ...((job.concurrency ?? workflow.concurrency) ? [] : ["can run twice at once: concurrency"]),
    ...("pull_request" in workflow.on && needsTrust && !isTrusted
      ? ["gives a fork's change a secret or a machine of one's own"]
      : []),
    ...Object.entries(job.permissions ?? {})
      .filter(([right, level]) => RIGHTS[right] !== level)
      .map(([right, level]) => `may ${level} ${right}`),
    ...named
      .filter((script) => !(script in scripts))
      .map((script) => `npm run ${script} is no script`),
    ...runs
      .filter((run) => run.includes("${{"))
      .map((run) => `puts words of others in a shell: ${run}`),
    ...checkouts(job),
    ...(makesStacks(job) && !cleansAlways(job) ? ["leaves a stack behind: if: always()"] : []),
  ];
}

function checkouts({ steps }: Job): readonly string[] {
  return steps
    .filter(({ uses }) => uses?.startsWith("actions/checkout@"))
    .filter((step) => step.with?.["persist-credentials"] !== false)
    .map(() => "leaves the token in the checkout: persist-credentials");
}

function makesStacks({ steps }: Job): boolean {
  return steps.some(({ run = "" }) => /npm run (ci:review|ephemeral -- --name)/.test(run));
}

function cleansAlways({ steps }: Job): boolean {
  return steps.some(
    ({ if: condition = "", run = "" }) =>
      condition.startsWith("always()") && run.includes("ephemeral -- --clean"),
  );
}
