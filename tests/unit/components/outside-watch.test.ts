import { prodRaw, type Raw } from "../../support/fixtures";
import { namesByType, type Recorded, resourceOf, runProgram } from "../../support/mocks";

const PROJECT_ID = "shop-monitoring-42";
const WATCH: Raw = { project: PROJECT_ID, to: ["ops@shop.test", "boss@shop.test"] };
const GATEWAY: Raw = {
  ...{ enabled: true, serverName: "door.shop.test", port: 443, address: "203.0.113.7" },
  tls: { kind: "acme", email: "ops@shop.test" },
};

async function deployed(outsideWatch?: Raw): Promise<readonly Recorded[]> {
  const raw = prodRaw({ logs: { route: "agent" }, gateway: GATEWAY, outsideWatch });
  const secrets = {
    smtpPassword: "fixture-smtp-password-7Qx",
    grafanaAdminPassword: "fixture-grafana-password-9Zk",
    agentSecret: "fixture-agent-secret-of-32-characters-or-more",
  };
  return (await runProgram({ stack: "prod", raw, secrets })).resources;
}

describe("a watch from outside", () => {
  let resources: readonly Recorded[];
  beforeAll(async () => {
    resources = await deployed(WATCH);
  });
  const own = (type: string, name: string) => resourceOf(resources, type, name);

  it("is a check, who gets mail, and when", () => {
    const { OutsideWatch, UptimeCheckConfig, NotificationChannel, AlertPolicy } =
      namesByType(resources);
    expect({ OutsideWatch, UptimeCheckConfig, NotificationChannel, AlertPolicy }).toEqual({
      OutsideWatch: ["outside-watch"],
      UptimeCheckConfig: ["outside-watch-check"],
      NotificationChannel: [
        "outside-watch-mail-boss@shop.test",
        "outside-watch-mail-ops@shop.test",
      ],
      AlertPolicy: ["outside-watch-alert"],
    });
  });

  it("asks the gateway that was deployed", () => {
    expect(own("UptimeCheckConfig", "outside-watch-check").inputs).toEqual({
      project: PROJECT_ID,
      displayName: "prod: monitoring",
      period: "60s",
      timeout: "10s",
      monitoredResource: {
        type: "uptime_url",
        labels: { project_id: PROJECT_ID, host: "door.shop.test" },
      },
      httpCheck: {
        ...{ requestMethod: "GET", path: "/", port: 443, useSsl: true, validateSsl: true },
        acceptedResponseStatusCodes: [{ statusValue: 404 }],
      },
    });
  });

  it("begins when that is there, and ends before it goes", () => {
    const { dependencies } = own("UptimeCheckConfig", "outside-watch-check");
    expect(dependencies).toEqual(expect.arrayContaining(["gateway-container"]));
    expect(own("AlertPolicy", "outside-watch-alert").dependencies).toEqual([
      "outside-watch-check",
      "outside-watch-mail-boss@shop.test",
      "outside-watch-mail-ops@shop.test",
    ]);
  });

  it("tells by the check's own name, to the channels that were made", () => {
    const { conditions, notificationChannels } = own("AlertPolicy", "outside-watch-alert").inputs;
    expect(JSON.stringify(conditions)).toContain(String.raw`metric.label.check_id=\"check-1\"`);
    expect(notificationChannels).toEqual([
      `projects/${PROJECT_ID}/notificationChannels/prod: ops@shop.test`,
      `projects/${PROJECT_ID}/notificationChannels/prod: boss@shop.test`,
    ]);
    expect(own("NotificationChannel", "outside-watch-mail-ops@shop.test").inputs).toEqual({
      project: PROJECT_ID,
      type: "email",
      displayName: "prod: ops@shop.test",
      labels: { email_address: "ops@shop.test" },
    });
  });
});

it("nobody watches from outside where the settings do not say so", async () => {
  const types = Object.keys(namesByType(await deployed()));
  expect(types.filter((type) => /Watch|Uptime|Notification|Policy/.test(type))).toEqual([]);
});
