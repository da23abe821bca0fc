import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { repositoryRoot } from "../../tools/lib/paths";
import { ENGINE_TOOLS } from "../../tools/toolchain/engine-tools";
import { workflowProblems } from "../support/workflow-rules";

const folder = path.join(repositoryRoot, ".github", "workflows");
const read = (name: string) => readFileSync(path.join(folder, name), "utf8");
const names = readdirSync(folder).sort();
const { scripts } = JSON.parse(readFileSync(path.join(repositoryRoot, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

test("the workflows are these", () => {
  expect(names).toEqual(["check.yml", "drift.yml", "preview.yml", "review-stack.yml"]);
});

test.each(names)("nothing is wrong with %s", (name) => {
  expect(workflowProblems(read(name), scripts)).toEqual([]);
});

test.each([
  [
    "check.yml",
    "  pull_request:",
    "  pull_request_target:",
    "pull_request_target runs others' code",
  ],
  ["check.yml", "contents: read", "contents: write", "may do more than read"],
  ["check.yml", /@[0-9a-f]{40} # v7.0.1/, "@v7", "actions/checkout@v7 is not pinned"],
  ["check.yml", "    timeout-minutes: 45\n", "", "check: has no end"],
  ["check.yml", "persist-credentials: false", "fetch-depth: 1", "check: leaves the token"],
  ["check.yml", "npm run ci:check", "npm run ci:chek", "check: npm run ci:chek is no script"],
  ["check.yml", "- if: always()\n        run", "- run", "review: leaves a stack behind"],
  ["check.yml", "npm run ci:check", "echo ${{ github.head_ref }}", "check: puts words of others"],
  ["check.yml", /^concurrency:\n.*\n.*\n/m, "", "check: can run twice"],
  ["preview.yml", /&& github.*$/m, "", "preview: gives a fork's change a secret"],
  ["preview.yml", "pull-requests: write", "id-token: write", "preview: may write id-token"],
  ["review-stack.yml", /&&\s+github.event.pull_request.head.*$/m, "", "deploy: gives a fork's"],
] as const)("a mistake is noticed: %s, %s → %s", (name, before, after, words) => {
  const text = read(name);
  const broken = text.replace(before, after);
  expect(broken).not.toBe(text);
  expect(workflowProblems(broken, scripts).join("\n")).toContain(words);
});

test("the stack that people look at ends on a schedule, whatever became of its pull request", () => {
  expect(read("review-stack.yml")).toMatch(/^ {2}schedule:\n {4}- cron: "\d+ \* \* \* \*"$/m);
});

test("the comment is made by the engine that we make everywhere else", () => {
  const version = ENGINE_TOOLS.find(({ name }) => name === "pulumi")?.version;
  expect(read("preview.yml")).toContain(`pulumi-version: ${version}`);
});
