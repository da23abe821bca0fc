import { bucket, bucketFinding } from "../../../../tools/doctor/checks/bucket";
import { cost, costFinding } from "../../../../tools/doctor/checks/cost";
import { diskFindings } from "../../../../tools/doctor/checks/disks";
import { labelFindings } from "../../../../tools/doctor/checks/labels";
import { askLoki, queryPrometheus } from "../../../../tools/doctor/servers";
import { examined, NO_END } from "../../../support/examined";
import { devSettings, prodSettings } from "../../../support/fixtures";

const GIB = 2 ** 30;

describe("disks", () => {
  const labels = { host: "app", mountpoint: "/", device: "/dev/vda1" };
  const at = (value: number) => [{ labels, value }];
  const said = (share: number, gib: number, gibPerDay?: number) =>
    diskFindings(devSettings(), {
      shares: at(share),
      free: at(gib * GIB),
      trends: gibPerDay === undefined ? [] : at((gibPerDay * GIB) / 86_400),
    });

  it("are fine where they last for a week", () => {
    expect(said(0.4, 20, -1)).toEqual([
      {
        state: "fine",
        subject: "sightline:hosts.app",
        says: "20.0 GiB (40%) of the disk at / is free, gone in 20 days at this rate",
      },
    ]);
    expect(said(0.4, 20, 1)[0]?.says).toBe(
      "20.0 GiB (40%) of the disk at / is free, and hardly less each day",
    );
  });

  it("are fine without a trend as long as there is room", () => {
    expect(said(0.2, 20)[0]).toEqual({
      state: "fine",
      subject: "sightline:hosts.app",
      says: "20.0 GiB (20%) of the disk at / is free, and was not watched for long enough to say how long that lasts",
    });
  });

  const fix =
    "free some there, or retain less (logs.retention, metrics.retention): du -xh -d 2 / | sort -h | tail";

  it("are a problem where they will be full within a week, unless they are half empty", () => {
    expect(said(0.4, 20, -4)).toEqual([
      {
        state: "problem",
        subject: "sightline:hosts.app",
        says: "needs a disk at / that lasts for 7 days; got 20.0 GiB (40%) free, which is gone in 5.0 days",
        fix,
      },
    ]);
    expect(said(0.6, 20, -4)[0]?.state).toBe("fine");
  });

  it("are a problem where they are nearly full, at the limit of the alert", () => {
    expect(said(0.149, 7.5, 0)).toEqual([
      {
        state: "problem",
        subject: "sightline:hosts.app",
        says: "needs more than 15% of its disk at / free; got 7.5 GiB (15%)",
        fix,
      },
    ]);
    expect(said(0.151, 7.5, 0)[0]?.state).toBe("fine");
  });

  it("are unknown without figures", () => {
    expect(diskFindings(devSettings(), { shares: [], free: [], trends: [] })).toEqual([
      expect.objectContaining({ state: "unknown", says: "Prometheus has no figures of disks" }),
    ]);
  });
});

describe("labels", () => {
  const streams = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ env: "dev", pod: `p${index % 100}` }));

  it("are fine within their limits", () => {
    const metrics = [{ name: "http_requests_total", value: 10_000 }];
    expect(labelFindings(devSettings(), { series: 12_345, metrics, streams: streams(60) })).toEqual(
      [
        { state: "fine", subject: "prometheus", says: "it has 12345 series" },
        {
          state: "fine",
          subject: "loki",
          says: "it had 60 streams in the last day, of 2000 at a time",
        },
      ],
    );
  });

  it("are a problem by the metric with too many series", () => {
    const metrics = [{ name: "http_requests_total", value: 10_001 }];
    const [found] = labelFindings(devSettings(), { series: 12_345, metrics, streams: [] });
    expect(found).toEqual({
      state: "problem",
      subject: "prometheus",
      says: "must have at most 10000 series of http_requests_total; got 10001 of 12345",
      fix: "take the label with the many values out where it is exposed; which one: topk(5, count by (<label>) (http_requests_total))",
    });
  });

  it("are a problem by the label with too many values, and by the number of streams", () => {
    const many = [...streams(1_600), { env: "dev", pod: "p100" }];
    const found = labelFindings(devSettings(), { series: 1, metrics: [], streams: many });
    expect(found.slice(1)).toEqual([
      {
        state: "problem",
        subject: "loki",
        says: "must have at most 100 values of the label pod in a day; got 101",
        fix: "make it a field instead of a label, where the line is read (logs.sources, logs.filters)",
      },
      {
        state: "problem",
        subject: "loki",
        says: "must have at most 1600 streams in a day, because it refuses lines of more than 2000 at a time; got 1601",
        fix: `see which label has the most values: logcli series --analyze-labels '{env="dev"}'`,
      },
    ]);
  });
});

describe("cost", () => {
  it("is that of what Loki took, at list prices", () => {
    const taken = { bytesPerSecond: GIB / 86_400, streams: 60 };
    expect(costFinding(prodSettings(), taken)).toEqual({
      state: "fine",
      subject: "sightline:logs.storage",
      says: "about 0.59 dollars a month by list prices: 1.00 GiB of lines a day in 60 streams, 1.75 GiB in 2684 objects kept",
    });
  });

  it("is unknown without figures, and none with a disk", async () => {
    const none = { bytesPerSecond: undefined, streams: undefined };
    expect(costFinding(prodSettings(), none).state).toBe("unknown");
    expect(await cost.run(examined(devSettings()), NO_END)).toEqual([
      {
        state: "unneeded",
        subject: "sightline:logs.storage",
        says: "logs are kept on the host's own disk",
      },
    ]);
  });
});

describe("the bucket", () => {
  const counts = (values: Readonly<Record<string, number>>) =>
    Object.entries(values).map(([operation, value]) => ({ labels: { operation }, value }));

  it("is fine where nothing was refused", () => {
    expect(bucketFinding(prodSettings(), counts({ iter: 110.2, upload: 12 }), counts({}))).toEqual({
      state: "fine",
      subject: "sightline:logs.storage",
      says: "Loki used its bucket in the last hour and was never refused: list 110 times, write 12 times",
    });
  });

  it("is a problem with what failed", () => {
    const done = counts({ iter: 110, upload: 12, get: 3 });
    expect(bucketFinding(prodSettings(), done, counts({ upload: 12 }))).toEqual({
      state: "problem",
      subject: "sightline:logs.storage",
      says: "must let Loki list, read, write and delete; got 12 of 12 attempts to write failed in the last hour",
      fix: "read why: docker logs --since 1h prod-loki 2>&1 | grep -iE 'denied|forbidden|403'; the account needs the roles in docs/storage.md",
    });
  });

  it("is unknown where Loki did not use it, and not needed with a disk", async () => {
    expect(bucketFinding(prodSettings(), [], []).state).toBe("unknown");
    expect((await bucket.run(examined(devSettings()), NO_END))[0]?.state).toBe("unneeded");
  });
});

describe("the servers", () => {
  const answering = (exitCode: number, stdout: string, stderr = "") => {
    const scripts: string[] = [];
    const onHost = (host: string, script: string) => {
      scripts.push(`${host}\n${script}`);
      return Promise.resolve({ exitCode, stdout, stderr });
    };
    return { scripts, asked: examined(devSettings(), { onHost }) };
  };

  it("are asked in the container of Prometheus, one query after the other", async () => {
    const answer = (value: string) =>
      `{"data":{"result":[{"metric":{"host":"app"},"value":[1,"${value}"]}]}}\nsightline-answer-end\n`;
    const { scripts, asked } = answering(0, answer("0.5") + answer("NaN"));
    expect(await queryPrometheus(asked, ["up{job='a'}", "b"], NO_END)).toEqual([
      [{ labels: { host: "app" }, value: 0.5 }],
      [{ labels: { host: "app" }, value: NaN }],
    ]);
    expect(scripts[0]).toContain("monitoring\n");
    expect(scripts[0]).toContain("docker exec 'dev-prometheus' 'sh' '-c' ");
    expect(scripts[0]).toContain(
      " 'http://127.0.0.1:9090/api/v1/query?query=up%7Bjob%3D'\\''a'\\''%7D' 'http://127.0.0.1:9090/api/v1/query?query=b' </dev/null\n",
    );
  });

  it("that are not deployed cannot be asked, and the fix is to deploy", async () => {
    const { asked } = answering(1, "", "Error: No such container: dev-prometheus\n");
    await expect(askLoki(asked, ["/x"], NO_END)).rejects.toMatchObject({
      message: "dev-prometheus does not run, and only it knows",
      fix: "npm run up",
    });
  });

  it("that refuse are cited", async () => {
    const { asked } = answering(1, "", "wget: server returned error: HTTP/1.1 400 Bad Request\n");
    await expect(queryPrometheus(asked, ["x"], NO_END)).rejects.toMatchObject({
      message:
        "Prometheus could not be asked in dev-prometheus; it says: wget: server returned error: HTTP/1.1 400 Bad Request",
      fix: "docker logs dev-prometheus",
    });
  });
});
