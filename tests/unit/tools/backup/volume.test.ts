import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import type { Task } from "../../../../tools/backup/volume-helper";
import { repositoryRoot } from "../../../support/fixtures";

/** The real script with a real shell and files; what is under way is killed by programs of the test's. */
const SCRIPT = path.join(repositoryRoot, "tools", "backup", "volume.sh");

let folder: string;
let volume: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "sightline-volume-"));
  volume = path.join(folder, "volume");
  mkdirSync(path.join(volume, "wal"), { recursive: true });
  writeFileSync(path.join(volume, "wal", "00000001"), "old log");
  writeFileSync(path.join(volume, ".hidden"), "old hidden");
  writeFileSync(path.join(volume, "with space"), "old", { mode: 0o640 });
  symlinkSync("wal", path.join(volume, "link"));
  symlinkSync("nowhere", path.join(volume, "dangling"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly input?: Buffer;
  /** Comes before the system's programs. */
  readonly programs?: string;
}

function run(task: string, { input, programs = "" }: Run = {}) {
  const PATH = `${programs}:${process.env.PATH ?? ""}`;
  const env = { ...process.env, PATH, SIGHTLINE_VOLUME: volume };
  return spawnSync("sh", [SCRIPT, task], { env, ...(input ? { input } : {}) });
}

function done(task: Task, input?: Buffer): Buffer {
  const { status, stdout, stderr } = run(task, input ? { input } : {});
  expect([status, stderr.toString()]).toEqual([0, ""]);
  return stdout;
}

/** Every path below a folder with its content. */
function contents(of = volume): Record<string, string> {
  const entries = readdirSync(of, { recursive: true, withFileTypes: true });
  const read = (file: string) =>
    existsSync(file) && statSync(file).isFile() ? readFileSync(file, "utf8") : "a link";
  return Object.fromEntries<string>(
    entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [path.relative(of, file), read(file)] as const)
      .sort(),
  );
}

/** What a backup of another volume holds. */
function otherBackup(): Buffer {
  const other = path.join(folder, "other");
  mkdirSync(path.join(other, "wal"), { recursive: true });
  writeFileSync(path.join(other, "wal", "00000007"), "new log");
  writeFileSync(path.join(other, "with space"), "new");
  return spawnSync("tar", ["-czf", "-", "-C", other, "."]).stdout;
}

const NEW = { "wal/00000007": "new log", "with space": "new" };

test("what is sent is what was copied, whatever the server writes meanwhile", () => {
  const before = contents();
  done("copy");
  writeFileSync(path.join(volume, "wal", "00000001"), "written later");
  const sent = done("send");
  done("clean");
  done("receive", sent);
  done("swap");
  done("commit");
  expect(contents()).toEqual(before);
  expect(statSync(path.join(volume, "with space")).mode & 0o777).toBe(0o640);
});

test("all can be sent without a copy", () => {
  const before = contents();
  const sent = done("send-all");
  done("receive", sent);
  expect(contents(path.join(volume, ".sightline-new"))).toEqual(before);
});

test("new contents are beside the old ones until they are swapped, and the old until that is committed", () => {
  const before = contents();
  done("receive", otherBackup());
  expect(contents()).toMatchObject(before);
  done("swap");
  expect(done("aside").toString()).toBe("yes\n");
  expect(contents(path.join(volume, ".sightline-before"))).toEqual(before);
  done("commit");
  expect(done("aside").toString()).toBe("no\n");
  expect(contents()).toEqual(NEW);
});

test("a swap that is undone leaves what was there before", () => {
  const before = contents();
  done("receive", otherBackup());
  done("swap");
  done("undo");
  done("clean");
  expect(contents()).toEqual(before);
});

test("an archive that is cut off is an error, and the contents stay", () => {
  const before = contents();
  const cut = otherBackup();
  expect(run("receive", { input: cut.subarray(0, cut.length - 40) }).status).not.toBe(0);
  done("clean");
  expect(contents()).toEqual(before);
});

test("a copy that fails is an error", () => {
  const programs = path.join(folder, "programs");
  mkdirSync(programs);
  writeFileSync(path.join(programs, "cp"), "#!/bin/sh\nexit 1\n");
  chmodSync(path.join(programs, "cp"), 0o755);
  expect(run("copy", { programs }).status).not.toBe(0);
});

/** Programs that kill the script before its nth `mv` or `rm`. */
function killing(nth: number): string {
  const programs = path.join(folder, `killing-${nth}`);
  mkdirSync(programs);
  for (const name of ["mv", "rm"]) {
    const lines = [
      "#!/bin/sh",
      `echo x >>${programs}/count`,
      `[ "$(wc -l <${programs}/count)" -ne ${nth} ] || { kill -9 $PPID; exit; }`,
      `exec /bin/${name} "$@"`,
    ];
    writeFileSync(path.join(programs, name), `${lines.join("\n")}\n`);
    chmodSync(path.join(programs, name), 0o755);
  }
  return programs;
}

describe("a script that is killed", () => {
  // Five old entries are moved aside, the folder is renamed, two new ones are moved in.
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("at step %i of a swap is undone", (step) => {
    const before = contents();
    done("receive", otherBackup());
    expect(run("swap", { programs: killing(step) }).signal).toBe("SIGKILL");
    done("undo");
    done("clean");
    expect(contents()).toEqual(before);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("at step %i of undoing is undone by the next", (step) => {
    const before = contents();
    done("receive", otherBackup());
    done("swap");
    expect(run("undo", { programs: killing(step) }).signal).toBe("SIGKILL");
    expect(done("aside").toString()).toBe("yes\n");
    done("undo");
    expect(contents()).toEqual(before);
  });

  it("while it deletes old contents has committed", () => {
    done("receive", otherBackup());
    done("swap");
    expect(run("commit", { programs: killing(2) }).signal).toBe("SIGKILL");
    expect(done("aside").toString()).toBe("no\n");
    done("undo");
    done("clean");
    expect(contents()).toEqual(NEW);
  });
});

test("another word is refused", () => {
  const { status, stderr } = run("destroy");
  expect([status, stderr.toString()]).toEqual([2, 'volume: there is no "destroy"\n']);
});
