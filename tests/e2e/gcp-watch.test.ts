import type { OutsideWatchPlan } from "../../configs/outside-watch/google";
import { GoogleCloud } from "../support/gcp-plugin/cloud";
import { type GcpStack, gcpStack, planOf } from "../support/gcp-plugin/stack";

/**
 * The watch from outside under the real engine. The gcp plugin is a stand-in that takes no input but the
 * published SDK's; the cloud is one too, which refuses what Google's documentation refuses, and asks nobody.
 */
const MINUTE = 60_000;
const PROJECT_ID = "shop-monitoring-42";
const FOLDER = `projects/${PROJECT_ID}`;

let cloud: GoogleCloud;
let stack: GcpStack;

beforeAll(async () => {
  cloud = await GoogleCloud.start({ address: "127.0.0.1" });
  stack = await gcpStack(cloud.origin);
}, 2 * MINUTE);

afterAll(async () => {
  await (stack as GcpStack | undefined)?.remove();
  await (cloud as GoogleCloud | undefined)?.stop();
}, MINUTE);

function watch(url: string, others: Partial<OutsideWatchPlan["watch"]> = {}): OutsideWatchPlan {
  return {
    watch: {
      ...{ project: PROJECT_ID, every: MINUTE, url: undefined },
      ...{ to: ["boss@shop.test", "ops@shop.test"], ...others },
    },
    page: { url, status: 401, isTrusted: true },
    prefix: "shop",
  };
}

async function changesBy(work: () => Promise<unknown>): Promise<readonly string[]> {
  cloud.changes.length = 0;
  await work();
  return cloud.changes.map((change) => change.replace(`/v3/${FOLDER}/`, ""));
}

const ofKind = (kind: string) =>
  Object.entries(cloud.monitoring.all).filter(([name]) => name.includes(`/${kind}/`));

const firstOf = (kind: string) => ofKind(kind)[0]?.[0] ?? "";

test(
  "is made: who gets mail and what is asked, then the policy that names both",
  async () => {
    const changes = await changesBy(() =>
      stack.up(planOf({ outsideWatch: watch("https://door.shop.test/") })),
    );
    expect(changes.at(-1)).toBe("POST alertPolicies");
    const check = firstOf("uptimeCheckConfigs");
    const channels = ofKind("notificationChannels");
    expect(channels.map(([, channel]) => channel)).toEqual(
      expect.arrayContaining(
        ["boss@shop.test", "ops@shop.test"].map((address) => ({
          type: "email",
          displayName: `shop: ${address}`,
          labels: { email_address: address },
        })),
      ),
    );
    const [[, policy] = []] = ofKind("alertPolicies");
    const { notificationChannels } = policy as { notificationChannels: readonly string[] };
    expect([...notificationChannels].sort()).toEqual(channels.map(([name]) => name).sort());
    expect(JSON.stringify(policy)).toContain(String.raw`check_id=\"${check.split("/").at(-1)}\"`);
    expect(Object.keys(cloud.monitoring.all)).toHaveLength(4);
  },
  MINUTE,
);

test(
  "is not touched again: the next preview is empty, also when it reads anew what there is",
  async () => {
    expect(await changesBy(() => stack.expectNoChanges(["--refresh"]))).toEqual([]);
  },
  MINUTE,
);

test(
  "is asked at other times in place, and whoever leaves is taken out of the policy first",
  async () => {
    const check = firstOf("uptimeCheckConfigs");
    const others = { every: 5 * MINUTE, to: ["ops@shop.test"] };
    const changes = await changesBy(() =>
      stack.up(planOf({ outsideWatch: watch("https://door.shop.test/", others) })),
    );
    expect(changes).toEqual([
      `PATCH ${check.replace(`${FOLDER}/`, "")}`,
      expect.stringMatching(/^PATCH alertPolicies\//),
      expect.stringMatching(/^DELETE notificationChannels\//),
    ]);
    expect(ofKind("uptimeCheckConfigs")).toEqual([
      [check, expect.objectContaining({ period: "300s" })],
    ]);
  },
  MINUTE,
);

test(
  "follows the host to another name without an hour that nobody watches, and goes altogether",
  async () => {
    const others = { every: 5 * MINUTE, to: ["ops@shop.test"] };
    const changes = await changesBy(() =>
      stack.up(planOf({ outsideWatch: watch("https://new-door.shop.test/", others) })),
    );
    expect(changes).toEqual([
      "POST uptimeCheckConfigs",
      expect.stringMatching(/^PATCH alertPolicies\//),
      expect.stringMatching(/^DELETE uptimeCheckConfigs\//),
    ]);
    const gone = await changesBy(() => stack.destroy());
    expect(gone[0]).toMatch(/^DELETE alertPolicies\//);
    expect(cloud.monitoring.all).toEqual({});
  },
  MINUTE,
);
