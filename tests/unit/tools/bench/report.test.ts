import { readFileSync } from "node:fs";

import type { Row } from "../../../../tools/bench/figures";
import { machineText } from "../../../../tools/bench/machine";
import { begin, end, sectionText, withFigures } from "../../../../tools/bench/report";
import { BENCHMARKS, ITEMS, itemsOf, runsOf } from "../../../../tools/bench/run";

const ROWS: readonly Row[] = [
  {
    ...{ what: "destroy", unit: "s", samples: [4.04, 9, 2], evidence: "real" },
    versus: { what: "Terraform 1.11.4", samples: [2, 2, 2] },
  },
  { what: "p99", unit: "ms", samples: [1_234.4], evidence: "stand-in" },
];

test("a section is a table of medians, ranges and ratios, and a list of notes", () => {
  expect(sectionText({ rows: ROWS, notes: ["One.", "Two."] }).split("\n")).toEqual([
    "| what | median | lowest to highest | runs | against | its median | ratio | evidence |",
    "|---|---|---|---|---|---|---|---|",
    "| destroy | 4.0 s | 2.0 to 9.0 | 3 | Terraform 1.11.4 | 2.0 s | 2.02 | real |",
    "| p99 | 1234 ms | 1234 to 1234 | 1 |  |  |  | stand-in |",
    "",
    "- One.",
    "- Two.",
  ]);
});

test("the machine is named, with the load that it had", () => {
  const machine = {
    ...{
      cores: 2,
      processor: "Some CPU",
      gibibytes: 24,
      kernel: "linux 6.1.0",
      docker: "20.10.24",
    },
  };
  expect(machineText(machine, "2026-12-01", [0.34, 2])).toBe(
    "Measured on 2026-12-01: 2 cores (Some CPU), 24 GiB, linux 6.1.0, Docker 20.10.24; load before it began: 0.3, 2.0.",
  );
});

describe("figures in a document", () => {
  const text = `# Figures\n${begin("up")}\nold\n${end("up")}\n${begin("edit")}\nkept\n${end("edit")}\n`;

  it("take the place of those of before, and of no other item's", () => {
    const after = withFigures(text, "up", "new");
    expect(after).toBe(text.replace("\nold\n", "\n\nnew\n\n"));
    expect(withFigures(after, "up", "new")).toBe(after);
  });

  it("need their place", () => {
    expect(() => withFigures(text, "mail", "new")).toThrow(
      'docs/benchmarks.md: must have "<!-- bench: mail -->" and after it "<!-- bench: end of mail -->"',
    );
  });

  it("have a place in docs/benchmarks.md, each item", () => {
    const document = readFileSync(BENCHMARKS, "utf8");
    for (const item of Object.keys(ITEMS)) {
      expect(withFigures(document, item, "new")).toContain(`${begin(item)}\n\nnew\n\n${end(item)}`);
    }
  });
});

describe("options", () => {
  it("choose items in the order in which they are measured", () => {
    expect(itemsOf(undefined)).toEqual(["up", "edit", "mail", "growth", "rest", "logs", "targets"]);
    expect(itemsOf("growth,edit")).toEqual(["edit", "growth"]);
  });

  it("that are wrong are refused with what there is", () => {
    expect(() => itemsOf("edit,speed")).toThrow(
      '--only: must be of up, edit, mail, growth, rest, logs, targets; got "speed". Fix: for example up,edit',
    );
    expect(runsOf("5")).toBe(5);
    for (const text of ["0", "2.5", "many", "101"]) {
      expect(() => runsOf(text)).toThrow(`--runs: must be a whole number, 1 to 100; got "${text}"`);
    }
  });
});
