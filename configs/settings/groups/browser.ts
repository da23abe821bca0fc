import { z } from "zod";

import { share } from "../../thresholds/parameters";
import { flag, group, integer, ruleAndFix, text } from "../fields";
import { hostAddress, port, serverName } from "../formats";

const origin = text({
  rule: "must be one exact origin: scheme and host, and the port where it is not the usual one",
  example: "https://www.your-domain.org",
  read: (value) =>
    /^https?:\/\/[a-z0-9.-]+(:\d+)?$/.test(value) &&
    URL.canParse(value) &&
    new URL(value).origin === value
      ? value
      : undefined,
});

/** What people's browsers report of the site. */
export const browser = group({
  enabled: flag().prefault(false),
  origins: z
    .array(origin, {
      error: ruleAndFix(
        "must be a list of origins",
        'for example ["https://www.your-domain.org", "https://your-domain.org"]',
      ),
    })
    .min(1, ruleAndFix("must have at least one origin", "leave it out for that of site.pageUrl"))
    .optional(),
  address: hostAddress.optional(),
  port: port(8443).optional(),
  serverName: serverName("browsers").optional(),
  plainHttp: flag().prefault(false),
  sessions: share("100%"),
  eventsPerPage: integer({ min: 3, max: 100, example: 20 }).prefault(20),
});
