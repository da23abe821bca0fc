import { nfsDirectories } from "../../../configs/logs/routes";
import { logMountPoint } from "../../../configs/logs/sources";
import { type HostName, homeOf } from "../../../configs/placement";
import { quoted } from "../../../configs/preflight/fact-script";
import type { Settings } from "../../../configs/settings/settings";
import { prometheusDuration } from "../../../configs/units";
import { CannotAsk } from "../cannot-ask";
import type { Check } from "../check";
import { type Finding, fine, problem, unneeded } from "../finding";

/** How long a mount may take to answer. */
const PATIENCE_SECONDS = 8;
const END = "sightline-mounts-end";

/** What was seen of a mount. */
export interface Mount {
  readonly folder: string;
  readonly state: "missing" | "silent" | "empty" | "read";
  /** Seconds since the newest file was written to. @default nothing was read */
  readonly ageSeconds?: number;
}

export const nfs: Check = {
  name: "nfs",
  looksAt:
    "whether the log folders that come by NFS are mounted, answer, and were written to lately",
  limitSeconds: 30,
  run: async ({ settings, onHost }, signal) => {
    const folders = nfsDirectories(settings.logs).map(logMountPoint);
    if (folders.length === 0) return [unneeded("sightline:logs.route", "no log comes by NFS")];
    const host = homeOf(settings, "monitoring");
    const { stdout, stderr } = await onHost(host, mountScript(folders), signal);
    if (!stdout.includes(END)) {
      const said = stderr.trim().split("\n").at(-1) || "nothing";
      throw new CannotAsk(`${host} says: ${said}`, "see what the check hosts says");
    }
    return nfsFindings(settings, host, readMounts(stdout));
  },
};

/** Every good check of the site is a line in nginx's log; the others may be silent for good reasons. */
export function nfsFindings(
  settings: Settings,
  host: HostName,
  mounts: readonly Mount[],
): readonly Finding[] {
  const limitMs = settings.alerts.NfsMountStale.over;
  return mounts.map(({ folder, state, ageSeconds = 0 }) => {
    const path = "sightline:logs.nfs.server";
    const { server } = settings.logs.nfs;
    const isNginx = folder === logMountPoint("nginx");
    const age = prometheusDuration(Math.round(ageSeconds) * 1000);
    if (state === "missing") {
      const fix = `pulumi up mounts it; by hand on ${host}: sudo mount ${folder}`;
      return problem({
        path,
        rule: `must be mounted on ${host} at ${folder}`,
        got: "no mount",
        fix,
      });
    }
    if (state === "silent") {
      const fix = `look at ${server} and the way to it; then on ${host}: sudo umount -fl ${folder} && sudo mount ${folder}`;
      const got = `no answer within ${PATIENCE_SECONDS} s`;
      return problem({ path, rule: `must answer on ${host} at ${folder}`, got, fix });
    }
    if (state === "empty") {
      const fix = `see on ${server} whether it exports the folder that is written to (logs.nfs.exportRoot)`;
      return problem({ path, rule: `must have log files at ${folder}`, got: "none", fix });
    }
    if (isNginx && ageSeconds * 1000 > limitMs) {
      const rule = `must bring lines that are no older than ${prometheusDuration(limitMs)} (alerts.NfsMountStale.over) at ${folder}`;
      const fix = `see on ${server} whether nginx writes there; if so, on ${host}: sudo umount -fl ${folder} && sudo mount ${folder}`;
      return problem({ path, rule, got: age, fix });
    }
    return fine(path, `${folder} answers, and was written to ${age} ago`);
  });
}

/** Only what GNU's and busybox's programs have in common. */
function mountScript(folders: readonly string[]): string {
  return [
    "look() {",
    '  grep -q " $1 nfs4\\{0,1\\} " /proc/self/mounts || { echo "mount $1 missing"; return; }',
    `  newest=$(timeout ${PATIENCE_SECONDS} sh -c 'stat -c %Y "$1"/* 2>/dev/null | sort -n | tail -n 1' sh "$1" </dev/null) ||`,
    '    { echo "mount $1 silent"; return; }',
    '  if [ -z "$newest" ]; then echo "mount $1 empty"; else echo "mount $1 read $(($(date +%s) - newest))"; fi',
    "}",
    ...folders.map((folder) => `look ${quoted(folder)} &`),
    "wait",
    `echo ${END}`,
    "",
  ].join("\n");
}

export function readMounts(output: string): readonly Mount[] {
  const found = output.matchAll(/^mount (\S+) (missing|silent|empty|read)(?: (-?\d+))?$/gm);
  return [...found].map(([, folder = "", state, age]) => ({
    folder,
    state: state as Mount["state"],
    ...(age === undefined ? {} : { ageSeconds: Math.max(0, Number(age)) }),
  }));
}
