import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { siteFilesScript } from "../../components/site-files/script";
import type { SiteCompose } from "../../configs/site-files/site-compose";
import { repositoryRoot } from "./fixtures";

const LONG_AGO = new Date("2020-01-02T03:04:05Z");

/** The example site's folder as somebody has it: files of some age, an `.env` that others may not read. */
export class SiteCopy {
  public readonly folder = mkdtempSync(join(tmpdir(), "sightline-site-"));

  constructor(env?: string) {
    cpSync(join(repositoryRoot, "examples/website"), this.folder, {
      recursive: true,
      filter: (path) => !/\/(data|node_modules|dist)$/.test(path),
    });
    if (env !== undefined) this.write(".env", env, 0o600);
    for (const path of this.files()) utimesSync(join(this.folder, path), LONG_AGO, LONG_AGO);
  }

  public read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  public write(path: string, text: string, mode = 0o644): void {
    writeFileSync(join(this.folder, path), text);
    chmodSync(join(this.folder, path), mode);
  }

  /** Every file with what it holds, whose it is, and of when. */
  public snapshot(): Readonly<Record<string, string>> {
    const entries = this.files().map((path) => {
      const at = join(this.folder, path);
      const { mode, uid, gid, mtimeMs } = lstatSync(at);
      if (lstatSync(at).isSymbolicLink()) return [path, `-> ${readlinkSync(at)}`] as const;
      const hash = createHash("sha256").update(readFileSync(at)).digest("hex");
      return [path, [hash, mode.toString(8), uid, gid, mtimeMs].join(" ")] as const;
    });
    return Object.fromEntries(entries);
  }

  private files(): readonly string[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.folder.length + 1))
      .sort();
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What the tests ask for, on a copy of the example site. */
export function exampleSite(directory: string, changes: Partial<SiteCompose> = {}): SiteCompose {
  return {
    stack: "test",
    directory,
    files: [],
    mounts: [
      { service: "nginx", folder: "./data/logs/nginx", inside: "/var/log/nginx" },
      { service: "backend", folder: "./data/logs/app", inside: "/app/backend/logs" },
      { service: "worker", folder: "./data/logs/app", inside: "/app/backend/logs" },
      { service: "redis", folder: "./data/logs/redis", inside: "/data/logs" },
    ],
    rotation: { maxSize: "10m", maxFiles: 3 },
    scriptTag: { file: "frontend/index.html", url: "https://monitoring.shop.test/logger.js" },
    ...changes,
  };
}

export interface ScriptResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program as the command plugin does: a shell that reads it from standard input. */
export function runSiteScript(
  site: SiteCompose,
  action: "put" | "undo",
  env: NodeJS.ProcessEnv = {},
): Promise<ScriptResult> {
  return new Promise((resolve) => {
    const child = execFile(
      "/bin/sh",
      ["-c", `sh -s ${action}`],
      { env: { ...process.env, ...env }, timeout: 300_000 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
        resolve({ code, stdout, stderr });
      },
    );
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(siteFilesScript(site));
  });
}
