import { tunnelScript, untunnelScript } from "../../../configs/wireguard/scripts";
import { peerConfig, serverConfig } from "../../../configs/wireguard/tunnel";
import { FIXTURE_PASSWORDS, prodRaw, prodSettings, type Raw } from "../../support/fixtures";
import { type Recorded, resourceOf, runProgram } from "../../support/mocks";
import { isSecretInput, revealed } from "../../support/outputs";

const wireguardSecret = "fixture-wireguard-secret-of-32-characters";
const overrides: Raw = {
  logs: { route: "agent" },
  wireguard: {
    enabled: true,
    peers: { anna: { address: "10.66.0.2" }, app: { address: "10.66.0.9" } },
  },
};
const settings = prodSettings(overrides);

let resources: readonly Recorded[];

beforeAll(async () => {
  ({ resources } = await runProgram({
    stack: "prod",
    raw: prodRaw(overrides),
    secrets: { ...FIXTURE_PASSWORDS, wireguardSecret },
  }));
});

describe("the tunnel", () => {
  it.each([
    ["tunnel-monitoring", serverConfig(settings, wireguardSecret)],
    ["tunnel-app", peerConfig(settings, wireguardSecret, "app")],
  ])("has its end %s written as a secret", (name, config) => {
    const { inputs } = resourceOf(resources, "Command", name);
    expect(isSecretInput(inputs.stdin)).toBe(true);
    expect(revealed(inputs.stdin)).toBe(config);
    expect(inputs).toMatchObject({ create: tunnelScript, delete: untunnelScript });
    expect(inputs).not.toHaveProperty("triggers");
  });

  it("comes up on a host before anything that may listen on its address", () => {
    const after = (provider: string) => resourceOf(resources, "docker", provider).dependencies;
    expect(after("monitoring-docker-docker")).toEqual(["tunnel-monitoring"]);
    expect(after("app-docker-docker")).toEqual(["tunnel-app"]);
  });

  it("has no end for people, who get files", () => {
    const ends = resources.filter(({ name }) => name.startsWith("tunnel-"));
    expect(ends.map(({ name }) => name).sort()).toEqual(["tunnel-app", "tunnel-monitoring"]);
  });
});
