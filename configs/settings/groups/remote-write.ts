import { z } from "zod";

import { group, oneOf, pattern } from "../fields";
import { httpUrl } from "../formats";

const name = pattern(/^[^\s:]+$/, "must be a name without white space and colons", "123456");

/** Another store that Prometheus sends a copy of every sample to. */
export const remoteWrite = group({
  url: httpUrl("https://metrics.your-domain.org/api/v1/write"),
  login: oneOf(["none", "basic", "bearer"]).prefault("none"),
  // A name that is a number, as hosted stores give them, is one in YAML without quotes too.
  username: z
    .preprocess((value) => (typeof value === "number" ? String(value) : value), name)
    .optional(),
});
