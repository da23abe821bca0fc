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
without_rpcbind() {
  if command -v "$1" >/dev/null || command -v rpcbind >/dev/null || ! has_systemd; then return; fi
  systemctl -q mask rpcbind.service rpcbind.socket rpc-statd.service 2>/dev/null
}
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
  mkdir -p "${conf%/*}"
  printf '\''[nfsd]\nvers2=n\nvers3=n\n'\'' >"$conf"
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
trap '\''[ $? = 0 ] || back_out'\'' EXIT
printf '\''%s\n%s\n'\'' "$found" "$lines" >"$file.new"
mv "$file.new" "$file"

if has_systemd; then systemctl -q enable --now nfs-server; fi
exportfs -ra || die "$(uname -n) refused $file: see the line above"
rm -f "$file.old"
'
