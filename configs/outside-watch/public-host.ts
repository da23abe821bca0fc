import { z } from "zod";

import { PRIVATE_RANGE } from "../settings/formats";

/** IPv4 addresses that nobody outside reaches, with what they are. */
const HIDDEN_ADDRESSES: readonly (readonly [RegExp, string])[] = [
  [PRIVATE_RANGE, "a private address"],
  [/^127\./, "a loopback address"],
  [/^169\.254\./, "an address of one link"],
  [/^(0|22[4-9]|2[3-5]\d)\./, "no address of one host"],
];

/** Endings that no public name has (RFC 6761, 6762 and 8375, and the one that ICANN keeps free). */
const HIDDEN_NAME = /(^|\.)(localhost|local|internal|home\.arpa)$/i;

/**
 * Why nobody outside reaches a host; nothing where somebody may.
 *
 * @param host a name or an address, as a URL has it
 */
export function whyHidden(host: string): string | undefined {
  if (host.startsWith("[")) return "an IPv6 address, which is not asked";
  if (z.ipv4().safeParse(host).success) {
    return HIDDEN_ADDRESSES.find(([range]) => range.test(host))?.[1];
  }
  const name = host.replace(/\.$/, "");
  return name.includes(".") && !HIDDEN_NAME.test(name) ? undefined : "a name of one network alone";
}
