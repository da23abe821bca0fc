import { existsSync } from "node:fs";
import path from "node:path";

import { $ } from "zx";

import { STACK_LABEL } from "../../configs/labels";
import { homeOf } from "../../tools/ephemeral/home";
import { projectOf } from "../../tools/ephemeral/settings";
import { namesInDocker } from "../../tools/lib/docker-cleanup";
import { repositoryRoot } from "../../tools/lib/paths";
import { gatewayOf } from "../support/docker-network";
import { MailServer } from "../support/mail-server";

jest.setTimeout(600_000);

const name = `ci-${process.pid}`;

/** Dev's settings, with the intervals of a test: what is measured is that the steps work. */
const QUICK = ["intervals.probe=2s", "intervals.probeTimeout=1s", "intervals.scrape=2s"];

/** The steps of `check.yml`, drills and the report, in this order, as a shell runs them beside a stack. */
const STEPS = {
  preview: "npm run --silent ci:preview",
  smoke: "npm run --silent ci:smoke",
  drift: "npm run --silent ci:drift",
  drill: "npm run --silent drill",
  noise: "npm run --silent noise -- --days 1",
  "mail server": `cd $SIGHTLINE_STACK_FOLDER && pulumi config set-all --stack $SIGHTLINE_STACK --path \\
    --plaintext 'sightline:mail.kind=smtp' --plaintext "sightline:mail.smarthost=$MAIL_SERVER" \\
    --plaintext 'sightline:mail.from=sightline@shop.test' \\
    --plaintext 'sightline:mail.to[0]=ops@shop.test' \\
    --plaintext 'sightline:mail.requireTls=false' &&
    pulumi up --stack $SIGHTLINE_STACK --yes --skip-preview`,
  "drill by mail server": "npm run --silent drill",
  removal: "docker rm --force $SIGHTLINE_STACK-blackbox-exporter",
  "drift after it": "npm run --silent ci:drift",
} as const;

interface Step {
  readonly exitCode: number;
  readonly said: string;
}

let steps: readonly Step[];
let left: readonly string[];
let mailServer: MailServer;

/** One stack for all steps: each reads of it, and only a new mail server and the removal change it. */
beforeAll(async () => {
  mailServer = await MailServer.start(await gatewayOf("bridge"), { offersTls: false });
  const script = Object.values(STEPS)
    .map((step) => `(${step}) 2>&1; echo "@@ $?"`)
    .join("\n");
  const ephemeral = path.join(repositoryRoot, "tools", "bootstrap.mjs");
  const words = [ephemeral, "ephemeral", "--name", name, "--time-to-live", "9m"];
  const edits = QUICK.flatMap((edit) => ["--config", edit]);
  const env = { ...process.env, MAIL_SERVER: mailServer.smarthost };
  const run = $({ cwd: repositoryRoot, quiet: true, env });
  const { stdout } = await run`${process.execPath} ${[...words, ...edits]} -- sh -c ${script}`;
  steps = [...stdout.matchAll(/([^]*?)@@ (\d+)\n/g)].map(([, said = "", code]) => ({
    said,
    exitCode: Number(code),
  }));
  left = [
    ...(await namesInDocker(`label=${STACK_LABEL}=${name}`)),
    ...(await namesInDocker(`label=com.docker.compose.project=${projectOf(name)}`)),
    ...(existsSync(homeOf(name)) ? [homeOf(name)] : []),
  ];
});

afterAll(async () => {
  await (mailServer as MailServer | undefined)?.stop();
  if (!existsSync(homeOf(name))) return;
  const clean = ["tools/bootstrap.mjs", "ephemeral", "--clean", name];
  await $({ cwd: repositoryRoot, quiet: true })`${process.execPath} ${clean}`;
});

function step(which: keyof typeof STEPS): Step {
  const index = Object.keys(STEPS).indexOf(which);
  const found = steps[index];
  if (found === undefined) throw new Error(`only ${steps.length} steps ran: ${STEPS[which]}`);
  return found;
}

/** What a step said that must have passed. */
function passed(which: keyof typeof STEPS): string {
  const { exitCode, said } = step(which);
  if (exitCode !== 0) throw new Error(`${STEPS[which]} ends with ${exitCode}:\n${said}`);
  return said;
}

const FIGURE = String.raw`\s+\d+\.\d s  `;
/** What a drill prints at its end. */
const FIGURES = new RegExp(`^detect${FIGURE}[^]*^notify${FIGURE}[^]*^resolve${FIGURE}`, "m");

describe("the steps of the workflows, run beside an ephemeral stack", () => {
  test("the preview says that nothing changes, and that the policy pack judged it", () => {
    const said = passed("preview");
    expect(said).toMatch(/Policy Packs run:/);
    expect(said).toMatch(/\d+ unchanged/);
    expect(said).not.toContain("[mandatory]");
  });

  test("the smoke test passes once everything is watched", () => {
    expect(passed("smoke")).toContain("pages answer, all targets are up");
  });

  test("nothing has drifted", () => {
    expect(passed("drift")).toMatch(/\d+ unchanged/);
  });

  test("the drill prints the seconds to detect, to notify and to resolve", () => {
    expect(passed("drill")).toMatch(FIGURES);
  });

  test("the noise report has the drill's alert, once", () => {
    expect(passed("noise")).toContain("WebsiteDown (critical): once");
  });

  test("where mail leaves by a mail server, the drill counts what Alertmanager handed over", () => {
    passed("mail server");
    expect(passed("drill by mail server")).toMatch(FIGURES);
    const subjects = mailServer.mails.map(({ text }) => /^Subject: (.*)$/m.exec(text)?.[1]);
    expect(subjects).toEqual([
      expect.stringMatching(/^\[FIRING\] WebsiteDown/),
      expect.stringMatching(/^\[RESOLVED\] WebsiteDown/),
    ]);
  });

  test("a container that somebody removed is a drift", () => {
    passed("removal");
    const { exitCode, said } = step("drift after it");
    expect(exitCode).not.toBe(0);
    expect(said).toContain("blackbox");
  });

  test("nothing is left of the stack", () => {
    expect(left).toEqual([]);
  });
});
