import { AlertPolicy } from "@pulumi/gcp/monitoring/alertPolicy";
import { NotificationChannel } from "@pulumi/gcp/monitoring/notificationChannel";
import { UptimeCheckConfig } from "@pulumi/gcp/monitoring/uptimeCheckConfig";
import * as pulumi from "@pulumi/pulumi";

import {
  failureCondition,
  failurePolicy,
  mailChannel,
  type OutsideWatchPlan,
  uptimeCheck,
} from "../configs/outside-watch/google";
import { watchedPage } from "../configs/outside-watch/page";
import type { Settings } from "../configs/settings/settings";

export interface OutsideWatchArgs extends OutsideWatchPlan {
  /** What is watched: it would be missed before it is there, and when it goes. @default nothing */
  after?: readonly pulumi.Resource[];
}

/** Google asks for a page of the monitoring host, and sends mail when it does not answer. */
export class OutsideWatch extends pulumi.ComponentResource {
  constructor(name: string, args: OutsideWatchArgs, opts?: pulumi.ComponentResourceOptions) {
    super("sightline:watch:OutsideWatch", name, {}, opts);
    const child = { parent: this };

    const check = new UptimeCheckConfig(`${name}-check`, uptimeCheck(args), {
      ...child,
      dependsOn: [...(args.after ?? [])],
    });
    const channels = args.watch.to.map(
      (address) =>
        new NotificationChannel(`${name}-mail-${address}`, mailChannel(args, address), child),
    );
    new AlertPolicy(
      `${name}-alert`,
      {
        ...failurePolicy(args),
        conditions: [check.uptimeCheckId.apply((checkId) => failureCondition(args, checkId))],
        notificationChannels: channels.map((channel) => channel.name),
      },
      child,
    );
    this.registerOutputs({});
  }
}

/** The watch, where the settings want one, after all that it watches. */
export function createOutsideWatch(
  settings: Settings,
  after: readonly pulumi.Resource[],
): OutsideWatch | undefined {
  const { outsideWatch: watch, prefix } = settings;
  if (!watch) return undefined;
  const page = watchedPage(settings);
  if (!page) throw new Error("nothing to watch, and the settings were not refused");
  return new OutsideWatch("outside-watch", { watch, page, prefix, after });
}
