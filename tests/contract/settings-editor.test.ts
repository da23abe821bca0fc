import { readFileSync } from "node:fs";
import path from "node:path";

import { repositoryRoot } from "../../tools/lib/paths";
import { YamlEditor } from "../support/yaml-editor";

/** What somebody sees who writes a stack's settings in an editor with the YAML language server. */
const FIRST_LINE = "# yaml-language-server: $schema=docs/settings.schema.json\n";

let editor: YamlEditor;

beforeAll(async () => {
  editor = await YamlEditor.start();
});

afterAll(() => {
  (editor as YamlEditor | undefined)?.stop();
});

it.each(["Pulumi.dev.yaml", "Pulumi.prod.yaml"])("nothing is underlined in %s", async (file) => {
  const text = readFileSync(path.join(repositoryRoot, file), "utf8");
  expect(text.startsWith(FIRST_LINE)).toBe(true);
  expect(await editor.open(file, text)).toEqual([]);
});

it("a key that is none, a wrong value and a missing key are underlined where they are", async () => {
  const text =
    FIRST_LINE +
    `config:
  sightline:environment: test
  sightline:site:
    pageUrl: https://shop.example.org
    apiUrls: https://shop.example.org/api/health
  sightline:intervals:
    probe: 30 seconds
  sightline:mail:
    kind: catcher
  sightline:intervalls: {}
  gcp:project: shop
`;
  expect(await editor.open("Pulumi.wrong.yaml", text)).toEqual([
    '4: Missing property "apiUrl".',
    "6: Property apiUrls is not allowed.",
    "8: must be a duration of at least 1s, written like 500ms, 60s, 1m30s or 7d",
    '9: Missing property "to".',
    "11: Property sightline:intervalls is not allowed.",
  ]);
});

it("keys are offered with what docs/settings.md says of them", async () => {
  const text = `${FIRST_LINE}config:\n  sightline:intervals:\n    \n`;
  await editor.open("Pulumi.new.yaml", text);
  const offered = await editor.completions("Pulumi.new.yaml", 3, 4);
  expect(offered.map(({ label }) => label).sort()).toEqual([
    "evaluation",
    "probe",
    "probeTimeout",
    "scrape",
  ]);
  expect(offered.find(({ label }) => label === "probe")?.documentation).toEqual(
    "time between two checks of a URL; two failed ones are an outage\n\n" +
      "Type: duration, from 1s. Default: `60s`. Example: `30s`.",
  );
});
