# A machine of the lab: machine.sh NAME FOLDER ADDRESS/BITS, NAME being <lab>-<host>.
# It has namespaces and cgroups of its own, so that nothing of another machine is seen in it. Its root
# is this machine's; what it writes goes to memory, or below FOLDER/disk. All ends with its process 1.
set -eu
name=$1 folder=$2 address=$3 stage=${4-cgroups}

# Every hierarchy of cgroup v1 is a mount of its own; v2 is one mount.
hierarchies() {
  awk '$3 ~ /^cgroup2?$/ { print $3, $2, $4 }' /proc/self/mounts
}

if [ "$stage" = cgroups ]; then
  while read -r type hierarchy _; do
    own=$hierarchy/$name
    mkdir -p "$own"
    for file in cpuset.cpus cpuset.mems; do
      if [ "$type" = cgroup ] && [ -e "$own/$file" ]; then cat "$hierarchy/$file" >"$own/$file"; fi
    done
    echo $$ >"$own/cgroup.procs"
  done <<<"$(hierarchies)"
  exec unshare --mount --net --pid --uts --ipc --cgroup --fork --kill-child \
    bash "$0" "$name" "$folder" "$address" boot
fi

mount --make-rprivate /
memory=$folder/memory root=$folder/root
mkdir -p "$memory" "$root"
mount -t tmpfs -o size=512m "$name" "$memory"
mkdir "$memory/upper" "$memory/work"
mount -t overlay -o "lowerdir=/,upperdir=$memory/upper,workdir=$memory/work" "$name" "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs -o mode=755 run "$root/run"
mount -t tmpfs -o mode=1777 tmp "$root/tmp"
# Docker's commands, Compose among them, may be installed for this user alone.
plugins=~/.docker/cli-plugins
if [ -d "$plugins" ]; then
  mkdir -p "$root/usr/local/lib/docker/cli-plugins"
  mount --bind "$plugins" "$root/usr/local/lib/docker/cli-plugins"
fi
# Not this machine's habits: a shell reads them at every login.
mount -t tmpfs -o mode=700 home "$root/root"
mkdir -p "$root/run/sshd" "$root/run/lock"
for place in var/lib/docker srv; do
  mkdir -p "$folder/disk/$place" "$root/$place"
  mount --bind "$folder/disk/$place" "$root/$place"
done
if [ -e "$folder/layers" ]; then
  layers=$root/var/lib/docker/shared-layers
  mkdir -p "$layers"
  mount --bind "$folder/layers/" "$layers"
  mount -o remount,bind,ro "$layers"
fi

# A cgroup file system mounted from here begins at this machine's own cgroup.
own_hierarchies=$(hierarchies)
mountpoint --quiet /sys/fs/cgroup/memory && mount -t tmpfs -o mode=755 cgroup "$root/sys/fs/cgroup"
while read -r type place options; do
  kept=$(tr ',' '\n' <<<"$options" |
    grep -vxE 'rw|ro|nosuid|nodev|noexec|relatime|xattr|nsdelegate|memory_.*|release_agent=.*' |
    paste -sd, -)
  mkdir -p "$root$place"
  mount -t "$type" ${kept:+-o "$kept"} cgroup "$root$place"
done <<<"$own_hierarchies"

cp -a "$folder/ssh/." "$root/etc/ssh/"
hostname "${name#*-}"
hostname >"$root/etc/hostname"
cd "$root"
mkdir -p old-root
pivot_root . old-root
umount --lazy /old-root
rmdir /old-root
# As a service manager leaves it: node-exporter mounts the root as a slave.
mount --make-rshared /

ip link set lo up
until ip link set eth0 up 2>/dev/null; do sleep 0.05; done
ip address add "$address" dev eth0

# Like services that are always restarted.
keep() {
  log=/var/log/$1.log
  shift
  while :; do
    "$@" >>"$log" 2>&1 </dev/null || true
    sleep 1
  done
}
keep sshd /usr/sbin/sshd -D -e &
keep dockerd dockerd &
# Process 1 takes over what others leave behind, and bash reaps it.
while :; do wait || true; sleep 1; done
