import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { repositoryRoot } from "../../support/fixtures";

const NPM_WAS_RUN = 7;

let folder: string;
let modules: string;

/** A checkout with nothing but the first step, and a stand-in for npm that only tells that it was run. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sightline-bootstrap-"));
  modules = join(folder, "checkout", "node_modules");
  for (const name of ["checkout/tools", "other", "bin"]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  for (const file of ["tools/bootstrap.mjs", "package-lock.json"]) {
    copyFileSync(join(repositoryRoot, file), join(folder, "checkout", file));
  }
  writeFileSync(join(folder, "other", "library"), "");
  writeFileSync(join(folder, "bin", "npm"), `#!/bin/sh\nexit ${NPM_WAS_RUN}\n`);
  chmodSync(join(folder, "bin", "npm"), 0o755);
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function bootstrap() {
  const script = join(folder, "checkout", "tools", "bootstrap.mjs");
  const path = [join(folder, "bin"), dirname(process.execPath)].join(":");
  const options = { encoding: "utf8", env: { PATH: path } } as const;
  return spawnSync(process.execPath, [script, "env"], options);
}

test("the first step never installs into a folder that node_modules is a link to", () => {
  symlinkSync(join(folder, "other"), modules);
  const { status, stdout, stderr } = bootstrap();
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: "",
    stderr:
      `${modules}: must be a folder of its own before dependencies are installed; ` +
      "got a link, whose target npm ci would empty. Fix: remove the link, and run this again\n",
  });
  expect(readdirSync(join(folder, "other"))).toEqual(["library"]);
});

test.each(["no folder", "a folder"])("the first step installs where there is %s", (what) => {
  if (what === "a folder") mkdirSync(modules);
  expect(bootstrap().status).toBe(NPM_WAS_RUN);
});

/** A checkout whose dependencies are there, with a command in the place of what loads ours. */
function withCommand(text: string): void {
  const lock = readFileSync(join(folder, "checkout", "package-lock.json"));
  mkdirSync(join(modules, "tsx"), { recursive: true });
  writeFileSync(join(modules, ".sightline-lock"), createHash("sha256").update(lock).digest("hex"));
  writeFileSync(join(modules, "tsx", "index.mjs"), text);
  writeFileSync(join(modules, "tsx", "package.json"), '{ "exports": "./index.mjs" }');
}

test("a command's exit code is the first step's", () => {
  withCommand("process.exit(5)");
  expect(bootstrap().status).toBe(5);
});

test.each(["SIGINT", "SIGTERM"] as const)(
  "a command is told of %s, and has the last word",
  async (signal) => {
    withCommand(
      `process.on("${signal}", () => { console.log("cleaned"); process.exit(9); });` +
        'setInterval(() => undefined, 1000); console.log("ready"); await new Promise(() => undefined);',
    );
    const script = join(folder, "checkout", "tools", "bootstrap.mjs");
    const first = spawn(process.execPath, [script, "x"], { stdio: ["ignore", "pipe", "inherit"] });
    const said = async () => String(((await once(first.stdout, "data")) as [Buffer])[0]);
    expect(await said()).toBe("ready\n");
    first.kill(signal);
    expect(await said()).toBe("cleaned\n");
    expect(await once(first, "exit")).toEqual([9, null]);
  },
);
