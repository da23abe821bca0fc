import { ConfigError, describeProblem } from "../../../configs/errors";

const problem = {
  path: "sightline:publish.grafana",
  rule: "must be a whole number from 1 to 65535",
  got: "70000",
  fix: "for example 3000",
};

describe("a problem", () => {
  it("is one line: path, rule, what was found, fix", () => {
    expect(describeProblem(problem)).toBe(
      "  - sightline:publish.grafana: must be a whole number from 1 to 65535; got 70000. Fix: for example 3000",
    );
  });

  it("says nothing about a value that must not be shown", () => {
    expect(describeProblem({ ...problem, got: undefined })).toBe(
      "  - sightline:publish.grafana: must be a whole number from 1 to 65535. Fix: for example 3000",
    );
  });
});

describe("ConfigError", () => {
  it("counts one problem in the singular", () => {
    expect(new ConfigError([problem]).message).toBe(
      `Invalid stack settings (1 problem):\n${describeProblem(problem)}`,
    );
  });

  it("lists all problems, each on its line, in their order", () => {
    const other = { ...problem, path: "sightline:publish.loki" };
    const error = new ConfigError([problem, other]);
    expect(error.message).toBe(
      `Invalid stack settings (2 problems):\n${describeProblem(problem)}\n${describeProblem(other)}`,
    );
    expect(error.problems).toEqual([problem, other]);
    expect(error.name).toBe("ConfigError");
  });
});
