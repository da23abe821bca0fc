import type { Settings } from "../../configs/settings/settings";
import { CHECKS } from "../../tools/doctor/all-checks";
import { shellOnHosts } from "../../tools/doctor/on-host";
import { type Result, runChecks } from "../../tools/doctor/run-checks";
import { examined } from "./examined";
import { waitFor } from "./wait";

const DEADLINE_MS = 120_000;

/** What the doctor finds of a stack that is deployed, by the same ways to its hosts as the command. */
export class Diagnosis {
  private constructor(private readonly results: readonly Result[]) {}

  static async of(settings: Settings): Promise<Diagnosis> {
    const asked = examined(settings, { onHost: shellOnHosts(settings) });
    // Each check has a limit, which a machine that has just deployed a stack may miss.
    const results = await waitFor(
      { what: "an answer to every check", deadlineMs: DEADLINE_MS },
      () => runChecks(CHECKS, asked, console.log),
      (seen) => seen.every(({ state }) => state !== "unknown"),
    );
    return new Diagnosis(results);
  }

  /** Problems, but for how full a disk is, which is not the stack's doing. */
  get problems(): readonly Result[] {
    return this.results.filter(({ check, state }) => state === "problem" && check !== "disks");
  }

  /** What is fine, by check, each once; disks may be, and are left out. */
  get fine(): readonly string[] {
    const fine = this.results.filter(({ state }) => state === "fine").map(({ check }) => check);
    return [...new Set(fine)].filter((check) => check !== "disks");
  }

  /** What one check looked at and found fine, each once. */
  fineSubjects(check: string): readonly string[] {
    const subjects = this.results
      .filter((result) => result.check === check && result.state === "fine")
      .map(({ subject }) => subject);
    return [...new Set(subjects)];
  }
}
