import type { Problem } from "../errors";
import { BROWSER_FORMAT, BROWSER_LABELS, BROWSER_SOURCE } from "../logs/browser";
import { isFreeName } from "../logs/names";
import { DOCKER_SOURCE, ownSources, shippedSources, systemSources } from "../logs/sources";
import { suggestion } from "./fields";
import { capturingGroups, re2Problem } from "./regular-expressions";
import type { Parsed } from "./settings";

/** What lines of browsers have, and others may not. */
const BROWSER_NAMES: readonly string[] = [...Object.keys(BROWSER_LABELS), ...BROWSER_FORMAT.fields];

type Filter = Parsed["logs"]["filters"][number];

/** What is wrong with filters whose parts are each well-formed. */
export function filterProblems(
  logs: Parsed["logs"],
  { enabled: reports }: Pick<Parsed["browser"], "enabled">,
): readonly Problem[] {
  const all = [...shippedSources({ logs }), ...systemSources({ logs }), ...ownSources({ logs })];
  const browsers = reports ? [BROWSER_SOURCE] : [];
  const sources = ["*", DOCKER_SOURCE, ...browsers, ...all.map(({ name }) => name)].sort();
  const labels = all.flatMap((source) => Object.keys(source.labels));
  return logs.filters.flatMap((filter, index) => {
    const path = `sightline:logs.filters[${index}]`;
    return [
      ...actionProblems(path, filter),
      ...(sources.includes(filter.source) ? [] : [unknownSource(path, filter, sources)]),
      ...groupProblems(path, filter),
      ...Object.keys(filter.add ?? {})
        .filter((name) => {
          const meetsBrowsers = reports && ["*", BROWSER_SOURCE].includes(filter.source);
          return (
            !isFreeName(name) ||
            labels.includes(name) ||
            (meetsBrowsers && BROWSER_NAMES.includes(name))
          );
        })
        .map((name) => ({
          path: `${path}.add.${name}`,
          rule: "is the name of a label or of a field that lines have already",
          fix: `use another, for example "own_${name.replace(/^_+/, "")}"`,
        })),
    ];
  });
}

function actionProblems(path: string, filter: Filter): readonly Problem[] {
  const actions = (["drop", "redact", "add"] as const).filter((key) => filter[key] !== undefined);
  const isLone = filter.with !== undefined && filter.redact === undefined;
  if (actions.length === 1 && !isLone) return [];
  return [
    {
      path,
      rule: isLone
        ? "can have `with` only beside `redact`"
        : "must have one of drop, redact and add: each filter does one thing",
      got: isLone ? JSON.stringify(filter.with) : actions.join(" and ") || "none",
      fix: 'for example { "source": "*", "redact": "card=[0-9]+", "with": "card=***" }',
    },
  ];
}

function unknownSource(path: string, { source }: Filter, known: readonly string[]): Problem {
  if (source === BROWSER_SOURCE) {
    return {
      path: `${path}.source`,
      rule: "is what people's browsers report, and they are not asked to",
      got: JSON.stringify(source),
      fix: "pulumi config set --path 'sightline:browser.enabled' true, or remove the filter",
    };
  }
  return {
    path: `${path}.source`,
    rule: "is not a log source of this stack",
    got: JSON.stringify(source),
    fix: suggestion(source, known) ?? `use one of ${known.join(", ")}`,
  };
}

/** The agents replace what groups capture; here it is the whole match. */
function groupProblems(path: string, { redact }: Filter): readonly Problem[] {
  if (redact === undefined || re2Problem(redact) || capturingGroups(redact) === 0) return [];
  return [
    {
      path: `${path}.redact`,
      rule: "must not capture: all that it matches is replaced",
      got: JSON.stringify(redact),
      fix: "write its groups as (?:…)",
    },
  ];
}
