import type { Properties } from "../command-plugin/wire";

export interface Made {
  readonly id: string;
  readonly outs: Properties;
}

/** How one type of resource lives at Google. */
export interface Resource<Inputs> {
  /** Inputs in the form by which the published plugin compares them, defaults filled in. */
  readonly compared: (inputs: Partial<Inputs>) => Properties;
  /** What cannot be changed in place. */
  readonly fixed: readonly string[];
  readonly create: (inputs: Inputs) => Promise<Made>;
  /** @returns nothing where it is gone */
  readonly read: (id: string, state: Properties) => Promise<Properties | undefined>;
  /** Absent where nothing can be changed in place. */
  readonly update?: (id: string, inputs: Inputs) => Promise<Properties>;
  readonly delete: (id: string, state: Properties) => Promise<void>;
}
