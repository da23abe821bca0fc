import { z } from "zod";

import { FORMAT_NAMES } from "../../logs/formats";
import { MASK } from "../../logs/personal-data";
import { duration, flag, group, oneOf, pattern, ruleAndFix, suggestion } from "../fields";
import { exportPath, logFolder } from "../formats";
import { re2Problem } from "../regular-expressions";
import { timeZone } from "../time-zone";
import { logStorage, logStorageBefore } from "./log-storage";

const dockerName = (example: string) =>
  pattern(/^[a-zA-Z0-9][\w.-]*$/, "must be a name as Docker takes it", example);

const labelValue = (example: string) =>
  pattern(/^[\w.-]{1,60}$/, "must be 1 to 60 of letters, digits and . _ -", example);

/** Names and values that are added to lines, as labels or fields. */
const additions = z.record(
  z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/),
  pattern(/^[^\0\n]{1,200}$/, "must be a text of 1 to 200 characters", "shop"),
  {
    error: ruleAndFix(
      "must map names of letters, digits and _ to texts",
      'for example { "team": "shop" }',
    ),
  },
);

const formats = z.union([z.literal("auto"), z.array(oneOf(FORMAT_NAMES)).min(1)], {
  error: ({ input }) => {
    const names: readonly unknown[] = Array.isArray(input) ? input : [input];
    const unknown = names.find((name) => !FORMAT_NAMES.some((known) => known === name));
    return ruleAndFix(
      `must be auto or a list of ${FORMAT_NAMES.join(", ")}`,
      (typeof unknown === "string" && suggestion(unknown, FORMAT_NAMES)) ||
        'for example ["nginx-access", "python"]',
    );
  },
});

const source = group({
  path: pattern(
    /^(?!.*\/\.{1,2}\/)(?:\/[^/*?[\]{}\\\n]+)+\/[^/?[\]{}\\\n]+$/,
    "must be an absolute path in a folder, with * in the name of the file at most",
    "/var/log/titan/*.log",
  ).optional(),
  container: dockerName("backend").optional(),
  formats: formats.prefault("auto"),
  service: labelValue("titan").optional(),
  job: labelValue("titan").optional(),
  labels: additions.prefault({}),
});

/** An expression that the agents will run; both know RE2 alone. */
const expression = z
  .string({ error: ruleAndFix("must be a regular expression", 'for example "GET /healthz"') })
  .superRefine((value, context) => {
    const reason = value === "" ? "it is empty" : re2Problem(value);
    if (reason === undefined) return;
    context.addIssue({
      code: "custom",
      message: ruleAndFix(
        `must be a regular expression by RE2's rules, without look-around and back-references: ${reason}`,
        "see https://github.com/google/re2/wiki/Syntax",
      ),
    });
  });

const filter = group({
  source: pattern(/^(\*|[a-z][a-z0-9-]*)$/, "must be the name of a log source, or * for all", "*"),
  drop: expression.optional(),
  redact: expression.optional(),
  with: pattern(/^[^\n]{0,200}$/, "must be a text of at most 200 characters", MASK).optional(),
  add: additions.optional(),
});

/** Where the site's logs are, how they travel, what is read from them, and how long they are kept. */
export const logs = group({
  retention: duration({ example: "7d", atLeast: "1d" }).prefault("7d"),
  storage: logStorage.prefault({ kind: "filesystem" }),
  storageBefore: logStorageBefore.optional(),
  agent: oneOf(["promtail", "alloy"]).prefault("promtail"),
  route: oneOf(["agent", "nfs"]).prefault("agent"),
  routes: z
    .record(z.string(), oneOf(["agent", "nfs"]), {
      error: ruleAndFix(
        "must map logs to agent or nfs",
        'for example { "nginx": "nfs", "app": "agent" }',
      ),
    })
    .prefault({}),
  directories: group({
    nginx: logFolder("/srv/app/data/logs/nginx").optional(),
    app: logFolder("/srv/app/data/logs/app").optional(),
    redis: logFolder("/srv/app/data/logs/redis").optional(),
  }),
  timezone: timeZone("Europe/Berlin").prefault("UTC"),
  sources: z
    .record(z.string(), source, {
      error: ruleAndFix(
        "must map the name of a log source to what it is",
        'for example { "titan": { "path": "/var/log/titan/*.log" } }',
      ),
    })
    .prefault({}),
  docker: group({ composeProject: dockerName("website").optional() }).prefault({}),
  system: flag().prefault(false),
  personalData: group({ filter: flag().prefault(true) }).prefault({}),
  filters: z
    .array(filter, {
      error: ruleAndFix(
        "must be a list of filters",
        'for example [{ "source": "*", "drop": "GET /healthz" }]',
      ),
    })
    .prefault([]),
  nfs: group({
    server: pattern(/^[\w.-]+$/, "must be a host name or address", "nfs-server").prefault(
      "nfs-server",
    ),
    exportRoot: exportPath("/data/logs").prefault("/data/logs"),
  }).prefault({}),
});
