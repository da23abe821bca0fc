import { exportedFolder, nfsDirectories } from "../logs/routes";
import { logMountPoint } from "../logs/sources";
import { rootScript } from "../root-script";
import type { Settings } from "../settings/settings";
import { WITHOUT_RPCBIND } from "./without-rpcbind";

/**
 * `soft`, `timeo` (tenths of a second) and `retrans`: reading from a dead server fails in the end
 * instead of hanging for ever, which is safe because nothing is ever written. `nofail` and `bg`: the
 * host starts without the server, and goes on trying to mount. `acreg` (seconds): a file's size is
 * never taken from memory, because what was written last before a rotation would be missed. `acdir`: how
 * soon a new file is seen.
 */
const OPTIONS =
  "ro,soft,nfsvers=4.2,timeo=15,retrans=2," +
  "acregmin=0,acregmax=0,acdirmin=3,acdirmax=3,lookupcache=positive," +
  "nosuid,nodev,noexec,nofail,bg,_netdev";

/** The mounts, as lines of /etc/fstab. */
export function fstabLines(settings: Settings): string {
  const { logs } = settings;
  return nfsDirectories(logs)
    .map((name) => {
      const device = `${logs.nfs.server}:${exportedFolder(logs, name)}`;
      return `${device} ${logMountPoint(name)} nfs4 ${OPTIONS} 0 0\n`;
    })
    .join("");
}

/** The lines between the marks are ours; one of them tells which folders did not exist before. */
const FSTAB = `
fstab=$(readlink -f /etc/fstab)
begin="# sightline: begin"
open_end="$begin, the line above had no end"
end="# sightline: end"
made="# sightline: made"

ours() { sed -n "/^$begin/,/^$end$/p" "$fstab"; }
points() { awk '!/^#/ { print $2 }'; }
others() {
  if ours | grep -qx "$open_end" && [ "$(tail -n 1 "$fstab")" = "$end" ]; then
    printf %s "$(sed "/^$begin/,/^$end$/d" "$fstab")"
  else
    sed "/^$begin/,/^$end$/d" "$fstab"
  fi
}
[ "$(grep -c "^$begin" "$fstab")" = "$(grep -cx "$end" "$fstab")" ] ||
  die "/etc/fstab on $(uname -n) has lost the beginning or the end of Sightline's lines. Fix: put \\"$begin\\" before and \\"$end\\" behind them"
# Takes the place of the table at once, and keeps its owner and mode.
write_fstab() {
  cp -p "$fstab" "$fstab.sightline"
  cat >"$fstab.sightline"
  mv "$fstab.sightline" "$fstab"
  if has_systemd; then systemctl daemon-reload; fi
}

is_mounted() { awk -v point="$1" '$5 == point { found = 1 } END { exit !found }' /proc/self/mountinfo; }
# Also where the server is away: by force, or else out of sight.
release() {
  while is_mounted "$1"; do umount -f -l "$1" || return; done
  # A mount that systemd still tries to make.
  if has_systemd; then systemctl -q stop "$(systemd-escape -p --suffix=mount "$1")" 2>/dev/null || :; fi
}
`.trim();

/**
 * Mounts what standard input lists, or changes nothing. Safe to repeat: what is mounted so already, and
 * can be read, stays as it is.
 */
export const mountScript = rootScript(`
${FSTAB}
${WITHOUT_RPCBIND}
lines=$(cat)
wanted=$(echo "$lines" | points)
before=$(ours)
held=$(echo "$before" | points)

is_held() { echo "$held" | grep -qx "$1"; }
for point in $wanted; do
  if is_held "$point"; then continue; fi
  ! is_mounted "$point" ||
    die "$point on $(uname -n) is in use by another mount. Fix: unmount it, and take it out of /etc/fstab"
  [ ! -e "$point" ] || [ -z "$(ls -A "$point")" ] ||
    die "$point on $(uname -n) is not empty, and a mount would hide what is in it. Fix: move it away"
done

without_rpcbind mount.nfs4
need mount.nfs4 nfs-common nfs-utils
new=$(echo "$before" | grep "^$made " || :)
for point in $wanted; do
  is_held "$point" || [ -d "$point" ] || new=$(printf "%s\\n%s" "$new" "$made $point")
done
first=$begin
[ -z "$(others | tail -c 1)" ] || first=$open_end
block=$(printf "%s\\n%s\\n%s\\n%s\\n" "$first" "$new" "$lines" "$end" | sed '/^$/d')

is_readable() { is_mounted "$1" && timeout -k 5 30 ls "$1" >/dev/null 2>&1; }
all_readable() { for point in $wanted; do is_readable "$point" || return 1; done; }
if [ "$block" = "$before" ] && all_readable; then exit 0; fi

back_out() {
  set +e
  for point in $wanted; do
    release "$point"
    is_held "$point" || ! echo "$new" | grep -qx "$made $point" || rmdir "$point" 2>/dev/null
  done
  if [ -e "$fstab.before" ]; then write_fstab <"$fstab.before"; rm -f "$fstab.before"; fi
  for point in $held; do mount "$point"; done
}
trap '[ $? = 0 ] || back_out' EXIT
cp -p "$fstab" "$fstab.before"
{
  others
  [ "$first" = "$begin" ] || echo
  echo "$block"
} | write_fstab

for point in $held; do release "$point"; done
for point in $wanted; do
  mkdir -p "$point"
  # In the foreground: whether it works is to be known now.
  mount -o fg,retry=0 "$point" ||
    die "$(uname -n) could not mount $point. Fix: see the line above, and let $(uname -n) reach port 2049 of the server"
done
rm -f "$fstab.before"
`);

/** Unmounts, and takes out of /etc/fstab and away from /mnt what is ours. Needs no server. Packages stay. */
export const unmountScript = rootScript(`
${FSTAB}
before=$(ours)
[ -n "$before" ] || exit 0
for point in $(echo "$before" | points); do release "$point"; done
others | write_fstab
echo "$before" | sed -n "s/^$made //p" | while read -r point; do rmdir "$point" 2>/dev/null || :; done
`);
