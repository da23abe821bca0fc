import { usesAcme } from "../acme/challenge";
import { CERTIFICATE_FILE } from "../acme/files";
import { CONFIG_PATH, SECRETS_PATH } from "../service-spec";
import type { Settings } from "../settings/settings";

/** Where the script leaves word of what nginx took and what it refused. */
export const STATE_PATH = "/tmp/state";

/** Says which certificate is shown, where it is not the stack that brings it. */
export const TLS_INCLUDE = "/tmp/tls.conf";

/** Where it is brought, the files of the stack are all there is to look at. */
const BROUGHT = `files() { echo "$(readlink "$config") $(readlink "$secrets")"; }`;

/** Until there is a certificate, nobody is shown one that nobody knows. */
const OBTAINED = `certificate=${CERTIFICATE_FILE}
files() { echo "$(readlink "$config") $(readlink "$secrets") $(sha256sum 2>/dev/null <"$certificate")"; }
choose_certificate() {
  if [ -s "$certificate" ]; then
    printf 'ssl_certificate %s;\\nssl_certificate_key %s;\\n' "$certificate" "$certificate"
  else
    echo 'ssl_reject_handshake on;'
  fi >${TLS_INCLUDE}
}`;

/**
 * Runs nginx and has it read its files again when a keeper put others in place, which nginx does not
 * notice by itself. Requests under way are finished by the workers that took them. Files that nginx
 * refuses stay out of force.
 */
export function runScript(settings: Settings): string {
  const [looksAt, first] = usesAcme(settings) ? [OBTAINED, "choose_certificate\n"] : [BROUGHT, ""];
  return `#!/bin/sh
set -eu

config=${CONFIG_PATH}
secrets=${SECRETS_PATH}
state=${STATE_PATH}

say() { echo "gateway: $*" >&2; }
${looksAt}

# The answer to "did you take what is in place now?", by the real name of the folder.
leave_word() {
  rm -rf "$state"
  mkdir -p "$state/$1$(realpath "$config")"
}

trap 'kill -QUIT "$nginx"; wait "$nginx"; exit 0' TERM QUIT INT

${first}nginx -e stderr -c "$config/nginx.conf" -g 'daemon off;' &
nginx=$!
seen=$(files)
leave_word taken

while kill -0 "$nginx" 2>/dev/null; do
  now=$(files)
  if [ "$now" != "$seen" ]; then
    seen=$now
${first && `    ${first}`}    if nginx -e stderr -c "$config/nginx.conf" -t -q; then
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
}
