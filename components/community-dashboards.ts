import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as pulumi from "@pulumi/pulumi";

import {
  adopt,
  COMMUNITY_FOLDER,
  type CommunityDashboard,
  communityFile,
  sha256Of,
} from "../configs/dashboards/community";
import type { Files } from "../configs/service-spec";
import type { Settings } from "../configs/settings/settings";

const FOLDER = join(__dirname, "..", COMMUNITY_FOLDER);

/**
 * The community dashboards that were fetched before, by file name. A deployment asks no server for
 * them: what is missing is left out with a warning, and the stack comes up all the same.
 *
 * @param folder where they were fetched to
 */
export function communityDashboards({ dashboards }: Settings, folder = FOLDER): Files {
  const files = dashboards.community.flatMap((entry) => {
    const found = read(entry, folder);
    if (found.kind === "adopted") return [[`community-${entry.id}.json`, found.text]];
    void pulumi.log.warn(
      `dashboard ${entry.id} (revision ${entry.revision}) is left out: ${found.reason}. Fix: npm run dashboards`,
    );
    return [];
  });
  return Object.fromEntries(files) as Files;
}

function read(entry: CommunityDashboard, folder: string) {
  const refused = (reason: string) => ({ kind: "refused", reason }) as const;
  const file = communityFile(entry);
  if (file === undefined) return refused("the settings have no sha256 for it");
  const path = join(folder, file);
  let content: Buffer;
  try {
    content = readFileSync(path);
  } catch {
    return refused(`it was not fetched, there is no ${join(COMMUNITY_FOLDER, file)}`);
  }
  const got = sha256Of(content);
  if (got !== entry.sha256) return refused(`${file} was changed, its sha256 is ${got}`);
  return adopt(content.toString("utf8"), entry);
}
