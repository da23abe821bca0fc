import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";

import { repositoryRoot } from "../support/fixtures";

interface SourceFile {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

interface Import {
  /** A package, or a file from the repository's root without its ending. */
  readonly to: string;
  readonly isTypeOnly: boolean;
}

function sourceFiles(folder: string): readonly SourceFile[] {
  return readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => sourceFile(join(folder, name)));
}

function sourceFile(path: string): SourceFile {
  const text = readFileSync(join(repositoryRoot, path), "utf8");
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)";/gms);
  const imports = [...statements].map(([, type, to = ""]) => ({
    to: to.startsWith(".") ? normalize(join(dirname(path), to)) : to,
    isTypeOnly: type !== undefined,
  }));
  return { path, text, imports };
}

const configs = sourceFiles("configs");
const components = sourceFiles("components");
const index = sourceFile("index.ts");
const program = [index, ...components, ...configs];

/** `file → import` for every import that the predicate does not allow. */
function offences(files: readonly SourceFile[], isAllowed: (to: string) => boolean) {
  return files.flatMap(({ path, imports }) =>
    imports.filter(({ to }) => !isAllowed(to)).map(({ to }) => `${path} → ${to}`),
  );
}

describe("imports", () => {
  it("are found at all", () => {
    expect(index.imports.map(({ to }) => to)).toContain("components/monitoring-hosts");
    expect(configs.length).toBeGreaterThan(25);
    expect(program.flatMap(({ imports }) => imports).length).toBeGreaterThan(100);
  });

  it("of configs/ are configs/ and libraries that compute: no Pulumi, no files, no machine", () => {
    const libraries = [
      "bcryptjs",
      "fastest-levenshtein",
      "js-yaml",
      "node:crypto",
      "node:path",
      "re2js",
      "zod",
    ];
    const isPure = (to: string) =>
      to.startsWith("configs/") ||
      to.startsWith("@grafana/grafana-foundation-sdk/") ||
      libraries.includes(to);
    expect(offences(configs, isPure)).toEqual([]);
    for (const { path, text } of configs) {
      expect([
        path,
        /\b(process\.|Date\.now|new Date|Math\.random|require\()/.exec(text)?.[0],
      ]).toEqual([path, undefined]);
    }
  });

  it("of components/ are components/, configs/, Pulumi, and what reads a file or a path", () => {
    const builtins = ["node:crypto", "node:fs", "node:path"];
    const isAllowed = (to: string) =>
      /^(components|configs)\//.test(to) || to.startsWith("@pulumi/") || builtins.includes(to);
    // The one that runs programs: what is asked of the hosts before anything is deployed.
    expect(offences(components, isAllowed)).toEqual([
      "components/host-answers.ts → node:child_process",
      "components/host-answers.ts → node:os",
    ]);
  });

  it("of index.ts are components/ and Pulumi's types", () => {
    const isAllowed = (to: string) => to.startsWith("components/") || to === "@pulumi/pulumi";
    expect(offences([index], isAllowed)).toEqual([]);
    expect(index.text.split("\n").length).toBeLessThanOrEqual(80);
  });

  it("never go round in a circle", () => {
    const byPath = new Map(program.map((file) => [file.path.replace(/\.ts$/, ""), file]));
    const next = (path: string) =>
      (byPath.get(path)?.imports ?? []).filter(({ isTypeOnly }) => !isTypeOnly).map(({ to }) => to);
    const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
      next(from).some((to) => {
        if (to === goal) return true;
        if (seen.has(to)) return false;
        seen.add(to);
        return reaches(to, goal, seen);
      });
    expect([...byPath.keys()].filter((path) => reaches(path, path))).toEqual([]);
  });
});

describe("a component", () => {
  const classes = components.filter(({ text }) =>
    text.includes("extends pulumi.ComponentResource"),
  );

  it("is one of these", () => {
    expect(classes.map(({ path }) => path).sort()).toEqual([
      "components/app-host.ts",
      "components/container-service.ts",
      "components/docker-host.ts",
      "components/keeper.ts",
      "components/log-bucket.ts",
      "components/monitoring-host.ts",
      "components/nfs-exports.ts",
      "components/outside-watch.ts",
      "components/site-files.ts",
      "components/tunnel.ts",
    ]);
  });

  it.each(classes)(
    "calls super with its type, name, no inputs and its options: $path",
    ({ text }) => {
      const calls = [...text.matchAll(/super\(([^)]*)\)/g)].map(([, args]) => args);
      expect(calls).toHaveLength(1);
      expect(calls[0]).toMatch(
        /^["`]sightline:[a-z]+:([A-Z][A-Za-z]+|\$\{args\.spec\.kind\})["`], name, \{\}, opts$/,
      );
    },
  );

  it.each(classes)("registers its outputs as the last thing it does: $path", ({ text }) => {
    const [, body = ""] = /constructor\([^]*?\) \{\n([^]*?)\n {2}\}\n/.exec(text) ?? [];
    const lastStatement = body.trimEnd().split(/;\n/).at(-1)?.trim();
    expect(lastStatement).toMatch(/^this\.registerOutputs\(\{[^]*\}\);$/);
    expect(text.match(/registerOutputs\(/g)).toHaveLength(1);
  });
});

describe("files", () => {
  it.each(program)("have names in kebab-case and at most 300 lines: $path", ({ path, text }) => {
    expect(path).toMatch(/^([a-z]+(-[a-z]+)*\/)*[a-z]+(-[a-z]+)*\.ts$/);
    expect(text.split("\n").length).toBeLessThanOrEqual(300);
  });

  it("of a service are called like its container", () => {
    const services = configs.filter(({ path }) => path.startsWith("configs/services/"));
    for (const { path, text } of services) {
      const name = basename(path, ".ts");
      // A tool that every host has one of is named by its host.
      const isNamed = [`name: "${name}"`, `host, "${name}")`, `TOOL = "${name}"`].some((words) =>
        text.includes(words),
      );
      expect([path, isNamed]).toEqual([path, true]);
    }
  });
});
