#!/usr/bin/env node
// First step of every command: works with Node.js alone, brings the dependencies to what the lock
// file says, and hands over to the command line in TypeScript.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "node_modules", ".sightline-lock");

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
  console.log("Installing dependencies (npm ci), about half a minute …");
  // Without install scripts: one of them downloads a Pulumi plugin that dev does not need.
  run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
  writeFileSync(stamp, lockHash);
}
run(process.execPath, [
  "--import",
  "tsx",
  join(root, "tools", "sightline.ts"),
  ...process.argv.slice(2),
]);

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
