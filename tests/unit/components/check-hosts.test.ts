import * as pulumi from "@pulumi/pulumi";

import type { HostCommand } from "../../../components/host-answers";
import { onHosts, prodRaw } from "../../support/fixtures";
import { answerOf, HEALTHY, unreached } from "../../support/host-facts";
import { failedRun, runProgram } from "../../support/mocks";

const raw = onHosts({ app: {}, monitoring: {}, shop: {} });

/** Nobody listens on one host, another one's Docker is too old, and all is well on the third. */
function answer({ words }: HostCommand) {
  if (words.includes("10.0.0.1")) return unreached("ssh: connect: Connection refused\r\n");
  if (words.includes("10.0.0.2")) return answerOf(["user\tdeploy", "docker\tversion=18.09.1"]);
  return answerOf(HEALTHY);
}

const refused = [
  "sightline:hosts.monitoring: must have Docker 20.10 or later; got 18.09.1. Fix: update Docker on that host",
  "sightline:hosts.app.endpoint: must be reachable over ssh; got ssh://deploy@10.0.0.1: ssh: connect: Connection refused. Fix: start sshd there, or correct the port",
];

test("an update is refused before any resource exists, with what is wrong on all hosts", async () => {
  const { error, resources } = await failedRun({ stack: "prod", raw, answer });
  expect(pulumi.RunError.isInstance(error)).toBe(true);
  expect(error.message).toBe(
    [
      "Hosts are not ready, and nothing was changed (2 problems):",
      ...refused.map((problem) => `  - ${problem}`),
    ].join("\n"),
  );
  expect(resources).toEqual([]);
});

test("a preview says each in one line and goes on", async () => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  try {
    const { resources } = await runProgram({ stack: "prod", raw, answer, isPreview: true });
    expect(warn.mock.calls.map(([text]) => text)).toEqual(
      refused.map((problem) => `an update would be refused: ${problem}`),
    );
    expect(resources.length).toBeGreaterThan(50);
  } finally {
    warn.mockRestore();
  }
});

test("each machine is asked once, the one that is this one by its own shell", async () => {
  const asked: string[] = [];
  const listening = (command: HostCommand) => {
    asked.push(
      command.words.filter((word) => /^(sh|ssh|\d+\.\d+\.\d+\.\d+)$/.test(word)).join(" "),
    );
    return answerOf(HEALTHY);
  };
  await runProgram({ stack: "prod", raw, answer: listening });
  expect(asked).toEqual(["ssh 10.0.0.2 sh", "ssh 10.0.0.1 sh", "ssh 10.0.0.3 sh"]);

  asked.length = 0;
  await runProgram({
    stack: "prod",
    raw: { ...prodRaw({ logs: { route: "agent" } }), hosts: {} },
    answer: listening,
  });
  expect(asked).toEqual(["sh"]);
});
