import { RE2JS } from "re2js";

import { agentWork } from "../../../../configs/logs/agent-work";
import { FORMATS } from "../../../../configs/logs/formats";
import { FIELDS, LABELS } from "../../../../configs/logs/names";
import type { Stage } from "../../../../configs/logs/stage";
import { devSettings, prodSettings } from "../../../support/fixtures";

/** A stage and all stages inside it. */
function flat(stages: readonly Stage[]): readonly Stage[] {
  return stages.flatMap((stage) => [stage, ...(stage.kind === "match" ? flat(stage.stages) : [])]);
}

const everything = {
  route: "agent",
  system: true,
  docker: { composeProject: "website" },
  sources: { titan: { path: "/var/log/titan/*.log" }, jobs: { container: "worker" } },
};
const jobs = agentWork(prodSettings({ logs: everything }), "app").jobs;
const stages = jobs.flatMap((job) => flat(job.stages));

type Kind<Name extends Stage["kind"]> = Stage & { readonly kind: Name };
function ofKind<Name extends Stage["kind"]>(
  kind: Name,
  from: readonly Stage[] = stages,
): readonly Kind<Name>[] {
  return from.filter((stage): stage is Kind<Name> => stage.kind === kind);
}

describe("the pipelines", () => {
  it("make no label but service and level, and give log_type one of a few values", () => {
    expect(new Set(ofKind("labels").flatMap(({ names }) => names))).toEqual(
      new Set(["level", "service"]),
    );
    const fixed = ofKind("staticLabels").flatMap(({ labels }) => Object.entries(labels));
    expect([...new Set(fixed.map(([name, value]) => `${name}=${value}`))].sort()).toEqual([
      "level=info",
      "log_type=access",
      "log_type=app",
      "log_type=auth",
      "log_type=celery",
      "log_type=error",
      "log_type=redis",
      "log_type=syslog",
      "service=celery",
    ]);
  });

  it("bring no field that is called like a label: that would take the label away", () => {
    expect(FIELDS.filter((field) => (LABELS as readonly string[]).includes(field))).toEqual([]);
  });

  it("keep as fields only what some stage extracts", () => {
    for (const format of Object.values(FORMATS)) {
      const own = flat(format.stages("UTC"));
      const names = [
        ...ofKind("regex", own).flatMap(({ expression }) => [
          ...expression.matchAll(/\(\?P<(\w+)>/g),
        ]),
      ].map(([, name]) => name);
      const keys = ofKind("json", own).flatMap(({ expressions }) => Object.keys(expressions));
      expect([...names, ...keys]).toEqual(expect.arrayContaining([...format.fields]));
    }
  });

  it("have expressions that RE2 compiles, and one group in each that is replaced", () => {
    for (const { expression } of [...ofKind("regex"), ...ofKind("replace")]) {
      expect(() => RE2JS.compile(expression)).not.toThrow();
    }
    const groups = ofKind("replace").map(({ expression }) =>
      RE2JS.compile(expression).groupCount(),
    );
    expect(new Set(groups)).toEqual(new Set([1]));
  });

  it("read times in the zone of the settings, but for seconds since 1970", () => {
    const berlin = devSettings({ logs: { timezone: "Europe/Berlin" } });
    const read = agentWork(berlin, "app").jobs.flatMap((job) => flat(job.stages));
    for (const { layouts, location } of ofKind("timestamp", read)) {
      expect(location).toBe(layouts[0] === "Unix" ? "UTC" : "Europe/Berlin");
    }
    expect(ofKind("timestamp", read).length).toBeGreaterThan(5);
  });

  it("mask before anything is read, and not at all where that is switched off", () => {
    const kinds = jobs[0]?.stages.map(({ kind }) => kind) ?? [];
    expect(kinds.indexOf("replace")).toBe(0);
    expect(kinds.lastIndexOf("replace")).toBeLessThan(kinds.indexOf("match"));
    const open = devSettings({ logs: { personalData: { filter: false } } });
    const replaced = agentWork(open, "app").jobs.flatMap((job) => ofKind("replace", job.stages));
    expect(replaced).toEqual([]);
  });
});

describe("lines of one entry", () => {
  const firstLineOf = (name: string) =>
    RE2JS.compile(
      ofKind("multiline", jobs.find((job) => job.name === name)?.stages)[0]?.firstLine ?? "",
    );

  it.each([
    ["app", "2026-11-21 07:03:34,923 INFO [app] m", true],
    ["app", "[2026-11-21 07:03:34,923: INFO/MainProcess] m", true],
    ["app", "INFO:     started", true],
    ["app", '{"level":"info"}', true],
    ["app", "a line of prose", false],
    ["titan", "a line of prose", true],
    ["titan", "/srv/run.sh: line 3", true],
    ["titan", "Server started", true],
    ["titan", "Traceback (most recent call last):", false],
    ["titan", "During handling of the above exception, another exception occurred:", false],
    ["titan", "The above exception was the direct cause of the following exception:", false],
    ["titan", "redis.exceptions.ConnectionError: Error 111", false],
    ["titan", "RuntimeError: the till is out of paper", false],
    ["titan", "KeyboardInterrupt", false],
    ["titan", '  File "app.py", line 1', false],
    ["titan", "", false],
  ])("%s: %j begins an entry: %s", (source, line, begins) => {
    expect(firstLineOf(source).matcher(line).find()).toBe(begins);
  });

  it("are looked for only where a format has them", () => {
    const joining = jobs.filter((job) => ofKind("multiline", job.stages).length > 0);
    expect(joining.map(({ name }) => name)).toEqual(["app", "titan", "site", "jobs"]);
    for (const job of joining) expect(job.stages[0]?.kind).toBe("multiline");
  });
});
