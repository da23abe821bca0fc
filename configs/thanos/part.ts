import { centralPort } from "../central";
import { wgetHealth } from "../health";
import type { ServiceSpec } from "../service-spec";

/** Port of every part for health, metrics and, of the querier, queries. */
const HTTP_PORT = centralPort("thanos-query");
/** Port on which the querier asks the sidecar and the store. */
const ASKED_PORT = 10901;

/**
 * The parts that the querier asks, by addresses that it looks up itself: left to gRPC, each connection also
 * asks DNS for more than addresses, which on a network without a way out nobody answers in time.
 */
export const ASKED = ["thanos-sidecar", "thanos-store"].map((name) => `dns+${name}:${ASKED_PORT}`);

/** Why those with a volume of their own run as root, which has no capabilities all the same. */
export const ROOT_REASON =
  "its image brings no folder for data, and a new volume belongs to root: nobody else could write to it";

/** Of the limit; past the limit itself the kernel kills. */
const HEAP_SHARE = 0.8;

/** What all parts of Thanos have in common. They are one tool: one image, one scrape job. */
export function thanosPart(part: {
  readonly name: `thanos-${string}`;
  readonly kind: string;
  /** What the program is told to be, then its flags. */
  readonly args: readonly [command: string, ...flags: string[]];
  readonly user: string;
  readonly memoryMegabytes: number;
}) {
  const { memoryMegabytes } = part;
  return {
    ...part,
    tool: "thanos",
    image: "quay.io/thanos/thanos:v0.42.4",
    port: HTTP_PORT,
    args: [...part.args, "--log.level=warn"],
    environment: { GOMEMLIMIT: `${Math.floor(memoryMegabytes * HEAP_SHARE)}MiB` },
    networks: ["data"],
    health: wgetHealth(HTTP_PORT, "/-/healthy"),
    stopGraceSeconds: 30,
    monitoring: { scrape: {} },
  } satisfies ServiceSpec;
}
