import { CONFIG_PATH, SECRETS_PATH } from "../service-spec";

/** Where the script leaves word of what nginx took and what it refused. */
export const STATE_PATH = "/tmp/state";

/**
 * Runs nginx and has it read its files again when a keeper put others in place, which nginx does not
 * notice by itself. Requests under way are finished by the workers that took them. Files that nginx
 * refuses stay out of force.
 */
export const RUN_SCRIPT = `#!/bin/sh
set -eu

config=${CONFIG_PATH}
secrets=${SECRETS_PATH}
state=${STATE_PATH}

say() { echo "gateway: $*" >&2; }
files() { echo "$(readlink "$config") $(readlink "$secrets")"; }

# The answer to "did you take what is in place now?", by the real name of the folder.
leave_word() {
  rm -rf "$state"
  mkdir -p "$state/$1$(realpath "$config")"
}

trap 'kill -QUIT "$nginx"; wait "$nginx"; exit 0' TERM QUIT INT

nginx -e stderr -c "$config/nginx.conf" -g 'daemon off;' &
nginx=$!
seen=$(files)
leave_word taken

while kill -0 "$nginx" 2>/dev/null; do
  now=$(files)
  if [ "$now" != "$seen" ]; then
    seen=$now
    if nginx -e stderr -c "$config/nginx.conf" -t -q; then
      kill -HUP "$nginx"
      leave_word taken
      say "reads $now"
    else
      leave_word refused
      say "nginx refused $now, what it runs stays in force"
    fi
  fi
  sleep 1 &
  wait $!
done
wait "$nginx"
`;
