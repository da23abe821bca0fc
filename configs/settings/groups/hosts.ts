import { z } from "zod";

import { group, oneOf, pattern, ruleAndFix } from "../fields";
import { absolutePath, dockerEndpoint, dockerNetwork, hostAddress } from "../formats";
import { exporters } from "./exporters";
import { siteCompose } from "./site-compose";

/** What a host is for. The last three are placed with `monitoring` unless a host has them. */
export const ROLES = ["app", "monitoring", "prometheus", "loki", "grafana"] as const;
export type Role = (typeof ROLES)[number];

const host = group({
  endpoint: dockerEndpoint.prefault("local"),
  address: hostAddress.prefault("127.0.0.1"),
  hostKey: pattern(
    /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+) [A-Za-z0-9+/=]+$/,
    "must be the host's public key as in /etc/ssh/ssh_host_ed25519_key.pub, without the comment",
    "ssh-ed25519 AAAA…",
  ).optional(),
  identityFile: absolutePath("/home/deploy/.ssh/id_ed25519").optional(),
  dockerDataRoot: absolutePath("/var/lib/docker").prefault("/var/lib/docker"),
  compose: siteCompose.optional(),
  roles: z
    .array(oneOf(ROLES), {
      error: ruleAndFix(`must be a list of ${ROLES.join(", ")}`, 'for example ["app"]'),
    })
    .min(1, ruleAndFix("must have at least one role", 'for example ["app"]'))
    .optional(),
  siteNetwork: dockerNetwork.optional(),
  metrics: oneOf(["pull", "push"]).prefault("pull"),
  exporters: exporters.prefault({}),
});

const hostName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,30}$/,
    ruleAndFix("must have a short name of a-z, 0-9 and -", 'for example "shop-1"'),
  );

/**
 * The hosts by name, each with its roles: those that are written, the one that is its name, or else
 * `app`. What nobody is for, this machine is.
 */
export const hosts = z
  .record(hostName, host, {
    error: (issue) =>
      issue.code === "invalid_key"
        ? ruleAndFix("must have a short name of a-z, 0-9 and -", 'for example "shop-1"')
        : ruleAndFix(
            "must map the name of a host to what it is",
            'for example { "shop": { "endpoint": "ssh://deploy@10.0.0.2" } }',
          ),
  })
  .transform((written) => {
    const named = Object.entries(written).map(
      ([name, host]) => [name, withRoles(host, host.roles ?? rolesOf(name))] as const,
    );
    const missing = (["monitoring", "app"] as const)
      .filter((role) => !named.some(([, { roles }]) => roles.includes(role)))
      .map((role) => [role, withRoles(host.parse({}), [role])] as const);
    return Object.fromEntries<(typeof named)[number][1]>([...missing, ...named]);
  });

/** The programs of a host that the site runs on are told unless that is switched off. */
function withRoles(written: z.infer<typeof host>, roles: readonly Role[]) {
  const { exporters: asked, ...rest } = written;
  const process = asked.process ?? roles.includes("app");
  return { ...rest, roles, exporters: { ...asked, process } };
}

function rolesOf(name: string): readonly Role[] {
  return [ROLES.find((role) => role === name) ?? "app"];
}
