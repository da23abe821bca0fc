import { gather } from "../../../configs/gathered";
import { requiredSecrets } from "../../../configs/secrets";
import { lokiConfig, lokiSpec } from "../../../configs/services/loki";
import type { Settings } from "../../../configs/settings/settings";
import { devRaw, devSettings, prodSettings, type Raw } from "../../support/fixtures";
import { problemsOf } from "../../support/problems";

const S3 = { kind: "s3", region: "eu-central-1", bucket: "shop-website-logs" };

const withStorage = (storage: Raw) => devSettings({ logs: { storage } });

function loki(settings: Settings) {
  return lokiSpec(settings, () => ({ ...gather(settings, []), ruleGroups: [] }));
}

describe("Loki with a bucket of Google's", () => {
  it("writes to the one that was made, as the machine it runs on", () => {
    const settings = prodSettings();
    expect(lokiConfig(settings, "made")).toMatchObject({
      storage_config: { use_thanos_objstore: true, object_store: { gcs: { bucket_name: "made" } } },
      schema_config: { configs: [{ object_store: "gcs" }] },
      compactor: { delete_request_store: "gcs" },
      ingester: { wal: { flush_on_shutdown: true } },
    });
    expect(loki(settings)).toMatchObject({ secretFiles: [], networks: ["data", "egress"] });
  });

  it("or by a key in a file, which no configuration and no variable has", () => {
    const settings = prodSettings({ logs: { storage: { credentials: "file" } } });
    expect(loki(settings)).toMatchObject({
      environment: { GOOGLE_APPLICATION_CREDENTIALS: "/run/sightline/current/gcs-key.json" },
      secretFiles: ["gcs-key.json"],
      restartOnSecrets: true,
    });
  });
});

describe("Loki with a bucket that speaks S3", () => {
  it("writes to Amazon's, found by its region", () => {
    const settings = withStorage(S3);
    expect(lokiConfig(settings, "")).toMatchObject({
      storage_config: {
        use_thanos_objstore: true,
        object_store: {
          s3: {
            bucket_name: "shop-website-logs",
            endpoint: "s3.eu-central-1.amazonaws.com",
            region: "eu-central-1",
          },
        },
      },
      schema_config: { configs: [{ object_store: "s3" }] },
      compactor: { delete_request_store: "s3" },
      ingester: { wal: { flush_on_shutdown: true } },
    });
    expect(loki(settings)).toMatchObject({ secretFiles: [], networks: ["data", "egress"] });
  });

  it.each([
    ["https://minio.shop.test:9000", { endpoint: "minio.shop.test:9000" }],
    ["http://10.0.0.9:9000", { endpoint: "10.0.0.9:9000", insecure: true }],
  ])("or to another at %s", (endpoint, expected) => {
    expect(lokiConfig(withStorage({ ...S3, endpoint }), "")).toHaveProperty(
      ["storage_config", "object_store", "s3"],
      { bucket_name: "shop-website-logs", region: "eu-central-1", ...expected },
    );
  });

  it("by a key pair that is a file, and then a secret that the stack needs", () => {
    const settings = withStorage({ ...S3, credentials: "file" });
    expect(loki(settings)).toMatchObject({
      environment: { AWS_SHARED_CREDENTIALS_FILE: "/run/sightline/current/s3-credentials" },
      secretFiles: ["s3-credentials"],
    });
    const keys = (of: Settings) => requiredSecrets(of).map(({ key }) => key);
    expect(keys(settings)).toContain("s3Credentials");
    expect(keys(withStorage(S3))).not.toContain("s3Credentials");
  });

  it.each([
    [{ region: undefined }, "logs.storage.region: must be one AWS region; got nothing"],
    [{ bucket: "Shop" }, "logs.storage.bucket: must be a bucket name: 3 to 63 of a-z 0-9 - ."],
    [
      { endpoint: "minio:9000" },
      "logs.storage.endpoint: must be the https:// (or http://) address",
    ],
    [{ endpoint: "https://a.test/x" }, "logs.storage.endpoint: must be the https://"],
    [{ endpoint: "https://u:p@a.test" }, "logs.storage.endpoint: must be the https://"],
    [{ credentials: "env" }, "logs.storage.credentials: must be one of instance, file"],
    [{ regoin: "x" }, 'logs.storage.regoin: is not a setting. Fix: did you mean "region"'],
  ])("refuses %j", (change, problem) => {
    expect(problemsOf(devRaw({ logs: { storage: { ...S3, ...change } } }))).toEqual([
      expect.stringContaining(problem),
    ]);
  });
});

describe("logs that move from disk to a bucket", () => {
  const before = { kind: "filesystem", until: "2026-12-01" };
  const moved = (storageBefore?: Raw) => devSettings({ logs: { storage: S3, storageBefore } });

  it("stay in sight: Loki knows which days are where, and where both places are", () => {
    const period = { store: "tsdb", schema: "v13", index: { prefix: "index_", period: "24h" } };
    expect(lokiConfig(moved(before), "")).toMatchObject({
      storage_config: {
        use_thanos_objstore: true,
        object_store: {
          filesystem: { dir: "/loki/chunks" },
          s3: { bucket_name: "shop-website-logs" },
        },
      },
      schema_config: {
        configs: [
          { from: "2024-01-01", object_store: "filesystem", ...period },
          { from: "2026-12-01", object_store: "s3", ...period },
        ],
      },
    });
    expect(lokiConfig(devSettings(), "")).toMatchObject({
      common: { storage: { filesystem: { chunks_directory: "/loki/chunks" } } },
    });
  });

  it.each(["2026-12-01", "2026-12-01 00:00:00 +0000 UTC", "2026-12-01T00:00:00Z"])(
    "move on a day, whatever Pulumi makes of one without quotes: %s",
    (until) => {
      expect(moved({ ...before, until }).logs.storageBefore).toEqual(before);
    },
  );

  it("have the bucket tried by a file of its own, as if there were no disk", () => {
    const { configuration, trial } = loki(moved(before));
    const files = configuration?.files({ lokiPushUrl: "", logBucket: "" }) ?? {};
    const plain = loki(moved()).configuration?.files({ lokiPushUrl: "", logBucket: "" }) ?? {};
    expect(files["loki-trial.yml"]).toBe(plain["loki.yml"]);
    expect(trial?.args[0]).toBe("-config.file=/etc/sightline/current/loki-trial.yml");
    expect(plain).not.toHaveProperty(["loki-trial.yml"]);
    expect(loki(moved()).trial?.args[0]).toBe("-target=distributor,ingester");
  });

  it.each([
    [
      { storage: { kind: "filesystem" }, storageBefore: before },
      "logs.storageBefore: is where logs were kept before a bucket, and logs.storage is no bucket; got logs.storage.kind filesystem. Fix: remove it",
    ],
    [
      { storage: S3, storageBefore: { ...before, until: "2026-02-30" } },
      "logs.storageBefore.until: must be a day, written like 2026-12-31",
    ],
    [
      { storage: S3, storageBefore: { ...before, kind: "gcs" } },
      "logs.storageBefore.kind: must be one of filesystem",
    ],
  ])("refuses %j", (logs, problem) => {
    expect(problemsOf(devRaw({ logs }))).toEqual([expect.stringContaining(problem)]);
  });
});
