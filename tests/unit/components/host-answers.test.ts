import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { hostAnswers } from "../../../components/host-answers";

function shell(input: string) {
  return { words: ["sh", "-s"], input };
}

test("programs run beside each other, and each answer is its own", () => {
  const started = Date.now();
  const answers = hostAnswers([
    shell("sleep 1; echo one"),
    shell("sleep 1; echo two >&2; exit 3"),
    { words: ["printf", "%s", "it's $HOME"], input: "" },
    { words: ["no-such-program"], input: "" },
  ]);
  expect(Date.now() - started).toBeLessThan(1900);
  expect(answers.slice(0, 3)).toEqual([
    { exitCode: 0, stdout: "one\n", stderr: "" },
    { exitCode: 3, stdout: "", stderr: "two\n" },
    { exitCode: 0, stdout: "it's $HOME", stderr: "" },
  ]);
  expect(answers[3]?.exitCode).toBe(127);
  expect(answers[3]?.stderr).toContain("no-such-program: not found");
});

test("one that hangs is ended at the deadline, and what the others said is kept", () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-hang-"));
  const witness = join(folder, "went-on");
  try {
    const started = Date.now();
    const answers = hostAnswers(
      [
        { words: ["sh", "-c", `sleep 2 && touch ${witness}`], input: "" },
        shell("echo quick"),
        // Its connection is shared and goes on in the background, holding what it was given.
        shell("sleep 3 & echo leaves one behind"),
      ],
      500,
    );
    expect(Date.now() - started).toBeLessThan(1500);
    expect(answers.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
      [undefined, ""],
      [undefined, "quick\n"],
      [undefined, "leaves one behind\n"],
    ]);
    hostAnswers([shell("sleep 2.5")]);
    expect(existsSync(witness)).toBe(false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
