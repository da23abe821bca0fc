import * as pulumi from "@pulumi/pulumi";

import {
  AGENT_FILES,
  agentPassword,
  GATEWAY_FILES,
  tlsFile,
  usersFile,
} from "../configs/gateway/credentials";
import { peopleFile } from "../configs/gateway/people";
import { gatewayUsers, letsPeopleIn, usesGateway } from "../configs/gateway/route";
import type { HostName } from "../configs/placement";
import type { Settings } from "../configs/settings/settings";
import type { Secrets } from "./container-service-args";
import { secretOf } from "./secret-of";

/** The gateway's own files, made from the stack's secrets. */
export function gatewaySecrets(settings: Settings, secrets: Secrets): Secrets {
  const { enabled, certificate = "", tls } = settings.gateway;
  if (!enabled) return {};
  const users = gatewayUsers(settings);
  const { people } = settings.gateway;
  return {
    [GATEWAY_FILES.users]: secretOf(secrets, "agentSecret").apply((secret) =>
      usersFile(secret, users),
    ),
    ...(tls.kind === "files"
      ? {
          [GATEWAY_FILES.tls]: secretOf(secrets, "gatewayTlsKey").apply((key) =>
            tlsFile(key, certificate),
          ),
        }
      : {}),
    ...(letsPeopleIn(settings)
      ? {
          [GATEWAY_FILES.people]: pulumi
            .all([secretOf(secrets, "agentSecret"), secretOf(secrets, "gatewayPasswords")])
            .apply(([secret, passwords]) => peopleFile(secret, passwords, people)),
        }
      : {}),
  };
}

/** What the agent of a host needs to be let in. */
export function agentSecrets(settings: Settings, host: HostName, secrets: Secrets): Secrets {
  if (!usesGateway(settings, host)) return {};
  const password = secretOf(secrets, "agentSecret").apply((secret) => agentPassword(secret, host));
  return { [AGENT_FILES.password]: password };
}
