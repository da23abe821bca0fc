import { resolve } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import { ConfigError, type Problem } from "../configs/errors";
import { requiredSecrets, SECRET_KEYS } from "../configs/secrets";
import { parseSettings, type Settings } from "../configs/settings/settings";
import type { Secrets } from "./container-service";

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
    const settings = withAbsoluteFolders(parseSettings(raw.plain, pulumi.getStack()));
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
  const problems: Problem[] = [];
  const secrets = requiredSecrets(settings).flatMap(({ key, file, purpose }) => {
    if (!present.includes(key)) {
      problems.push({
        path: `${NAMESPACE}${key}`,
        rule: `must be set: it is ${purpose}`,
        got: "nothing",
        fix: `pulumi config set --secret ${NAMESPACE}${key}`,
      });
      return [];
    }
    if (!isStoredEncrypted(`${NAMESPACE}${key}`)) {
      problems.push({
        path: `${NAMESPACE}${key}`,
        rule: "must be stored encrypted, and is plain text in the stack's file",
        fix: `change it (it has been seen), then: pulumi config set --secret ${NAMESPACE}${key}`,
      });
    }
    return [[file, config.requireSecret(key)] as const];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.fromEntries(secrets);
}

/** The SDK exports this function but keeps it out of its type declarations. */
function isStoredEncrypted(key: string): boolean {
  const { isConfigSecret } = pulumi.runtime as unknown as {
    isConfigSecret: (key: string) => boolean;
  };
  return isConfigSecret(key);
}

/** On this machine, log folders may be written relative to the project's folder. */
function withAbsoluteFolders(settings: Settings): Settings {
  const { directories } = settings.logs;
  if (settings.hosts.app.endpoint !== "local") return settings;
  return {
    ...settings,
    logs: {
      ...settings.logs,
      directories: {
        nginx: resolve(directories.nginx),
        app: resolve(directories.app),
        redis: resolve(directories.redis),
      },
    },
  };
}
