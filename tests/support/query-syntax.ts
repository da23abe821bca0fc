import { parser as logql } from "@grafana/lezer-logql";
import type { SyntaxNode } from "@lezer/common";
import { parser as promql } from "@prometheus-io/lezer-promql";

import type { Evaluator } from "../../configs/rules/rule";

const PARSERS = { prometheus: promql, loki: logql } as const;

/** The two grammars see one and the same library through different builds of it. */
function rootOf(evaluator: Evaluator, expr: string): SyntaxNode {
  return PARSERS[evaluator].parse(expr).topNode as unknown as SyntaxNode;
}

/** The text at the first place where a query is not in its evaluator's language. */
export function firstError(evaluator: Evaluator, expr: string): string | undefined {
  let error: string | undefined;
  PARSERS[evaluator].parse(expr).iterate({
    enter: ({ type, from }) => {
      if (type.isError) error ??= expr.slice(from) || "(end of the query)";
    },
  });
  return error;
}

/** Part of a query that picks series or lines out of all there are. */
export interface Selection {
  /**
   * What must exist even where all is well: the metric or streams with the labels that say whose they
   * are, as in `up{job="loki"}`. A status or a level that means trouble may not have occurred yet.
   */
  readonly text: string;
  /** The metric's name; empty where there is none, as in Loki. */
  readonly metric: string;
  /** Names of the labels that it matches. */
  readonly labels: readonly string[];
  /** Fields that the pipeline behind a stream selector filters by or unwraps. */
  readonly fields: readonly string[];
}

/** Every selection of a query, in order. */
export function selectionsOf(evaluator: Evaluator, expr: string): readonly Selection[] {
  const root = rootOf(evaluator, expr);
  return evaluator === "prometheus"
    ? nodesOf(root, "VectorSelector").map((node) => vectorSelection(expr, node))
    : nodesOf(root, "Selector").map((node) => streamSelection(expr, node));
}

/** Labels that a query groups by. */
export function groupingsOf(evaluator: Evaluator, expr: string): readonly string[] {
  const root = rootOf(evaluator, expr);
  const [groups, name] =
    evaluator === "prometheus" ? ["AggregateModifier", "LabelName"] : ["Grouping", "Identifier"];
  const labels = nodesOf(root, groups)
    // `without` drops labels, whether they are there or not.
    .filter((node) => node.getChild("By"))
    .flatMap((node) => nodesOf(node, name).map((label) => textOf(expr, label)));
  return [...new Set(labels)];
}

/**
 * A query without the value it falls back to: of `errors or 0 * requests` only `errors`, because a
 * constant is not data.
 */
export function withoutFallback(evaluator: Evaluator, expr: string): string {
  const root = rootOf(evaluator, expr);
  const operation = nodesOf(root, evaluator === "prometheus" ? "BinaryExpr" : "BinOpExpr")[0];
  const isWhole = operation?.from === root.firstChild?.from && operation?.to === root.lastChild?.to;
  const or = operation?.getChild("Or");
  return operation && or && isWhole ? expr.slice(operation.from, or.from).trim() : expr;
}

function vectorSelection(expr: string, node: SyntaxNode): Selection {
  const name = node.getChild("Identifier");
  const metric = name ? textOf(expr, name) : "";
  const matchers = matchersOf(expr, nodesOf(node, "UnquotedLabelMatcher"), "LabelName");
  return { text: `${metric}{${lasting(matchers)}}`, metric, labels: namesOf(matchers), fields: [] };
}

function streamSelection(expr: string, node: SyntaxNode): Selection {
  const matchers = matchersOf(expr, nodesOf(node, "Matcher"), "Identifier");
  // The pipeline stands beside its selector, below the same expression.
  const stages = ["LabelFilter", "UnwrapExpr"].flatMap((stage) =>
    node.parent ? nodesOf(node.parent, stage) : [],
  );
  const fields = stages.flatMap((stage) =>
    nodesOf(stage, "Identifier").map((field) => textOf(expr, field)),
  );
  return {
    text: `{${lasting(matchers)}}`,
    metric: "",
    labels: namesOf(matchers),
    fields: [...new Set(fields)],
  };
}

/** Labels that say whose a series or stream is, and not what it says. */
const LASTING = ["env", "host", "job", "log_type", "name", "service", "site", "target"];

interface Matcher {
  readonly label: string;
  readonly text: string;
}

function matchersOf(
  expr: string,
  nodes: readonly SyntaxNode[],
  name: "LabelName" | "Identifier",
): readonly Matcher[] {
  return nodes.map((node) => {
    const label = node.getChild(name);
    return { label: label ? textOf(expr, label) : "", text: textOf(expr, node) };
  });
}

function lasting(matchers: readonly Matcher[]): string {
  return matchers
    .filter(({ label }) => LASTING.includes(label))
    .map(({ text }) => text)
    .join(",");
}

function namesOf(matchers: readonly Matcher[]): readonly string[] {
  return [...new Set(matchers.map(({ label }) => label))];
}

function nodesOf(node: SyntaxNode, name: string): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  node.cursor().iterate(({ name: current, node: inner }) => {
    if (current === name) found.push(inner);
    return inner.from < node.to;
  });
  return found.filter(({ from, to }) => from >= node.from && to <= node.to);
}

function textOf(expr: string, { from, to }: SyntaxNode): string {
  return expr.slice(from, to);
}
