import type * as pulumi from "@pulumi/pulumi";

import {
  AGENT_FILES,
  agentPassword,
  GATEWAY_FILES,
  tlsFile,
  usersFile,
} from "../configs/gateway/credentials";
import { gatewayUsers, usesGateway } from "../configs/gateway/route";
import type { HostName } from "../configs/placement";
import { secretFileName, type SecretKey } from "../configs/secrets";
import type { Settings } from "../configs/settings/settings";
import type { Secrets } from "./container-service-args";

/** The gateway's own files, made from the stack's secrets. */
export function gatewaySecrets(settings: Settings, secrets: Secrets): Secrets {
  const { enabled, certificate = "" } = settings.gateway;
  if (!enabled) return {};
  const users = gatewayUsers(settings);
  return {
    [GATEWAY_FILES.users]: secretOf(secrets, "agentSecret").apply((secret) =>
      usersFile(secret, users),
    ),
    [GATEWAY_FILES.tls]: secretOf(secrets, "gatewayTlsKey").apply((key) =>
      tlsFile(key, certificate),
    ),
  };
}

/** What the agent of a host needs to be let in. */
export function agentSecrets(settings: Settings, host: HostName, secrets: Secrets): Secrets {
  if (!usesGateway(settings, host)) return {};
  const password = secretOf(secrets, "agentSecret").apply((secret) => agentPassword(secret, host));
  return { [AGENT_FILES.password]: password };
}

function secretOf(secrets: Secrets, key: SecretKey): pulumi.Output<string> {
  const secret = secrets[secretFileName(key)];
  if (!secret) throw new Error(`the stack has no secret "${key}"`);
  return secret;
}
