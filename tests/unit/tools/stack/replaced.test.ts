import { parseEvents, replacedInWords, replacedServers } from "../../../../tools/stack/replaced";

const URN = "urn:pulumi:dev::sightline::docker:index/container:Container";

/** A line of the engine's log, as `pulumi up --event-log` writes it. */
function line(event: string, op: string, resource: string, timestamp: number): string {
  const metadata = { op, urn: `${URN}::${resource}`, type: "docker:index/container:Container" };
  return JSON.stringify({ timestamp, [event]: { metadata } });
}

describe("servers that an update replaced", () => {
  test("were away from the stop of the old one until the new one was healthy", () => {
    const log = [
      line("resourcePreEvent", "delete-replaced", "loki-container", 100),
      line("resOutputsEvent", "delete-replaced", "loki-container", 103),
      line("resourcePreEvent", "create-replacement", "loki-container", 103),
      line("resOutputsEvent", "create-replacement", "loki-container", 112),
    ];

    const replaced = replacedServers(parseEvents(log.join("\n")));

    expect(replaced).toEqual([{ service: "loki", awaySeconds: 12 }]);
    expect(replacedInWords(replaced)).toEqual([
      "Replaced, and away from the stop of the old container until the new one was healthy:",
      "  loki 12 s",
    ]);
  });

  test("are not back where the new one was never healthy", () => {
    const log = [
      line("resourcePreEvent", "delete-replaced", "loki-container", 100),
      line("resOpFailedEvent", "create-replacement", "loki-container", 160),
      '{"timestamp": 161, "resOutp',
    ];

    expect(replacedInWords(replacedServers(parseEvents(log.join("\n"))))).toEqual([
      "Replaced, and away from the stop of the old container until the new one was healthy:",
      "  loki is not back",
    ]);
  });

  test("are none where only a keeper is replaced, or nothing", () => {
    const log = line("resourcePreEvent", "delete-replaced", "loki-config-keeper-container", 100);

    expect(replacedServers(parseEvents(log))).toEqual([]);
    expect(replacedInWords([])).toEqual([]);
  });
});
