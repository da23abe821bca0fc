import { describeProblem } from "../../../../configs/errors";
import { LOG_STORAGE_LABEL } from "../../../../configs/labels";
import { judge } from "../../../../configs/preflight/judge";
import { machineNeeds } from "../../../../configs/preflight/needs";
import type { Settings } from "../../../../configs/settings/settings";
import { placeLabels } from "../../../../configs/storage/place";
import { prodSettings, type Raw } from "../../../support/fixtures";
import { answerOf, HEALTHY } from "../../../support/host-facts";

const FILESYSTEM = { kind: "filesystem" };
const S3 = { kind: "s3", region: "eu-central-1", bucket: "shop-logs" };
const GCS = {
  ...{ kind: "gcs", project: "shop-42", location: "europe-west1" },
  bucket: "shop-website-logs",
};

const prod = (storage: Raw, more: Raw = {}) => prodSettings({ logs: { storage }, ...more });

/** What is said on the monitoring host where its Loki was deployed with other settings before. */
function said(before: Settings | undefined, after: Settings) {
  const needs = machineNeeds(after).find(({ host }) => host === "monitoring");
  if (!needs) throw new Error("no needs of the monitoring host");
  const label = before && (placeLabels(before)[LOG_STORAGE_LABEL] ?? "");
  const deployed = label === undefined ? [] : ["today\t2026-11-27", `log-storage\t${label}`];
  const { problems, notes } = judge(after, needs, answerOf([...HEALTHY, ...deployed]));
  return [...problems.map(describeProblem), ...notes];
}

const moved = (from: string, to: string) => [
  `sightline:logs.storage moves logs to ${to}. The lines so far stay in ${from}; nothing deletes them, and queries find new lines only. docs/storage.md, "Another place", says how to read them again.`,
];

const VOLUME = "the volume prod-loki-data";
const GCS_BUCKET = "the bucket gs://shop-website-logs";

describe("another place for logs", () => {
  it.each([
    [prod(FILESYSTEM), prod(GCS), moved(VOLUME, GCS_BUCKET)],
    [prod(GCS), prod(FILESYSTEM), moved(GCS_BUCKET, VOLUME)],
    [
      prod(GCS),
      prod({ ...GCS, bucket: "shop-logs-2", location: "europe-west4" }),
      moved(GCS_BUCKET, "the bucket gs://shop-logs-2"),
    ],
    [prod(GCS), prod(S3), moved(GCS_BUCKET, "the bucket shop-logs at eu-central-1")],
    [
      prod({ ...S3, endpoint: "https://minio.shop.test" }),
      prod(S3),
      moved(
        "the bucket shop-logs at https://minio.shop.test",
        "the bucket shop-logs at eu-central-1",
      ),
    ],
    [
      prod({ ...GCS, existing: true }, { protectData: false }),
      prod(FILESYSTEM),
      moved(GCS_BUCKET, VOLUME),
    ],
  ])("is told of, with where the lines of before stay: change %#", (before, after, note) => {
    expect(said(before, after)).toEqual(note);
  });

  it.each([
    ["another kind", prod(FILESYSTEM)],
    ["another bucket, and protection", prod({ ...GCS, bucket: "shop-logs-2" })],
    ["a bucket that the stack makes no more", prod({ ...GCS, existing: true })],
  ])("is refused where Pulumi would delete the bucket: %s", (_, after) => {
    expect(said(prod(GCS, { protectData: false }), after)).toEqual([
      "  - sightline:logs.storage: must not take the bucket gs://shop-website-logs out of a stack that was deployed with protectData: false: it would be deleted, with all logs. Fix: set logs.storage back, protectData to true, and run pulumi up; then change it, and the bucket stays",
    ]);
  });

  it("is refused where the same bucket would have to move", () => {
    expect(said(prod(GCS), prod({ ...GCS, location: "europe-west4" }))).toEqual([
      "  - sightline:logs.storage: must name another bucket where project or location change: a bucket cannot move; got shop-website-logs in shop-42/europe-west4; it is in shop-42/europe-west1. Fix: set project and location back, or change bucket as well",
    ]);
  });

  it.each([
    ["no Loki is there yet", undefined, prod(GCS)],
    ["it is the same volume", prod(FILESYSTEM), prod(FILESYSTEM)],
    ["it is the same bucket", prod(GCS), prod({ ...GCS, credentials: "file" })],
    ["the bucket is protected from now on", prod(GCS, { protectData: false }), prod(GCS)],
    ["the bucket stays, and is not made any more", prod(GCS), prod({ ...GCS, existing: true })],
  ])("is not spoken of where %s", (_, before, after) => {
    expect(said(before, after)).toEqual([]);
  });
});

describe("logs that move from disk to a bucket and stay in sight", () => {
  const until = (day: string, storage: Raw = GCS) =>
    prodSettings({ logs: { storage, storageBefore: { kind: "filesystem", until: day } } });

  it("are told of", () => {
    expect(said(prod(FILESYSTEM), until("2026-11-28"))).toEqual([
      `sightline:logs.storage moves logs to ${GCS_BUCKET}. Lines of days before 2026-11-28 (UTC) stay in ${VOLUME}, and are found there; nothing deletes them before their time.`,
    ]);
  });

  it.each(["2026-11-27", "2026-11-01"])("are refused from a day that has begun: %s", (day) => {
    expect(said(prod(FILESYSTEM), until(day))).toEqual([
      `  - sightline:logs.storageBefore.until: must be a day to come (UTC): lines of today are on the disk already; got ${day}; today is 2026-11-27. Fix: set it to tomorrow`,
    ]);
  });

  it.each([
    [prod(GCS), "remove it"],
    [until("2026-11-20"), "set until to 2026-11-20, or remove it"],
  ])("are refused where lines are in the bucket already: %#", (before, fix) => {
    expect(said(before, until("2026-11-28"))).toEqual([
      `  - sightline:logs.storageBefore: must be set by the update that moves logs to a bucket, and stay as it is: lines that are in the bucket already would not be found; got until 2026-11-28. Fix: ${fix}`,
    ]);
  });

  it.each([
    ["afterwards", until("2026-11-20"), until("2026-11-20")],
    ["when it is taken out", until("2026-11-20"), prod(GCS)],
    ["on a host without a Loki", undefined, until("2026-11-20")],
  ])("are not spoken of %s", (_, before, after) => {
    expect(said(before, after)).toEqual([]);
  });
});
