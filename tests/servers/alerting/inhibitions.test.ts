import type { Inhibition } from "../../../configs/alerting/inhibition";
import { inhibitions } from "../../../configs/alerting/inhibitions";
import { gather } from "../../../configs/gathered";
import { placedSpecs } from "../../../configs/hosts";
import { TestAlertmanager } from "../../support/alertmanager";
import { devSettings, EXPORTERS_RAW } from "../../support/fixtures";
import { waitFor } from "../../support/wait";

/**
 * Every inhibition in both directions, judged by a real Alertmanager: the alert that follows from a
 * fault is muted, and the same alert about another thing is not.
 */
const LONG = "1h";
const settings = devSettings({
  hosts: { app: { exporters: EXPORTERS_RAW } },
  alerting: { grouping: { criticalWait: LONG, wait: LONG } },
});
const rules = inhibitions(settings, gather(settings, placedSpecs(settings)));

type Labels = Readonly<Record<string, string>>;

/** A source, an alert that it may mute, and whether it must. */
interface Case {
  readonly env: string;
  readonly source: Labels;
  readonly target: Labels;
  readonly isMuted: boolean;
}

/** Label values that satisfy the matchers: one for each alternative of the alert's name. */
function satisfying(matchers: readonly string[]): readonly Labels[] {
  const parsed = matchers.map((matcher) => /^(\w+)(=~|!~|!=|=)"(.*)"$/.exec(matcher));
  return parsed.reduce<readonly Labels[]>(
    (sets, match) => {
      const [, label = "", operator = "", value = ""] = match ?? [];
      const values = operator === "=~" ? alternatives(value) : [value];
      const allowed = operator.startsWith("!") ? [`other-${label}`] : values;
      return sets.flatMap((set) => allowed.map((one) => ({ ...set, [label]: one })));
    },
    [{}],
  );
}

/** `a|b` and `app-(a|b)`, the only regular expressions in our matchers. */
function alternatives(expression: string): readonly string[] {
  const inner = /^(.*)\((.+)\)$/.exec(expression);
  if (inner) return (inner[2] ?? "").split("|").map((part) => `${inner[1] ?? ""}${part}`);
  return expression.split("|");
}

function casesOf(rule: Inhibition): readonly Case[] {
  const compared = rule.equal.filter((label) => label !== "env");
  const same = Object.fromEntries(compared.map((label) => [label, `the-${label}`]));
  const pairs = satisfying(rule.source_matchers).flatMap((source) =>
    satisfying(rule.target_matchers).map(
      (target) =>
        [
          { ...same, ...source },
          // What the source must be like holds for what is compared with it, too.
          { ...same, ...pick(source, compared), ...target },
        ] as const,
    ),
  );
  return pairs.flatMap(([source, target], pair) => [
    { env: `${rule.name}-${pair}`, source, target, isMuted: true },
    ...compared
      .filter((label) => !rule.target_matchers.some((matcher) => matcher.startsWith(`${label}=`)))
      .map((label) => ({
        env: `${rule.name}-${pair}-other-${label}`,
        source,
        target: { ...target, [label]: "another" },
        isMuted: false,
      })),
  ]);
}

function pick(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => names.includes(name)));
}

let alertmanager: TestAlertmanager;
/** Environments whose target is muted. */
let muted: ReadonlySet<string>;

const cases = rules.flatMap(casesOf);

beforeAll(async () => {
  alertmanager = await TestAlertmanager.start(settings);
  const alerts = cases.flatMap(({ env, source, target }) => [
    { labels: { env, role: "source", ...source } },
    { labels: { env, role: "target", ...target } },
  ]);
  await alertmanager.post(...alerts);
  const seen = await waitFor(
    { what: "all alerts", deadlineMs: 20_000 },
    () => alertmanager.alerts(),
    (all) => all.length === alerts.length,
  );
  const targets = seen.filter(({ labels }) => labels.role === "target");
  muted = new Set(
    targets
      .filter(({ status }) => status.inhibitedBy.length > 0)
      .map(({ labels }) => labels.env ?? ""),
  );
}, 60_000);

afterAll(async () => {
  await (alertmanager as TestAlertmanager | undefined)?.stop();
}, 60_000);

test.each(rules.map(({ name }) => name))("%s mutes what follows, and nothing else", (name) => {
  const own = cases.filter(({ env }) => env.startsWith(`${name}-`));
  expect(own.some(({ isMuted }) => isMuted)).toBe(true);
  expect(own.map(({ env, target }) => [env, target.alertname, muted.has(env)])).toEqual(
    own.map(({ env, target, isMuted }) => [env, target.alertname, isMuted]),
  );
});
