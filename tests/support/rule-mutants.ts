import { parser } from "@prometheus-io/lezer-promql";

import type { AlertRule } from "../../configs/rules/rule";
import { parseDuration, prometheusDuration } from "../../configs/units";

type SyntaxNode = ReturnType<typeof parser.parse>["topNode"];

/** A rule with one thing changed for the worse, and what that is. */
export interface Mutant {
  readonly change: string;
  readonly rule: AlertRule;
}

/** Part of an expression to put something else in the place of. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * What somebody might get wrong in a rule: a comparison turned round, a number three times too high
 * or too low, a guard or an alternative left out, a matcher that lets anything through, the time to hold.
 */
export function mutantsOf(rule: AlertRule): readonly Mutant[] {
  const edits = [...editsOf(rule.expr), ...matcherEdits(rule.expr)];
  const changed = edits.map((parts) => ({
    change: parts.map(({ from, to, text }) => `${rule.expr.slice(from, to)} → ${text}`).join(", "),
    rule: { ...rule, expr: edited(rule.expr, parts) },
  }));
  return [...changed, ...holdMutants(rule)];
}

function edited(expr: string, edits: readonly Edit[]): string {
  const backwards = [...edits].sort((a, b) => b.from - a.from);
  return backwards.reduce(
    (text, { from, to, text: replacement }) => text.slice(0, from) + replacement + text.slice(to),
    expr,
  );
}

function holdMutants(rule: AlertRule): readonly Mutant[] {
  const { for: hold, ...atOnce } = rule;
  if (hold === undefined) return [];
  const longer = prometheusDuration(3 * (parseDuration(hold) ?? 0));
  return [
    { change: `for ${hold} → at once`, rule: atOnce },
    { change: `for ${hold} → ${longer}`, rule: { ...rule, for: longer } },
  ];
}

const TURNED: Readonly<Record<string, string>> = {
  ">": "<",
  ">=": "<",
  "<": ">",
  "<=": ">",
  "==": "!=",
  "!=": "==",
};

/** Of values, that is: the same signs stand in matchers. */
function isComparison({ name, parent }: SyntaxNode): boolean {
  return ["Gtr", "Gte", "Lss", "Lte", "Eql", "Neq"].includes(name) && parent?.name === "BinaryExpr";
}

function editsOf(expr: string): readonly (readonly Edit[])[] {
  const edits: Edit[] = [];
  parser.parse(expr).iterate({
    enter: ({ name, from, to, node }) => {
      const text = expr.slice(from, to);
      if (isComparison(node)) edits.push({ from, to, text: TURNED[text] ?? "" });
      if (name === "NumberDurationLiteral") {
        for (const number of movedNumbers(Number(text))) edits.push({ from, to, text: number });
      }
      if (name === "BinaryExpr") edits.push(...operandsLeftOut(expr, node));
    },
  });
  return edits.map((edit) => [edit]);
}

/** Zero cannot be scaled: it is moved beyond everything that the cases have. */
function movedNumbers(value: number): readonly string[] {
  return value === 0 ? ["1e12", "-1e12"] : [String(value * 3), String(value / 3)];
}

/** Without its guard (`and`, `unless`), or without one of its alternatives (`or`). */
function operandsLeftOut(expr: string, node: SyntaxNode): readonly Edit[] {
  const left = node.firstChild;
  const right = node.lastChild;
  if (!left || !right) return [];
  const keep = ({ from, to }: SyntaxNode) => ({
    from: node.from,
    to: node.to,
    text: expr.slice(from, to),
  });
  if (node.getChild("And") ?? node.getChild("Unless")) return [keep(left)];
  return node.getChild("Or") ? [keep(left), keep(right)] : [];
}

/** Labels that say where from: the cases have no second job and no second site to mix them up with. */
const OF_THE_STACK = ["job", "site"];

/** Each matcher let through anything, wherever it stands: two places of one rule mean the same series. */
function matcherEdits(expr: string): readonly (readonly Edit[])[] {
  const places = new Map<string, Edit[]>();
  parser.parse(expr).iterate({
    enter: ({ type, from, to, node }) => {
      if (type.name !== "UnquotedLabelMatcher") return;
      const name = node.getChild("LabelName");
      const label = name ? expr.slice(name.from, name.to) : "";
      if (OF_THE_STACK.includes(label)) return;
      const matcher = expr.slice(from, to);
      const anything = { from, to, text: `${label}=~".*"` };
      places.set(matcher, [...(places.get(matcher) ?? []), anything]);
    },
  });
  return [...places.values()];
}
