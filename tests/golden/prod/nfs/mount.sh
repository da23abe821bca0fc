as_root=
if [ "$(id -u)" != 0 ]; then
  as_root='sudo -n'
  sudo -n true 2>/dev/null || {
    echo "Sightline: $(id -un) on $(uname -n) can neither be root nor sudo without a password. Fix: allow it in /etc/sudoers.d, or log in as root" >&2
    exit 1
  }
fi
exec $as_root sh -euc 'PATH=$PATH:/usr/sbin:/sbin LC_ALL=C DEBIAN_FRONTEND=noninteractive
export PATH LC_ALL DEBIAN_FRONTEND

die() { echo "Sightline: $1" >&2; exit 1; }

has_systemd() { [ -d /run/systemd/system ]; }

# The program, and the package that brings it on Debian and on RHEL.
need() {
  if command -v "$1" >/dev/null; then return; fi
  if command -v apt-get >/dev/null; then
    apt_install "$2" || { apt-get -qq update >&2 </dev/null && apt_install "$2"; }
  elif command -v dnf >/dev/null; then dnf -q -y install "$3" >&2 </dev/null
  elif command -v yum >/dev/null; then yum -q -y install "$3" >&2 </dev/null
  fi || die "$(uname -n) could not install $1. Fix: install $2 (Debian, Ubuntu) or $3 (RHEL) yourself"
  command -v "$1" >/dev/null ||
    die "$(uname -n) has no $1, and neither apt-get nor dnf to install it. Fix: install it yourself"
}
apt_install() {
  apt-get -qq -y -o DPkg::Lock::Timeout=120 install --no-install-recommends "$1" >&2 </dev/null
}

fstab=$(readlink -f /etc/fstab)
begin="# sightline: begin"
open_end="$begin, the line above had no end"
end="# sightline: end"
made="# sightline: made"

ours() { sed -n "/^$begin/,/^$end$/p" "$fstab"; }
points() { awk '\''!/^#/ { print $2 }'\''; }
others() {
  if ours | grep -qx "$open_end" && [ "$(tail -n 1 "$fstab")" = "$end" ]; then
    printf %s "$(sed "/^$begin/,/^$end$/d" "$fstab")"
  else
    sed "/^$begin/,/^$end$/d" "$fstab"
  fi
}
[ "$(grep -c "^$begin" "$fstab")" = "$(grep -cx "$end" "$fstab")" ] ||
  die "/etc/fstab on $(uname -n) has lost the beginning or the end of Sightline'\''s lines. Fix: put \"$begin\" before and \"$end\" behind them"
# Takes the place of the table at once, and keeps its owner and mode.
write_fstab() {
  cp -p "$fstab" "$fstab.sightline"
  cat >"$fstab.sightline"
  mv "$fstab.sightline" "$fstab"
  if has_systemd; then systemctl daemon-reload; fi
}

is_mounted() { awk -v point="$1" '\''$5 == point { found = 1 } END { exit !found }'\'' /proc/self/mountinfo; }
# Also where the server is away: by force, or else out of sight.
release() {
  while is_mounted "$1"; do umount -f -l "$1" || return; done
  # A mount that systemd still tries to make.
  if has_systemd; then systemctl -q stop "$(systemd-escape -p --suffix=mount "$1")" 2>/dev/null || :; fi
}
without_rpcbind() {
  if command -v "$1" >/dev/null || command -v rpcbind >/dev/null || ! has_systemd; then return; fi
  systemctl -q mask rpcbind.service rpcbind.socket rpc-statd.service 2>/dev/null
}
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
  is_held "$point" || [ -d "$point" ] || new=$(printf "%s\n%s" "$new" "$made $point")
done
first=$begin
[ -z "$(others | tail -c 1)" ] || first=$open_end
block=$(printf "%s\n%s\n%s\n%s\n" "$first" "$new" "$lines" "$end" | sed '\''/^$/d'\'')

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
trap '\''[ $? = 0 ] || back_out'\'' EXIT
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
'
