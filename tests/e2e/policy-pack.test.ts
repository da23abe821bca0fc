import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";

import { repositoryRoot } from "../../tools/lib/paths";
import { lastSetup } from "../../tools/setup/setup";
import { packWithRunner, policyPack } from "../../tools/stack/policy-pack";
import { SmallStack } from "../support/small-stack";

jest.setTimeout(180_000);

interface Plan {
  readonly container: Readonly<Record<string, unknown>>;
}

const GOOD = { name: "policy-pack-test", image: "grafana/loki:3.7.8", memory: 64 };

let folder: string;
let pack: string;
let stack: SmallStack<Plan>;

/** As `npm run ci:preview` runs it: by the language host where that can, else by the SDK's runner. */
beforeAll(async () => {
  const { environment: tools } = await lastSetup();
  folder = await mkdtemp(path.join(repositoryRoot, ".sightline", "policy-test-"));
  const found = await policyPack(tools);
  const isPlain = found.folder === path.join(repositoryRoot, "policy");
  const own = isPlain
    ? found
    : await packWithRunner(path.join(repositoryRoot, "policy"), folder, tools);
  pack = own.folder;
  stack = await SmallStack.create<Plan>({
    program: path.join(repositoryRoot, "tests", "support", "policy-program.js"),
    withPlugin: (environment) => ({ ...environment, ...own.environment }),
  });
});

afterAll(async () => {
  await stack.remove();
  await rm(folder, { recursive: true, force: true });
});

const judged = (container: Plan["container"]) =>
  stack.preview({ container }, ["--policy-pack", pack]);

test("a container in order passes a preview that is judged", async () => {
  const said = await judged(GOOD);
  expect(said).toContain("docker:index/container:Container");
  expect(said).toMatch(/Policy Packs run:[^]*sightline\|local/);
});

test("one that is not ends the preview, which names each rule and no secret", async () => {
  const bad = { ...GOOD, image: "grafana/loki", privileged: true, envs: ["SMTP_PASSWORD=hunter2"] };
  const refusal = await judged(bad).catch((error: unknown) => String(error));
  expect(refusal).toContain("[mandatory]  pinned-images");
  expect(refusal).toContain("[mandatory]  no-privilege");
  expect(refusal).toContain("envs: must hold no secret; got SMTP_PASSWORD.");
  expect(refusal).not.toContain("[mandatory]  memory-limits");
  expect(refusal.slice(refusal.indexOf("Policies:"))).not.toContain("hunter2");
});
