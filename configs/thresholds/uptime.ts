import { burnRate, count, hold, milliseconds, parameters, share, time } from "./parameters";

/** What the probes see: the site as its visitors find it. */
export const uptimeThresholds = {
  /** Failed checks in a row after which the site counts as down; also of the API and of more pages. */
  WebsiteDown: parameters({ checks: count(2) }),
  ApiDown: parameters({}),
  PageDown: parameters({}),
  ProbeMissing: parameters({}),
  WebsiteFlapping: parameters({ above: count(4), over: time("30m") }),
  ProbeLatencyP95High: parameters({
    above: milliseconds("2s"),
    over: time("15m"),
    for: hold("5m"),
  }),
  TtfbHigh: parameters({ above: milliseconds("1s"), over: time("10m"), for: hold("10m") }),
  DnsSlow: parameters({ above: milliseconds("500ms"), over: time("10m"), for: hold("10m") }),
  TlsExpirySoon: parameters({ before: time("21d"), over: time("1h"), for: hold("1h") }),
  TlsExpiryVerySoon: parameters({ before: time("7d"), over: time("1h"), for: hold("1h") }),
  /** Once it has expired, checks fail and the date is seen no more: it is remembered this long. */
  TlsExpired: parameters({ over: time("1d") }),
  AvailabilityBurnFast: parameters({
    burn: burnRate(14.4),
    over: time("1h"),
    confirmedOver: time("5m"),
    for: hold("2m"),
  }),
  AvailabilityBurnSlow: parameters({
    burn: burnRate(6),
    over: time("6h"),
    confirmedOver: time("30m"),
    for: hold("15m"),
  }),
} as const;

/** What the site promises (seed 001): the share of good checks, and of quick answers. */
export const sloThresholds = {
  availability: share("99.5%"),
  latencyShare: share("95%"),
  latencyUnder: milliseconds("200ms"),
} as const;
