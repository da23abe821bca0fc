import { secretFileName } from "../secrets";

const FILE = secretFileName("grafanaAdminPassword");

/** What the admin asks about itself; its password is below. */
export const ADMIN_PATH = "/api/user";

/**
 * Grafana reads its admin's password when it makes its database, and never again. The keeper, which
 * has the old one as well, therefore changes it as the admin would. Passwords go by standard input:
 * arguments can be seen.
 */
export const ADMIN_PASSWORD_SCRIPT = `#!/bin/sh
# $1 and $2 are the folders of the new files and of those before. Prints the HTTP status of an answer.
set -eu

old_file=$2/${FILE}
reply=/tmp/reply

if [ ! -f "$old_file" ]; then
  echo 200
  exit
fi
# The keeper may read no file of the server's, but may give itself one and give it back.
chown 0 "$old_file"
old=$(cat "$old_file")
chown "$OWNER_UID" "$old_file"
new=$(cat "$1/${FILE}")
if [ "$old" = "$new" ]; then
  echo 200
  exit
fi

# For JSON, and for what curl reads.
escaped() { sed 's/[\\\\"]/\\\\&/g'; }

# Asks as the admin with a password; further lines for curl come by standard input.
ask_as() {
  { printf 'user = "admin:%s"\\n' "$(printf '%s' "$1" | escaped)"; cat; } |
    curl --config - --silent --connect-timeout 2 --max-time 10 --output "$reply" \\
      --write-out '%{http_code}' || :
}

change() {
  from=$(printf '%s' "$old" | escaped)
  to=$(printf '%s' "$new" | escaped)
  body=$(printf '{"oldPassword":"%s","newPassword":"%s","confirmNew":"%s"}' "$from" "$to" "$to")
  {
    printf 'url = "%s/password"\\nrequest = "PUT"\\n' "$RELOAD_URL"
    printf 'header = "Content-Type: application/json"\\ndata = "%s"\\n' "$(printf '%s' "$body" | escaped)"
  } | ask_as "$old"
}

code=$(change)
if [ "$code" = 401 ]; then
  code=$(printf 'url = "%s"\\n' "$RELOAD_URL" | ask_as "$new")
  [ "$code" = 200 ] || echo "the admin has neither the new password nor the one before" >"$reply"
fi
echo "$code"
`;
