import { FIELDS } from "../../../../configs/logs/names";
import { CORPUS_NAMES, readCorpus } from "../../../support/log-corpus/read-corpus";

const entries = CORPUS_NAMES.flatMap((name) => readCorpus(name));

function counts(values: readonly (string | undefined)[]): Readonly<Record<string, number>> {
  const result: Record<string, number> = {};
  for (const value of values) result[value ?? "none"] = (result[value ?? "none"] ?? 0) + 1;
  return result;
}

describe("the corpus of log lines", () => {
  it("has at least 200 entries, all of them different", () => {
    expect(entries.length).toBeGreaterThanOrEqual(200);
    expect(new Set(entries.map(({ kept }) => kept)).size).toBe(entries.length);
  });

  it("has these many of each kind", () => {
    expect(counts(entries.map(({ labels }) => labels.log_type))).toEqual({
      access: 69,
      app: 50,
      auth: 15,
      celery: 22,
      error: 17,
      other: 11,
      redis: 20,
      syslog: 11,
    });
  });

  it("has these many of each level", () => {
    expect(counts(entries.map(({ labels }) => labels.level))).toEqual({
      alert: 1,
      critical: 6,
      debug: 4,
      emergency: 2,
      error: 32,
      info: 40,
      none: 99,
      notice: 10,
      warning: 21,
    });
  });

  it("has every field that a format can bring", () => {
    const seen = new Set(entries.flatMap(({ fields }) => Object.keys(fields)));
    expect([...seen].sort()).toEqual(FIELDS);
  });

  it("has every event of Celery and of logins", () => {
    expect(counts(entries.map(({ fields }) => fields.event))).toEqual({
      broker_lost: 2,
      failed: 2,
      login_failed: 6,
      login_succeeded: 3,
      none: 192,
      received: 2,
      retry: 1,
      succeeded: 2,
      time_limit: 3,
      worker_lost: 2,
    });
  });

  it("is read whole: entries of several lines, times, and lines with something masked", () => {
    const several = entries.filter(({ written }) => written.includes("\n"));
    const masked = entries.filter(({ written, kept }) => written !== kept);
    const timed = entries.filter(({ time }) => time);
    expect([several.length, masked.length, timed.length]).toEqual([13, 12, 188]);
  });
});
