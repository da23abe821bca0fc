import { FIXTURE_PASSWORDS, prodRaw } from "../../support/fixtures";
import { type Recorded, resourceOf, runProgram } from "../../support/mocks";
import { revealed } from "../../support/outputs";

const tls = { kind: "acme", email: "ops@shop.test" };
const gateway = { enabled: true, serverName: "door.shop.test", port: 443, tls };
const secrets = { ...FIXTURE_PASSWORDS, agentSecret: "fixture-agent-secret-of-32-characters" };
const VOLUME = "prod-acme-data";

let resources: readonly Recorded[];
beforeAll(async () => {
  const raw = prodRaw({ logs: { route: "agent" }, gateway });
  ({ resources } = await runProgram({ stack: "prod", raw, secrets }));
});

const volumesOf = (container: string) =>
  resourceOf(resources, "Container", container).inputs.volumes;

test("the client alone writes to the volume with account and certificate", () => {
  expect(resourceOf(resources, "Volume", "acme-data").inputs.name).toBe(VOLUME);
  expect(volumesOf("acme-container")).toContainEqual({
    volumeName: VOLUME,
    containerPath: "/acme",
  });
  expect(volumesOf("gateway-container")).toContainEqual({
    volumeName: VOLUME,
    containerPath: "/acme",
    readOnly: true,
  });
});

test("the gateway waits for that volume, or Docker would make one that is nobody's", () => {
  const order = resources.map(({ name }) => name);
  expect(order.indexOf("acme-data")).toBeLessThan(order.indexOf("gateway-container"));
});

test("no key of the stack's own is asked for", () => {
  const { inputs } = resourceOf(resources, "Container", "gateway-secrets-container");
  expect(revealed(inputs.uploads)).toEqual([
    expect.objectContaining({ file: "/keeper.sh" }),
    expect.objectContaining({ file: "/incoming/gateway-users" }),
  ]);
});
