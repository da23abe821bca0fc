#!/bin/sh
# Does what the official image's entrypoint is known for: owns /data, drops root, narrows umask 022.
set -eu

if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  chown -hR redis:redis .
  exec setpriv --reuid=redis --regid=redis --init-groups "$0" "$@"
fi
if [ "$(umask)" = 0022 ]; then umask 0077; fi
exec "$@"
