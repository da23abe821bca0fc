import { RE2JS, RE2JSException } from "re2js";

/** What is wrong with an expression by RE2's rules, in RE2's words; undefined where nothing is. */
export function re2Problem(expression: string): string | undefined {
  try {
    RE2JS.compile(expression);
    return undefined;
  } catch (error) {
    if (error instanceof RE2JSException) return error.message;
    throw error;
  }
}

/** How many groups of an expression capture. */
export function capturingGroups(expression: string): number {
  return RE2JS.compile(expression).groupCount();
}
