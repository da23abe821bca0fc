import { secretPath } from "../secrets";
import type { Settings } from "../settings/settings";

/**
 * Where every sample is sent as well. Prometheus reads the password's file for each request, so that a
 * new one needs no restart.
 */
export function remoteWrites({ metrics }: Settings) {
  const { remoteWrite } = metrics;
  if (!remoteWrite) return {};
  const { login, url, username } = remoteWrite;
  const file = secretPath("remoteWritePassword");
  return {
    remote_write: [
      {
        name: "remote",
        url,
        ...(login === "basic" ? { basic_auth: { username, password_file: file } } : {}),
        ...(login === "bearer" ? { authorization: { credentials_file: file } } : {}),
      },
    ],
  };
}
