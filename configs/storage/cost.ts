import type { LogStorage } from "./object-store";

/** What a store charges, in US dollars. */
interface Prices {
  /** A gigabyte for a month. */
  readonly gigabyteMonth: number;
  /** A thousand uploads and lists ("class A"). */
  readonly thousandWrites: number;
  /** A thousand downloads ("class B"). */
  readonly thousandReads: number;
}

type BucketKind = Exclude<LogStorage["kind"], "filesystem">;

/**
 * List prices of Google's Standard class in europe-west1 (November 2026), and of S3 Standard in us-east-1
 * (first 50 TB; looked up on 26 November 2026 in copies of Amazon's price list of August and October 2025).
 */
export const PRICES: Readonly<Record<BucketKind, Prices>> = {
  gcs: { gigabyteMonth: 0.02, thousandWrites: 0.005, thousandReads: 0.0004 },
  s3: { gigabyteMonth: 0.023, thousandWrites: 0.005, thousandReads: 0.0004 },
};

/** Measured on 256 MiB of access and application logs: 54 objects with 66.6 MB, 1.32 MB a full one. */
const STORED_SHARE = 0.25;
const FULL_CHUNK_BYTES = 1_320_000;
/** A stream that goes on is written when it has waited for eight hours, however little there is. */
const CHUNKS_PER_STREAM_AND_DAY = 3;
/**
 * Lists, and uploads of the index, of a Loki that judges the rules on logs, whatever it is told: measured
 * over eleven minutes, 22 lists, which follow from its look at the bucket every two minutes.
 */
const IDLE_WRITES_PER_DAY = 3_300;
/** Downloads of the index by the same. */
const IDLE_READS_PER_DAY = 200;

const DAYS_PER_MONTH = 30;
const MS_PER_DAY = 86_400_000;
const GIB = 2 ** 30;

/** How much is logged, and how long it is kept. */
export interface LogVolume {
  /** Of lines, before Loki compresses them. */
  readonly gibPerDay: number;
  /** Streams that lines are written to at a time. */
  readonly streams: number;
  readonly retentionMs: number;
}

export interface BucketCost {
  /** Objects with chunks that are in the bucket at a time. */
  readonly objects: number;
  readonly storedGib: number;
  readonly writesPerMonth: number;
  readonly readsPerMonth: number;
  readonly dollarsPerMonth: number;
}

/**
 * What a bucket of logs holds and costs in a month of 30 days, without what people read from it and
 * without what a network charges on the way.
 */
export function bucketCost(kind: BucketKind, volume: LogVolume): BucketCost {
  const { gibPerDay, streams, retentionMs } = volume;
  const storedBytesPerDay = gibPerDay * GIB * STORED_SHARE;
  const chunksPerDay = storedBytesPerDay / FULL_CHUNK_BYTES + streams * CHUNKS_PER_STREAM_AND_DAY;
  const days = retentionMs / MS_PER_DAY;
  const storedBytes = storedBytesPerDay * days;
  const writes = (chunksPerDay + IDLE_WRITES_PER_DAY) * DAYS_PER_MONTH;
  const reads = IDLE_READS_PER_DAY * DAYS_PER_MONTH;
  const prices = PRICES[kind];
  return {
    objects: Math.round(chunksPerDay * days),
    storedGib: storedBytes / GIB,
    writesPerMonth: Math.round(writes),
    readsPerMonth: Math.round(reads),
    dollarsPerMonth:
      (storedBytes / 1e9) * prices.gigabyteMonth +
      (writes * prices.thousandWrites + reads * prices.thousandReads) / 1_000,
  };
}
