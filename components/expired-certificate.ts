import type { Problem } from "../configs/errors";
import { CREDENTIALS } from "../configs/settings/gateway-rules";
import { certificatesOf } from "../configs/settings/groups/gateway";
import type { Settings } from "../configs/settings/settings";

/**
 * No agent trusts a certificate that has ended, so all their logs would wait.
 *
 * @param nowMs the time of the update, in milliseconds since 1970
 */
export function expiredProblems({ gateway }: Settings, nowMs: number): readonly Problem[] {
  if (!gateway.enabled) return [];
  const [own] = certificatesOf(gateway.certificate ?? "");
  const endMs = Date.parse(own?.validTo ?? "");
  if (!(endMs < nowMs)) return [];
  return [
    {
      path: "sightline:gateway.certificate",
      rule: "must not have expired",
      got: `an end on ${new Date(endMs).toISOString().slice(0, 10)}`,
      fix: CREDENTIALS,
    },
  ];
}
