import { LOG_DIRECTORIES, type LogDirectory } from "../logs/sources";
import type { Settings } from "../settings/settings";

/** The folders of logs that come over NFS. */
export function nfsDirectories({ logs }: Pick<Settings, "logs">): readonly LogDirectory[] {
  return logs.route === "nfs" ? LOG_DIRECTORIES : [];
}
