import { CONFIG_PATH } from "../service-spec";
import type { Settings } from "../settings/settings";
import type { Trial } from "../trial";

/** Loki's main file for a trial where today's lines still go to the disk: there, all go to the bucket. */
export const TRIAL_FILE = "loki-trial.yml";

/** Google takes minutes to put a new right in force; elsewhere, what fails at once will fail later. */
const DEADLINE_SECONDS = { gcs: 180, s3: 20 } as const;

/**
 * Loki writes one line to its bucket, as the new one would. Only the parts that write: none that tidies
 * up, since another Loki may be doing just that. Nothing where logs are kept on disk.
 *
 * @param deadlineSeconds how long it may fail @default 20, or 180 for Google
 */
export function bucketTrial(
  { storage: { kind }, storageBefore }: Settings["logs"],
  deadlineSeconds?: number,
): Trial | undefined {
  if (kind === "filesystem") return undefined;
  return {
    args: [
      ...(storageBefore ? [`-config.file=${CONFIG_PATH}/${TRIAL_FILE}`] : []),
      "-target=distributor,ingester",
      "-ingester.flush-op-backoff-min-period=2s",
      "-ingester.flush-op-backoff-max-period=5s",
    ],
    ask: askToWrite(deadlineSeconds ?? DEADLINE_SECONDS[kind]),
    failure: "Loki cannot write to its bucket, and was not replaced",
    // What was tried to be written follows the reason.
    reason: String.raw`/msg="failed to flush"\|msg="error running loki"/{s/.* err="//;s/failed to flush chunks: store put chunk: //;s/, num_chunks: .*//;s/\\n.*//;s/"$//;s/\\//g;p;}`,
  };
}

/** The line has labels of its own; Loki keeps it as long as any other. */
function askToWrite(seconds: number): string {
  return `loki=http://127.0.0.1:3100
curl --silent --output /dev/null --retry 30 --retry-delay 1 --retry-all-errors --fail "$loki/ready" || exit 1
printf '{"streams":[{"stream":{"job":"sightline","service":"loki"},"values":[["%s000000000","the bucket was tried before Loki is replaced"]]}]}' "$(date +%s)" |
  curl --silent --fail --header 'Content-Type: application/json' --data-binary @- "$loki/loki/api/v1/push" || exit 1
curl --silent --output /dev/null --request POST "$loki/flush"
left=${seconds}
while [ "$left" -gt 0 ]; do
  # Attempts and durations count failures as well.
  curl --silent "$loki/metrics" | grep -q '^loki_objstore_bucket_last_successful_upload_time{.*} [1-9]' && exit 0
  left=$((left - 1))
  sleep 1
done
exit 1`;
}
