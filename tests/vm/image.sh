#!/bin/sh
# Makes what both virtual machines start from: Debian with its cloud kernel, and the NFS packages at
# hand but not installed, so that the component installs them.
set -eu
out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
rm -f "$out/id" "$out/id.pub"
ssh-keygen -q -t ed25519 -N "" -C sightline-vm -f "$out/id"

network() { printf '[Match]\nName=%s\n%s\n[Network]\nAddress=%s/24\n' "$2" "$3" "$4" >"$work/$1.network"; }
network user eth0 "" 10.0.2.15
network app eth1 KernelCommandLine=systemd.hostname=app 10.9.0.3
network monitoring eth1 KernelCommandLine=systemd.hostname=monitoring 10.9.0.2
printf '127.0.0.1 localhost app monitoring\n10.9.0.3 nfs-server\n' >"$work/hosts"

# What the NFS packages need comes with the image: an emulated processor takes minutes to unpack it.
mmdebstrap --quiet --variant=minbase --format=directory \
  --include=systemd,systemd-sysv,udev,dbus,openssh-server,sudo,iproute2,kmod,initramfs-tools \
  --include=linux-image-cloud-amd64,python3,libevent-core-2.1-7,keyutils,libldap-2.5-0,ucf,netbase,ca-certificates,docker.io,apparmor \
  --customize-hook='mkdir "$1/packages"' \
  --customize-hook='APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -qq --yes --no-install-recommends --download-only install nfs-kernel-server wireguard-tools' \
  --customize-hook='cp "$1"/var/cache/apt/archives/*.deb "$1/packages/"' \
  --customize-hook='cd "$1/packages" && dpkg-scanpackages --multiversion . >Packages 2>/dev/null' \
  --customize-hook='useradd --root "$1" --create-home --shell /bin/bash deploy' \
  --customize-hook='echo "deploy ALL=(ALL) NOPASSWD: ALL" >"$1/etc/sudoers.d/deploy"' \
  --customize-hook='mkdir "$1/home/deploy/.ssh"' \
  --customize-hook="copy-in $work/user.network $work/app.network $work/monitoring.network /etc/systemd/network" \
  --customize-hook="upload $out/id.pub /home/deploy/.ssh/authorized_keys" \
  --customize-hook="upload $work/hosts /etc/hosts" \
  --customize-hook='systemctl --root "$1" -q enable systemd-networkd ssh && systemctl --root "$1" -q disable docker docker.socket containerd' \
  --customize-hook='printf "# no line has an end here" >"$1/etc/fstab"' \
  bookworm "$work/root"
rm -rf "$work/root"/etc/apt/sources.list.d/* "$work/root"/var/lib/apt/lists/*
echo "deb [trusted=yes] file:/packages ./" >"$work/root/etc/apt/sources.list"
rm -f "$work/root/etc/apt/apt.conf.d"/*

cp "$work"/root/boot/vmlinuz-* "$out/vmlinuz"
cp "$work"/root/boot/initrd.img-* "$out/initrd"
cut -d " " -f 1,2 "$work/root/etc/ssh/ssh_host_ed25519_key.pub" >"$out/host-key"
rm -f "$out/root.ext4"
truncate -s 2G "$out/root.new"
mke2fs -q -t ext4 -d "$work/root" "$out/root.new"
mv "$out/root.new" "$out/root.ext4"
