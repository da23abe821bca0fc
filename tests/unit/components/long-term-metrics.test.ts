import { FIXTURE_PASSWORDS, prodRaw } from "../../support/fixtures";
import { type Recorded, resourceOf, runProgram } from "../../support/mocks";
import { isSecretInput } from "../../support/outputs";

let resources: readonly Recorded[];

beforeAll(async () => {
  const raw = prodRaw({
    logs: { storage: { credentials: "file" } },
    metrics: { longTerm: { enabled: true } },
  });
  const secrets = { ...FIXTURE_PASSWORDS };
  ({ resources } = await runProgram({ stack: "prod", raw, secrets }));
});

const container = (name: string) => resourceOf(resources, "Container", `${name}-container`);

describe("the sidecar", () => {
  it("shares the volume of Prometheus, and comes after it", () => {
    const { inputs, dependencies } = container("thanos-sidecar");
    const data = { volumeName: "prod-prometheus-data", containerPath: "/prometheus" };
    expect(inputs.volumes).toContainEqual(data);
    expect(container("prometheus").inputs.volumes).toContainEqual(data);
    expect(dependencies).toContain("prometheus-data");
    expect(inputs.user).toBe(container("prometheus").inputs.user);
  });
});

describe.each(["thanos-sidecar", "thanos-store", "thanos-compactor"])("%s", (name) => {
  it("has the key of the bucket as a secret file", () => {
    const { inputs } = container(`${name}-secrets`);
    expect(isSecretInput(inputs.uploads)).toBe(true);
    expect(container(name).inputs.envs).toContain(
      "GOOGLE_APPLICATION_CREDENTIALS=/run/sightline/current/gcs-key.json",
    );
  });
});

describe.each(["thanos-store", "thanos-compactor"])("%s", (name) => {
  it("has a cache that nothing protects, so that it can go where data is protected", () => {
    expect(resourceOf(resources, "Volume", "prometheus-data").isProtected).toBe(true);
    expect(resourceOf(resources, "Volume", `${name}-cache`).isProtected).toBe(false);
  });
});
