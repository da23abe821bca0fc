import { containerName } from "../docker-spec";
import { LOG_STORAGE_LABEL } from "../labels";
import type { Settings } from "../settings/settings";
import type { LogStorage } from "./object-store";

/** Where a Loki keeps its logs, and what becomes of that place when it leaves the stack. */
export interface LogPlace {
  readonly kind: LogStorage["kind"];
  /** Empty where logs are kept on disk. */
  readonly bucket: string;
  /** Whose the bucket is: project and region, or the address of the store; empty on disk. */
  readonly at: string;
  /** `delete` has Pulumi delete it with all logs, `keep` leaves it where it is. */
  readonly fate: "keep" | "delete";
  /** The first day of which lines are there, where those of before are read from the disk. */
  readonly from?: string;
}

const ON_DISK: LogPlace = { kind: "filesystem", bucket: "", at: "", fate: "keep" };

/** Where these settings keep logs. */
export function placeOf(settings: Settings): LogPlace {
  const { storageBefore } = settings.logs;
  return { ...bucketOf(settings), ...(storageBefore ? { from: storageBefore.until } : {}) };
}

function bucketOf({ logs: { storage }, protectData }: Settings): LogPlace {
  switch (storage.kind) {
    case "filesystem":
      return ON_DISK;
    case "gcs": {
      const { kind, bucket, project, location, existing } = storage;
      const fate = existing || protectData ? "keep" : "delete";
      return { kind, bucket, at: `${project}/${location}`, fate };
    }
    case "s3": {
      const { kind, bucket, region, endpoint } = storage;
      return { kind, bucket, at: endpoint ?? region, fate: "keep" };
    }
  }
}

/** What Loki's container says of it, so that the next update knows; nothing where logs are on disk. */
export function placeLabels(settings: Settings): Readonly<Record<string, string>> {
  const { kind, bucket, at, fate, from } = placeOf(settings);
  if (kind === "filesystem") return {};
  return { [LOG_STORAGE_LABEL]: [kind, bucket, at, fate, ...(from ? [from] : [])].join(" ") };
}

/** Reads the label of a container, empty where it has none. */
export function readPlace(label: string): LogPlace {
  const [kind, bucket = "", at = "", fate, from] = label.split(" ");
  if (kind !== "gcs" && kind !== "s3") return ON_DISK;
  return {
    ...{ kind, bucket, at, fate: fate === "delete" ? "delete" : "keep" },
    ...(from === undefined ? {} : { from }),
  };
}

/** The place in words. */
export function placeName(settings: Settings, { kind, bucket, at }: LogPlace): string {
  if (kind === "filesystem") return `the volume ${containerName(settings, "loki-data")}`;
  return kind === "gcs" ? `the bucket gs://${bucket}` : `the bucket ${bucket} at ${at}`;
}
