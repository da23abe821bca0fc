import { LOG_STORAGE_LABEL, STACK_LABEL } from "../labels";
import type { MachineNeeds } from "./needs";

/** The first and the last line of what the script prints; a login shell may say something before. */
export const BEGIN = "sightline-facts-begin";
export const END = "sightline-facts-end";

/** How long each question to Docker may take there. */
const DOCKER_SECONDS = 8;

/**
 * POSIX shell that looks at a machine and changes nothing: a line for each fact, its words parted by tabs.
 * Ports and folders are named by their place in the lists of needs.
 */
export function factScript({ ports, folders, loki }: MachineNeeds): string {
  const wanted = [...new Set(ports.map(({ port }) => port))].sort((one, other) => one - other);
  return [
    PRELUDE,
    `echo ${BEGIN}`,
    DOCKER,
    ...(loki === undefined ? [] : [logStorage(loki)]),
    ADDRESSES,
    ...(wanted.length > 0 ? [`wanted=' ${wanted.join(" ")} '`, LISTENERS] : []),
    ...(folders.length > 0
      ? [FOLDERS, ...folders.map(({ folder }, index) => `folder ${index} ${quoted(folder)}`)]
      : []),
    `echo ${END}`,
    "",
  ].join("\n");
}

/** A word of the shell's, whatever is in it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const PRELUDE = `LC_ALL=C
PATH="$PATH:/usr/local/bin:/usr/sbin:/sbin"
export LC_ALL PATH
tab=$(printf '\\t')
fact() {
  printf '%s' "$1"
  shift
  for word in "$@"; do printf '\\t%s' "$word"; done
  printf '\\n'
}
bounded() {
  if command -v timeout >/dev/null 2>&1; then timeout ${DOCKER_SECONDS} "$@"; else "$@"; fi </dev/null
}`;

const DOCKER = `fact user "$(id -un)"
containers=
if command -v docker >/dev/null 2>&1; then
  version=$(bounded docker version --format 'version={{.Server.Version}}' 2>&1)
  printf '%s\\n' "$version" | sed "s/^/docker$tab/"
  case $version in
  *version=[0-9]*)
    fact root "$(bounded docker info --format '{{.DockerRootDir}}' 2>/dev/null)"
    containers=$(bounded docker ps --format '{{.Names}}\\t{{.Label "${STACK_LABEL}"}}\\t{{.Ports}}' 2>/dev/null)
    printf '%s\\n' "$containers" | grep -e '->' | sed "s/^/container$tab/"
    ;;
  esac
else
  fact docker missing
fi`;

/** The day in UTC, and where a Loki of that name keeps its logs, by its label; also one that does not run. */
function logStorage(container: string): string {
  return `fact today "$(date -u +%Y-%m-%d)"
command -v docker >/dev/null 2>&1 && bounded docker ps --all --filter ${quoted(`name=^/${container}$`)} \\
  --format '{{.Label "${LOG_STORAGE_LABEL}"}}' 2>/dev/null | sed "s/^/log-storage$tab/"`;
}

const ADDRESSES = `ip -o -4 addr show 2>/dev/null | while read -r _ _ _ address _; do
  fact address "\${address%/*}"
done`;

/** Who listens, where it is no container that Docker has told of. Others' processes only root can see. */
const LISTENERS = `grep -hs ' 0A ' /proc/net/tcp /proc/net/tcp6 | while read -r _ local _ _ _ _ _ uid _ inode _; do
  port=$((0x\${local##*:}))
  case $wanted in *" $port "*) ;; *) continue ;; esac
  case $containers in *":$port->"*) continue ;; esac
  owner=$(ls -l /proc/[0-9]*/fd 2>/dev/null | awk -v want="socket:[$inode]" '
    /^\\/proc\\// { split($0, part, "/"); pid = part[3] }
    $NF == want { print pid; exit }')
  name=
  [ -z "$owner" ] || name=$(cat "/proc/$owner/comm" 2>/dev/null)
  user=$(awk -F: -v uid="$uid" '$3 == uid { print $1; exit }' /etc/passwd)
  fact listener "\${local%:*}" "$port" "\${user:-user $uid}" "$owner" "$name"
done`;

const FOLDERS = `mount_options() {
  best=-1
  while read -r _ point _ options _; do
    case $1/ in "\${point%/}"/*) [ \${#point} -lt $best ] || { best=\${#point}; found=$options; } ;; esac
  done </proc/self/mounts
  echo "$found"
}
folder() {
  state=missing
  if [ -d "$2" ]; then state=directory
  elif [ -e "$2" ]; then state=file
  else
    above=$2
    while [ -n "$above" ] && [ ! -e "$above" ]; do above=\${above%/*}; done
    [ -x "\${above:-/}" ] || state=hidden
  fi
  writing=rw
  [ ! -r /proc/self/mounts ] || case ,$(mount_options "$2"), in *,ro,*) writing=ro ;; esac
  fact folder "$1" "$state" "$writing" $(ls -ldn "$2" 2>/dev/null | awk '{ print substr($1, 2, 9), $3, $4 }')
}`;
