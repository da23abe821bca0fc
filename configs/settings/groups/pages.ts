import { z } from "zod";

import { ruleAndFix } from "../fields";
import { httpUrl } from "../formats";

const NAME = ruleAndFix("must have a short name of a-z, 0-9 and -", 'for example "checkout"');

const pageName = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, NAME);

/** Pages that are checked beside `pageUrl` and `apiUrl`, by the name that their alerts have. */
export const pages = z.record(pageName, httpUrl("https://shop.your-domain.org/checkout"), {
  error: (issue) =>
    issue.code === "invalid_key"
      ? NAME
      : ruleAndFix(
          "must map the name of a page to its URL",
          'for example { "checkout": "https://shop.your-domain.org/checkout" }',
        ),
});
