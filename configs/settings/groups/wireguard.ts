import { z } from "zod";

import { group, flag, pattern, ruleAndFix, text } from "../fields";
import { port, PRIVATE_RANGE } from "../formats";

const network = pattern(
  /^(?=(10|172|192|100)\.)(\d{1,3}\.){3}0\/24$/,
  "must be a private IPv4 network of 256 addresses that nothing else uses",
  "10.66.0.0/24",
);

const peer = group({
  address: text({
    rule: "must be a private IPv4 address",
    example: "10.66.0.2",
    read: (value) =>
      z.ipv4().safeParse(value).success && PRIVATE_RANGE.test(value) ? value : undefined,
  }),
  publicKey: pattern(
    /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/,
    "must be a public key as wg pubkey prints it",
    "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=",
  ).optional(),
});

const peerName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,30}$/,
    ruleAndFix("must have a short name of a-z, 0-9 and -", 'for example "anna-phone"'),
  );

/** A tunnel to the monitoring host, for people and for hosts. */
export const wireguard = group({
  enabled: flag().prefault(false),
  endpoint: pattern(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i,
    "must be the public name or IPv4 address of the monitoring host",
    "vpn.your-domain.org",
  ).optional(),
  port: port(51_820).prefault(51_820),
  network: network.prefault("10.66.0.0/24"),
  peers: z
    .record(peerName, peer, {
      error: (issue) =>
        issue.code === "invalid_key"
          ? ruleAndFix("must have a short name of a-z, 0-9 and -", 'for example "anna-phone"')
          : ruleAndFix(
              "must map names to addresses in the tunnel",
              'for example { "anna": { "address": "10.66.0.2" } }',
            ),
    })
    .prefault({}),
});
