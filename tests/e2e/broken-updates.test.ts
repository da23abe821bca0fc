import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

import { stopsAndStarts } from "../support/edits/container-events";
import { RunningStack } from "../support/edits/running";
import { freePorts } from "../support/free-ports";
import { quiet } from "../support/quiet";
import { TestStack } from "../support/test-stack";
import { waitFor } from "../support/wait";
import { isAsked } from "../support/when-asked";

/**
 * Updates that go wrong, by the real engine: what is not healthy is never called a success, and what was
 * killed half way is made whole by the next update.
 */
const MINUTE = 60_000;
const NEVER_HEALTHY = "sightline-never-healthy:1";
/** Two that are quick to start, sorted, under other names. */
const UPGRADED = ["blackbox-exporter", "mail-catcher"];
const OTHER = "sightline-other";

// With all else, only in `npm run test:full`.
const asked = isAsked("SIGHTLINE_EDITS");
const maybe = asked ? describe : describe.skip;

maybe("an update that goes wrong", () => {
  let stack: TestStack;
  let running: RunningStack;

  beforeAll(async () => {
    stack = await TestStack.create("broken");
    running = new RunningStack(stack);
    await stack.startSite();
    await stack.up();
  }, 10 * MINUTE);

  afterAll(async () => {
    await (stack as TestStack | undefined)?.remove();
    if (!asked) return;
    const made = [NEVER_HEALTHY, ...UPGRADED.map((image) => `${OTHER}-${image}:1`)];
    for (const image of made) await quiet`docker rmi ${image}`.catch(() => undefined);
  }, 5 * MINUTE);

  /** The words of an update that must not go through. */
  const refusal = () =>
    stack.up().then(
      () => "it went through",
      (error: unknown) => String(error),
    );

  async function timed<T>(what: string, work: Promise<T>): Promise<T> {
    const startMs = Date.now();
    const result = await work;
    console.log(`${what}: ${((Date.now() - startMs) / 1_000).toFixed(1)} s`);
    return result;
  }

  test.each<[who: string, end: (engine: ChildProcess) => Promise<void>]>([
    ["the engine", (engine) => Promise.resolve(void engine.kill("SIGKILL"))],
    ["the Docker plugin", killDockerPlugin],
  ])(
    "%s is killed while containers are made: the next update makes it whole",
    async (who, end) => {
      const { port } = await freePorts(["port"]);
      const to = `${port}@example.com`;
      await stack.edit({ "sightline:mail.to": [to], "sightline:publish.mail": port });
      const before = await idOf("mail-catcher");
      const engine = stack.beginUp();
      const ended = once(engine, "exit");
      await waitFor(
        { what: "the mail catcher is made anew", deadlineMs: 2 * MINUTE, everyMs: 20 },
        () => idOf("mail-catcher"),
        (id) => id !== "" && id !== before,
      );
      await end(engine);
      await ended;
      const said = await stack.recover();
      // A program whose engine was killed goes on for minutes, and uses a processor.
      const program = `pulumi/cmd/run.* --stack ${stack.name} `;
      expect(await quiet`pgrep --full ${program}`.catch(() => "none")).toBe("none");
      console.log(said.join("\n"));
      expect(said.join(" ")).toContain(stack.container("mail-catcher"));
      await timed(`the update after ${who} was killed`, stack.up());
      expect(await running.alertmanager()).toContain(`to: ${to}`);
      expect(await stack.plannedSteps(["--refresh"])).toEqual([]);
    },
    5 * MINUTE,
  );

  test(
    "an image that is never healthy fails each update, until the one of before is back",
    async () => {
      const keeper =
        await quiet`docker inspect --format {{.Config.Image}} ${stack.container("blackbox-exporter-config-keeper")}`;
      await quiet`docker tag ${keeper} ${NEVER_HEALTHY}`;
      const { [IMAGE]: good } = await imagesOf(stack);
      await stack.edit({ [`sightline:images.${IMAGE}`]: NEVER_HEALTHY });
      const first = await timed("an image that is never healthy", refusal());
      expect(first).toContain("failed to be in healthy state");
      const again = await timed("the same again", refusal());
      expect(again).toContain("failed to be in healthy state");
      await stack.edit({ [`sightline:images.${IMAGE}`]: good });
      await timed("the image of before", stack.up());
      expect(await running.page(IMAGE, 9115, "/-/healthy")).toContain("Healthy");
      expect(await stack.plannedSteps(["--refresh"])).toEqual([]);
    },
    10 * MINUTE,
  );

  test(
    "two other images: one container is replaced after the other, and each gap is told",
    async () => {
      const before = await imagesOf(stack);
      const others = Object.fromEntries(UPGRADED.map((image) => [image, `${OTHER}-${image}:1`]));
      for (const [image, other] of Object.entries(others)) {
        await quiet`docker tag ${before[image] ?? ""} ${other}`;
      }
      await stack.edit(imagesEdit(others));
      const events = await stopsAndStarts(stack.name, async () => {
        const said = await timed("two other images", stack.update());
        console.log(said);
        for (const [image, other] of Object.entries(others)) {
          expect(said).toContain(`${image} ${before[image] ?? ""} → ${other}`);
          expect(said).toMatch(new RegExp(`^  ${image} \\d+ s$`, "m"));
        }
      });
      // Neither stops before the other one is back.
      const [first = "", , second = ""] = events.map((event) => event.split(" ")[1]);
      expect(events).toEqual([
        `stop ${first}`,
        `start ${first}`,
        `stop ${second}`,
        `start ${second}`,
      ]);
      expect([first, second].sort()).toEqual(UPGRADED);
      await stack.edit(imagesEdit(before));
      await stack.up();
    },
    5 * MINUTE,
  );

  const idOf = (service: string) =>
    quiet`docker ps --all --quiet --no-trunc --filter ${`name=^/${stack.container(service)}$`}`;
});

/** Only that of this update: others may run beside it. */
async function killDockerPlugin({ pid }: ChildProcess): Promise<void> {
  const plugins = await quiet`pgrep --parent ${String(pid)} --full pulumi-resource-docker`;
  for (const plugin of plugins.split("\n")) process.kill(Number(plugin), "SIGKILL");
}

const IMAGE = "blackbox-exporter";

function imagesEdit(images: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(UPGRADED.map((image) => [`sightline:images.${image}`, images[image]]));
}

/** Images as the settings name them. */
async function imagesOf(stack: TestStack): Promise<Readonly<Record<string, string | undefined>>> {
  return ((await stack.rawSettings()).images ?? {}) as Readonly<Record<string, string>>;
}
