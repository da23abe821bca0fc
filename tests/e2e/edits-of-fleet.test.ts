import { editLoopback } from "../../tools/lib/loopback-addresses";
import { EditedStack } from "../support/edits/edited-stack";
import { ADDRESSES, createFleet, GRAFANA_STAND_IN, RunningFleet } from "../support/edits/fleet";
import { FLEET_EDITS, REFUSED } from "../support/edits/fleet-table";
import { Load } from "../support/edits/load";
import { grafanaStandIn, removeImage } from "../support/grafana-image";
import type { TestStack } from "../support/test-stack";
import { describeWhenAsked } from "../support/when-asked";

/**
 * A stack of several hosts under load is edited as people edit it, by the real engine, and as they must not.
 * The hosts are addresses of this machine; where Grafana cannot be had, a stand-in has its files.
 */
const MINUTE = 60_000;

// With all else, only in `npm run test:full`.
const maybe = describeWhenAsked("SIGHTLINE_EDITS");

maybe("a fleet under load that is edited", () => {
  let stack: TestStack;
  let running: RunningFleet;
  let load: Load;

  beforeAll(async () => {
    await editLoopback("replace", Object.values(ADDRESSES));
    await grafanaStandIn(GRAFANA_STAND_IN);
    stack = await createFleet("fleet");
    running = new RunningFleet(stack);
    await stack.startSite();
    await stack.up();
    await running.untilAllUp();
    load = new Load(stack);
  }, 10 * MINUTE);

  afterAll(async () => {
    await (load as Load | undefined)?.stop();
    await (stack as TestStack | undefined)?.remove();
    await removeImage(GRAFANA_STAND_IN).catch(() => undefined);
    await editLoopback("delete", Object.values(ADDRESSES)).catch(() => undefined);
  }, 5 * MINUTE);

  test.each(FLEET_EDITS.map((edit) => [edit.what, edit] as const))(
    "%s",
    (_, edit) => new EditedStack(stack, running).make(edit),
    3 * MINUTE,
  );

  test.each(REFUSED.map((refusal) => [refusal.what, refusal] as const))(
    "refused, with all as it was: %s",
    (_, refusal) => new EditedStack(stack, running).refuse(refusal),
    3 * MINUTE,
  );

  test(
    "of the host that went, nobody was told",
    async () => {
      const firing = `ALERTS{alertstate="firing",host="web"}`;
      expect(await running.alertsEver(firing)).toEqual([]);
    },
    MINUTE,
  );

  test(
    "through all of them, no scrape was missed and none failed",
    async () => {
      const { count, lost } = await load.scrapes((await stack.settings()).intervals.scrape);
      console.log(`${count} scrapes, lost: ${JSON.stringify(lost)}`);
      expect(count).toBeGreaterThan(500);
      // The host that went is asked until Prometheus gives it up, and no longer answers.
      expect(lost.filter(({ target }) => !target.includes(ADDRESSES.web))).toEqual([]);
    },
    MINUTE,
  );

  test.each(["app", "shop"])(
    "through all of them, every line came once from the host %s",
    async (host) => {
      const { written, lost, doubled } = await load.lines(host);
      console.log(`${written} lines, ${lost.length} lost, ${doubled.length} twice`);
      expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
    },
    3 * MINUTE,
  );
});
