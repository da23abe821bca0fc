import { parser } from "@grafana/lezer-logql";

import { parseDuration, prometheusDuration } from "../../configs/units";

type SyntaxNode = ReturnType<typeof parser.parse>["topNode"];

/** A query that is wrong in one place. */
export interface Mutant {
  /** What was done, for the failure. */
  readonly change: string;
  readonly expr: string;
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * Every query that differs from this one by a single mistake: a comparison turned round or off by its
 * edge, a number or a window moved, a guard, a filter, a label or an alternative left out.
 *
 * @throws Error when the query is no LogQL.
 */
export function mutantsOf(expr: string): readonly Mutant[] {
  const edits: Edit[] = [];
  parser.parse(expr).iterate({
    enter: ({ node }) => {
      if (node.type.isError) throw new Error(`no LogQL at ${node.from}: ${expr}`);
      edits.push(...editsOf(node, expr));
    },
  });
  return edits.map(({ from, to, text }) => ({
    change: `"${expr.slice(from, to)}" at ${from} → "${text}"`,
    expr: expr.slice(0, from) + text + expr.slice(to),
  }));
}

function editsOf(node: SyntaxNode, expr: string): readonly Edit[] {
  const { from, to, name } = node;
  const text = expr.slice(from, to);
  const replacedBy = (texts: readonly string[]) =>
    texts.map((other) => ({ from, to, text: other }));
  switch (name) {
    case "Number":
      return replacedBy(otherNumbers(node, Number(text)));
    case "Duration":
      return node.parent?.name === "Range" ? replacedBy(otherWindows(text)) : [];
    case "String":
      return isPattern(node, expr) ? replacedBy(withoutOneAlternative(text)) : [];
    case "PipelineStage":
    case "OffsetExpr":
      return replacedBy([""]);
    case "Grouping":
      return replacedBy(["by (env)"]);
    case "Matcher":
      return node.parent?.name === "Matchers" ? withoutMatcher(node, expr) : [];
    case "BinOpExpr":
      return replacedBy(oneSideOnly(node, expr));
    default:
      return isStreamMatcher(node.parent) ? [] : replacedBy(otherComparisons(node, text));
  }
}

function otherComparisons({ parent, firstChild }: SyntaxNode, text: string): readonly string[] {
  if (firstChild) return [];
  switch (text) {
    case ">":
      return ["<", ">="];
    case ">=":
      return ["<", ">"];
    case "<":
      return [">", "<="];
    case "==":
    case "=":
      return ["!="];
    case "!=":
      return [parent?.name === "Matcher" ? "=" : "=="];
    case "=~":
      return ["!~"];
    case "!~":
      return ["=~"];
    default:
      return [];
  }
}

function otherNumbers({ parent }: SyntaxNode, value: number): readonly string[] {
  if (parent?.name === "RangeAggregationExpr") return ["0.5", "0.99"];
  const isCount = parent?.name === "LiteralExpr" && parent.parent?.name === "MetricExpr";
  // Lines are counted in whole numbers: from half a line on is from one line on.
  return isCount && value === 1 ? ["2"] : [String(value * 2), String(value / 2)];
}

function otherWindows(text: string): readonly string[] {
  const window = parseDuration(text) ?? Number.NaN;
  return [prometheusDuration(window / 2), prometheusDuration(window * 2)];
}

/** True for a text that is a regular expression. */
function isPattern({ from }: SyntaxNode, expr: string): boolean {
  return /~\s*$/.test(expr.slice(0, from));
}

/** The quoted expression without one of the alternatives of one of its groups. */
function withoutOneAlternative(quoted: string): readonly string[] {
  const groups: { ends: number[] }[] = [{ ends: [0] }];
  const closed: { ends: number[] }[] = [];
  for (let index = 1; index < quoted.length; index += 1) {
    const character = quoted[index];
    if (character === "(" && quoted[index + 1] !== "?") groups.push({ ends: [index] });
    if (character === "|") groups.at(-1)?.ends.push(index);
    if (character === ")" && groups.length > 1) closed.push(...end(groups, index));
  }
  closed.push(...end(groups, quoted.length - 1));
  return closed
    .filter(({ ends }) => ends.length > 2)
    .flatMap(({ ends }) =>
      ends.slice(1).map((to, position) => {
        const from = ends[position] ?? 0;
        const isFirst = position === 0;
        return isFirst
          ? quoted.slice(0, from + 1) + quoted.slice(to + 1)
          : quoted.slice(0, from) + quoted.slice(to);
      }),
    );
}

function end(groups: { ends: number[] }[], index: number): { ends: number[] }[] {
  const group = groups.pop();
  group?.ends.push(index);
  return group ? [group] : [];
}

function isStreamMatcher(node: SyntaxNode | null): boolean {
  return node?.name === "Matcher" && node.parent?.name === "Matchers";
}

/** All but `env`: the series of another environment are apart by the grouping as well. */
function withoutMatcher({ from, to }: SyntaxNode, expr: string): readonly Edit[] {
  return expr.startsWith("env=", from) ? [] : [{ from: from - 1, to, text: "" }];
}

/** What is left of `a and b`, `a or b` and `a unless b` when one of the two is forgotten. */
function oneSideOnly(node: SyntaxNode, expr: string): readonly string[] {
  if (!["And", "Or", "Unless"].some((operator) => node.getChild(operator))) return [];
  const sides = [node.firstChild, node.lastChild];
  return sides.map((side) => (side ? expr.slice(side.from, side.to) : ""));
}
