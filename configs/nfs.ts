import { LOG_DIRECTORIES, logMountPoint } from "./logs/sources";
import { homeOf, hostOf } from "./placement";
import type { Settings } from "./settings/settings";

/** Where the app host lists what it exports to the monitoring host. */
export const EXPORTS_FILE = "/etc/exports.d/sightline.exports";

/** Marks our lines of the monitoring host's /etc/fstab, so that exactly they can be taken out again. */
export const FSTAB_MARK = "# sightline";

/** The exports: read-only, root squashed, to the monitoring host's address alone. */
export function exportLines(settings: Settings): string {
  const { exportRoot } = settings.logs.nfs;
  const { address } = hostOf(settings, homeOf(settings, "monitoring"));
  return LOG_DIRECTORIES.map(
    (directory) =>
      `${exportRoot}/${directory} ${address}(ro,root_squash,sync,no_subtree_check,sec=sys)\n`,
  ).join("");
}

/**
 * The mounts. `soft` is safe because nothing is ever written, and it keeps a dead server from leaving
 * unkillable processes behind; `nofail` lets the host boot without the server.
 */
export function fstabLines({ logs }: Settings): string {
  const options =
    "ro,soft,nfsvers=4.2,timeo=50,retrans=2,actimeo=3,lookupcache=positive,nosuid,nodev,noexec,nofail,_netdev";
  const { server, exportRoot } = logs.nfs;
  return LOG_DIRECTORIES.map(
    (directory) =>
      `${server}:${exportRoot}/${directory} ${logMountPoint(directory)} nfs4 ${options} 0 0 ${FSTAB_MARK}\n`,
  ).join("");
}

/** The scripts' first lines: stop at the first error, and become root where the user is not. */
const AS_ROOT = ["set -eu", 'root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }'];

const WITHOUT_OURS = `sed -i '/${FSTAB_MARK}$/d' /etc/fstab`;

/** Shell: puts the exports read from standard input in force. Safe to repeat. */
export const exportScript = [
  ...AS_ROOT,
  "root mkdir -p /etc/exports.d",
  `root tee ${EXPORTS_FILE} >/dev/null`,
  "root exportfs -ra",
].join("\n");

/** Shell: takes the exports back. */
export const unexportScript = [...AS_ROOT, `root rm -f ${EXPORTS_FILE}`, "root exportfs -ra"].join(
  "\n",
);

/** Shell: mounts what standard input lists, in place of what an earlier run mounted. Safe to repeat. */
export const mountScript = [
  ...AS_ROOT,
  `root ${WITHOUT_OURS}`,
  "root tee -a /etc/fstab >/dev/null",
  `root mkdir -p ${LOG_DIRECTORIES.map(logMountPoint).join(" ")}`,
  // Anew each time: another server or option is no change to a mount that is there.
  ...LOG_DIRECTORIES.map(logMountPoint).flatMap((point) => [
    `if mountpoint -q ${point}; then root umount -l ${point}; fi`,
    `root mount ${point}`,
  ]),
].join("\n");

/** Shell: unmounts, and takes our lines out of /etc/fstab. */
export const unmountScript = [
  ...AS_ROOT,
  ...LOG_DIRECTORIES.map(logMountPoint).map(
    (point) => `if mountpoint -q ${point}; then root umount -l ${point}; fi`,
  ),
  `root ${WITHOUT_OURS}`,
].join("\n");
