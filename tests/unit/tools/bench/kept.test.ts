import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import type { Row } from "../../../../tools/bench/figures";
import { joined, keep, type Kept, lastKept } from "../../../../tools/bench/kept";

const row = (what: string, samples: readonly number[], versus?: readonly number[]): Row => ({
  ...{ what, unit: "s", samples, evidence: "real" },
  ...(versus ? { versus: { what: "Terraform", samples: versus } } : {}),
});
const kept = (load: number, note: string, rows: readonly Row[]): Kept => ({
  section: { rows, notes: [note] },
  loads: [load],
});

describe("figures that are measured in pieces", () => {
  const first = kept(0.5, "first", [row("up", [1, 2], [3, 4]), row("mail", [9])]);

  it("are one row where they are of the same thing", () => {
    const second = kept(1, "second", [row("up", [5], [6]), row("mail", [8]), row("new", [7])]);
    expect(joined(first, second)).toEqual({
      section: {
        rows: [row("up", [1, 2, 5], [3, 4, 6]), row("mail", [9, 8]), row("new", [7])],
        notes: ["second"],
      },
      loads: [0.5, 1],
    });
  });

  it("are not mixed with what was held against something else", () => {
    const second = kept(1, "second", [row("up", [5])]);
    expect(joined(first, second).section.rows).toEqual([row("up", [5])]);
  });

  it("are the first where there are none before", () => {
    expect(joined(undefined, first)).toBe(first);
  });

  it("are kept by item", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "sightline-kept-"));
    try {
      await keep("up", first, folder);
      expect(await lastKept("up", folder)).toEqual(first);
      expect(await lastKept("mail", folder)).toBeUndefined();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
