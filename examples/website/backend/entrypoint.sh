#!/bin/sh
# Docker makes missing folders of bind mounts as root. This hands the folders that the application
# writes to the application, and then goes on without root's rights.
set -eu
umask 022 # Log files are readable by all (0644): a log shipper runs as another user.

if [ "$(id -u)" = 0 ]; then
  for folder in /app/backend/logs /app/backend/maintenance; do
    # -h: a planted link must not hand over what it points to.
    if [ -d "$folder" ]; then chown -hR app:app "$folder"; fi
  done
  exec setpriv --reuid=app --regid=app --init-groups "$@"
fi
exec "$@"
