/** One thing that is wrong with the stack's settings. */
export interface Problem {
  /** Where: the full key, for example `sightline:site.pageUrl`. */
  readonly path: string;
  /** What must hold there, for example `must be an http(s) URL`. */
  readonly rule: string;
  /** What was found, as the user wrote it. Never a secret's value. */
  readonly got?: string;
  /** What to do about it: a command or an example value. */
  readonly fix: string;
}

/** A user's mistake, with every problem found. A bug in Sightline stays a plain `Error`. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  /** @param title what is wrong as a whole @default `Invalid stack settings` */
  constructor(problems: readonly Problem[], title = "Invalid stack settings") {
    super(describeProblems(problems, title));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

function describeProblems(problems: readonly Problem[], title: string): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [`${title} (${count}):`, ...problems.map(describeProblem)].join("\n");
}

/** The one form in which a problem is printed: `path: rule; got X. Fix: …`. */
export function describeProblem({ path, rule, got, fix }: Problem): string {
  return `  - ${path}: ${rule}${got === undefined ? "" : `; got ${got}`}. Fix: ${fix}`;
}
