import { rootScript } from "../root-script";

const NAMES = `
folder=/etc/wireguard
file=$folder/sightline.conf
unit=wg-quick@sightline
drop_in=/etc/systemd/system/$unit.service.d
mark="# sightline: before"

is_up() { [ -e /sys/class/net/sightline ]; }
start() { if has_systemd; then systemctl -q enable --now "$unit"; else wg-quick up sightline; fi; }
stop() {
  if has_systemd; then systemctl -q disable --now "$unit" 2>/dev/null || :; fi
  if is_up; then wg-quick down sightline; fi
}
`.trim();

/**
 * Brings the tunnel of standard input up, or changes nothing. Safe to repeat. Peers that come and go do
 * not interrupt the others; only another address, port or key of its own does. Containers wait for
 * it at a start of the host, because they listen on its address.
 */
export const tunnelScript = rootScript(`
${NAMES}
umask 077
config=$(cat)

need wg-quick wireguard-tools wireguard-tools
need ip iproute2 iproute
found="$mark"
[ -d "$folder" ] || found="$found no-folder"
if [ -e "$file" ]; then found=$(grep "^$mark" "$file" || echo "$mark"); fi

old=
if [ -e "$file" ]; then old=$(cat "$file"); fi
new=$(printf '%s\\n%s' "$found" "$config")
if [ "$new" = "$old" ] && is_up; then exit 0; fi

network=$(echo "$config" | sed -n 's/^Address = \\(.*\\)\\.1\\/24$/\\1.0\\/24/p')
routes() { for how in root match; do ip -o -4 route show "$how" "$network"; done; }
taken=
if [ -n "$network" ]; then taken=$(routes | grep -Ev '^default|dev sightline ' | sed q); fi
[ -z "$taken" ] ||
  die "$network on $(uname -n) is part of a network that is there already: $taken. Fix: choose another wireguard.network"

back_out() {
  set +e
  stop
  if [ -n "$old" ]; then
    printf '%s\\n' "$old" >"$file"
    start
  else
    rm -rf "$file" "$drop_in"
    case $found in *no-folder*) rmdir "$folder" 2>/dev/null ;; esac
  fi
}
trap '[ $? = 0 ] || back_out' EXIT
interface() { sed -n '/^\\[Interface\\]/,/^$/p'; }
mkdir -p "$folder"
printf '%s\\n' "$new" >"$file.new"
mv "$file.new" "$file"
if has_systemd && [ ! -e "$drop_in/sightline.conf" ]; then
  umask 022
  mkdir -p "$drop_in"
  printf '[Unit]\\nBefore=docker.service\\n' >"$drop_in/sightline.conf"
  systemctl daemon-reload
  umask 077
fi

if is_up && [ "$(printf '%s\\n' "$old" | interface)" = "$(printf '%s\\n' "$new" | interface)" ]; then
  wg-quick strip sightline | wg syncconf sightline /dev/stdin
else
  if is_up; then stop; fi
  start
fi ||
  die "$(uname -n) could not bring the tunnel up. Fix: see the line above and journalctl -u $unit; the kernel must have WireGuard (5.6 or later), and wireguard.port and wireguard.network must be free"
`);

/** Takes the tunnel down, and what was written for it away. Packages stay. */
export const untunnelScript = rootScript(`
${NAMES}
[ -e "$file" ] || exit 0
found=$(grep "^$mark" "$file" || :)
stop
rm -rf "$file" "$drop_in"
case $found in *no-folder*) rmdir "$folder" 2>/dev/null || : ;; esac
if has_systemd; then systemctl daemon-reload; fi
`);
