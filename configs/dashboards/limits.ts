import { ThresholdsConfigBuilder, ThresholdsMode } from "@grafana/grafana-foundation-sdk/dashboard";

/** The numbers at which alerts fire, in the panel's unit, and on which side of them it is bad. */
export interface Limits {
  readonly bad: "above" | "below";
  /** One number, or a warning and what is worse. */
  readonly at: readonly [number] | readonly [warning: number, critical: number];
}

export function above(...at: Limits["at"]): Limits {
  return { bad: "above", at };
}

export function below(...at: Limits["at"]): Limits {
  return { bad: "below", at };
}

/** The limits as Grafana's colour steps, of which each holds from its value upwards. */
export function steps({ bad, at }: Limits): ThresholdsConfigBuilder {
  const middle = at.length === 2 ? ["orange"] : [];
  const colours = ["green", ...middle, "red"];
  const rising = bad === "above" ? colours : colours.toReversed();
  const values = [null, ...at.toSorted((one, other) => one - other)];
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(values.map((value, index) => ({ value, color: rising[index] ?? "red" })));
}
