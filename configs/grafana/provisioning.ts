import { secretFileName, secretPath } from "../secrets";

/** What Grafana's admin may have read again, by the names of the folders below `provisioning/`. */
export const PROVISIONING_PATH = "/api/admin/provisioning";

/**
 * Grafana reads its data sources and its alerting at its start, and when its admin asks for it. It is
 * asked at each deployment, not only after a change: what a keeper that was killed did not ask for is
 * seen nowhere. The password goes by standard input: arguments can be seen.
 */
export const PROVISIONING_SCRIPT = `#!/bin/sh
# $1 and $2 are the folders of the new files and of those before. Prints the HTTP status of an answer.
set -eu

reply=/tmp/reply
password=$(cat ${secretPath("grafanaAdminPassword")})

# For what curl reads.
escaped() { sed 's/[\\\\"]/\\\\&/g'; }

reload() {
  {
    printf 'user = "admin:%s"\\n' "$(printf '%s' "$password" | escaped)"
    printf 'url = "%s/%s/reload"\\nrequest = "POST"\\n' "$RELOAD_URL" "$1"
  } | curl --config - --silent --connect-timeout 2 --max-time 30 --output "$reply" \\
    --write-out '%{http_code}' || :
}

contents() { (cd "$1/provisioning" 2>/dev/null && find . -type f | sort | xargs sha256sum) || :; }

for what in datasources alerting; do
  code=$(reload "$what")
  [ "$code" = 200 ] || break
done
if [ "$code" = 401 ]; then
  if [ "$(contents "$1")" = "$(contents "$2")" ]; then
    code=200
  else
    echo "the admin's password is not that of ${secretFileName("grafanaAdminPassword")}" >"$reply"
  fi
fi
echo "$code"
`;
