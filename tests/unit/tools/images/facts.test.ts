import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { IMAGE_FACTS } from "../../../../tools/images/facts";
import {
  IMAGE_NAMES,
  type ImageName,
  OFFICIAL_IMAGES,
  registryOf,
  tagOf,
} from "../../../../tools/images/official";
import { RECIPES } from "../../../../tools/images/recipes";
import { repositoryRoot } from "../../../../tools/lib/paths";

describe("the table of official images", () => {
  test.each(IMAGE_NAMES)("%s has facts and an exact tag", (name) => {
    expect(OFFICIAL_IMAGES[name]).toMatch(/^[a-z0-9._/-]+:v?\d+\.\d+\.\d+(-alpine)?$/);
    expect(IMAGE_FACTS[name].user).toMatch(/^\d+(:\d+)?$/);
    expect(IMAGE_FACTS[name].entrypoint).not.toHaveLength(0);
    expect(IMAGE_FACTS[name].source).not.toBe("");
  });

  test("everything but Grafana can be built here", () => {
    const buildable = Object.keys(RECIPES).sort();
    expect(buildable).toEqual(IMAGE_NAMES.filter((name) => name !== "grafana").sort());
  });

  test("only the images that declare volumes do", () => {
    const declared = IMAGE_NAMES.flatMap((name) =>
      (IMAGE_FACTS[name].volumes ?? []).map((volume) => `${name} ${volume}`),
    );
    expect(declared).toEqual([
      "prometheus /prometheus",
      "alertmanager /alertmanager",
      "socket-proxy /var/run/docker.sock",
    ]);
  });

  test.each(Object.entries(RECIPES))("%s puts its entry point into the image", (name, recipe) => {
    const { entrypoint, workingDirectory = "/" } = IMAGE_FACTS[name as ImageName];
    const program = path.resolve(workingDirectory, entrypoint[0] ?? "");
    const placed = [...recipe.tools, ...(recipe.scripts ?? [])].map((file) => file.path);
    expect(recipe.node ? ["/home/node/bin/maildev"] : placed).toContain(program);
  });
});

describe("what the stack asks for", () => {
  const folder = path.join(repositoryRoot, "configs", "services");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const specs = files
    .filter((file) => file.endsWith(".ts"))
    .map((file) => ({
      name: path.basename(file, ".ts") as ImageName,
      image: /\bimage: "([^"]+)"/.exec(readFileSync(path.join(folder, file), "utf8"))?.[1],
    }));

  // A container without a stand-in is no mistake: it runs wherever its official image can be pulled.
  const known: readonly string[] = IMAGE_NAMES;
  test.each(specs.filter(({ name, image }) => image !== undefined && known.includes(name)))(
    "$name is the image of its service",
    ({ name, image }) => {
      expect(OFFICIAL_IMAGES[name]).toBe(image);
    },
  );

  test("most services were found", () => {
    expect(specs.filter(({ image }) => image !== undefined).length).toBeGreaterThan(5);
  });
});

describe("references", () => {
  test.each([
    ["prom/prometheus:v3.15.0", "docker.io", "v3.15.0"],
    ["ghcr.io/google/cadvisor:0.60.6", "ghcr.io", "0.60.6"],
    ["localhost:5000/a:1.0.0", "localhost:5000", "1.0.0"],
    ["redis:7.4", "docker.io", "7.4"],
  ])("%s is on %s with tag %s", (reference, registry, tag) => {
    expect(registryOf(reference)).toBe(registry);
    expect(tagOf(reference)).toBe(tag);
  });
});
