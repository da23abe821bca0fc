import { parseDocument } from "yaml";

import { SECRET_KEYS } from "../../configs/secrets";

const PREFIX = "sightline:";

/** The settings in a stack's file as the program gets them, without the secrets, which it reads elsewhere. */
export function rawSettings(text: string): Record<string, unknown> & { readonly hosts?: object } {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new Error(`the settings file is no YAML: ${error.message}`);
  const { config } = (document.toJS() ?? {}) as { config?: object };
  const entries = Object.entries(config ?? {})
    .filter(([key]) => key.startsWith(PREFIX))
    .map(([key, value]: [string, unknown]) => [key.slice(PREFIX.length), value] as const)
    .filter(([key]) => !SECRET_KEYS.includes(key));
  return Object.fromEntries(entries);
}
