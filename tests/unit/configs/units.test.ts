import { array, assert, constantFrom, integer, property, string } from "fast-check";

import {
  dockerDuration,
  goDuration,
  parseByteSize,
  parseDuration,
  percentage,
  prometheusDuration,
  wholeDays,
} from "../../../configs/units";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Any duration from nothing to three years, in milliseconds. */
const anyDuration = integer({ min: 0, max: 3 * 365 * DAY });

describe("parseDuration", () => {
  it.each([
    ["500ms", 500],
    ["60s", MINUTE],
    ["1m30s", 90_000],
    ["1m500ms", 60_500],
    ["7d", 7 * DAY],
    ["1w", 7 * DAY],
    ["168h", 7 * DAY],
    ["0s", 0],
  ])("reads %s as %d ms", (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(["", "7", "7days", "7 d", "-1d", "1.5h", "30s1m", "1d1d", "d", " 1d", "1D", "1y"])(
    "refuses %j",
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it("never reads a duration out of text that Prometheus would refuse", () => {
    assert(
      property(string(), (text) => {
        const isPrometheus = /^(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/.test(text);
        return (parseDuration(text) === undefined) === !(text !== "" && isPrometheus);
      }),
    );
  });
});

describe("prometheusDuration and goDuration", () => {
  it.each([
    [0, "0s", "0s"],
    [500, "500ms", "500ms"],
    [4_400, "4s400ms", "4s400ms"],
    [132_000, "2m12s", "2m12s"],
    [90 * MINUTE, "1h30m", "1h30m"],
    [7 * DAY, "7d", "168h"],
    [36 * HOUR, "1d12h", "36h"],
  ])("writes %d ms as %s for Prometheus and %s for Go", (milliseconds, prometheus, go) => {
    expect(prometheusDuration(milliseconds)).toBe(prometheus);
    expect(goDuration(milliseconds)).toBe(go);
  });

  it("round what is not a whole millisecond, as a factor of 2.2 leaves it", () => {
    expect(prometheusDuration(60_000 * 2.2)).toBe("2m12s");
  });

  it("are read back as the same duration", () => {
    assert(
      property(anyDuration, (milliseconds) => {
        expect(parseDuration(prometheusDuration(milliseconds))).toBe(milliseconds);
        expect(parseDuration(goDuration(milliseconds))).toBe(milliseconds);
      }),
    );
  });
});

describe("dockerDuration", () => {
  it.each([
    [0, "0s"],
    [5_000, "5s"],
    [MINUTE, "1m0s"],
    [90_000, "1m30s"],
    [HOUR, "1h0m0s"],
    [HOUR + 5_000, "1h0m5s"],
    [25 * HOUR, "25h0m0s"],
  ])("writes %d ms as Docker reports it: %s", (milliseconds, text) => {
    expect(dockerDuration(milliseconds)).toBe(text);
  });

  it("is stable: what Docker reports back is written the same way again", () => {
    assert(
      property(integer({ min: 0, max: 100 * 3_600 }), (seconds) => {
        const text = dockerDuration(seconds * 1_000);
        expect(text).toMatch(/^(\d+h[0-5]?\dm|[1-5]?\dm)?[0-5]?\ds$/);
        expect(dockerDuration(parseDuration(text) ?? Number.NaN)).toBe(text);
      }),
    );
  });
});

describe("percentage", () => {
  it.each([
    [0.05, "5%"],
    [0.07, "7%"],
    [0.005, "0.5%"],
    [1, "100%"],
  ])("writes %d as %s", (ratio, text) => {
    expect(percentage(ratio)).toBe(text);
  });
});

describe("wholeDays", () => {
  it.each([
    [7 * DAY, 7],
    [36 * HOUR, 2],
    [1, 1],
  ])("rounds %d ms up to %d days", (milliseconds, days) => {
    expect(wholeDays(milliseconds)).toBe(days);
  });
});

describe("parseByteSize", () => {
  it.each([
    ["1KB", 1_024],
    ["512MB", 536_870_912],
    ["4GB", 4_294_967_296],
    ["1TB", 1_099_511_627_776],
  ])("reads %s as %d bytes", (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each(["", "4", "4 GB", "4gb", "4GiB", "-4GB", "1.5GB", "GB"])("refuses %j", (text) => {
    expect(parseByteSize(text)).toBeUndefined();
  });

  it("grows with the unit", () => {
    const units = array(constantFrom("KB", "MB", "GB", "TB"), { minLength: 1, maxLength: 1 });
    assert(
      property(integer({ min: 1, max: 900 }), units, (amount, [unit = "KB"]) => {
        const bytes = parseByteSize(`${amount}${unit}`) ?? 0;
        return bytes === amount * (parseByteSize(`1${unit}`) ?? 0);
      }),
    );
  });
});
