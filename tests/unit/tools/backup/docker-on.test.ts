import { Readable, Writable } from "node:stream";

import { dockerOn, shellCommand } from "../../../../tools/backup/docker-on";
import { DockerStandIn } from "../../../support/docker-stand-in";
import { devSettings, prodSettings } from "../../../support/fixtures";

/** Programs called `docker` and `ssh` are stand-ins; shells and pipes are real. */
const docker = dockerOn(devSettings(), "monitoring");
let programs: DockerStandIn;
let before: string | undefined;

beforeEach(() => {
  programs = new DockerStandIn({ workingDir: "/nowhere" });
  before = process.env.PATH;
  process.env.PATH = programs.path;
});

afterEach(() => {
  process.env.PATH = before;
  programs.remove();
});

test("over ssh its words arrive as they are, with the options of the settings", async () => {
  const settings = prodSettings();
  const words = shellCommand(settings, "monitoring", "echo");
  expect(words.slice(0, 3)).toEqual(["ssh", "-o", "ControlMaster=no"]);
  expect(words).toContain("BatchMode=yes");
  // As an ssh server does: what comes after the host is one text for a shell.
  programs.program("ssh", ['while [ "$1" != -- ]; do shift; done; shift 2', 'exec sh -c "$*"']);
  programs.program("docker", ['for word in "$@"; do echo "<$word>"; done']);
  const printed = `<exec>\n<echo "it's" $x;>\n<two words>`;
  const asked = ["exec", `echo "it's" $x;`, "two words"];
  expect(await dockerOn(settings, "monitoring")(asked)).toBe(printed);
  expect(await docker(asked)).toBe(printed);
});

test("bytes go through as they are, in both directions", async () => {
  programs.program("docker", ["exec cat"]);
  const sent = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
  const got: Buffer[] = [];
  const stdout = new Writable({
    write(chunk: Buffer, _, done) {
      got.push(chunk);
      done();
    },
  });
  await docker(["exec"], { stdin: Readable.from([sent]), stdout });
  expect(Buffer.concat(got).equals(sent)).toBe(true);
});

test("one that fails is told by what it said, also when it reads nothing of what it is sent", async () => {
  programs.program("docker", ["echo 'tar: short read' >&2", "exit 1"]);
  const stdin = Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(100_000)));
  await expect(docker(["exec"], { stdin })).rejects.toThrow("docker: tar: short read");
});

test("one that is ended early is an interruption", async () => {
  programs.program("docker", ["exec sleep 60"]);
  const controller = new AbortController();
  const running = docker(["exec"], { signal: controller.signal });
  controller.abort();
  await expect(running).rejects.toMatchObject({ name: "AbortError" });
  await expect(docker(["exec"], { signal: controller.signal })).rejects.toThrow("aborted");
});
