import path from "node:path";
import { stripVTControlCharacters } from "node:util";

import { elapsed } from "../lib/duration";
import { repositoryRoot } from "../lib/paths";
import { FileReport } from "./jest-run";
import { Outcome } from "./second-try";

/** Enough of a failure to see what was expected, what was seen, and where. */
const FAILURE_LINES = 30;

/** So many files are named with their times, where there are more. */
const SLOWEST = 10;

/** What is said at the end of all runs; the last line is `N passed, N failed`. */
export function reportOf(outcomes: readonly Outcome[]): readonly string[] {
  const files = outcomes.flatMap((outcome) => outcome.files);
  const unsteady = outcomes.flatMap((outcome) => outcome.unsteady);
  const skipped = tests(files, "pending");
  return [
    ...unsteady.flatMap((file) => failuresOf(file, "FAILED AT FIRST, passed when it ran again:")),
    ...files.flatMap((file) => failuresOf(file, "FAILED")),
    ...slowest(files),
    ...(skipped > 0 ? [`${skipped} skipped; npm run test:full has what takes longer`] : []),
    `${tests(files, "passed")} passed, ${failures(files)} failed`,
  ];
}

/** Where the time went, for who wants it back. */
function slowest(files: readonly FileReport[]): readonly string[] {
  if (files.length <= SLOWEST) return [];
  const timed = files.map(({ name, startTime, endTime }) => ({ name, took: endTime - startTime }));
  const named = timed
    .sort((one, other) => other.took - one.took)
    .slice(0, SLOWEST)
    .map(({ name, took }) => `  ${elapsed(took)} ${path.relative(repositoryRoot, name)}`);
  return ["slowest:", ...named];
}

/** Whether every run ended well, and every test in it. */
export function allPassed(outcomes: readonly Outcome[]): boolean {
  return outcomes.every(({ files, exitCode }) => exitCode === 0 && failures(files) === 0);
}

function tests(files: readonly FileReport[], status: string): number {
  const all = files.flatMap(({ assertionResults }) => assertionResults);
  return all.filter((test) => test.status === status).length;
}

function failures(files: readonly FileReport[]): number {
  return tests(files, "failed") + files.filter(cannotRun).length;
}

function cannotRun({ status, assertionResults }: FileReport): boolean {
  return status === "failed" && assertionResults.every((test) => test.status !== "failed");
}

function failuresOf(file: FileReport, heading: string): readonly string[] {
  const name = path.relative(repositoryRoot, file.name);
  if (cannotRun(file)) return [shown(`${heading} ${name}`, file.message)];
  return file.assertionResults
    .filter((test) => test.status === "failed")
    .map((test) =>
      shown(`${heading} ${name}: ${test.fullName}`, (test.failureMessages ?? []).join("\n")),
    );
}

function shown(heading: string, message: string): string {
  const lines = stripVTControlCharacters(message).split("\n").slice(0, FAILURE_LINES);
  return [heading, ...lines.map((line) => `  ${line}`)].join("\n");
}
