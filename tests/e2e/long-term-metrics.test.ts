import { ensureImages } from "../../tools/images/ensure-images";
import { BucketServer } from "../support/bucket-server";
import { gatewayOf } from "../support/docker-network";
import { DAY, MINUTE, SECOND } from "../support/loki-lines";
import { writeBlocks } from "../support/metric-blocks";
import { quiet } from "../support/quiet";
import { TestStack } from "../support/test-stack";
import { waitFor } from "../support/wait";
import { describeWhenAsked } from "../support/when-asked";

/** A stack that keeps its metrics in a bucket, by the real engine, Prometheus, Thanos and MinIO. */
const maybe = describeWhenAsked("SIGHTLINE_THANOS");

const PARTS = ["thanos-compactor", "thanos-query", "thanos-sidecar", "thanos-store"];
/** Older than Prometheus keeps; and younger than a block that it writes by itself. */
const THEN = Date.now() - 20 * DAY;
const YOUNG = Date.now() - 3 * 60 * MINUTE;

maybe("a stack with metrics in a bucket", () => {
  let bucket: BucketServer;
  let stack: TestStack;

  beforeAll(async () => {
    const { thanos } = await ensureImages(["thanos"]);
    if (thanos.unavailable !== undefined) throw new Error(`Thanos: ${thanos.unavailable}`);
    bucket = await BucketServer.start("s3", await gatewayOf("bridge"));
    stack = await TestStack.create("long-term", {
      "sightline:site.dockerNetwork": undefined,
      "sightline:logs.directories": {},
      "sightline:logs.storage": bucket.storage,
      "sightline:metrics": { longTerm: { enabled: true } },
      "sightline:grafana": { enabled: false },
      "sightline:images.thanos": thanos.reference,
    });
    await stack.setSecret("s3Credentials", bucket.keyFile);
    await stack.up();
  }, 20 * MINUTE);

  afterAll(async () => {
    await (stack as TestStack | undefined)?.remove();
    await (bucket as BucketServer | undefined)?.stop();
  }, 5 * MINUTE);

  /** Values of an instant query, by the label `service`. */
  async function ask(origin: string, query: string, atMs = Date.now()) {
    const words = new URLSearchParams({ query, time: String(atMs / SECOND) }).toString();
    const answer = await fetch(`${origin}/api/v1/query?${words}`);
    const { data } = (await answer.json()) as {
      data: { result: readonly { metric: { service?: string }; value: [number, string] }[] };
    };
    return Object.fromEntries(
      data.result.map(({ metric, value }) => [metric.service ?? "", Number(value[1])]),
    );
  }

  const querier = () => stack.internalUrl("thanos-query", 10902);

  /** As Prometheus does it every two hours. */
  async function writeBlock(atMs: number): Promise<void> {
    const line = `figure{service="website"} 7 ${atMs / SECOND}`;
    await writeBlocks(["# TYPE figure gauge", line, "# EOF", ""].join("\n"), {
      volume: stack.container("prometheus-data"),
    });
  }

  const blocks = async () =>
    (await bucket.objects("thanos")).filter((name) => name.endsWith("/meta.json"));

  async function uploaded(count: number): Promise<void> {
    const what = `${count} blocks in the bucket`;
    await waitFor({ what, deadlineMs: 2 * MINUTE }, blocks, ({ length }) => length === count);
  }

  test(
    "has its querier answer for what Prometheus measures, all parts of Thanos among it",
    async () => {
      const expected = Object.fromEntries(PARTS.map((name) => [name, 1]));
      await waitFor(
        { what: "every part of Thanos is up", deadlineMs: MINUTE },
        async () => ask(await querier(), 'up{job="thanos"}'),
        (seen) => PARTS.every((name) => seen[name] === expected[name]),
      );
      expect(await stack.plannedSteps()).toEqual([]);
    },
    3 * MINUTE,
  );

  test(
    "has its querier answer for what Prometheus has deleted",
    async () => {
      await writeBlock(THEN);
      await uploaded(1);
      // Prometheus counts the age of a block from the youngest.
      await writeBlock(YOUNG);
      await uploaded(2);
      await waitFor(
        { what: "Prometheus has nothing of then", deadlineMs: 3 * MINUTE },
        () => ask(stack.pageUrl("prometheus"), "figure", THEN),
        (seen) => Object.keys(seen).length === 0,
      );
      // It looks what is new in the bucket every quarter of an hour, and at its start.
      await quiet`docker restart ${stack.container("thanos-store")}`;
      await waitFor(
        { what: "the querier has what was then", deadlineMs: 2 * MINUTE },
        async () => ask(await querier(), "figure", THEN),
        (seen) => seen.website === 7,
      );
    },
    10 * MINUTE,
  );

  test(
    "goes on without Thanos, and leaves the bucket alone, where data is protected too",
    async () => {
      const before = await bucket.objects("thanos");
      await stack.edit({ "sightline:protectData": true });
      await stack.up();
      try {
        await stack.edit({ "sightline:metrics": {} });
        await stack.up();
        expect((await stack.leftovers()).filter((name) => name.includes("thanos"))).toEqual([]);
        expect(await bucket.objects("thanos")).toEqual(before);
        const own = stack.pageUrl("prometheus");
        expect(await ask(own, "figure", YOUNG)).toEqual({ website: 7 });
        expect(await stack.plannedSteps()).toEqual([]);
      } finally {
        await stack.edit({ "sightline:protectData": false });
        await stack.up();
      }
    },
    6 * MINUTE,
  );
});
