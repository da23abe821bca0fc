import { NO_LOGS_LABEL, SERVICE_LABEL, STACK_LABEL } from "./labels";
import { type ServiceSpec, toolOf } from "./service-spec";
import type { Settings } from "./settings/settings";

/** `<stack>-<service>`: what `docker ps` shows, so that two stacks share one Docker host. */
export function containerName({ prefix }: Settings, service: string): string {
  return `${prefix}-${service}`;
}

/** The image to run: the one from the settings, or else the pinned one. */
export function imageOf({ images }: Settings, spec: ServiceSpec): string {
  return images[toolOf(spec)] ?? spec.image;
}

/** Labels by which people, tests and log collection find a stack's containers. */
export function labelsOf(
  { prefix }: Settings,
  spec: Pick<ServiceSpec, "name" | "excludeFromLogs" | "labels">,
) {
  return [
    { label: STACK_LABEL, value: prefix },
    { label: SERVICE_LABEL, value: spec.name },
    ...(spec.excludeFromLogs ? [{ label: NO_LOGS_LABEL, value: "off" }] : []),
    ...Object.entries(spec.labels ?? {}).map(([label, value]) => ({ label, value })),
  ];
}
