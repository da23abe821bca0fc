import type { AlertRule } from "../rules/rule";

type Labels = AlertRule["labels"];

/**
 * Several rules of one name as one: the labels in which they differ move into the expression, and
 * where their texts differ, those labels choose. Their `for` is the same, having one setting.
 */
export function merged(rules: readonly AlertRule[]): AlertRule {
  const [first, ...others] = rules;
  if (!first) throw new Error("there is no rule to merge");
  if (others.length === 0) return first;
  if (others.some((rule) => rule.for !== first.for)) {
    throw new Error(`the rules ${first.alert} differ in how long they must hold`);
  }
  const shared = Object.entries(first.labels).filter(([label, value]) =>
    others.every(({ labels }) => labels[label] === value),
  );
  const own = rules.map(({ labels }) =>
    Object.fromEntries(
      Object.entries(labels).filter(([label]) => !shared.some(([name]) => name === label)),
    ),
  );
  return {
    ...first,
    expr: rules.map(({ expr }, index) => withLabels(expr, own[index] ?? {})).join("\nor\n"),
    labels: Object.fromEntries(shared),
    annotations: Object.fromEntries(
      Object.keys(first.annotations).map((key) => [
        key,
        chosenText(
          rules.map(({ annotations }, index) => [annotations[key] ?? "", own[index] ?? {}]),
        ),
      ]),
    ),
  };
}

/** The same in PromQL and in LogQL: whatever the label was before, it has this value now. */
function withLabels(expr: string, labels: Labels): string {
  return Object.entries(labels).reduce((inner, [label, value]) => {
    const replacement = JSON.stringify(value.replaceAll("$", "$$$$"));
    return `label_replace(${inner}, "${label}", ${replacement}, "${label}", ".*")`;
  }, `(${expr})`);
}

/** 1 for none, so that it sorts. */
function hasNone(labels: Labels): 0 | 1 {
  return Object.keys(labels).length === 0 ? 1 : 0;
}

function chosenText(texts: readonly (readonly [text: string, labels: Labels])[]): string {
  const distinct = new Set(texts.map(([text]) => text));
  if (distinct.size === 1) return texts[0]?.[0] ?? "";
  // What no label tells apart, comes last: whatever is none of the others.
  const told = texts.toSorted(([, one], [, other]) => hasNone(one) - hasNone(other));
  const branches = told.map(([text, labels], index) => {
    if (hasNone(labels)) return `{{ else }}${text}`;
    const conditions = Object.entries(labels).map(
      ([label, value]) => `(eq $labels.${label} ${JSON.stringify(value)})`,
    );
    const keyword = index === 0 ? "if" : "else if";
    return `{{ ${keyword} and ${conditions.join(" ")} }}${text}`;
  });
  return `${branches.join("")}{{ end }}`;
}
