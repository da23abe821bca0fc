import type { Raw } from "../fixtures";

/** One wrong input over the settings of a test's stack, and each line that is said of it. */
export interface Refusal {
  readonly settings: Raw;
  /** Secret settings, stored encrypted. @default none */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly says: readonly string[];
}

/** A row of the table of wrong inputs that a user may expect an answer to. */
export interface BadInput {
  readonly row: number;
  readonly input: string;
  readonly refused?: readonly Refusal[];
  /** Where what no setting alone shows is tested: file, and name of the test. */
  readonly shownBy?: readonly (readonly [file: string, test: string])[];
  /** Why some of it can be said of no setting. */
  readonly otherwise?: string;
  /** What of it there is not, and why. */
  readonly notBuilt?: string;
}

export function refused(settings: Raw, ...says: readonly string[]): Refusal {
  return { settings, says };
}

export const DURATION = "must be a duration of at least";
export const SPELT = "written like 500ms, 60s, 1m30s or 7d";
/** A mail account, with nothing wrong. */
export const SMTP = {
  kind: "smtp",
  smarthost: "mail.shop.test:587",
  from: "sightline@shop.test",
  to: ["ops@shop.test"],
};
