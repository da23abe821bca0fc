import path from "node:path";

import { repositoryRoot } from "../../../../tools/lib/paths";
import type { FileReport } from "../../../../tools/testing/jest-run";
import { reportOf } from "../../../../tools/testing/report";

function timed(name: string, seconds: number): FileReport {
  return {
    name: path.join(repositoryRoot, name),
    status: "passed",
    message: "",
    startTime: 1_000,
    endTime: 1_000 + seconds * 1000,
    assertionResults: [{ fullName: "it works", status: "passed", failureMessages: [] }],
  };
}

const report = (files: readonly FileReport[]) => reportOf([{ files, unsteady: [], exitCode: 0 }]);

describe("the report of all tests", () => {
  test("names the ten slowest files, the slowest first", () => {
    const files = Array.from({ length: 12 }, (_, index) => timed(`tests/${index}.test.ts`, index));

    expect(report(files)).toEqual([
      "slowest:",
      "  11 s tests/11.test.ts",
      "  10 s tests/10.test.ts",
      ...[9, 8, 7, 6, 5, 4, 3, 2].map((index) => `  ${index}.0 s tests/${index}.test.ts`),
      "12 passed, 0 failed",
    ]);
  });

  test("names no times of a few files that somebody chose", () => {
    expect(report([timed("tests/one.test.ts", 3)])).toEqual(["1 passed, 0 failed"]);
  });
});
