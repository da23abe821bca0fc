import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/events";

import { nameOf } from "./forget-host";

/** A container that an update took away and made anew. */
export interface Replaced {
  /** Name of the container, without the stack's. */
  readonly service: string;
  /**
   * From the engine's beginning to stop it until the next one was healthy. The engine notes whole
   * seconds. Undefined where it never came back.
   */
  readonly awaySeconds: number | undefined;
}

const CONTAINER = "docker:index/container:Container";

/** The servers that an update replaced, by the engine's own log of it, in the order of their going. */
export function replacedServers(events: readonly EngineEvent[]): readonly Replaced[] {
  const gone = new Map<string, number>();
  const back = new Map<string, number>();
  for (const { timestamp, resourcePreEvent, resOutputsEvent } of events) {
    const begins = serverOf(resourcePreEvent?.metadata);
    if (begins?.op === "delete-replaced") gone.set(begins.service, timestamp);
    const ends = serverOf(resOutputsEvent?.metadata);
    if (ends?.op === "create-replacement") back.set(ends.service, timestamp);
  }
  return [...gone].map(([service, from]) => {
    const to = back.get(service);
    return { service, awaySeconds: to === undefined ? undefined : to - from };
  });
}

/** Keepers serve nobody: they are replaced by every edit. */
function serverOf(step: StepEventMetadata | undefined) {
  if (step?.type !== CONTAINER) return undefined;
  const name = nameOf(step.urn).replace(/-container$/, "");
  return name.endsWith("-keeper") ? undefined : { op: step.op as string, service: name };
}

/** What people are told of it. */
export function replacedInWords(replaced: readonly Replaced[]): readonly string[] {
  if (replaced.length === 0) return [];
  return [
    "Replaced, and away from the stop of the old container until the new one was healthy:",
    ...replaced.map(({ service, awaySeconds }) =>
      awaySeconds === undefined ? `  ${service} is not back` : `  ${service} ${awaySeconds} s`,
    ),
  ];
}

/** The lines of the engine's `--event-log`; the last one may be cut where the engine was killed. */
export function parseEvents(log: string): readonly EngineEvent[] {
  return log.split("\n").flatMap((line) => {
    try {
      return [JSON.parse(line) as EngineEvent];
    } catch {
      return [];
    }
  });
}
