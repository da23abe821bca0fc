import { containerName } from "../../../configs/docker-spec";
import type { Settings } from "../../../configs/settings/settings";
import type { Check } from "../check";
import { type Finding, fine, problem, unknown, unneeded } from "../finding";
import { queryPrometheus, type Sample } from "../servers";

const PATH = "sightline:logs.storage";
const LOKI = 'job="loki"';

const QUERIES = ["operations", "operation_failures"].map(
  (metric) =>
    `sum by (operation) (increase(loki_objstore_bucket_${metric}_total{${LOKI},operation=~"iter|get|upload|delete"}[1h]))`,
);

/** What Loki calls them, and what they are. */
const OPERATIONS: readonly (readonly [name: string, words: string])[] = [
  ["iter", "list"],
  ["get", "read"],
  ["upload", "write"],
  ["delete", "delete"],
];

export const bucket: Check = {
  name: "bucket",
  looksAt:
    "whether Loki may list, read, write and delete in its bucket: what came of it in the last hour",
  limitSeconds: 25,
  run: async (examined, signal) => {
    const { settings } = examined;
    if (settings.logs.storage.kind === "filesystem") {
      return [unneeded(PATH, "logs are kept on the host's own disk")];
    }
    const [done = [], failed = []] = await queryPrometheus(examined, QUERIES, signal);
    return [bucketFinding(settings, done, failed)];
  },
};

/** @param done how often each operation was tried @param failed how often in vain */
export function bucketFinding(
  settings: Settings,
  done: readonly Sample[],
  failed: readonly Sample[],
): Finding {
  const count = (samples: readonly Sample[], name: string) =>
    Math.round(samples.find(({ labels }) => labels.operation === name)?.value ?? 0);
  const tried = OPERATIONS.filter(([name]) => count(done, name) > 0);
  if (tried.length === 0) {
    const fix =
      "ask again in a quarter of an hour; pulumi up tries the bucket before it replaces Loki";
    return unknown(PATH, "Loki has not used its bucket in the last hour", fix);
  }
  const inVain = tried.filter(([name]) => count(failed, name) > 0);
  if (inVain.length === 0) {
    const words = tried.map(([name, what]) => `${what} ${count(done, name)} times`).join(", ");
    return fine(PATH, `Loki used its bucket in the last hour and was never refused: ${words}`);
  }
  const words = inVain.map(
    ([name, what]) => `${count(failed, name)} of ${count(done, name)} attempts to ${what} failed`,
  );
  const loki = containerName(settings, "loki");
  return problem({
    path: PATH,
    rule: "must let Loki list, read, write and delete",
    got: `${words.join(", ")} in the last hour`,
    fix: `read why: docker logs --since 1h ${loki} 2>&1 | grep -iE 'denied|forbidden|403'; the account needs the roles in docs/storage.md`,
  });
}
