import { readFile } from "node:fs/promises";

import { type CommandStack, commandStack, type Planned } from "../support/command-plugin/stack";
import type { LabHost } from "../support/lab/host";
import { Lab } from "../support/lab/lab";

/**
 * What our resources rely on of the command plugin, under the real engine and against a real ssh
 * server. The plugin is the published one where that can be downloaded, else the stand-in.
 */
const MINUTE = 60_000;
const SECRET = "not-to-be-seen";

let lab: Lab;
let host: LabHost;
let stack: CommandStack;
let privateKey: string;

beforeAll(async () => {
  lab = await Lab.create({ hosts: ["site"] });
  host = lab.host("site");
  privateKey = await readFile(lab.identityFile, "utf8");
}, 2 * MINUTE);

afterAll(async () => {
  await lab.remove();
}, MINUTE);

beforeEach(async () => {
  stack = await commandStack();
});

afterEach(async () => {
  await stack.remove();
});

function connection(others: Record<string, unknown> = {}) {
  const { address, hostKey } = host;
  return { host: address, hostKey, privateKey, dialErrorLimit: 0, perDialTimeout: 5, ...others };
}

/** A command that notes each of its steps in a file on the host. */
function noted(others: Record<string, unknown> = {}): Planned {
  const note = (step: string) => `echo "${step} $(cat)" | tee -a /srv/steps`;
  const steps = { create: note("create"), update: note("update"), delete: note("delete") };
  const inputs = { connection: connection(), addPreviousOutputInEnv: false, ...steps, stdin: "1" };
  return { kind: "remote", name: "noted", inputs: { ...inputs, ...others } };
}

test(
  "runs a command for each step of a resource's life, and none when nothing changed",
  async () => {
    await stack.up([noted()]);
    await stack.up([noted()]);
    await stack.up([noted({ stdin: "2" })]);
    await stack.up([noted({ stdin: "3", update: undefined })]);
    await stack.up([noted({ stdin: "4", update: undefined, triggers: ["other"] })]);
    await stack.destroy();
    expect((await host.run("cat /srv/steps")).split("\n")).toEqual([
      "create 1",
      "update 2",
      "create 3",
      // A replacement comes before what it replaces goes.
      "create 4",
      "delete 3",
      "delete 4",
    ]);
  },
  5 * MINUTE,
);

test(
  "secrets are in no state, and a failing command is told with what it printed",
  async () => {
    const create = "cat; umask 077";
    await stack.up([noted({ create, stdin: { secret: SECRET }, delete: undefined })]);
    const state = await stack.state();
    expect(state).not.toContain(SECRET);
    expect(state).not.toContain("PRIVATE KEY");
    const broken = noted({ create: "echo half; echo why >&2; exit 7", update: undefined });
    await expect(stack.up([broken])).rejects.toThrow(/running "echo half[^]*half\s+why/);
  },
  3 * MINUTE,
);

test(
  "copies a text, again only when it changed",
  async () => {
    const copy = (text: string): Planned => ({
      kind: "copy",
      name: "copied",
      inputs: { connection: connection(), remotePath: "/srv/new/file", source: { text } },
    });
    await stack.up([copy("one\n")]);
    await host.run("chmod 600 /srv/new/file && echo meddled >>/srv/new/file");
    await stack.up([copy("one\n")]);
    expect(await host.run("cat /srv/new/file")).toBe("one\nmeddled");
    await stack.up([copy("two\n")]);
    expect(await host.run("cat /srv/new/file; stat -c %a /srv/new/file")).toBe("two\n600");
    await stack.destroy();
    expect(await host.run("cat /srv/new/file")).toBe("two");
  },
  3 * MINUTE,
);

test(
  "hands on the output of the step before where that is wished",
  async () => {
    const local = (stdin: string, wished?: boolean): Planned => {
      const create = 'echo "$PULUMI_COMMAND_STDOUT+"';
      return {
        kind: "local",
        name: "kept",
        inputs: { create, stdin, addPreviousOutputInEnv: wished },
      };
    };
    expect(await stack.up([local("1")])).toContain('kept: "+"');
    expect(await stack.up([local("2")])).toMatch(/kept: "\+" => "\+\+"/);
    expect(await stack.up([local("3", false)])).toMatch(/kept: "\+\+" => "\+"/);
  },
  3 * MINUTE,
);

test(
  "an unknown input is refused by a preview",
  async () => {
    const { name, inputs } = noted({ surprise: 1 });
    const wrong: Planned = { kind: "command:remote:Command", name, inputs };
    await expect(stack.preview([wrong])).rejects.toThrow(/surprise/);
  },
  3 * MINUTE,
);

test.each([
  ["another host key than the server's", { connection: "other" }, /host key|mismatch/i],
  ["a variable that the server does not accept", { environment: { COLOUR: "red" } }, /"COLOUR"/],
])(
  "%s ends the update before the command runs",
  async (_what, others, message) => {
    // The user's own key is a key, and not the host's.
    const hostKey = (await readFile(`${lab.identityFile}.pub`, "utf8")).trim();
    const wrong = "connection" in others ? { connection: connection({ hostKey }) } : others;
    await host.run("rm -f /srv/steps");
    await expect(stack.up([noted(wrong)])).rejects.toThrow(message);
    expect(await host.run("ls /srv/steps 2>/dev/null || true")).toBe("");
  },
  3 * MINUTE,
);
