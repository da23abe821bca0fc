import type { BenchStack } from "../bench-stack";
import { composeProject } from "../compose-file";
import { composeContender } from "../contenders/compose";
import { type Contender, type Step, STEPS } from "../contenders/contender";
import { EDIT, EDITED_SETTING, pulumiContender } from "../contenders/pulumi";
import { terraformContender } from "../contenders/terraform";
import { mapped, type Variants } from "../contenders/variants";
import { type Deployed, deployedOf } from "../deployed";
import type { Row, Section } from "../figures";
import { terraformJson } from "../terraform-json";

/** What people run in the place of a step that their tool has not got. */
const INSTEAD: Partial<Readonly<Record<Step, Step>>> = {
  "preview, nothing changed": "up, nothing changed",
};

type Measured = ReadonlyMap<Step, number[]>;

/** Deploying, changing and destroying, against Terraform and Compose with the same resources. */
export async function benchUp(stack: BenchStack, runs: number): Promise<Section> {
  const variants = await deployedVariants(stack);
  const own = pulumiContender(stack);
  const terraform = await terraformContender(stack, (version) =>
    mapped(variants, (one) => terraformJson(one, version)),
  );
  const compose = await composeContender(stack, mapped(variants, composeProject));
  const others = [...(typeof terraform === "string" ? [] : [terraform]), compose];
  await stack.destroy();
  const measured = new Map<Contender, Measured>();
  for (let run = 1; run <= runs; run += 1) {
    // In turn, so that whatever else this machine does hits all of them.
    for (const contender of [own, ...others]) {
      const before = measured.get(contender) ?? new Map<Step, number[]>();
      measured.set(
        contender,
        await round(contender, before, (step, seconds) => {
          const what = `${contender.name}, ${step}: ${seconds.toFixed(1)} s`;
          stack.commands.report(`run ${run} of ${runs}: ${what}`);
        }),
      );
    }
  }
  await stack.edit({ [EDITED_SETTING]: EDIT.before });
  return {
    rows: STEPS.flatMap((step) => rowsOf(step, own, others, measured)),
    notes: [counts(variants.before), ...(typeof terraform === "string" ? [`${terraform}.`] : [])],
  };
}

/** What is deployed, before the edit and after it. */
async function deployedVariants(stack: BenchStack): Promise<Variants<readonly Deployed[]>> {
  const before = deployedOf(await stack.exported());
  await stack.edit({ [EDITED_SETTING]: EDIT.after });
  await stack.up();
  return { before, after: deployedOf(await stack.exported()) };
}

async function round(
  contender: Contender,
  before: Measured,
  report: (step: Step, seconds: number) => void,
): Promise<Measured> {
  const all = new Map(before);
  for (const step of STEPS) {
    const seconds = await contender.steps[step]?.();
    if (seconds === undefined) continue;
    report(step, seconds);
    all.set(step, [...(all.get(step) ?? []), seconds]);
  }
  return all;
}

function rowsOf(
  step: Step,
  own: Contender,
  others: readonly Contender[],
  measured: ReadonlyMap<Contender, Measured>,
): readonly Row[] {
  const samples = measured.get(own)?.get(step) ?? [];
  return others.flatMap((other) => {
    const instead = other.steps[step] ? step : INSTEAD[step];
    const theirs = instead && measured.get(other)?.get(instead);
    if (!theirs) return [];
    const what = instead === step ? other.name : `${other.name}: ${instead}`;
    const versus = { what, samples: theirs };
    return [{ what: step, unit: "s", samples, versus, evidence: "real" }];
  });
}

function counts(deployed: readonly Deployed[]): string {
  const kinds = (["container", "volume", "network", "image"] as const).map((kind) => {
    const { length } = deployed.filter((one) => one.kind === kind);
    return `${length} ${kind}s`;
  });
  return `Each deploys the same ${kinds.join(", ")}, keepers and their files among them.`;
}
