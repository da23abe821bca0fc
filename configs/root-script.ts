/**
 * POSIX shell that runs as root whoever logs in, stops at the first error, and says what is wrong in
 * one line.
 *
 * @param body shell, with {@link SHELL_HELPERS} at hand
 */
export function rootScript(body: string): string {
  const script = [SHELL_HELPERS, body].join("\n").replaceAll("'", `'\\''`);
  return [
    "as_root=",
    'if [ "$(id -u)" != 0 ]; then',
    "  as_root='sudo -n'",
    "  sudo -n true 2>/dev/null || {",
    '    echo "Sightline: $(id -un) on $(uname -n) can neither be root nor sudo without a password. Fix: allow it in /etc/sudoers.d, or log in as root" >&2',
    "    exit 1",
    "  }",
    "fi",
    `exec $as_root sh -euc '${script}'`,
  ].join("\n");
}

const SHELL_HELPERS = `
PATH=$PATH:/usr/sbin:/sbin LC_ALL=C DEBIAN_FRONTEND=noninteractive
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
`.trim();
