import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What stands in for the programs of a host: each writes down that it was called. */
const STAND_INS: Readonly<Record<string, string>> = {
  mount: `for point; do :; done
[ ! -e "$ROOT/unreachable" ] || { echo "mount.nfs4: Connection refused" >&2; exit 32; }
echo "1 1 0:1 / $point rw - nfs4 server rw" >>"$ROOT/proc/self/mountinfo"`,
  umount: `for point; do :; done
grep -v " $point rw" "$ROOT/proc/self/mountinfo" >"$ROOT/left" || :
mv "$ROOT/left" "$ROOT/proc/self/mountinfo"`,
  exportfs: `if [ $# = 0 ]; then cat "$ROOT"/etc/exports.d/*.exports 2>/dev/null | grep -v "^#"; exit 0; fi
! grep -qs refused "$ROOT"/etc/exports.d/*.exports`,
  systemctl: `for word; do case $word in
  enable) touch "$ROOT/enabled" "$ROOT/active" ;;
  disable) rm "$ROOT/enabled" ;;
  stop) rm -f "$ROOT/active" ;;
  is-enabled) [ -e "$ROOT/enabled" ]; exit ;;
  is-active) [ -e "$ROOT/active" ]; exit ;;
esac; done`,
  "systemd-escape": "echo unit.mount",
  uname: "echo shop",
  "mount.nfs4": "",
};

/** A host's files in a temporary folder, and stand-ins for the programs that change a real one. */
export class ScriptRoot {
  private searchPath = "/usr/bin:/bin";
  private readonly root = mkdtempSync(join(tmpdir(), "sightline-scripts-"));

  constructor({ systemd = true }: { readonly systemd?: boolean } = {}) {
    for (const folder of [
      "etc",
      "mnt",
      "proc/self",
      "bin",
      ...(systemd ? ["run/systemd/system"] : []),
    ]) {
      mkdirSync(join(this.root, folder), { recursive: true });
    }
    this.write("/proc/self/mountinfo", "");
    for (const name of Object.keys(STAND_INS)) this.install(name);
  }

  /** Runs a script that names files of a host on those here. */
  public run(script: string, stdin = "") {
    const moved = this.inside(script);
    const { status, stderr } = spawnSync("sh", ["-c", moved], {
      input: this.inside(stdin),
      encoding: "utf8",
      env: { PATH: `${this.root}/bin:${this.searchPath}`, ROOT: this.root },
      timeout: 20_000,
    });
    return { status, error: this.outside(stderr).trim() };
  }

  /** Puts a program's stand-in in place; `body` in that of the usual one. */
  public install(name: string, body = STAND_INS[name] ?? ""): void {
    const words = `echo "${name} $*" >>"$ROOT/calls"`;
    this.write(`/bin/${name}`, ["#!/bin/sh", words, body, ""].join("\n"));
    chmodSync(this.path(`/bin/${name}`), 0o755);
  }

  /** Hides the package managers of this machine: only these programs of its own are left. */
  public onlyPath(): void {
    this.searchPath = "/nowhere";
    const names = ["sh", "cat", "cp", "mv", "rm", "rmdir", "mkdir", "grep", "id", "chmod", "touch"];
    for (const name of names) symlinkSync(`/bin/${name}`, this.path(`/bin/${name}`));
  }

  public remove(path: string): void {
    rmSync(this.path(path), { recursive: true });
  }

  public write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  public folder(path: string): void {
    mkdirSync(this.path(path), { recursive: true });
  }

  /** A file's text; nothing where there is no such file. */
  public read(path: string): string | undefined {
    return this.has(path) ? this.outside(readFileSync(this.path(path), "utf8")) : undefined;
  }

  public has(path: string): boolean {
    return existsSync(this.path(path));
  }

  /** Who may do what with a file, as chmod has it. */
  public mode(path: string): string {
    return (statSync(this.path(path)).mode & 0o777).toString(8);
  }

  /** The mount points, in the order in which they were mounted. */
  public mounted(): readonly string[] {
    return [...(this.read("/proc/self/mountinfo") ?? "").matchAll(/^1 1 0:1 \/ (\S+)/gm)].map(
      ([, point = ""]) => point,
    );
  }

  /** The calls of programs since the last time it was asked. */
  public calls(): readonly string[] {
    const lines = (this.read("/calls") ?? "").trim().split("\n");
    this.write("/calls", "");
    return lines.filter((line) => !/^(uname|systemd-escape) /.test(line) && line !== "");
  }

  public destroy(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  public path(path: string): string {
    return join(this.root, path);
  }

  private inside(text: string): string {
    return text.replaceAll(/(?<![\w.:/])\/(?=(etc|mnt|proc|run|srv|sys)\/)/g, `${this.root}/`);
  }

  private outside(text: string): string {
    return text.replaceAll(this.root, "");
  }
}
