import { BucketServer } from "../support/bucket-server";
import { gatewayOf } from "../support/docker-network";
import { quiet } from "../support/quiet";
import { Servers } from "../support/servers";
import { TestStack } from "../support/test-stack";
import { waitFor } from "../support/wait";
import { describeWhenAsked } from "../support/when-asked";

/** A stack that moves its logs from a volume to a bucket that speaks S3, and back; real engine, MinIO. */
const MINUTE = 60_000;

// With all else, only in `npm run test:full`.
const maybe = describeWhenAsked("SIGHTLINE_BUCKET_STACK", "skipped: it takes six minutes");

maybe("a stack that keeps its logs in another place", () => {
  let bucket: BucketServer;
  let stack: TestStack;

  beforeAll(async () => {
    bucket = await BucketServer.start("s3", await gatewayOf("bridge"));
    stack = await TestStack.create("bucket", {
      "sightline:site.dockerNetwork": undefined,
      "sightline:logs.directories": {},
      "sightline:grafana": { enabled: false },
    });
    await stack.up();
  }, 20 * MINUTE);

  afterAll(async () => {
    await (stack as TestStack | undefined)?.remove();
    await (bucket as BucketServer | undefined)?.stop();
  }, 5 * MINUTE);

  /** Which container Loki is, and since when. */
  const loki = () =>
    quiet`docker inspect --format ${"{{.Id}} {{.State.StartedAt}}"} ${stack.container("loki")}`;

  async function push(text: string): Promise<void> {
    const stream = { stream: { job: "place" }, values: [[String(Date.now() * 1e6), text]] };
    const answer = await fetch(`${await stack.lokiUrl()}/loki/api/v1/push`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ streams: [stream] }),
    });
    expect(answer.status).toBe(204);
  }

  const lines = (job: string) => new Servers(stack).logLines(`{job="${job}"}`);

  /** The words of an update that must not go through. */
  const refusal = () =>
    stack.up().then(
      () => "it went through",
      (error: unknown) => String(error),
    );

  test(
    "is told before where the old lines stay",
    async () => {
      await push("on disk");
      await stack.edit({ "sightline:logs.storage": bucket.storage });
      await stack.setSecret("s3Credentials", bucket.keyFile);
      expect(await stack.preview()).toContain(
        `sightline:logs.storage moves logs to the bucket ${bucket.bucket} at ${bucket.door.origin}. The lines so far stay in the volume bucket-loki-data`,
      );
    },
    2 * MINUTE,
  );

  test(
    "is refused a bucket that lets nobody in, with Loki as it was",
    async () => {
      const before = await loki();
      bucket.door.state = "forbidden";
      const started = Date.now();
      expect(await refusal()).toContain(
        "Loki cannot write to its bucket, and was not replaced: upload s3 object: Access Denied",
      );
      console.log(`forbidden was refused after ${(Date.now() - started) / 1000} s`);
      expect(await loki()).toBe(before);
      await push("on disk as well");
    },
    3 * MINUTE,
  );

  test(
    "writes to one that lets it in, and the next preview is empty",
    async () => {
      bucket.door.state = "open";
      const before = await loki();
      await stack.up();
      expect(await loki()).not.toBe(before);
      expect(await lines("sightline")).toEqual(["the bucket was tried before Loki is replaced"]);
      expect(await bucket.objects("fake")).not.toEqual([]);
      expect(await stack.plannedSteps()).toEqual([]);
    },
    3 * MINUTE,
  );

  test(
    "is refused keys that are wrong, with Loki as it was",
    async () => {
      const before = await loki();
      await stack.setSecret("s3Credentials", bucket.keyFile.replace(/secret$/m, "wrong"));
      expect(await refusal()).toMatch(/was not replaced: upload s3 object: .*signature/i);
      expect(await loki()).toBe(before);
      await stack.setSecret("s3Credentials", bucket.keyFile);
      await stack.up();
    },
    4 * MINUTE,
  );

  test(
    "finds the lines of before when it is back at the volume",
    async () => {
      await push("in the bucket");
      await stack.edit({ "sightline:logs.storage": { kind: "filesystem" } });
      expect(await stack.up()).toContain(`The lines so far stay in the bucket ${bucket.bucket}`);
      await waitFor(
        { what: "lines of before", deadlineMs: MINUTE },
        () => lines("place"),
        (seen) => seen.includes("on disk") && seen.includes("on disk as well"),
      );
      expect(await stack.plannedSteps()).toEqual([]);
    },
    3 * MINUTE,
  );
});
