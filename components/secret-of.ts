import type * as pulumi from "@pulumi/pulumi";

import { secretFileName, type SecretKey } from "../configs/secrets";
import type { Secrets } from "./container-service-args";

/** @throws Error where the settings did not ask for it */
export function secretOf(secrets: Secrets, key: SecretKey): pulumi.Output<string> {
  const secret = secrets[secretFileName(key)];
  if (!secret) throw new Error(`the stack has no secret "${key}"`);
  return secret;
}
