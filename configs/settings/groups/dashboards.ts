import { z } from "zod";

import { group, integer, ruleAndFix } from "../fields";

const community = group({
  id: integer({ min: 1, max: 999_999, example: 1860 }),
  revision: integer({ min: 1, max: 99_999, example: 37 }),
  sha256: z
    .string()
    .regex(
      /^[0-9a-f]{64}$/,
      ruleAndFix(
        "must be the 64 hexadecimal digits of the file's SHA-256",
        "leave it out, and npm run dashboards prints the right one",
      ),
    )
    .optional(),
});

/** Dashboards besides our own: from grafana.com, by id, pinned revision and checksum. */
export const dashboards = group({
  community: z
    .array(community, {
      error: ruleAndFix(
        "must be a list of dashboards of grafana.com",
        'for example [{ "id": 1860, "revision": 37 }]',
      ),
    })
    .superRefine((list, context) => {
      const twice = list.filter(
        ({ id }, index) => list.findIndex((other) => other.id === id) < index,
      );
      for (const { id } of twice) {
        const message = ruleAndFix(`must name each dashboard once`, `remove one of ${id}`);
        context.addIssue({ code: "custom", message });
      }
    })
    .prefault([]),
});
