import { nfsDirectories } from "../configs/logs/routes";
import type { Settings } from "../configs/settings/settings";
import { LogBucket } from "./log-bucket";
import { NfsExports } from "./nfs-exports";
import type { SiteFilesByHost } from "./site-files";

/** What the settings ask for besides Docker: a bucket for logs, and the site's log folders over NFS. */
export function createStorage(settings: Settings, siteFiles: SiteFilesByHost) {
  const { storage, retention } = settings.logs;
  // It makes folders that are exported.
  const after = [...siteFiles.values()].map(({ nodes }) => nodes.command);
  return {
    bucket:
      storage.kind === "gcs"
        ? new LogBucket("logs", {
            storage,
            prefix: settings.prefix,
            retentionMs: retention,
            retain: settings.protectData,
          })
        : undefined,
    logMounts:
      nfsDirectories(settings.logs).length > 0 ? [new NfsExports("nfs", { settings, after })] : [],
  };
}
