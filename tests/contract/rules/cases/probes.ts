import type { AlertName } from "../../../../configs/thresholds/thresholds";
import {
  casesOf,
  fires,
  noData,
  quiet,
  resolves,
  type RuleCase,
  type Series,
} from "../../../support/rule-case";
import { probed } from "../../../support/rule-series";

/** How fast the checks are answered, and the certificates; a check a minute. */
const MINUTELY = { every: "1m" };

const duration = (values: string): Series => ({ [probed()("probe_duration_seconds")]: values });
const lookup = (values: string): Series => ({
  [probed()("probe_dns_lookup_time_seconds")]: values,
});

/** Each phase in seconds, for so many minutes, then another processing. */
function phases(processing: number, minutes: number, after = ""): Series {
  const phase = (name: string, values: string) => ({
    [probed()("probe_http_duration_seconds", { phase: name })]: values,
  });
  const total = minutes + 40;
  return {
    ...phase("resolve", `0.1x${total}`),
    ...phase("connect", `0.3x${total}`),
    ...phase("tls", `0x${total}`),
    ...phase("processing", `${processing}x${minutes} ${after}`.trim()),
    ...phase("transfer", `9x${total}`),
  };
}

const FAST_13 = "0.2x12";

const speedCases: readonly RuleCase[] = [
  ...casesOf(
    "ProbeLatencyP95High",
    [
      fires({
        name: "two slow checks of fifteen",
        series: duration(`0.2x9 2.5 2.5 0.2x20`),
        at: "16m30s",
      }),
      quiet({
        name: "one slow check of fifteen",
        series: duration(`${FAST_13} 2.5 0.2x20`),
        at: "19m",
      }),
      quiet({
        name: "two slow checks, a moment less",
        series: duration(`0.2x9 2.5 2.5 0.2x20`),
        at: "15m",
      }),
      noData({ at: "20m" }),
      resolves({
        name: "fast again for fifteen minutes",
        series: duration(`3x12 0.2x30`),
        firesAt: "8m",
        overAt: "28m",
      }),
    ],
    MINUTELY,
  ),
  ...casesOf(
    "TtfbHigh",
    [
      fires({ name: "P7: the phases together, none alone", series: phases(0.8, 20), at: "10m15s" }),
      quiet({ name: "0.9 s and a long transfer", series: phases(0.5, 20), at: "19m" }),
      quiet({ name: "a moment less", series: phases(0.8, 20), at: "9m45s" }),
      noData({ at: "20m" }),
      resolves({
        name: "fast again",
        series: phases(0.8, 15, "0.1x30"),
        firesAt: "11m",
        overAt: "27m",
      }),
    ],
    MINUTELY,
  ),
  ...casesOf(
    "DnsSlow",
    [
      fires({ name: "0.6 s", series: lookup("0.6x20"), at: "10m15s" }),
      quiet({ name: "0.4 s", series: lookup("0.4x20"), at: "19m" }),
      quiet({ name: "0.6 s for a moment less", series: lookup("0.6x20"), at: "9m45s" }),
      noData({ at: "20m" }),
      resolves({
        name: "fast again",
        series: lookup("0.6x15 0.01x30"),
        firesAt: "11m",
        overAt: "27m",
      }),
    ],
    MINUTELY,
  ),
];

const DAY = 86_400;
/** The date of the certificate as each check sees it; the first check is at second 0. */
const expiry = (values: string): Series => ({
  [probed()("probe_ssl_earliest_cert_expiry")]: values,
});

function expiryCases(alert: AlertName, beforeDays: number): readonly RuleCase[] {
  const near = (beforeDays - 1) * DAY;
  return casesOf(
    alert,
    [
      fires({ name: "a day less than that", series: expiry(`${near}x80`), at: "60m15s" }),
      fires({ name: "checks have failed since", series: expiry(`${near}x40`), at: "75m" }),
      quiet({ name: "a day more than that", series: expiry(`${near + 2 * DAY}x80`), at: "70m" }),
      quiet({ name: "a moment less", series: expiry(`${near}x80`), at: "59m45s" }),
      noData({ at: "70m" }),
      resolves({
        name: "a new certificate",
        series: expiry(`${near}x70 ${90 * DAY}x10`),
        firesAt: "65m",
        overAt: "72m",
      }),
    ],
    { on: "prod", every: "1m" },
  );
}

const tlsCases: readonly RuleCase[] = [
  ...expiryCases("TlsExpirySoon", 21),
  ...expiryCases("TlsExpiryVerySoon", 7),
  ...casesOf(
    "TlsExpired",
    [
      fires({ name: "checks fail from then on", series: expiry("600x9"), at: "10m15s" }),
      fires({ name: "hours later", series: expiry("600x9"), at: "100m" }),
      quiet({ name: "a minute left", series: expiry("600x9"), at: "9m" }),
      noData({ at: "70m" }),
      resolves({
        name: "a new certificate",
        series: expiry(`600x9 _x20 ${90 * DAY}x10`),
        firesAt: "20m",
        overAt: "32m",
      }),
    ],
    { on: "prod", every: "1m" },
  ),
];

const success = (values: string): Series => ({ [probed()("probe_success")]: values });

interface Burn {
  /** In samples: of the two windows, and until it fires. */
  readonly long: number;
  readonly short: number;
  readonly hold: number;
  /** Samples that fill half the long window, in the rule's own count. */
  readonly halfFull: number;
  /** One failed check of so many uses the budget just too fast, and just not too fast. */
  readonly tooMany: number;
  readonly few: number;
  readonly sampleSeconds: number;
  readonly evaluated: string;
  /** Samples in two evaluations. */
  readonly margin: number;
}

/** Checks more often than once a minute: with so few samples no share is close to the limits. */
function burnCases(alert: AlertName, burn: Burn): readonly RuleCase[] {
  const { long, short, hold, halfFull, tooMany, few, sampleSeconds, evaluated, margin } = burn;
  const cycle = (oneOf: number, samples: number) =>
    Array.from({ length: Math.ceil(samples / oneOf) }, () => `0 1x${oneOf - 2}`).join(" ");
  const at = (samples: number) => `${samples * sampleSeconds}s`;
  const burning = success(cycle(tooMany, 2 * long));
  const cases = [
    fires({ name: "failures all the time", series: burning, at: at(long + hold + margin) }),
    fires({
      name: "a window that is somewhat more than half full",
      series: burning,
      at: at(halfFull + hold + margin),
    }),
    quiet({
      name: "a few failures all the time",
      series: success(cycle(few, 2 * long)),
      at: at(long + hold + margin),
    }),
    quiet({
      name: "many failures, but over",
      series: success(`${cycle(tooMany, long)} ${cycle(2 * tooMany, long)}`),
      at: at(long + short + margin),
    }),
    quiet({
      name: "many failures of late, few before",
      series: success(`${cycle(few, long)} ${cycle(tooMany, long)}`),
      at: at(long + short + hold + margin),
    }),
    quiet({
      name: "a window that is not half full",
      series: burning,
      at: at(halfFull - margin / 4),
    }),
    quiet({ name: "a moment less", series: burning, at: at(halfFull + hold - margin / 4) }),
    noData({ at: at(long) }),
    resolves({
      name: "no failure any more",
      series: success(`${cycle(tooMany, long + hold + 2 * margin)} 1x${long}`),
      firesAt: at(long + hold + margin),
      overAt: at(long + hold + 4 * margin + short),
    }),
  ];
  return casesOf(alert, cases, { every: `${sampleSeconds}s`, evaluated });
}

const sloCases: readonly RuleCase[] = [
  ...burnCases("AvailabilityBurnFast", {
    long: 240,
    short: 20,
    hold: 8,
    halfFull: 30,
    tooMany: 10,
    few: 20,
    sampleSeconds: 15,
    evaluated: "1m",
    margin: 8,
  }),
  ...burnCases("AvailabilityBurnSlow", {
    long: 720,
    short: 60,
    hold: 30,
    halfFull: 180,
    tooMany: 24,
    few: 48,
    sampleSeconds: 30,
    evaluated: "5m",
    margin: 20,
  }),
];

export const probeCases: readonly RuleCase[] = [...speedCases, ...tlsCases, ...sloCases];
