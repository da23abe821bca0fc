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

folder=/etc/exports.d
file=$folder/sightline.exports
mark="# sightline: before"
conf=/etc/nfs.conf.d/sightline.conf
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
'
