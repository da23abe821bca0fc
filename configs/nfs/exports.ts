import { exportedFolder, nfsDirectories } from "../logs/routes";
import { homeOf, hostOf } from "../placement";
import { rootScript } from "../root-script";
import type { Settings } from "../settings/settings";
import { WITHOUT_RPCBIND } from "./without-rpcbind";

/** The exports: read-only, root squashed, to the monitoring host's address alone. */
export function exportLines(settings: Settings): string {
  const { address } = hostOf(settings, homeOf(settings, "monitoring"));
  return nfsDirectories(settings.logs)
    .map(
      (directory) =>
        `${exportedFolder(settings.logs, directory)} ${address}(ro,root_squash,sync,no_subtree_check,sec=sys)\n`,
    )
    .join("");
}

const NAMES = `
folder=/etc/exports.d
file=$folder/sightline.exports
mark="# sightline: before"
conf=/etc/nfs.conf.d/sightline.conf
`.trim();

/**
 * Puts the exports read from standard input in force, or changes nothing. Safe to repeat. What it
 * found stands in the file's first line, so that taking them back leaves just that.
 */
export const exportScript = rootScript(`
${NAMES}
${WITHOUT_RPCBIND}
lines=$(cat)

missing=$(echo "$lines" | while read -r path rest; do [ -d "$path" ] || echo "$path"; done)
[ -z "$missing" ] ||
  die "$(uname -n) has no folder $(echo $missing). Fix: start the site once so that it makes its log folders, or correct logs.nfs.exportRoot"

found="$mark"
[ -d "$folder" ] || found="$found no-folder"
command -v exportfs >/dev/null || found="$found not-installed"
if has_systemd; then
  systemctl -q is-enabled nfs-server 2>/dev/null || found="$found not-enabled"
  systemctl -q is-active nfs-server || found="$found not-active"
fi
if [ -e "$file" ]; then found=$(grep "^$mark" "$file" || echo "$mark"); fi

# A server of our own speaks NFS 4 alone: older ones need ports without number, and rpc.mountd opens
# some for version 2 even where the kernel has none.
case $found in *not-installed*)
  mkdir -p "\${conf%/*}"
  printf '[nfsd]\\nvers2=n\\nvers3=n\\n' >"$conf"
  ;;
esac
without_rpcbind exportfs
need exportfs nfs-kernel-server nfs-utils
mkdir -p "$folder"
if [ -e "$file" ]; then cp -p "$file" "$file.old"; fi
back_out() {
  set +e
  if [ -e "$file.old" ]; then mv "$file.old" "$file"; else rm -f "$file"; fi
  exportfs -ra
}
trap '[ $? = 0 ] || back_out' EXIT
printf '%s\\n%s\\n' "$found" "$lines" >"$file.new"
mv "$file.new" "$file"

if has_systemd; then systemctl -q enable --now nfs-server; fi
exportfs -ra || die "$(uname -n) refused $file: see the line above"
rm -f "$file.old"
`);

/**
 * Takes the exports back, and what was done for them: the folder, and the server's being switched on
 * where nobody else exports anything by now. Packages stay.
 */
export const unexportScript = rootScript(`
${NAMES}
[ -e "$file" ] || exit 0
found=" $(grep "^$mark" "$file" || :) "
was() { case $found in *" $1 "*) ;; *) return 1 ;; esac; }

rm -f "$file"
if command -v exportfs >/dev/null; then exportfs -ra; fi
if was not-installed; then rm -f "$conf"; fi
if was no-folder; then rmdir "$folder" 2>/dev/null || :; fi
if has_systemd && [ -z "$(exportfs)" ]; then
  if was not-active; then systemctl -q stop nfs-server; fi
  if was not-enabled; then systemctl -q disable nfs-server 2>/dev/null; fi
fi
`);
