import type { Problem } from "../errors";
import type { Settings } from "../settings/settings";
import { type LogPlace, placeName, placeOf, readPlace } from "../storage/place";
import type { Facts } from "./facts";

interface Findings {
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

const FINE: Findings = { problems: [], notes: [] };

/**
 * What becomes of logs where the settings name another place than the Loki that runs. Nothing deletes
 * them: what Pulumi would delete is refused, and what stays is told of.
 */
export function logPlaceFindings(settings: Settings, { logStorage, today }: Facts): Findings {
  if (logStorage === undefined) return FINE;
  const [before, after] = [readPlace(logStorage), placeOf(settings)];
  if (isDeleted(settings, before, after)) {
    return { problems: [deletes(settings, before)], notes: [] };
  }
  const wrong = wrongDay({ before, after, today });
  if (wrong) return { problems: [wrong], notes: [] };
  if (isSamePlace(before, after)) return FINE;
  if (isSameBucket(before, after) && makesBucket(settings)) {
    return { problems: [cannotMove(before, after)], notes: [] };
  }
  const [from, to] = [before, after].map((place) => placeName(settings, place));
  if (before.kind === "filesystem" && after.from !== undefined) {
    return {
      problems: [],
      notes: [
        `sightline:logs.storage moves logs to ${to ?? ""}. Lines of days before ${after.from} (UTC) stay in ${from ?? ""}, and are found there; nothing deletes them before their time.`,
      ],
    };
  }
  return {
    problems: [],
    notes: [
      `sightline:logs.storage moves logs to ${to ?? ""}. The lines so far stay in ${from ?? ""}; nothing deletes them, ` +
        'and queries find new lines only. docs/storage.md, "Another place", says how to read them again.',
    ],
  };
}

function isSameBucket(one: LogPlace, other: LogPlace): boolean {
  return one.kind === other.kind && one.bucket === other.bucket;
}

function isSamePlace(one: LogPlace, other: LogPlace): boolean {
  return isSameBucket(one, other) && one.at === other.at;
}

function makesBucket({ logs: { storage } }: Settings): boolean {
  return storage.kind === "gcs" && !storage.existing;
}

/** As the stack was deployed, a bucket that it makes no more is deleted, with all that is in it. */
function isDeleted(settings: Settings, before: LogPlace, after: LogPlace): boolean {
  const isLeft = !isSamePlace(before, after) || !makesBucket(settings);
  return before.fate === "delete" && isLeft;
}

function deletes(settings: Settings, before: LogPlace): Problem {
  return {
    path: "sightline:logs.storage",
    rule: `must not take ${placeName(settings, before)} out of a stack that was deployed with protectData: false: it would be deleted, with all logs`,
    fix: "set logs.storage back, protectData to true, and run pulumi up; then change it, and the bucket stays",
  };
}

function cannotMove(before: LogPlace, after: LogPlace): Problem {
  return {
    path: "sightline:logs.storage",
    rule: "must name another bucket where project or location change: a bucket cannot move",
    got: `${after.bucket} in ${after.at}; it is in ${before.at}`,
    fix: "set project and location back, or change bucket as well",
  };
}

/** What was written on the wrong side of that day would not be looked for. */
function wrongDay({
  before,
  after: { from },
  today,
}: {
  readonly before: LogPlace;
  readonly after: LogPlace;
  readonly today: string;
}): Problem | undefined {
  if (from === undefined || from === before.from) return undefined;
  if (before.kind === "filesystem") {
    if (from > today) return undefined;
    return {
      path: "sightline:logs.storageBefore.until",
      rule: "must be a day to come (UTC): lines of today are on the disk already",
      got: `${from}; today is ${today}`,
      fix: "set it to tomorrow",
    };
  }
  return {
    path: "sightline:logs.storageBefore",
    rule: "must be set by the update that moves logs to a bucket, and stay as it is: lines that are in the bucket already would not be found",
    got: `until ${from}`,
    fix: before.from === undefined ? "remove it" : `set until to ${before.from}, or remove it`,
  };
}
