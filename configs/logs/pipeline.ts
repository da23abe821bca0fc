import type { Settings } from "../settings/settings";
import { BROWSER_FORMAT, BROWSER_GUARD, BROWSER_SOURCE } from "./browser";
import { addingStages, cleaningStages, filtersOf } from "./filters";
import { type Format, recognise } from "./format";
import { FORMATS, type FormatName } from "./formats";
import { levelLabel } from "./levels";
import { personalDataStages } from "./personal-data";
import type { LogSource } from "./sources";
import type { Stage } from "./stage";
import { joinLines } from "./traceback";

/** Value of `log_type` of a line that fits no format of its source. */
export const OTHER = "other";
/** The same for what containers print. */
export const STDOUT = "stdout";

type PipelineSettings = Pick<Settings, "logs">;

/** Everything that happens to a line of a source: joined, cleaned, recognised, labelled. */
export function pipelineOf(
  settings: PipelineSettings,
  source: Pick<LogSource, "name" | "formats" | "namesService">,
  unknown: typeof OTHER | typeof STDOUT = OTHER,
): readonly Stage[] {
  const { name, formats, namesService = false } = source;
  const { timezone } = settings.logs;
  return cleaned(settings, name, {
    first: joiningStages(formats),
    then: formats.map((format) => recognise(FORMATS[format], { unknown, timezone, namesService })),
  });
}

/** What happens to lines that browsers report, in one format and whatever strangers make of it. */
export function browserPipeline(settings: PipelineSettings): readonly Stage[] {
  const { timezone } = settings.logs;
  const options = { unknown: OTHER, timezone, namesService: false };
  return cleaned(settings, BROWSER_SOURCE, {
    first: BROWSER_GUARD,
    then: [recognise(BROWSER_FORMAT, options)],
  });
}

/** What happens to lines of our own containers: of their many formats only the level is read. */
export function ownContainersPipeline(settings: PipelineSettings, name: string): readonly Stage[] {
  const level = String.raw`(?:^|[\s{,])"?(?:level|lvl)"?[=:]\s*"?(?P<level>[A-Za-z]+)`;
  return cleaned(settings, name, {
    first: [],
    then: [{ kind: "regex", expression: level }, ...levelLabel],
  });
}

function cleaned(
  settings: PipelineSettings,
  source: string,
  stages: { readonly first: readonly Stage[]; readonly then: readonly Stage[] },
): readonly Stage[] {
  const filters = filtersOf(settings, source);
  return [
    ...stages.first,
    ...(settings.logs.personalData.filter ? personalDataStages : []),
    ...cleaningStages(filters),
    ...stages.then,
    ...addingStages(filters),
  ];
}

/** Only where a format has entries of several lines: elsewhere each line is an entry. */
function joiningStages(names: readonly FormatName[]): readonly Stage[] {
  const formats: readonly Format[] = names.map((name) => FORMATS[name]);
  const joined = formats.filter(({ hasManyLines }) => hasManyLines);
  if (joined.length === 0) return [];
  const beginnings = formats.map(({ matches }) => matches[0]);
  return [joinLines(beginnings, joined.length < formats.length)];
}
