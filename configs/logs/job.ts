import type { Stage } from "./stage";

/** One rule of Prometheus' relabelling, which both agents know. */
export interface RelabelRule {
  readonly sourceLabels?: readonly string[];
  readonly regex?: string;
  readonly targetLabel?: string;
  readonly replacement?: string;
  readonly action?: "drop" | "keep";
}

/** Files that an agent follows. */
export interface FileJob {
  readonly kind: "files";
  readonly name: string;
  /** Inside the agent's container, with a pattern for the file's name. */
  readonly path: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly stages: readonly Stage[];
}

/** Containers whose output an agent follows, found through the read-only Docker API. */
export interface DockerJob {
  readonly kind: "docker";
  readonly name: string;
  /** `key=value` of a container's label. @default every container */
  readonly filter?: string;
  readonly relabel: readonly RelabelRule[];
  readonly stages: readonly Stage[];
}

/** Lines that others push, as they would to Loki. Each gets the time at which it comes. */
export interface PushJob {
  readonly kind: "push";
  readonly name: string;
  /** On which the agent takes them. */
  readonly port: number;
  /** Set on every line; those that it came with stay, unless a stage takes them away. */
  readonly labels: Readonly<Record<string, string>>;
  readonly stages: readonly Stage[];
}

export type LogJob = FileJob | DockerJob | PushJob;
