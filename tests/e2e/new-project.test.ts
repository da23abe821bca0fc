import { cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { parse } from "yaml";
import { $ } from "zx";

import { repositoryRoot } from "../../tools/lib/paths";
import { lastSetup } from "../../tools/setup/setup";
import { localBackend } from "../../tools/stack/backend";

jest.setTimeout(180_000);

/** What no clone of this repository has. */
const OWN = ["node_modules", ".sightline", ".git", "coverage", "data", "dist"];

let folder: string;
let template: string;
let project: string;

/** `pulumi new` by the real engine, from a copy of this checkout. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "sightline-new-"));
  [template, project] = [path.join(folder, "template"), path.join(folder, "project")];
  const filter = (file: string) => !OWN.includes(path.basename(file));
  await cp(repositoryRoot, template, { recursive: true, filter });
  await mkdir(project);
  const { environment } = await lastSetup();
  const env = { ...process.env, ...environment, ...(await localBackend(folder)) };
  const flags = ["--name", "sightline", "--generate-only", "--yes", "--non-interactive"];
  await $({ cwd: project, env, quiet: true })`pulumi new ${template} --dir ${project} ${flags}`;
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function filesIn(root: string): Promise<readonly string[]> {
  const found = await readdir(root, { recursive: true, withFileTypes: true });
  return found
    .filter((file) => file.isFile())
    .map((file) => path.relative(root, path.join(file.parentPath, file.name)))
    .sort();
}

test("a new project has every file as it is here: nothing in them is taken for a placeholder", async () => {
  const files = await filesIn(template);
  expect(files.length).toBeGreaterThan(500);
  expect(await filesIn(project)).toEqual(files);
  const differing = await Promise.all(
    files.map(async (file) => {
      const [before, after] = await Promise.all(
        [template, project].map((root) => readFile(path.join(root, file))),
      );
      return before && after && before.equals(after) ? [] : [file];
    }),
  );
  expect(differing.flat()).toEqual(["Pulumi.yaml"]);
});

test("its project file is ours, without the template", async () => {
  const [{ template: words, ...ours }, made] = (await Promise.all(
    [template, project].map(
      async (root) =>
        parse(await readFile(path.join(root, "Pulumi.yaml"), "utf8")) as {
          readonly template?: unknown;
          readonly config: Readonly<Record<string, unknown>>;
        },
    ),
  )) as [{ template?: unknown; config: object }, { config: object }];
  expect(words).toEqual({
    displayName: "Sightline",
    description: "Website monitoring on Docker hosts",
  });
  expect(made).toEqual({
    ...ours,
    config: { ...ours.config, "pulumi:tags": { value: { "pulumi:template": template } } },
  });
});
