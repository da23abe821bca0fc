/** One source that was asked for a tool, and why it could not give it. */
export interface Attempt {
  readonly source: string;
  readonly reason: string;
}

/** What a failed set-up step has to say. */
export interface SetupProblem {
  /** What was wanted, with its version where it has one: `loki 3.7.8`. */
  readonly tool: string;
  /** Every source that was tried, in order. */
  readonly tried: readonly Attempt[];
  /** What the reader does next: a command or a setting, not a cause. */
  readonly wayOut: string;
}

/** The machine lacks something that set-up could neither find nor make; never a bug of ours. */
export class SetupError extends Error {
  override readonly name = "SetupError";
  readonly problem: SetupProblem;

  constructor(problem: SetupProblem) {
    super(describe(problem));
    this.problem = problem;
  }
}

function describe({ tool, tried, wayOut }: SetupProblem): string {
  const lines = tried.map(({ source, reason }) => `  - ${source}: ${indent(reason)}`);
  return [`Cannot get ${tool}. Tried, in this order:`, ...lines, `Fix: ${wayOut}`].join("\n");
}

/** Keeps a reason of several lines (the end of a build's log) under its bullet. */
function indent(reason: string): string {
  return reason.trim().split("\n").join("\n      ");
}

/** The text of whatever was thrown, for a reason. */
export function reasonOf(error: unknown): string {
  // Those of Node.js itself are no instance of it where a test runner has an Error of its own.
  const message = (error as { readonly message?: unknown } | null | undefined)?.message;
  return typeof message === "string" ? message : String(error);
}
