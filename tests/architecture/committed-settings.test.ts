import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

import { parse } from "yaml";

import { repositoryRoot } from "../support/fixtures";

/** What `npm run up` writes into a developer's copy of the file; it means nothing on another machine. */
const LOCAL_KEYS = ["sightline:images", "sightline:grafana", "sightline:grafanaAdminPassword"];

test("Pulumi.yaml says nothing of where the state is, nor of who encrypts secrets", () => {
  const project = parse(readFileSync(path.join(repositoryRoot, "Pulumi.yaml"), "utf8")) as object;
  expect(Object.keys(project).sort()).toEqual([
    "config",
    "description",
    "main",
    "name",
    "runtime",
    "template",
  ]);
});

test.each(["dev", "prod"])(
  "Pulumi.%s.yaml is committed without what one machine added",
  (stack) => {
    const text = execFileSync("git", ["show", `HEAD:Pulumi.${stack}.yaml`], {
      cwd: repositoryRoot,
      encoding: "utf8",
    });
    const { config, ...rest } = parse(text) as { config: Record<string, unknown> };
    expect(Object.keys(config).filter((key) => LOCAL_KEYS.includes(key))).toEqual([]);
    expect(rest).toEqual({});
  },
);
