import { resolve } from "node:path";

import { appHosts, hostOf } from "../configs/placement";
import { isLocal } from "../configs/settings/host-rules";
import type { Settings } from "../configs/settings/settings";

/** On this machine, log folders may be written relative to the project's folder. */
export function withAbsoluteFolders(settings: Settings): Settings {
  if (!appHosts(settings).every((name) => isLocal(hostOf(settings, name)))) return settings;
  const folders = Object.entries(settings.logs.directories).map(([name, folder]) => [
    name,
    resolve(folder),
  ]);
  return {
    ...settings,
    logs: { ...settings.logs, directories: Object.fromEntries(folders) as Record<string, string> },
  };
}
