import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";

import type { CopyToRemote } from "./schema";
import { SshSession } from "./ssh-session";

/** Puts a text, a file or a folder to its place on the host, as the published plugin's table says. */
export async function copyToRemote(inputs: CopyToRemote): Promise<void> {
  const { source, remotePath } = inputs;
  await SshSession.with(inputs.connection, async (session) => {
    const target = new Target(session);
    const kind = await target.kind(remotePath);
    if (source.path === undefined) {
      if (kind === "folder") throw new Error(`remote path ${remotePath} is a directory`);
      await target.write(remotePath, Buffer.from(source.text ?? ""));
      return;
    }
    const base = path.basename(source.path);
    if (!(await stat(source.path)).isDirectory()) {
      const file = kind === "folder" ? path.posix.join(remotePath, base) : remotePath;
      await target.write(file, await readFile(source.path));
      return;
    }
    // Only what ends with a slash is copied without its own name.
    const folder = source.path.endsWith("/") ? remotePath : path.posix.join(remotePath, base);
    await copyFolder(target, source.path, folder);
  });
}

async function copyFolder(target: Target, from: string, to: string): Promise<void> {
  await target.run(`mkdir -p ${quoted(to)}`);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, there] = [path.join(from, entry.name), path.posix.join(to, entry.name)];
    if (entry.isDirectory()) await copyFolder(target, source, there);
    else await target.write(there, await readFile(source));
  }
}

class Target {
  constructor(private readonly session: SshSession) {}

  async kind(file: string): Promise<string> {
    const name = quoted(file);
    return this.run(`if [ -d ${name} ]; then echo folder; elif [ -e ${name} ]; then echo file; fi`);
  }

  /** A new file gets the mode that the user's umask leaves, an old one keeps its own. */
  async write(file: string, content: Buffer): Promise<void> {
    const parent = quoted(path.posix.dirname(file));
    await this.run(`mkdir -p ${parent} && cat >${quoted(file)}`, content);
  }

  async run(command: string, input?: Buffer): Promise<string> {
    const { exitCode, stdout, both } = await this.session.exec(command, { input });
    if (exitCode !== 0) throw new Error(`failed to copy: ${both.trim()}`);
    return stdout.trim();
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
