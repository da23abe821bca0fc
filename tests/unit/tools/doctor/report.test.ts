import type { Check } from "../../../../tools/doctor/check";
import { fine, problem, unknown, unneeded } from "../../../../tools/doctor/finding";
import { exitCodeOf, reportJson, reportText } from "../../../../tools/doctor/report";
import { runChecks } from "../../../../tools/doctor/run-checks";
import { examined } from "../../../support/examined";
import { devSettings } from "../../../support/fixtures";

function check(name: string, run: Check["run"], limitSeconds = 5): Check {
  return { name, looksAt: "", limitSeconds, run };
}

const run = (...checks: readonly Check[]) =>
  runChecks(checks, examined(devSettings()), () => undefined);

test("findings are sorted by check and subject, whoever was first", async () => {
  const results = await run(
    check("b", () => Promise.resolve([fine("2", "x"), fine("1", "x")])),
    check("a", () => Promise.resolve([unneeded("3", "x")])),
  );
  expect(results.map(({ check: name, subject }) => `${name} ${subject}`)).toEqual([
    "a 3",
    "b 1",
    "b 2",
  ]);
});

test("a check that hangs is ended at its limit, and the others are told", async () => {
  let wasEnded = false;
  const hangs = check(
    "hangs",
    (_, signal) =>
      new Promise(() => {
        signal.addEventListener("abort", () => (wasEnded = true));
      }),
    0.05,
  );
  expect(
    await run(
      hangs,
      check("well", () => Promise.resolve([fine("1", "x")])),
    ),
  ).toEqual([
    {
      check: "hangs",
      state: "unknown",
      subject: "hangs",
      says: "no answer within 0.05 s",
      fix: "run it again; if it stays so, ask for this by hand",
    },
    { check: "well", state: "fine", subject: "1", says: "x" },
  ]);
  expect(wasEnded).toBe(true);
});

test("a check that throws could not be asked, with the first line of why", async () => {
  const throws = check("throws", () => Promise.reject(new Error("no way\nmore")));
  expect(await run(throws)).toEqual([
    {
      check: "throws",
      state: "unknown",
      subject: "throws",
      says: "could not be asked: no way",
      fix: "see to that, and run it again",
    },
  ]);
});

const wrong = problem({ path: "sightline:a", rule: "must be b", got: "c", fix: "set it" });
const results = [
  { check: "dns", ...fine("sightline:x", "is well") },
  { check: "hosts", ...wrong },
  { check: "smtp", ...unneeded("sightline:mail", "no login") },
  { check: "tls", ...unknown("sightline:y", "silence", "ask") },
];

test("each line has its fix, and the last one sums up", () => {
  expect(reportText(results)).toBe(
    [
      "ok       dns    sightline:x: is well",
      "PROBLEM  hosts  sightline:a: must be b; got c. Fix: set it",
      "-        smtp   sightline:mail: no login",
      "unknown  tls    sightline:y: silence. Fix: ask",
      "",
      "1 fine, 1 problem, 1 could not be asked, 1 not needed by these settings",
    ].join("\n"),
  );
});

test("the exit status is 1 with a problem, 2 where not all could be asked, else 0", () => {
  expect(exitCodeOf(results)).toBe(1);
  expect(exitCodeOf(results.filter(({ state }) => state !== "problem"))).toBe(2);
  expect(exitCodeOf(results.slice(0, 1))).toBe(0);
  expect(JSON.parse(reportJson("dev", results))).toEqual({
    stack: "dev",
    exitCode: 1,
    findings: results,
  });
});
