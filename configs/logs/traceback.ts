import type { Stage } from "./stage";

/**
 * Extracts `exception` from a Python traceback: the class behind the last block of indented lines. What
 * follows may be more of the message (`DETAIL: …` of a database), so the last line will not do.
 *
 * @param source extracted value that has the traceback. @default the line
 */
export function exceptionStage(source?: string): Stage {
  return {
    kind: "regex",
    expression: String.raw`(?s:.*)Traceback \(most recent call last\):\n(?:[ \t][^\n]*\n)+(?P<exception>[A-Za-z_][\w.]*)`,
    ...(source ? { source } : {}),
  };
}

/**
 * Begins an entry in a log that several programs share, though it fits no format: a word or a path and
 * a space. The words that Python puts between tracebacks are left out, as far as RE2 can say that.
 */
const PROSE = String.raw`(?:[a-z][\w./-]*|/[\w./-]*:?|[A-CE-SU-Z]\w*|D[^u]\w*|T[^hr]\w*) `;

/**
 * Joins tracebacks, and messages of several lines, to the entry that they belong to.
 *
 * @param beginnings expressions that say how an entry may begin
 * @param isShared whether programs of other kinds write there too
 */
export function joinLines(beginnings: readonly string[], isShared: boolean): Stage {
  const expressions = [...beginnings, ...(isShared ? [`^${PROSE}`] : [])];
  return { kind: "multiline", firstLine: expressions.join("|"), maxLines: 500 };
}
