import { z } from "zod";

import { ruleAndFix, suggestion } from "./fields";

/** Names to suggest: one for each zone, though not every other name that it has. */
const SUGGESTED: readonly string[] = ["UTC", ...Intl.supportedValuesOf("timeZone")];

/** The name of a time zone. A misspelt one is answered with the one that was probably meant. */
export function timeZone(example: string) {
  const rule = "must be the name of a time zone";
  const otherwise = `for example ${JSON.stringify(example)}`;
  return z.string({ error: ruleAndFix(rule, otherwise) }).transform((value, context): string => {
    if (isTimeZone(value)) return value;
    const message = ruleAndFix(rule, suggestion(value, SUGGESTED) ?? otherwise);
    context.addIssue({ code: "custom", message, input: value });
    return z.NEVER;
  });
}

/** Known to the IANA's list, and in its spelling: the servers care about capitals, Intl does not. */
function isTimeZone(value: string): boolean {
  if (!/^[A-Z][\w+-]*(\/[A-Z][\w+-]*)*$/.test(value) || /\/[A-Z]{4}/.test(value)) return false;
  try {
    return Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
