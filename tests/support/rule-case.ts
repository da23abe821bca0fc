import type { AlertName } from "../../configs/thresholds/thresholds";
import type { VariantName } from "./rule-variants";

/** What a case shows of its alert. Each alert has at least one of each kind. */
export const KINDS = ["fires", "stays quiet", "has no data", "resolves"] as const;
export type Kind = (typeof KINDS)[number];

/** Samples by series, in promtool's notation: `{ 'up{job="loki"}': "1 1 0x8" }`. */
export type Series = Readonly<Record<string, string>>;

/** One situation, and how many instances of the alert fire in it and when. */
export interface RuleCase {
  readonly alert: AlertName;
  readonly kind: Kind;
  readonly name: string;
  readonly series: Series;
  /** Instances that fire, by time since the first sample. */
  readonly firing: Readonly<Record<string, number>>;
  /** The stack whose rules are judged. @default `"dev"` */
  readonly on: VariantName;
  /** Time between two samples. */
  readonly every: string;
  /** Time between two looks at the rules. */
  readonly evaluated: string;
}

interface Situation {
  readonly name: string;
  readonly series: Series;
}

type Rhythm = Pick<RuleCase, "on" | "every" | "evaluated">;
type CaseOf = Omit<RuleCase, "alert" | keyof Rhythm>;

export function fires(
  situation: Situation & { readonly at: string; readonly count?: number },
): CaseOf {
  const { name, series, at, count = 1 } = situation;
  return { kind: "fires", name, series, firing: { [at]: count } };
}

export function quiet(situation: Situation & { readonly at: string }): CaseOf {
  const { name, series, at } = situation;
  return { kind: "stays quiet", name, series, firing: { [at]: 0 } };
}

/** Nothing to judge by. An alert on absence fires then, which its case says by `count`. */
export function noData(situation: {
  readonly name?: string;
  readonly series?: Series;
  readonly at: string;
  readonly count?: number;
}): CaseOf {
  const { name = "nothing at all", series = {}, at, count = 0 } = situation;
  return { kind: "has no data", name, series, firing: { [at]: count } };
}

export function resolves(
  situation: Situation & { readonly firesAt: string; readonly overAt: string },
): CaseOf {
  const { name, series, firesAt, overAt } = situation;
  return { kind: "resolves", name, series, firing: { [firesAt]: 1, [overAt]: 0 } };
}

/**
 * The cases of one alert. By default scrapes and evaluations come every 15 s, as in the shipped
 * settings; rules that look back for hours are judged more rarely, to have an answer in time.
 */
export function casesOf(
  alert: AlertName,
  cases: readonly CaseOf[],
  { on = "dev", every = "15s", evaluated = "15s" }: Partial<Rhythm> = {},
): readonly RuleCase[] {
  return cases.map((situation) => ({ ...situation, alert, on, every, evaluated }));
}

/** Cases that can be judged together: of one alert on one stack, evaluated in one rhythm. */
export function casesTogether(
  cases: readonly RuleCase[],
): readonly (readonly [RuleCase, ...RuleCase[]])[] {
  const groups = new Map<string, [RuleCase, ...RuleCase[]]>();
  for (const one of cases) {
    const key = `${one.alert} ${one.on} ${one.evaluated}`;
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}
