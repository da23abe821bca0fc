/** A value of a stack's configuration, as `pulumi config --json` and the history have it. */
export interface ConfigValue {
  readonly value?: string;
  readonly objectValue?: unknown;
  readonly secret: boolean;
}

/** By full key: `sightline:site`. */
export type Config = Readonly<Record<string, ConfigValue>>;

/** An update as the history of a stack has it. */
export interface PastUpdate {
  readonly kind: string;
  readonly result: string;
  readonly startTime: string;
  readonly config: Config;
}
