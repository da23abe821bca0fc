import { runtime } from "@pulumi/pulumi";

export type Properties = Readonly<Record<string, unknown>>;

/** A value as a program means it: without the engine's marks for secrets and outputs. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  if (isMarked(value)) return "value" in value ? plain(value.value) : runtime.unknownValue;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** Whether any part of it is secret. */
export function hasSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasSecret);
  if (!isObject(value)) return false;
  const isSecret = signature(value) === runtime.specialSecretSig || value.secret === true;
  return (isMarked(value) && isSecret) || Object.values(value).some(hasSecret);
}

export function secret(value: unknown): unknown {
  return { [runtime.specialSigKey]: runtime.specialSecretSig, value };
}

/** Whether any part of a plain value is known only after the update. */
export function hasUnknown(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasUnknown);
  if (isObject(value)) return Object.values(value).some(hasUnknown);
  return value === runtime.unknownValue;
}

/** What kind of asset or archive a plain value is. */
export function isArchive(value: unknown): boolean {
  return isObject(value) && signature(value) === runtime.specialArchiveSig;
}

function isMarked(value: Properties): boolean {
  const marks: unknown[] = [runtime.specialSecretSig, runtime.specialOutputValueSig];
  return marks.includes(signature(value));
}

function signature(value: Properties): unknown {
  return value[runtime.specialSigKey];
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}
