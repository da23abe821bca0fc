import {
  adopt,
  communityFile,
  communityUrl,
  withDashboards,
} from "../../../configs/dashboards/community";
import { placedSpecs } from "../../../configs/hosts";
import { devSettings } from "../../support/fixtures";
import { LINKS } from "../../support/render-stack";

const entry = { id: 1860, revision: 37, sha256: "a".repeat(64) };

/** The parts of a dashboard that grafana.com's files have. */
function downloaded(inputs: readonly object[], panel: object = {}): string {
  return JSON.stringify({
    __inputs: inputs,
    __requires: [{ type: "grafana", id: "grafana", version: "9.4.3" }],
    id: 12,
    uid: "rYdddlPWk",
    title: "Node Exporter Full",
    panels: [{ title: "CPU", ...panel }],
  });
}

const prometheusInput = { name: "DS_PROMETHEUS", type: "datasource", pluginId: "prometheus" };

describe("a community dashboard", () => {
  it("is known by id, revision and what must be in the file", () => {
    expect(communityFile(entry)).toBe(`1860-37-${"a".repeat(64)}.json`);
    expect(communityFile({ id: 1860, revision: 37 })).toBeUndefined();
    expect(communityUrl("https://grafana.com", entry)).toBe(
      "https://grafana.com/api/dashboards/1860/revisions/37/download",
    );
  });

  it("asks our data sources, has a uid of its own, and keeps nothing meant for an import by hand", () => {
    const content = downloaded([prometheusInput], {
      datasource: { type: "prometheus", uid: "${DS_PROMETHEUS}" },
      targets: [{ expr: "up", datasource: "${DS_PROMETHEUS}" }],
    });
    const adopted = adopt(content, entry);
    expect(adopted).toEqual({ kind: "adopted", text: expect.any(String) as string });
    expect(JSON.parse(adopted.kind === "adopted" ? adopted.text : "")).toEqual({
      id: null,
      uid: "community-1860",
      title: "Node Exporter Full",
      panels: [
        {
          title: "CPU",
          datasource: { type: "prometheus", uid: "prometheus" },
          targets: [{ expr: "up", datasource: "prometheus" }],
        },
      ],
    });
  });

  it("gets the constants that it brings, also with quotes in them", () => {
    const constant = { name: "VAR_JOB", type: "constant", value: 'a "job"' };
    const adopted = adopt(downloaded([constant], { description: "of ${VAR_JOB}" }), entry);
    const text = adopted.kind === "adopted" ? adopted.text : "{}";
    expect(JSON.parse(text)).toMatchObject({ panels: [{ description: 'of a "job"' }] });
  });

  it.each([
    [
      downloaded([{ name: "DS_MONGO", type: "datasource", pluginId: "influxdb" }]),
      "needs a data source of kind influxdb, which this stack has not",
    ],
    ["<html>blocked</html>", "is no dashboard in JSON"],
    ['{"message":"Dashboard not found"}', "is no dashboard in JSON"],
    ["null", "is no dashboard in JSON"],
  ])("is refused where it cannot work: %s", (content, reason) => {
    expect(adopt(content, entry)).toEqual({ kind: "refused", reason });
  });

  it("is one more file of Grafana's, beside all the others", () => {
    const grafana = placedSpecs(devSettings()).find(({ spec }) => spec.name === "grafana");
    if (!grafana) throw new Error("dev has no Grafana");
    const before = grafana.spec.configuration?.files(LINKS) ?? {};
    const after = withDashboards(grafana.spec, { "community-1860.json": "{}" });
    expect(after.configuration?.files(LINKS)).toEqual({
      ...before,
      "dashboards/community-1860.json": "{}",
    });
  });
});

describe("the settings of community dashboards", () => {
  const refusal = (community: unknown) => {
    try {
      devSettings({ dashboards: { community } });
      return "accepted";
    } catch (error) {
      return String(error).split("\n").slice(1).join("\n");
    }
  };

  it("are a list of id, revision and checksum", () => {
    expect(devSettings({ dashboards: { community: [entry] } }).dashboards.community).toEqual([
      entry,
    ]);
    expect(devSettings().dashboards.community).toEqual([]);
  });

  it.each([
    [
      [entry, { ...entry, revision: 38 }],
      "  - sightline:dashboards.community: must name each dashboard once; got",
    ],
    [
      [{ id: 1860, revision: "latest" }],
      '  - sightline:dashboards.community[0].revision: must be a whole number from 1 to 99999; got "latest". Fix: for example 37',
    ],
    [
      [{ ...entry, sha256: "abc" }],
      `  - sightline:dashboards.community[0].sha256: must be the 64 hexadecimal digits of the file's SHA-256; got "abc". Fix: leave it out`,
    ],
    [[{ id: 1860 }], "  - sightline:dashboards.community[0].revision: must be a whole number"],
  ])("are refused with the entry's place: %j", (community, message) => {
    expect(refusal(community)).toContain(message);
  });
});
