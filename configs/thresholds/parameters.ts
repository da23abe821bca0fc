import { z } from "zod";

import { byteCount, duration, flag, group, integer, ruleAndFix, text } from "../settings/fields";

/**
 * Kinds of numbers that an alert compares with. Each is a setting with its default, so that the
 * alert, the line drawn on its panel and the documentation read one value.
 */

/** A time, in milliseconds. */
export const time = (value: string) => duration({ example: value, atLeast: "1s" }).prefault(value);

/** A short time, in milliseconds. */
export const milliseconds = (value: string) =>
  duration({ example: value, atLeast: "1ms" }).prefault(value);

/** How long a condition must hold before the alert fires, in milliseconds. `0s` is at once. */
export const hold = (value: string) => duration({ example: value, atLeast: "0s" }).prefault(value);

/** A share, written `5%` and read as `0.05`. */
export const share = (value: `${number}%`) =>
  text({
    rule: "must be a percentage from 0% to 100%",
    example: value,
    read: (written) => {
      const percent = /^(\d+(?:\.\d+)?)%$/.exec(written)?.[1];
      return percent !== undefined && Number(percent) <= 100 ? Number(percent) / 100 : undefined;
    },
  }).prefault(value);

/** How many, a whole number. */
export const count = (value: number) =>
  integer({ min: 0, max: 1_000_000, example: value }).prefault(value);

/** How many times faster than allowed an error budget burns. */
export const burnRate = (value: number) =>
  z
    .union([z.number(), z.string()])
    .transform((written, context) => {
      const rate = Number(written);
      if (rate > 0) return rate;
      const message = ruleAndFix("must be a number above 0", `for example ${value}`);
      context.addIssue({ code: "custom", message, input: written });
      return z.NEVER;
    })
    .prefault(value);

/** A size, written `10MB` and read as bytes. */
export const size = (value: string) => byteCount(value).prefault(value);

/** What can be set about one alert: whether it is there, and its own numbers. */
export function parameters<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const schema = group({ enabled: flag().prefault(true), ...shape });
  // Every parameter has a default of its own, which the types of a spread shape cannot tell.
  return schema.prefault({} as z.input<typeof schema>);
}
