import type { BenchStack } from "../bench-stack";
import type { Contender } from "./contender";

/** The setting of the edit that is measured everywhere: how many failed checks are an outage. */
export const EDITED_SETTING = "sightline:alerts.WebsiteDown.checks";
/** Its values before and after. */
export const EDIT = { before: 2, after: 3 } as const;

/** Plain `pulumi` on the stack, as people run it. */
export function pulumiContender(stack: BenchStack): Contender {
  const seconds = async (...words: readonly string[]) => (await stack.pulumi(words)).seconds;
  const up = async () => (await stack.up()).seconds;
  return {
    name: "Sightline",
    steps: {
      "up from nothing": async () => {
        await stack.edit({ [EDITED_SETTING]: EDIT.before });
        return up();
      },
      "preview, nothing changed": () => seconds("preview"),
      "preview with refresh, nothing changed": () => seconds("preview", "--refresh"),
      "up, nothing changed": up,
      "up after one edit": async () => {
        await stack.edit({ [EDITED_SETTING]: EDIT.after });
        return up();
      },
      destroy: async () => (await stack.destroy()).seconds,
    },
  };
}
