/** What each tool does with the same resources, in this order. */
export const STEPS = [
  "up from nothing",
  "preview, nothing changed",
  "preview with refresh, nothing changed",
  "up, nothing changed",
  "up after one edit",
  "destroy",
] as const;

export type Step = (typeof STEPS)[number];

/** A tool that deploys the resources of a stack. */
export interface Contender {
  /** With its version. */
  readonly name: string;
  /** What it runs for each step, in seconds until it is done; absent where it has no such step. */
  readonly steps: Partial<Readonly<Record<Step, () => Promise<number>>>>;
}
