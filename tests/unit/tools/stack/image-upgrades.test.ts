import type { ExportedState } from "../../../../tools/stack/forget-host";
import {
  imageUpgrades,
  upgradesInWords,
  wayBackInWords,
} from "../../../../tools/stack/image-upgrades";
import { devSettings } from "../../../support/fixtures";

const settingsWith = (images: Readonly<Record<string, string>>) => devSettings({ images });

/** A state with these images, by the container they are for. */
function state(images: Readonly<Record<string, string>>): ExportedState {
  const resources = Object.entries(images).map(([service, name]) => ({
    urn: `urn:pulumi:dev::sightline::docker:index/remoteImage:RemoteImage::${service}-image`,
    type: "docker:index/remoteImage:RemoteImage",
    outputs: { name },
  }));
  return { deployment: { resources } };
}

const DEPLOYED = { loki: "mirror/loki:3.7.7", prometheus: "mirror/prometheus:3.14.0" };

describe("images that an update changes", () => {
  test("are those of containers that stay", () => {
    const settings = settingsWith({ loki: "mirror/loki:3.7.8", prometheus: DEPLOYED.prometheus });

    expect(imageUpgrades(state({ ...DEPLOYED, gone: "mirror/gone:1" }), settings)).toEqual([
      { service: "loki", tool: "loki", before: "mirror/loki:3.7.7", after: "mirror/loki:3.7.8" },
    ]);
  });

  test("are none of a stack that is not deployed yet", () => {
    expect(imageUpgrades({ deployment: {} }, settingsWith({}))).toEqual([]);
  });

  test("are said before, and how to go back after", () => {
    const images = { loki: "mirror/loki:3.7.8", prometheus: "mirror/prometheus:3.15.0" };
    const upgrades = imageUpgrades(state(DEPLOYED), settingsWith(images));

    expect(upgradesInWords(upgrades)).toEqual([
      "Images, each there before its container is replaced, one container after the other:",
      "  loki mirror/loki:3.7.7 → mirror/loki:3.7.8",
      "  prometheus mirror/prometheus:3.14.0 → mirror/prometheus:3.15.0",
    ]);
    expect(wayBackInWords(upgrades)).toEqual([
      "To go back, set the image of before and run the update again:",
      "  pulumi config set --path sightline:images.loki mirror/loki:3.7.7",
      "  pulumi config set --path sightline:images.prometheus mirror/prometheus:3.14.0",
    ]);
  });
});
