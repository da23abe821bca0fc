import { logSources } from "./pipelines";
import { nfsMountPoint } from "./services/promtail";
import type { Settings } from "./settings/settings";

/** Where the app host lists what it exports to the monitoring host. */
export const EXPORTS_FILE = "/etc/exports.d/sightline.exports";

/** Marks our lines of the monitoring host's /etc/fstab, so that exactly they can be taken out again. */
export const FSTAB_MARK = "# sightline";

const DIRECTORIES = [...new Set(logSources.map(({ directory }) => directory))].sort();

/** The exports: read-only, root squashed, to the monitoring host's address alone. */
export function exportLines({ hosts, logs }: Settings): string {
  const { exportRoot } = logs.nfs;
  return DIRECTORIES.map(
    (directory) =>
      `${exportRoot}/${directory} ${hosts.monitoring.address}(ro,root_squash,sync,no_subtree_check,sec=sys)\n`,
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
  return DIRECTORIES.map(
    (directory) =>
      `${server}:${exportRoot}/${directory} ${nfsMountPoint(directory)} nfs4 ${options} 0 0 ${FSTAB_MARK}\n`,
  ).join("");
}

/** Shell: puts the exports read from standard input in force. Safe to repeat. */
export const exportScript = [
  "set -eu",
  "mkdir -p /etc/exports.d",
  `cat > ${EXPORTS_FILE}`,
  "exportfs -ra",
].join("\n");

/** Shell: takes the exports back. */
export const unexportScript = ["set -eu", `rm -f ${EXPORTS_FILE}`, "exportfs -ra"].join("\n");

/** Shell: mounts what standard input lists, in place of what an earlier run mounted. */
export const mountScript = [
  "set -eu",
  `sed -i '/${FSTAB_MARK}$/d' /etc/fstab`,
  "cat >> /etc/fstab",
  `mkdir -p ${DIRECTORIES.map(nfsMountPoint).join(" ")}`,
  ...DIRECTORIES.map(
    (directory) => `mountpoint -q ${nfsMountPoint(directory)} || mount ${nfsMountPoint(directory)}`,
  ),
].join("\n");

/** Shell: unmounts, and takes our lines out of /etc/fstab. */
export const unmountScript = [
  "set -eu",
  ...DIRECTORIES.map((directory) => `umount -l ${nfsMountPoint(directory)} 2>/dev/null || true`),
  `sed -i '/${FSTAB_MARK}$/d' /etc/fstab`,
].join("\n");
