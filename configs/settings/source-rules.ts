import type { Problem } from "../errors";
import { isFreeName } from "../logs/names";
import { oneSpelling } from "../logs/paths";
import { logFolderOf } from "../logs/routes";
import {
  type LogSource,
  ownSources,
  shippedSources,
  systemSources,
  TAKEN_NAMES,
} from "../logs/sources";
import type { Parsed } from "./settings";

const MOST_LABELS = 5;

/** What is wrong with log sources that each are well-formed. */
export function sourceProblems(logs: Parsed["logs"]): readonly Problem[] {
  const named = Object.keys(logs.sources).flatMap((name) => nameProblems(name));
  const formed = Object.entries(logs.sources).flatMap(([name, source]) => [
    ...originProblems(name, source),
    ...labelProblems(name, source.labels),
  ]);
  const broken = [...named, ...formed];
  return broken.length > 0 ? broken : overlapProblems(logs);
}

function nameProblems(name: string): readonly Problem[] {
  const path = `sightline:logs.sources.${name}`;
  if (!/^[a-z][a-z0-9-]{0,30}$/.test(name)) {
    return [{ path, rule: "must have a short name of a-z, 0-9 and -", fix: 'for example "titan"' }];
  }
  if (!TAKEN_NAMES.includes(name)) return [];
  return [
    {
      path,
      rule: `must have a name of its own; taken are ${TAKEN_NAMES.join(", ")}`,
      fix: `rename it, for example "own-${name}"`,
    },
  ];
}

type Source = Parsed["logs"]["sources"][string];

function originProblems(name: string, { path, container }: Source): readonly Problem[] {
  if ((path === undefined) !== (container === undefined)) return [];
  return [
    {
      path: `sightline:logs.sources.${name}`,
      rule: "must have a path or a container, and not both",
      fix: 'for example { "path": "/var/log/titan/*.log" } or { "container": "backend" }',
    },
  ];
}

function labelProblems(name: string, labels: Source["labels"]): readonly Problem[] {
  const path = `sightline:logs.sources.${name}.labels`;
  const names = Object.keys(labels);
  const tooMany: Problem = {
    path,
    rule: `must be at most ${MOST_LABELS}: every combination of labels is a stream of its own`,
    got: `${names.length}`,
    fix: "leave in the line what tells lines apart; queries find it there",
  };
  return [
    ...(names.length > MOST_LABELS ? [tooMany] : []),
    ...names
      .filter((label) => !isFreeName(label))
      .map((label) => ({
        path: `${path}.${label}`,
        rule: "is a name that the pipeline itself uses",
        fix: `use another, for example "own_${label.replace(/^_+/, "")}"`,
      })),
  ];
}

/** A file that two sources read would be counted twice. */
function overlapProblems(logs: Parsed["logs"]): readonly Problem[] {
  const own = ownSources({ logs });
  const others = [
    ...shippedSources({ logs }),
    ...shippedSources({ logs }, (name) => logFolderOf(logs, name)),
    ...systemSources({ logs }),
  ];
  return own.flatMap((source, index) => {
    const earlier = [...others, ...own.slice(0, index)];
    const other = earlier.find((candidate) => overlap(source, candidate));
    if (!other) return [];
    const key = source.origin.kind === "files" ? "path" : "container";
    return [
      {
        path: `sightline:logs.sources.${source.name}.${key}`,
        rule: `must not read what the source ${other.name} reads, or lines count twice`,
        got: JSON.stringify(logs.sources[source.name]?.[key]),
        fix: "narrow one of the two, or remove it",
      },
    ];
  });
}

function overlap({ origin: one }: LogSource, { origin: other }: LogSource): boolean {
  if (one.kind === "container" && other.kind === "container") {
    return one.container === other.container;
  }
  if (one.kind !== "files" || other.kind !== "files") return false;
  const [folder, otherFolder] = [one, other].map(({ folder }) => oneSpelling(folder));
  return (
    folder === otherFolder &&
    one.files.some((files) => other.files.some((others) => patternsMeet(files, others)))
  );
}

/** Whether some name fits both patterns, in which `*` stands for any text. */
function patternsMeet(one: string, other: string): boolean {
  if (one.startsWith("*")) {
    const goesOn = other !== "" && patternsMeet(one, other.slice(1));
    return goesOn || patternsMeet(one.slice(1), other);
  }
  if (other.startsWith("*")) return patternsMeet(other, one);
  if (one === "" || other === "") return one === other;
  return one[0] === other[0] && patternsMeet(one.slice(1), other.slice(1));
}
