import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

import type { ServiceSpec } from "../configs/service-spec";
import { dockerDuration } from "../configs/units";

/**
 * Resource options of every container. The provider calls an edit of these nested properties an
 * update and then leaves the container as it was; only a replacement makes the edit real.
 */
export const replacedWhole: pulumi.CustomResourceOptions = {
  deleteBeforeReplace: true,
  replaceOnChanges: ["healthcheck", "mounts", "tmpfs", "init"],
};

/** What every container of ours has in common, whatever runs in it. */
export function hardened(
  spec: Pick<ServiceSpec, "health" | "memoryMegabytes" | "stopGraceSeconds">,
): Partial<docker.ContainerArgs> {
  return {
    restart: "unless-stopped",
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    memory: spec.memoryMegabytes,
    // Equal, or the provider sees a change after each refresh and cannot raise the limit later.
    memorySwap: spec.memoryMegabytes,
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "3" },
    healthcheck: {
      tests: [...spec.health.command],
      interval: dockerDuration(5_000),
      timeout: dockerDuration(5_000),
      startPeriod: dockerDuration(spec.health.startPeriodMs ?? 30_000),
      retries: 3,
    },
    wait: true,
    waitTimeout: 90,
    // The provider's own default is to kill at once.
    destroyGraceSeconds: spec.stopGraceSeconds,
    stopTimeout: spec.stopGraceSeconds,
  };
}
