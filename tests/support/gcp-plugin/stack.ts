import path from "node:path";

import type { LogBucketArgs } from "../../../components/log-bucket";
import type { OutsideWatchPlan } from "../../../configs/outside-watch/google";
import { repositoryRoot } from "../../../tools/lib/paths";
import { SmallStack } from "../small-stack";
import { withGcpPlugin } from "./environment";

interface Plan {
  readonly repositoryRoot: string;
  /** Absent: logs are kept elsewhere. */
  readonly logBucket?: LogBucketArgs;
  /** Absent: nobody watches from outside. */
  readonly outsideWatch?: OutsideWatchPlan;
}

export type GcpStack = SmallStack<Plan>;

/** A stack under the real engine with nothing but what is Google's. */
export async function gcpStack(cloudOrigin: string): Promise<GcpStack> {
  return SmallStack.create<Plan>({
    program: path.join(__dirname, "program.mjs"),
    withPlugin: (environment) => withGcpPlugin(environment, cloudOrigin),
  });
}

export function planOf(parts: Omit<Plan, "repositoryRoot"> = {}): Plan {
  return { repositoryRoot, ...parts };
}
