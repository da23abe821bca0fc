import { LOG_DIRECTORIES, type LogDirectory } from "../logs/sources";
import type { Settings } from "../settings/settings";

/** The folders of logs that come over NFS. */
export function nfsDirectories({ logs }: Pick<Settings, "logs">): readonly LogDirectory[] {
  return logs.route === "nfs" ? LOG_DIRECTORIES : [];
}

/** Where such a folder is on the app host. */
export function exportedFolder(
  { nfs }: Pick<Settings["logs"], "nfs">,
  directory: LogDirectory,
): string {
  return `${nfs.exportRoot.replace(/\/+$/, "")}/${directory}`;
}
