import * as pulumi from "@pulumi/pulumi";

import { ConfigError, type Problem } from "../configs/errors";
import { type RequiredSecret, requiredSecrets, SECRET_KEYS } from "../configs/secrets";
import { settingsSchema } from "../configs/settings/schema";
import { parseSettings, type Settings } from "../configs/settings/settings";
import { withAbsoluteFolders } from "./absolute-folders";
import type { Secrets } from "./container-service-args";
import { expiredProblems } from "./expired-certificate";

const NAMESPACE = "sightline:";

/** The stack's settings, checked, and its secrets, which never enter them. */
export interface LoadedSettings {
  readonly settings: Settings;
  readonly secrets: Secrets;
}

/**
 * Reads and checks everything before the first resource exists.
 *
 * @throws pulumi.RunError that lists every problem; the engine prints it without a stack trace.
 */
export function loadSettings(): LoadedSettings {
  try {
    const raw = rawSettings();
    refuseEncrypted(Object.keys(raw.plain));
    const parsed = parseSettings(raw.plain, pulumi.getStack());
    const expired = expiredProblems(parsed, Date.now());
    if (expired.length > 0) throw new ConfigError(expired);
    const settings = withAbsoluteFolders(parsed);
    return { settings, secrets: readSecrets(settings, raw.secretKeys) };
  } catch (error) {
    if (error instanceof ConfigError) throw new pulumi.RunError(error.message);
    throw error;
  }
}

/** Every `sightline:*` value, also the misspelt ones: the engine accepts those without a word. */
function rawSettings() {
  const entries = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(NAMESPACE))
    .map(([key, value]) => [key.slice(NAMESPACE.length), value] as const);
  return {
    plain: Object.fromEntries(
      entries
        .filter(([key]) => !SECRET_KEYS.includes(key))
        .map(([key, value]) => [key, read(value)]),
    ),
    secretKeys: entries.map(([key]) => key).filter((key) => SECRET_KEYS.includes(key)),
  };
}

/** Structured values reach the program as JSON text. */
function read(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function readSecrets(settings: Settings, present: readonly string[]): Secrets {
  const config = new pulumi.Config("sightline");
  const required = requiredSecrets(settings);
  const problems = required.flatMap((secret) =>
    secretProblems(secret, { present, config, settings }),
  );
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.fromEntries(required.map(({ key, file }) => [file, config.requireSecret(key)]));
}

/** What is wrong with a secret. Its value is never part of it. */
function secretProblems(
  { key, purpose, form }: RequiredSecret,
  stack: {
    readonly present: readonly string[];
    readonly config: pulumi.Config;
    readonly settings: Settings;
  },
): readonly Problem[] {
  const path = `${NAMESPACE}${key}`;
  const fix = `pulumi config set --secret ${path}`;
  if (!stack.present.includes(key)) {
    return [{ path, rule: `must be set: it is ${purpose}`, got: "nothing", fix }];
  }
  if (!isStoredEncrypted(path)) {
    const rule = "must be stored encrypted, and is plain text in the stack's file";
    return [{ path, rule, fix: `change it (it has been seen), then: ${fix}` }];
  }
  const value = stack.config.require(key);
  if (form.accepts(value, stack.settings)) return [];
  const rule = `${form.rule}: it is ${purpose}`;
  return [{ path, rule, ...(form.got ? { got: form.got(value, stack.settings) } : {}), fix }];
}

/** Settings are rendered into files and previews; one that must stay secret has no place among them. */
function refuseEncrypted(keys: readonly string[]): void {
  const known = Object.keys(settingsSchema.shape);
  const encrypted = keys.filter(
    (key) => known.includes(key) && isStoredEncrypted(`${NAMESPACE}${key}`),
  );
  if (encrypted.length === 0) return;
  throw new ConfigError(
    encrypted.map((key) => ({
      path: `${NAMESPACE}${key}`,
      rule: "is encrypted, but is no secret: it stands in rendered files",
      fix: `set it again without --secret; the secret settings are ${SECRET_KEYS.join(", ")}`,
    })),
  );
}

/** The SDK exports this function but keeps it out of its type declarations. */
function isStoredEncrypted(key: string): boolean {
  const { isConfigSecret } = pulumi.runtime as unknown as {
    isConfigSecret: (key: string) => boolean;
  };
  return isConfigSecret(key);
}
