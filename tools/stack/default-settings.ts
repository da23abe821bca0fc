import { settingsSchema } from "../../configs/settings/schema";

/** The part of a JSON schema that says which keys there are and what they default to. */
export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly oneOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
  readonly default?: unknown;
  readonly const?: unknown;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Raw settings with the text of each default where nothing is written, as they would be written. */
export function withDefaults(raw: Readonly<Record<string, unknown>>, schema: Schema): unknown {
  return filled({ ...raw, hosts: withImplied(raw.hosts) }, schema);
}

/** A host that somebody must be is there without being written. */
function withImplied(written: unknown): unknown {
  const { data = {} } = settingsSchema.shape.hosts.safeParse(written ?? {});
  const names = Object.keys(data);
  return { ...Object.fromEntries(names.map((name) => [name, {}])), ...(written ?? {}) };
}

function filled(raw: unknown, schema: Schema | undefined): unknown {
  const value = raw ?? schema?.default;
  if (!schema || !isRecord(value)) return value;
  const { properties, additionalProperties } = variantOf(value, schema);
  const keys = [...new Set([...Object.keys(properties ?? {}), ...Object.keys(value)])];
  const others = typeof additionalProperties === "object" ? additionalProperties : undefined;
  const entries = keys.map(
    (key) => [key, filled(value[key], properties?.[key] ?? others)] as const,
  );
  return Object.fromEntries(entries.filter(([, one]) => one !== undefined));
}

/** Of a group with a `kind`, the one of that kind. */
function variantOf(value: Readonly<Record<string, unknown>>, schema: Schema): Schema {
  const variant = schema.oneOf?.find(({ properties }) => properties?.kind?.const === value.kind);
  return variant ?? schema;
}
