import type { AlloyBlock } from "../logs/alloy-syntax";
import type { HostName } from "../placement";
import type { Files } from "../service-spec";
import type { Settings } from "../settings/settings";
import { AGENT_FILES, AUTHORITY_PATH, secretFile } from "./credentials";
import { pushesLogs, usesGateway } from "./route";

/** The file with the certificates that an agent trusts; none where the system's own will do. */
export function agentFiles(settings: Settings, host: HostName): Files {
  return usesGateway(settings, host) ? authorityFile(settings) : {};
}

/** The same for whoever else connects to the gateway. */
export function authorityFile({ gateway }: Settings): Files {
  const { enabled, certificateAuthority } = gateway;
  if (!enabled || !certificateAuthority) return {};
  return { [AGENT_FILES.authority]: `${certificateAuthority.trim()}\n` };
}

/** The file with an agent's password. */
export function agentSecretFiles(settings: Settings, host: HostName): readonly string[] {
  return usesGateway(settings, host) ? [AGENT_FILES.password] : [];
}

/** What a client of Promtail needs to be let in; nothing where it pushes to Loki itself. */
export function promtailLogin(settings: Settings, host: HostName) {
  if (!pushesLogs(settings, host)) return {};
  return {
    basic_auth: { username: host, password_file: secretFile(AGENT_FILES.password) },
    ...(settings.gateway.certificateAuthority ? { tls_config: { ca_file: AUTHORITY_PATH } } : {}),
  };
}

/** The same for an endpoint of Alloy. */
export function alloyLogin(settings: Settings, host: HostName): readonly AlloyBlock[] {
  if (!usesGateway(settings, host)) return [];
  const passwordFile = secretFile(AGENT_FILES.password);
  return [
    { name: "basic_auth", attributes: { username: host, password_file: passwordFile } },
    ...(settings.gateway.certificateAuthority
      ? [{ name: "tls_config", attributes: { ca_file: AUTHORITY_PATH } }]
      : []),
  ];
}
