import * as pulumi from "@pulumi/pulumi";

/** The value of an output that must be known. Await it, or the expectation never runs. */
export function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const { isKnown } = output as unknown as { readonly isKnown: Promise<boolean> };
    isKnown.then((known) => {
      if (known)
        output.apply((value) => {
          resolve(value);
        });
      else reject(new Error("the output is unknown"));
    }, reject);
  });
}

/** How the engine marks a secret on its way to a provider. */
const SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270";
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";

/** True for a value that the engine keeps encrypted in its state and hides in previews. */
export function isSecretInput(value: unknown): boolean {
  return isGroup(value) && value[SIGNATURE_KEY] === SECRET_MARK;
}

/** Opens secrets, so that an exact value can be compared. */
export function revealed(value: unknown): unknown {
  if (isSecretInput(value)) return revealed((value as Record<string, unknown>).value);
  if (Array.isArray(value)) return value.map(revealed);
  return isGroup(value) ? mapGroup(value, revealed) : value;
}

/** Puts `[secret]` in the place of each secret: what is left is what anybody may see. */
export function redacted(value: unknown): unknown {
  if (isSecretInput(value)) return "[secret]";
  if (Array.isArray(value)) return value.map(redacted);
  return isGroup(value) ? mapGroup(value, redacted) : value;
}

function mapGroup(group: Record<string, unknown>, change: (value: unknown) => unknown) {
  return Object.fromEntries(Object.entries(group).map(([key, value]) => [key, change(value)]));
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
