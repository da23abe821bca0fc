import { HEALTH_PATH, STATUS_PORT } from "../gateway/status-server";
import { CERTIFICATE_FILE, DATA_PATH, METRICS_FILE } from "./files";

/** How many attempts have failed in a row. */
export const FAILED_ATTEMPTS = "sightline_acme_failed_attempts";

/**
 * Looks twice a day whether a certificate is due, as the client reckons and the authority advises, and
 * hands a new one over whole. After a failure it waits a quarter of an hour, then twice as long each
 * time up to six hours, also when it was restarted meanwhile: authorities refuse those who insist.
 */
export const ACME_SCRIPT = `#!/bin/sh
set -u
umask 027

data=${DATA_PATH}
handed=${CERTIFICATE_FILE}
retry=$data/retry
longest=21600

say() { echo "acme: $*"; }
rest() { sleep "$1" & child=$!; wait $child; }
child=
trap '[ -z "$child" ] || kill $child 2>/dev/null; exit 0' TERM INT

# A rename is atomic: whoever opens the file finds the old one or the new one.
put() { cat >"$data/.new" && chmod 0640 "$data/.new" && mv -f "$data/.new" "$1"; }

tell() {
  put ${METRICS_FILE} <<END
# HELP ${FAILED_ATTEMPTS} Attempts to obtain or renew the certificate that have failed in a row.
# TYPE ${FAILED_ATTEMPTS} gauge
${FAILED_ATTEMPTS} $1
END
}

hand_over() {
  own=$data/certificates/gateway
  cat "$own.key" "$own.crt" | cmp -s - "$handed" && return
  cat "$own.key" "$own.crt" | put "$handed" && say "handed a new certificate over"
}

attempt() {
  /lego run --path "$data" --log.format text "$@" & child=$!
  wait $child && hand_over
}

# Asked before the authority is: it counts challenges that nobody answers.
gateway_answers() { timeout 5 wget -q -O /dev/null http://gateway:${STATUS_PORT}${HEALTH_PATH} 2>/dev/null; }

# What was refused to other settings is no reason to wait.
asked=$(echo "$*" | sha256sum | cut -c1-16)
failed=0
not_before=0
if read -r failed_then not_before_then asked_then 2>/dev/null <"$retry" && [ "$asked_then" = "$asked" ]; then
  failed=$failed_then
  not_before=$not_before_then
fi
tell "$failed"
: >/tmp/runs

while :; do
  now=$(date +%s)
  if [ "$now" -lt "$not_before" ]; then
    rest $((not_before - now))
  elif ! gateway_answers; then
    rest 2
  elif attempt "$@"; then
    failed=0
    tell 0
    rm -f "$retry"
    rest "$CHECK_SECONDS"
  else
    failed=$((failed + 1))
    pause=$((RETRY_SECONDS << (failed > 8 ? 8 : failed - 1)))
    [ "$pause" -lt "$longest" ] || pause=$longest
    not_before=$(($(date +%s) + pause))
    echo "$failed $not_before $asked" | put "$retry"
    tell "$failed"
    say "attempt $failed in a row has failed, the next is in $pause s"
  fi
done
`;
