import { prodRaw, type Raw } from "../../support/fixtures";
import { namesByType, type Recorded, resourceOf, runProgram } from "../../support/mocks";

async function deployed(overrides: Raw): Promise<readonly Recorded[]> {
  return (await runProgram({ stack: "prod", raw: prodRaw(overrides) })).resources;
}

const trialOf = (resources: readonly Recorded[]) => resourceOf(resources, "Command", "loki-trial");

describe("Loki with a bucket", () => {
  let resources: readonly Recorded[];

  beforeAll(async () => {
    resources = await deployed({ logs: { storage: { credentials: "file" } } });
  });

  it("is tried on its own host, with the files that are in force", () => {
    const { type, inputs, dependencies } = trialOf(resources);
    expect(type).toBe("command:remote:Command");
    expect(inputs).toMatchObject({ create: "sh -s", addPreviousOutputInEnv: false });
    expect(dependencies).toEqual(
      expect.arrayContaining(["loki-config-container", "loki-secrets-container", "logs-access"]),
    );
    const [start] = String(inputs.stdin)
      .split("\n")
      .filter((line) => line.startsWith("docker run --detach"));
    for (const words of [
      "'--network' 'prod-egress' '--user' '10001:10001'",
      "'--volume' 'prod-loki-config:/etc/sightline:ro'",
      "'--volume' 'prod-loki-secrets:/run/sightline:ro'",
      "'-config.file=/etc/sightline/current/loki.yml' '-target=distributor,ingester'",
    ]) {
      expect(start).toContain(words);
    }
  });

  it("is replaced only afterwards", () => {
    const { dependencies } = resourceOf(resources, "Container", "loki-container");
    expect(dependencies).toContain("loki-trial");
  });

  it("is tried again when, and only when, it would be replaced", async () => {
    const { triggers } = trialOf(resources).inputs;
    const labels = resourceOf(resources, "Container", "loki-container").inputs.labels as {
      label: string;
      value: string;
    }[];
    const restarts = labels.filter(({ label }) =>
      ["sightline.restart-hash", "sightline.secrets-keeper"].includes(label),
    );
    expect(restarts).toHaveLength(2);
    expect(triggers).toEqual(restarts.map(({ value }) => value));
    const other = await deployed({
      logs: { storage: { credentials: "file" } },
      intervals: { evaluation: "45s" },
    });
    expect(trialOf(other).inputs).toEqual(trialOf(resources).inputs);
  });
});

test("Loki with a volume is not tried", async () => {
  const raw = { logs: { storage: { kind: "filesystem" }, route: "agent" } };
  expect(namesByType(await deployed(raw))).not.toHaveProperty("Command");
});
