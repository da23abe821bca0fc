import { z } from "zod";

import { SECRET_PURPOSES } from "../../configs/secrets";
import { settingsSchema } from "../../configs/settings/schema";
import { type DocumentedSetting, documentedSettings } from "./documented";

/** The part of JSON schema that is walked and written here. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

const NAMESPACE = "sightline:";

/** Where editors find it; `npm run schema` writes it. */
export const SCHEMA_FILE = "docs/settings.schema.json";

export function stackFileSchemaText(): string {
  return `${JSON.stringify(stackFileSchema(), null, 1)}\n`;
}

/**
 * JSON schema of a file `Pulumi.<stack>.yaml`, with which editors complete keys, explain them and
 * underline mistakes. It knows what one setting can be; what must fit between settings, and each rule
 * that is code, is checked by the program.
 */
export function stackFileSchema(): JsonSchema {
  const documented = new Map(documentedSettings().map((row) => [row.key, row]));
  const { properties = {} } = z.toJSONSchema(settingsSchema, {
    io: "input",
    target: "draft-7",
  }) as JsonSchema;
  const settings = Object.entries(properties).map(
    ([key, schema]) => [key, described(schema, key, documented)] as const,
  );
  const secrets = Object.entries(SECRET_PURPOSES).map(
    ([key, purpose]) => [key, secret(key, purpose)] as const,
  );
  const known = [...settings, ...secrets].map(
    ([key, schema]) => [`${NAMESPACE}${key}`, schema] as const,
  );
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A stack of Sightline",
    type: "object",
    properties: {
      config: { type: "object", properties: Object.fromEntries(known), ...refuseOthers(known) },
    },
  };
}

/** Only ours: the keys of providers, such as `gcp:project`, are no business of this schema. */
function refuseOthers(known: readonly (readonly [string, JsonSchema])[]): JsonSchema {
  const names = known.map(([key]) => key.slice(NAMESPACE.length));
  return { patternProperties: { [`^${NAMESPACE}(?!(?:${names.join("|")})$)`]: false } };
}

function described(
  schema: JsonSchema,
  path: string,
  documented: ReadonlyMap<string, DocumentedSetting>,
): JsonSchema {
  const inner = (key: string, child: JsonSchema) => described(child, `${path}.${key}`, documented);
  const variants = (all: readonly JsonSchema[]) =>
    all.map((variant) => described(variant, path, documented));
  const { properties, additionalProperties, anyOf, oneOf } = schema;
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, child]) => [key, inner(key, child)]),
      ),
    }),
    ...(typeof additionalProperties === "object" && {
      additionalProperties: inner(
        documented.has(`${path}.<service>`) ? "<service>" : "<name>",
        additionalProperties,
      ),
    }),
    ...(anyOf && { anyOf: variants(anyOf) }),
    ...(oneOf && { oneOf: variants(oneOf) }),
    ...explanation(documented.get(path)),
  };
}

function explanation(row: DocumentedSetting | undefined): JsonSchema {
  if (!row) return {};
  const { meaning, type, example } = row;
  const facts = `Type: ${type}. Default: ${row.default}. Example: \`${example}\`.`;
  // Links of the table lead nowhere from an editor.
  return { description: `${meaning}\n\n${facts}`.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, "$1") };
}

function secret(key: string, purpose: string): JsonSchema {
  const description = `Secret: ${purpose}. Set it by \`pulumi config set --secret ${NAMESPACE}${key}\`.`;
  const encrypted = {
    type: "object",
    properties: { secure: { type: "string" } },
    required: ["secure"],
    additionalProperties: false,
  };
  // A group of secrets has one for each name.
  const values = { type: "object", additionalProperties: encrypted };
  return { anyOf: [encrypted, values], description };
}
