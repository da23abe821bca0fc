import { FIXTURE_PASSWORDS, prodRaw, type Raw } from "../../support/fixtures";
import { namesByType, type Recorded, resourceOf, runProgram } from "../../support/mocks";
import { isSecretInput, revealed } from "../../support/outputs";

const S3 = { kind: "s3", region: "eu-central-1", bucket: "shop-website-logs" };

async function deployed(storage: Raw, secrets = {}, stack = "prod"): Promise<readonly Recorded[]> {
  const raw = prodRaw({ logs: { storage } });
  const run = await runProgram({ stack, raw, secrets: { ...FIXTURE_PASSWORDS, ...secrets } });
  return run.resources;
}

const loki = (resources: readonly Recorded[]) =>
  resourceOf(resources, "Container", "loki-container");

describe("a key of the bucket's account", () => {
  it("is made only when it is asked for", async () => {
    const { Key } = namesByType(await deployed({}));
    expect(Key).toBeUndefined();
  });

  it("reaches Loki as a secret file, and its change replaces Loki", async () => {
    const resources = await deployed({ credentials: "file" });
    const { inputs } = resourceOf(resources, "Container", "loki-secrets-container");
    expect(isSecretInput(inputs.uploads)).toBe(true);
    expect(revealed(inputs.uploads)).toEqual([
      expect.anything(),
      { file: "/incoming/gcs-key.json", content: "{}" },
    ]);
    expect(loki(resources).inputs.labels).toContainEqual({
      label: "sightline.secrets-keeper",
      value: "loki-secrets-container-id",
    });
  });

  it("of another version is another key: the one before ends after Loki has the new one", async () => {
    const { Key } = namesByType(await deployed({ credentials: "file", keyVersion: 2 }));
    expect(Key).toEqual(["logs-key-2"]);
  });
});

describe("a bucket of Google's", () => {
  const fateOf = async (protectData: boolean) => {
    const raw = prodRaw({ protectData });
    const { resources } = await runProgram({ stack: "prod", raw });
    const { isRetained, isProtected, inputs } = resourceOf(resources, "Bucket", "logs-bucket");
    return { isRetained, isProtected, forceDestroy: inputs.forceDestroy };
  };

  it("stays with its logs when it goes out of a stack that protects its data", async () => {
    const kept = { isRetained: true, isProtected: false, forceDestroy: false };
    expect(await fateOf(true)).toEqual(kept);
  });

  it("is destroyed with a stack that does not", async () => {
    const destroyed = { isRetained: false, isProtected: false, forceDestroy: true };
    expect(await fateOf(false)).toEqual(destroyed);
  });

  it("that is there already is used, and not made", async () => {
    const resources = await deployed({ existing: true });
    expect(namesByType(resources)).not.toHaveProperty("Bucket");
    expect(resourceOf(resources, "BucketIAMMember", "logs-access").inputs.bucket).toBe(
      "shop-website-logs",
    );
    expect(loki(resources).dependencies).toContain("logs-access");
  });

  it("is what Loki says of itself, for the next update to know", async () => {
    expect(loki(await deployed({})).inputs.labels).toContainEqual({
      label: "sightline.log-storage",
      value: "gcs shop-website-logs shop-monitoring-42/europe-west1 keep",
    });
  });
});

describe("the bucket's account", () => {
  it.each([
    ["prod", "prod-loki"],
    ["a-very-long-name-of-a-stack-indeed", "sightline-4063d6053c5d"],
  ])("belongs to one stack: of %s it is %s", async (stack, accountId) => {
    const { inputs } = resourceOf(await deployed({}, {}, stack), "Account", "logs-account");
    expect(inputs.accountId).toBe(accountId);
  });
});

describe("a bucket that speaks S3", () => {
  it("is used, not made", async () => {
    const types = Object.keys(namesByType(await deployed(S3)));
    expect(types.filter((type) => /Bucket|Account|Key/.test(type))).toEqual([]);
  });

  it("is reached by the key pair in a secret file", async () => {
    const s3Credentials = "[default]\naws_access_key_id = AK\naws_secret_access_key = SK\n";
    const resources = await deployed({ ...S3, credentials: "file" }, { s3Credentials });
    const { inputs } = resourceOf(resources, "Container", "loki-secrets-container");
    expect(revealed(inputs.uploads)).toEqual([
      expect.anything(),
      { file: "/incoming/s3-credentials", content: s3Credentials },
    ]);
  });
});
