import { existsSync } from "node:fs";
import path from "node:path";

import { $ } from "zx";

import { STACK_LABEL } from "../../configs/labels";
import { homeOf } from "../../tools/ephemeral/home";
import { projectOf } from "../../tools/ephemeral/settings";
import { namesInDocker } from "../../tools/lib/docker-cleanup";
import { repositoryRoot } from "../../tools/lib/paths";

jest.setTimeout(420_000);

const name = `ci-${process.pid}`;

/** Dev's settings, with the intervals of a test: what is measured is that the steps work. */
const QUICK = ["intervals.probe=2s", "intervals.probeTimeout=1s", "intervals.scrape=2s"];

/** The steps of `check.yml`, the drill and the report, as a shell runs them beside a stack. */
const STEPS = [
  "npm run --silent ci:preview",
  "npm run --silent ci:smoke",
  "npm run --silent ci:drift",
  "npm run --silent drill",
  "npm run --silent noise -- --days 1",
  "docker rm --force $SIGHTLINE_STACK-blackbox-exporter",
  "npm run --silent ci:drift",
];

interface Step {
  readonly exitCode: number;
  readonly said: string;
}

let steps: readonly Step[];
let left: readonly string[];

/** One stack for all steps: each reads of it, and only the last but one changes it. */
beforeAll(async () => {
  const script = STEPS.map((step) => `${step} 2>&1; echo "@@ $?"`).join("\n");
  const ephemeral = path.join(repositoryRoot, "tools", "bootstrap.mjs");
  const words = [ephemeral, "ephemeral", "--name", name, "--time-to-live", "6m"];
  const edits = QUICK.flatMap((edit) => ["--config", edit]);
  const run = $({ cwd: repositoryRoot, quiet: true });
  const { stdout } = await run`${process.execPath} ${[...words, ...edits]} -- sh -c ${script}`;
  steps = [...stdout.matchAll(/([^]*?)@@ (\d+)\n/g)].map(([, said = "", code]) => ({
    said,
    exitCode: Number(code),
  }));
  left = [
    ...(await namesInDocker(`label=${STACK_LABEL}=${name}`)),
    ...(await namesInDocker(`label=com.docker.compose.project=${projectOf(name)}`)),
    ...(existsSync(homeOf(name)) ? [homeOf(name)] : []),
  ];
});

afterAll(async () => {
  if (!existsSync(homeOf(name))) return;
  const clean = ["tools/bootstrap.mjs", "ephemeral", "--clean", name];
  await $({ cwd: repositoryRoot, quiet: true })`${process.execPath} ${clean}`;
});

function step(index: number): Step {
  const found = steps[index];
  if (found === undefined) throw new Error(`only ${steps.length} steps ran: ${STEPS[index] ?? ""}`);
  return found;
}

/** What a step said that must have passed. */
function passed(index: number): string {
  const { exitCode, said } = step(index);
  if (exitCode !== 0) throw new Error(`${STEPS[index] ?? ""} ends with ${exitCode}:\n${said}`);
  return said;
}

describe("the steps of the workflows, run beside an ephemeral stack", () => {
  test("the preview says that nothing changes, and that the policy pack judged it", () => {
    const said = passed(0);
    expect(said).toMatch(/Policy Packs run:/);
    expect(said).toMatch(/\d+ unchanged/);
    expect(said).not.toContain("[mandatory]");
  });

  test("the smoke test passes once everything is watched", () => {
    expect(passed(1)).toContain("pages answer, all targets are up");
  });

  test("nothing has drifted", () => {
    expect(passed(2)).toMatch(/\d+ unchanged/);
  });

  test("the drill prints the seconds to detect, to notify and to resolve", () => {
    const figure = String.raw`\s+\d+\.\d s  `;
    const figures = new RegExp(`^detect${figure}[^]*^notify${figure}[^]*^resolve${figure}`, "m");
    expect(passed(3)).toMatch(figures);
  });

  test("the noise report has the drill's alert, once", () => {
    expect(passed(4)).toContain("WebsiteDown (critical): once");
  });

  test("a container that somebody removed is a drift", () => {
    passed(5);
    expect(step(6).exitCode).not.toBe(0);
    expect(step(6).said).toContain("blackbox");
  });

  test("nothing is left of the stack", () => {
    expect(left).toEqual([]);
  });
});
