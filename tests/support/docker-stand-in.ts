import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What the stand-in answers, each as a line of shell. */
export interface Answers {
  readonly workingDir: string;
  /** The Compose files of the containers' label. @default `docker-compose.yml` */
  readonly configFiles?: string;
  /** Where the mount that is asked for comes from. @default nowhere */
  readonly mountSource?: string;
  /** What `docker exec` prints. @default it fails */
  readonly exec?: string;
  /** What Compose says of the files. @default it takes them */
  readonly composeError?: string;
}

/** A folder for PATH with a `docker` and a `docker-compose` that know one site, whose containers all exist. */
export class DockerStandIn {
  public readonly folder = mkdtempSync(join(tmpdir(), "sightline-docker-"));

  constructor({ workingDir, configFiles, mountSource, exec, composeError }: Answers) {
    this.program("docker", [
      'case "$1 $*" in',
      `  ps*working_dir*) echo '${workingDir}|shop' ;;`,
      "  ps*) echo c1 ;;",
      `  inspect*config_files*) echo '${configFiles ?? "docker-compose.yml"}' ;;`,
      `  inspect*Mounts*) echo '${mountSource ?? ""}' ;;`,
      `  exec*) ${exec === undefined ? "exit 1" : `printf '%b' '${exec}'`} ;;`,
      "  *) exit 1 ;;",
      "esac",
    ]);
    this.program(
      "docker-compose",
      composeError === undefined ? ["exit 0"] : [`echo '${composeError}' >&2`, "exit 1"],
    );
  }

  /** PATH with the stand-ins first. */
  public get path(): string {
    return `${this.folder}:${process.env.PATH ?? ""}`;
  }

  /** Puts one more program in front of the system's. */
  public program(name: string, lines: readonly string[]): void {
    mkdirSync(this.folder, { recursive: true });
    const at = join(this.folder, name);
    writeFileSync(at, ["#!/bin/sh", ...lines, ""].join("\n"));
    chmodSync(at, 0o755);
  }

  public remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
