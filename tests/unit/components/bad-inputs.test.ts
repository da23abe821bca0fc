import { readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import type { Refusal } from "../../support/bad-inputs/bad-input";
import { BAD_INPUTS } from "../../support/bad-inputs/table";
import { merged, type Raw, repositoryRoot } from "../../support/fixtures";
import { failedRun } from "../../support/mocks";

/** Every row of the table of wrong inputs, through the program; tests/e2e has them through the engine. */
const SHIPPED = Object.entries(
  (parse(read("tests/support/Pulumi.test.yaml")) as { config: Raw }).config,
).map(([key, value]) => [key.replace("sightline:", ""), value] as const);
const BASE = merged(Object.fromEntries(SHIPPED), {
  grafana: { enabled: false },
  logs: { directories: { nginx: "/srv/shop/logs/nginx" } },
});

function read(file: string): string {
  return readFileSync(path.join(repositoryRoot, file), "utf8");
}

const refusals = BAD_INPUTS.flatMap(({ row, input, refused = [] }) =>
  refused.map((refusal, index) => [`${row}.${index + 1}`, input, refusal] as const),
);

async function linesOf({ settings, secrets = {} }: Refusal): Promise<readonly string[]> {
  const raw = merged(BASE, settings);
  const { error, resources } = await failedRun({ stack: "test", raw, secrets });
  expect(resources).toEqual([]);
  const [title, ...lines] = error.message.split("\n");
  expect(title).toMatch(/^Invalid stack settings/);
  return lines.map((line) => line.replace("  - sightline:", ""));
}

describe("the table of wrong inputs", () => {
  it("has every row once", () => {
    expect(BAD_INPUTS.map(({ row }) => row)).toEqual(Array.from({ length: 54 }, (_, at) => at + 1));
  });

  it("says of each row what becomes of it", () => {
    const silent = BAD_INPUTS.filter(
      (row) => !(row.refused ?? row.shownBy ?? row.otherwise ?? row.notBuilt),
    );
    expect(silent).toEqual([]);
  });

  it.each(
    BAD_INPUTS.flatMap(({ row, shownBy = [] }) => shownBy.map((test) => [row, ...test] as const)),
  )("row %i: %s has the test that it names: %s", (_, file, test) => {
    expect(read(file)).toContain(`"${test}`);
  });
});

describe("a row is refused before any resource exists", () => {
  it.each(refusals)("%s: %s", async (_, __, refusal) => {
    expect(await linesOf(refusal)).toEqual(refusal.says);
  });
});
