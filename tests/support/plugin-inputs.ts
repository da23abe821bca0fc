import type * as provider from "@pulumi/pulumi/provider";
import type { z } from "zod";

import { hasUnknown, plain, type Properties } from "./command-plugin/wire";

/** What the published plugin takes, and what of it a stand-in cannot do. */
export interface PublishedInputs {
  readonly type: string;
  readonly schema: z.ZodType;
  /** Dotted places. */
  readonly notHere: readonly string[];
}

/** Why a stand-in does not take some inputs; what a preview does not know yet is looked at by the update. */
export function* refusalsOf(
  { type, schema, notHere }: PublishedInputs,
  inputs: Properties,
): Generator<provider.CheckFailure> {
  const issues = schema.safeParse(inputs).error?.issues ?? [];
  for (const issue of issues) {
    const place = issue.path.join(".");
    if (hasUnknown(valueAt(inputs, issue.path))) continue;
    const names = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
    for (const name of names) {
      const property = [place, name].filter(Boolean).join(".");
      const reason = name === undefined ? issue.message : `${type} has no input "${name}"`;
      yield { property, reason };
    }
  }
  for (const property of notHere) {
    if (valueAt(inputs, property.split(".")) === undefined) continue;
    yield { property, reason: "the published plugin has it, this stand-in does not" };
  }
}

/** Inputs or a state as a program means them, without what is not set. */
export function plainOf(properties: Properties): Properties {
  const entries = Object.entries(plain(properties) as Properties);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));
}

/** The type in a URN, whose types are a path. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function valueAt(value: unknown, place: readonly PropertyKey[]): unknown {
  return place.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  );
}
