import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { settingsSchema } from "../../configs/settings/schema";
import { repositoryRoot } from "../support/fixtures";

/** What people read must be true of what is here. */
interface Page {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
}

const read = (path: string) => readFileSync(join(repositoryRoot, path), "utf8");

const pages: readonly Page[] = [
  ...readdirSync(repositoryRoot).filter((name) => name.endsWith(".md")),
  ...filesBelow("docs", /\.md$/),
  "examples/website/README.md",
].map((path) => ({ path, text: read(path) }));

/** Files that a reader of docs/adding-a-container.md makes. */
const MADE_BY_READERS = ["configs/services/pushgateway.ts", "docs/runbooks/BackupTooOld.md"];
const COMMAND = /\bnpm run (?:-s |--silent )?([a-z][\w:-]*)/g;
const LINK = /\]\(([^)#\s]+)[^)]*\)/g;

/** Made by the set-up, and ignored by git. */
const MADE_BY_SETUP = /^(\.sightline|node_modules)\b/;

function filesBelow(folder: string, name: RegExp): readonly string[] {
  return readdirSync(join(repositoryRoot, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => name.test(path) && !path.includes("node_modules"))
    .map((path) => join(folder, path));
}

/** Every first group of a pattern in a text. */
function all(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, found = ""]) => found);
}

/** Text in backticks within a line that begins like a path from the repository's root. */
function pathsIn({ text }: Page): readonly string[] {
  const top = readdirSync(repositoryRoot);
  return all(text.replaceAll(/^```.*?^```/gms, ""), /`([^`\s]+)`/g)
    .filter((words) => /^[\w.-]+(\/[\w.-]*)*$/.test(words))
    .filter((path) => path.includes("/") || /\.(ts|js|mjs|json|md|ya?ml)$/.test(path))
    .filter((path) => path.startsWith("Pulumi.") || top.includes(path.split("/")[0] ?? ""));
}

const missing = (paths: readonly string[]) =>
  paths.filter((path) => !existsSync(join(repositoryRoot, path)));

describe.each(pages)("$path", (page) => {
  const { path, text } = page;

  it("names commands that package.json has", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = all(text, COMMAND);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it("links to files that are there", () => {
    const links = all(text, LINK).filter((link) => !/^[a-z]+:/.test(link));
    expect(missing(links.map((link) => join(dirname(path), link)))).toEqual([]);
  });

  it("names paths that are there", () => {
    const named = pathsIn(page).filter(
      (name) => !MADE_BY_READERS.includes(name) && !MADE_BY_SETUP.test(name),
    );
    expect(missing(named)).toEqual([]);
  });
});

describe("README.md", () => {
  const text = read("README.md");

  it("has commands, links and paths to look at", () => {
    expect(pathsIn({ path: "README.md", text })).toEqual(
      expect.arrayContaining(["configs/services/", "index.ts", "Pulumi.dev.yaml"]),
    );
    expect(all(text, LINK)).toContain("docs/settings.md");
    expect(all(text, COMMAND)).toContain("up");
  });

  it("is one screen", () => {
    expect(text.split("\n").length).toBeLessThanOrEqual(85);
  });

  it.each(["grafana", "prometheus", "alertmanager", "mail"] as const)(
    "gives %s the port that the settings give it",
    (service) => {
      const { address, ...ports } = settingsSchema.shape.publish.parse(undefined);
      expect(text).toMatch(new RegExp(`http://${address}:${ports[service]} \\| ${service}\\b`));
    },
  );

  it("gives the example site the port that `npm run up` gives it", () => {
    const [port] = all(read("tools/commands/dev.ts"), /\bport: (\d+)/g);
    expect(text).toContain(`http://127.0.0.1:${port} | the example site`);
  });

  it("asks for the Node.js that package.json asks for", () => {
    const { engines } = JSON.parse(read("package.json")) as { engines: { node: string } };
    expect(text).toContain(`Node.js ${engines.node.replace(">=", "")} or newer`);
  });
});

describe("docs/adr", () => {
  const names = readdirSync(join(repositoryRoot, "docs/adr")).sort();
  const numbers = names.map((name) => name.slice(0, 4));

  it("is numbered without a gap, and each says its number, context, decision, consequences", () => {
    expect(numbers).toEqual(names.map((_, index) => String(index + 1).padStart(4, "0")));
    for (const name of names) {
      const text = read(join("docs/adr", name));
      expect(text).toMatch(new RegExp(`^# ${name.slice(0, 4)}: `));
      expect(all(text, /^## (Context|Decision|Consequences)$/gm)).toHaveLength(3);
    }
  });

  it("has every decision that a comment refers to", () => {
    const folders = ["components", "configs", "tests", "tools"];
    const sources = [
      ...["index.ts", "eslint.config.mjs"],
      ...folders.flatMap((folder) => filesBelow(folder, /\.(ts|mjs|js|sh|go)$/)),
    ];
    const named = sources.flatMap((path) => all(read(path), /docs\/adr\/(\d{4})/g));
    expect(named).toEqual(expect.arrayContaining(["0001", "0003", "0004", "0006"]));
    expect(named.filter((number) => !numbers.includes(number))).toEqual([]);
  });
});
