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
before=$(ours)
[ -n "$before" ] || exit 0
for point in $(echo "$before" | points); do release "$point"; done
others | write_fstab
echo "$before" | sed -n "s/^$made //p" | while read -r point; do rmdir "$point" 2>/dev/null || :; done
'
