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
