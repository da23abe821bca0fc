import { SECRET_KEYS } from "../../../configs/secrets";
import { merged, type Raw } from "../fixtures";
import { problemsOf } from "../problems";
import type { Refusal } from "./bad-input";

/**
 * Wrong inputs put together as far as each is still told: one report has all that is wrong, and a
 * preview takes seconds.
 *
 * @param base the right settings that they are put into
 */
export function batches(base: Raw, refusals: readonly Refusal[]): readonly Refusal[] {
  // Secrets are looked at when the settings are right.
  const ofSecrets = refusals.filter(
    ({ settings }) => problemsOf(plain(base, settings)).length === 0,
  );
  const ofSettings = refusals.filter((refusal) => !ofSecrets.includes(refusal));
  return [
    ...folded(ofSettings, ({ settings, says }) => same(problemsOf(merged(base, settings)), says)),
    ...folded(ofSecrets, ({ says }) => new Set(says.map(keyOf)).size === says.length),
  ];
}

/** Each goes into the first batch that still says all of it. */
function folded(
  refusals: readonly Refusal[],
  fits: (both: Refusal) => boolean,
): readonly Refusal[] {
  return refusals.reduce<readonly Refusal[]>((found, refusal) => {
    const at = found.findIndex((batch) => fits(together(batch, refusal)));
    const batch = found[at];
    return batch ? found.with(at, together(batch, refusal)) : [...found, refusal];
  }, []);
}

function together(one: Refusal, other: Refusal): Refusal {
  return {
    settings: merged(one.settings, other.settings),
    secrets: { ...one.secrets, ...other.secrets },
    says: [...one.says, ...other.says],
  };
}

function plain(base: Raw, settings: Raw): Raw {
  const entries = Object.entries(settings).filter(([key]) => !SECRET_KEYS.includes(key));
  return merged(base, Object.fromEntries(entries));
}

function keyOf(line: string): string | undefined {
  return line.split(":")[0];
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());
}
