import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { ALERT_NAMES } from "../../configs/thresholds/thresholds";
import { alertRows } from "../support/alert-table";
import { repositoryRoot } from "../support/fixtures";

const rows = readFileSync(join(repositoryRoot, "docs/alerts.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ["));

describe("docs/alerts.md", () => {
  it("has every alert once, with the severity, the judge and the numbers of its rule", () => {
    expect(rows).toEqual(alertRows());
  });

  it.each(ALERT_NAMES)("links the runbook of %s, which is there", (name) => {
    expect(existsSync(join(repositoryRoot, `docs/runbooks/${name}.md`))).toBe(true);
  });
});

describe("a runbook", () => {
  it.each(ALERT_NAMES)(
    "of %s says what it means, what to look at, and the usual causes",
    (name) => {
      const text = readFileSync(join(repositoryRoot, `docs/runbooks/${name}.md`), "utf8");
      const [title, , meaning = ""] = text.split("\n");
      expect(title).toBe(`# ${name}`);
      expect(meaning).toMatch(/^\*\*What it means\.\*\* .{40,}/);
      expect(text).toMatch(/^## First look/m);
      expect(text).toMatch(/^```\n[^`]+\n```$/m);
      expect(text).toMatch(/^## Usual causes$/m);
      expect(text.match(/^\d\. /gm)?.length).toBeGreaterThanOrEqual(2);
    },
  );
});
