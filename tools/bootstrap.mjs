#!/usr/bin/env node
// First step of every command: works with Node.js alone, brings the dependencies to what the lock
// file says, and hands over to the command line in TypeScript.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const stamp = join(modules, ".sightline-lock");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Node.js: must be 20.19 or newer; got ${process.versions.node}. Fix: install it from nodejs.org`,
  );
  process.exit(1);
}

const lockHash = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lockHash) {
  // npm ci empties the folder first: that of somebody else, where it is a link to it.
  if (lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error(
      `${modules}: must be a folder of its own before dependencies are installed; ` +
        "got a link, whose target npm ci would empty. Fix: remove the link, and run this again",
    );
    process.exit(1);
  }
  // Not to standard output, which a shell may read: eval "$(npm run --silent env)".
  console.error("Installing dependencies (npm ci), about half a minute …");
  // Without install scripts: one of them downloads a Pulumi plugin that dev does not need.
  run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], ["inherit", 2, 2]);
  writeFileSync(stamp, lockHash);
}
const script = join(root, "tools", "sightline.ts");
const command = spawn(process.execPath, ["--import", "tsx", script, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
// Whoever ends this one means the command, which may have something to take away first.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => command.kill(signal));
command.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal];
});

function run(command, args, stdio = "inherit") {
  const result = spawnSync(command, args, { cwd: root, stdio });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
