import { ConfigError } from "../../../configs/errors";
import { devSettings } from "../../support/fixtures";

const MINUTE = 60_000;

describe("the numbers of the alerts", () => {
  it("are by default those that the requirements name", () => {
    const { alerts, slo } = devSettings();
    expect({
      down: alerts.WebsiteDown.checks,
      errors: [alerts.HighErrorRate.above, alerts.HighErrorRate.minimumRequests],
      slow: [alerts.ProbeLatencyP95High.above, alerts.RequestLatencyP95High.above],
      cpu: [alerts.HighCPUUsage.above, alerts.HighCPUUsage.for],
      memory: [alerts.HighMemoryUsage.above, alerts.HighMemoryUsage.for],
      disk: [alerts.HighDiskUsage.above, alerts.RootDiskWatermark.above],
      nodeDown: alerts.NodeDown.for,
      slo,
    }).toEqual({
      down: 2,
      errors: [0.05, 20],
      slow: [2_000, 2_000],
      cpu: [0.8, 5 * MINUTE],
      memory: [0.85, 5 * MINUTE],
      disk: [0.85, 0.65],
      nodeDown: 2 * MINUTE,
      slo: { availability: 0.995, latencyShare: 0.95, latencyUnder: 200 },
    });
  });

  it("are set one by one, with units, and leave the others as they are", () => {
    const { alerts } = devSettings({
      alerts: { HighErrorRate: { above: "2.5%", over: "10m" }, HighCPUUsage: { enabled: "false" } },
    });
    expect(alerts.HighErrorRate).toEqual({
      enabled: true,
      above: 0.025,
      over: 10 * MINUTE,
      minimumRequests: 20,
      for: 5 * MINUTE,
    });
    expect(alerts.HighCPUUsage.enabled).toBe(false);
  });

  it.each([
    [
      { HighErorRate: { above: "5%" } },
      'sightline:alerts.HighErorRate: is not a setting. Fix: did you mean "HighErrorRate"?',
    ],
    [
      { HighErrorRate: { above: 5 } },
      'sightline:alerts.HighErrorRate.above: must be a percentage from 0% to 100%; got 5. Fix: for example "5%"',
    ],
    [
      { HighErrorRate: { above: "105%" } },
      'sightline:alerts.HighErrorRate.above: must be a percentage from 0% to 100%; got "105%". Fix: for example "5%"',
    ],
    [
      { HighErrorRate: { fro: "5m" } },
      'sightline:alerts.HighErrorRate.fro: is not a setting. Fix: did you mean "for"?',
    ],
    [
      { AvailabilityBurnFast: { burn: "fast" } },
      'sightline:alerts.AvailabilityBurnFast.burn: must be a number above 0; got "fast". Fix: for example 14.4',
    ],
    [
      { RootDiskWatermark: { severity: "loud" } },
      'sightline:alerts.RootDiskWatermark.severity: must be one of info, critical; got "loud". Fix: for example "info"',
    ],
  ])("refuses %j", (alerts, message) => {
    expect(() => devSettings({ alerts })).toThrow(ConfigError);
    expect(() => devSettings({ alerts })).toThrow(message);
  });
});
