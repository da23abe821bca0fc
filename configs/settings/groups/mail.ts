import { z } from "zod";

import { flag, group, text, variants } from "../fields";
import { mailAddress, recipients, smarthost } from "../formats";

/** Alerts by mail: to a catcher that keeps them on a page, or by an account. */
export const mail = z.discriminatedUnion(
  "kind",
  [
    group({ kind: z.literal("catcher"), to: recipients }),
    group({
      kind: z.literal("smtp"),
      smarthost,
      from: mailAddress,
      to: recipients,
      username: text({
        rule: "must be the mail account's user name, in one line",
        example: "sightline",
        read: (value) => (/^\P{Cc}*\S\P{Cc}*$/u.test(value) ? value : undefined),
      }).optional(),
      requireTls: flag().prefault(true),
    }),
  ],
  variants(["catcher", "smtp"]),
);
