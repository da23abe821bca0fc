import path from "node:path";

import { repositoryRoot } from "../../../../tools/lib/paths";
import { FileReport, JestRun } from "../../../../tools/testing/jest-run";
import { allPassed, reportOf } from "../../../../tools/testing/report";
import { withSecondTry } from "../../../../tools/testing/second-try";

const one = (status: string) => ({
  fullName: "the door stays shut",
  status,
  failureMessages: status === "failed" ? ["expected shut, was open"] : [],
});

function file(name: string, ...statuses: readonly string[]): FileReport {
  return {
    name: path.join(repositoryRoot, name),
    status: statuses.includes("failed") ? "failed" : "passed",
    message: "",
    startTime: 0,
    endTime: 0,
    assertionResults: statuses.map(one),
  };
}

function jest(exitCode: number, ...files: readonly FileReport[]): JestRun {
  return { files, exitCode };
}

const never = (): Promise<JestRun> => Promise.reject(new Error("nothing was to run again"));

describe("a second try", () => {
  test("is not needed where every file passes", async () => {
    const outcome = await withSecondTry(jest(0, file("a.test.ts", "passed", "pending")), never);

    expect(allPassed([outcome])).toBe(true);
    expect(reportOf([outcome])).toEqual([
      "1 skipped; npm run test:full has what takes longer",
      "1 passed, 0 failed",
    ]);
  });

  test("that passes passes the run, and the first failure is told of", async () => {
    const asked: (readonly string[])[] = [];
    const first = jest(1, file("a.test.ts", "passed"), file("b.test.ts", "passed", "failed"));
    const outcome = await withSecondTry(first, (files) => {
      asked.push(files);
      return Promise.resolve(jest(0, file("b.test.ts", "passed", "passed")));
    });

    expect(asked).toEqual([[path.join(repositoryRoot, "b.test.ts")]]);
    expect(allPassed([outcome])).toBe(true);
    expect(reportOf([outcome])).toEqual([
      "FAILED AT FIRST, passed when it ran again: b.test.ts: the door stays shut\n" +
        "  expected shut, was open",
      "3 passed, 0 failed",
    ]);
  });

  test("that fails as well fails the run", async () => {
    const failed = jest(1, file("b.test.ts", "failed"));
    const outcome = await withSecondTry(failed, () => Promise.resolve(failed));

    expect(allPassed([outcome])).toBe(false);
    expect(reportOf([outcome])).toEqual([
      "FAILED b.test.ts: the door stays shut\n  expected shut, was open",
      "0 passed, 1 failed",
    ]);
  });

  test("is not given to more than five files", async () => {
    const six = ["a", "b", "c", "d", "e", "f"].map((name) => file(`${name}.test.ts`, "failed"));
    const outcome = await withSecondTry(jest(1, ...six), never);

    expect(allPassed([outcome])).toBe(false);
    expect(reportOf([outcome]).at(-1)).toBe("0 passed, 6 failed");
  });

  test("does not hide that jest itself failed, or a file that cannot be run", async () => {
    const broken = { ...file("a.test.ts"), status: "failed", message: "SyntaxError: no" };
    const outcome = await withSecondTry(jest(1, broken), () => Promise.resolve(jest(1, broken)));

    expect(allPassed([await withSecondTry(jest(1, file("a.test.ts", "passed")), never)])).toBe(
      false,
    );
    expect(reportOf([outcome])).toEqual([
      "FAILED a.test.ts\n  SyntaxError: no",
      "0 passed, 1 failed",
    ]);
  });
});
