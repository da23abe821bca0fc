import { EditedStack } from "../support/edits/edited-stack";
import { Load } from "../support/edits/load";
import { RunningStack } from "../support/edits/running";
import { EDITS } from "../support/edits/table";
import { TestStack } from "../support/test-stack";
import { describeWhenAsked } from "../support/when-asked";

/**
 * A stack under load is edited as people edit it, one setting after the other, by the real engine: each
 * value is in force at once, no server is started again, no scrape and no line is lost.
 */
const MINUTE = 60_000;

// With all else, only in `npm run test:full`.
const maybe = describeWhenAsked("SIGHTLINE_EDITS");

maybe("a stack under load that is edited", () => {
  let stack: TestStack;
  let running: RunningStack;
  let load: Load;

  beforeAll(async () => {
    stack = await TestStack.create("edits");
    await stack.edit({
      // With more time to answer than a busy machine may need: what is lost is lost by an edit.
      "sightline:intervals": { probe: "5s", probeTimeout: "1s", scrape: "5s", evaluation: "1s" },
      "sightline:hosts": { monitoring: {}, app: { exporters: { process: false } } },
      "sightline:browser": { enabled: true, plainHttp: true, origins: [stack.siteUrl] },
    });
    running = new RunningStack(stack);
    await stack.startSite();
    await stack.up();
    await running.untilAllUp();
    load = new Load(stack);
  }, 10 * MINUTE);

  afterAll(async () => {
    await (load as Load | undefined)?.stop();
    await (stack as TestStack | undefined)?.remove();
  }, 5 * MINUTE);

  test.each(EDITS.map((edit) => [edit.what, edit] as const))(
    "%s",
    (_, edit) => new EditedStack(stack, running).make(edit),
    3 * MINUTE,
  );

  test(
    "through all of them, no scrape was missed and none failed",
    async () => {
      const { count, lost } = await load.scrapes((await stack.settings()).intervals.scrape);
      console.log(`${count} scrapes, lost: ${JSON.stringify(lost)}`);
      expect(count).toBeGreaterThan(500);
      expect(lost).toEqual([]);
    },
    MINUTE,
  );

  test(
    "through all of them, every line came once",
    async () => {
      const { written, lost, doubled } = await load.lines();
      console.log(`${written} lines, ${lost.length} lost, ${doubled.length} twice`);
      expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
    },
    3 * MINUTE,
  );
});
