import { readFileSync } from "node:fs";

import { nodeCommand } from "../../../../tools/commands/node";
import { stackFile } from "../../../../tools/stack/stack";

const HOST_KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const run = (...words: string[]) => nodeCommand().parseAsync(words, { from: "user" });

test("a refused host is refused with every problem, and the file keeps its bytes", async () => {
  const before = readFileSync(stackFile("prod"), "utf8");
  const added = run("add", "web-2", "ssh://deploy@10.0.0.3", "--stack", "prod", "--no-preview");
  await expect(added).rejects.toThrow(
    /hosts\.web-2: must be another machine than app[^]*\nNothing was written to Pulumi\.prod\.yaml\.$/,
  );
  expect(readFileSync(stackFile("prod"), "utf8")).toBe(before);
});

test("the address of an endpoint is the host's own, unless another is given", async () => {
  const words = ["add", "web-2", "ssh://deploy@10.0.0.3:2222", "--host-key", HOST_KEY];
  const flags = ["--stack", "prod", "--no-preview"];
  await expect(run(...words, ...flags)).rejects.toThrow(
    "got ssh://deploy@10.0.0.3:2222 at 10.0.0.3",
  );
  await expect(run(...words, "--address", "10.0.0.300", ...flags)).rejects.toThrow(
    'hosts.web-2.address: must be one IPv4 address of the host, never 0.0.0.0 (Docker\'s published ports go round the firewall); got "10.0.0.300"',
  );
});

test("each --exporter is checked with the host, and nothing is written for a wrong one", async () => {
  const words = ["add", "web-2", "ssh://deploy@10.0.0.9", "--host-key", HOST_KEY];
  const flags = ["--exporter", "process", "--exporter", "redis=redis", "--stack", "prod"];
  await expect(run(...words, ...flags, "--no-preview")).rejects.toThrow(
    /hosts\.web-2\.exporters\.redis\.address: must be host:port of the server[^]*\nNothing was written/,
  );
});

test.each([
  [
    "push",
    /hosts\.web-2\.metrics: can be push only with a gateway, which lets it in[^]*\nNothing was written/,
  ],
  ["pull", /^(?![^]*hosts\.web-2\.metrics)/],
  [
    "pushed",
    /hosts\.web-2\.metrics: must be one of pull, push; got "pushed"\. Fix: did you mean "push"\?/,
  ],
])("--metrics %s is checked with the host", async (how, said) => {
  const words = ["add", "web-2", "ssh://deploy@10.0.0.9", "--host-key", HOST_KEY];
  await expect(run(...words, "--metrics", how, "--stack", "prod", "--no-preview")).rejects.toThrow(
    said,
  );
});

test("a misspelt stack is refused with the one that is meant", async () => {
  await expect(run("list", "--stack", "prd")).rejects.toThrow(
    '--stack prd: there is no Pulumi.prd.yaml. Fix: did you mean "prod"?',
  );
});

test("the list shows each host with its roles, where it is, and its key's fingerprint", async () => {
  const log = jest.spyOn(console, "log").mockImplementation(() => undefined);
  try {
    await run("list", "--stack", "dev");
    expect(log.mock.calls).toEqual([
      [
        [
          "NAME        ROLES       ENDPOINT  ADDRESS    HOST KEY",
          "monitoring  monitoring  local     127.0.0.1  -",
          "app         app         local     127.0.0.1  -",
        ].join("\n"),
      ],
    ]);
  } finally {
    log.mockRestore();
  }
});
