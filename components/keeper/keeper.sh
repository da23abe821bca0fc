#!/bin/sh
# Keeps one configuration volume. Copies the files this container was created with to <hash>/, points
# `current` at them, asks the server to read them, and points back if the server refuses.
#
# RELOAD_URL  where to ask; empty for a server that polls its files or reads them only at its start
# /reload.sh  where there is one, what is run in the place of that request
# OWNER_UID   who may read the files; empty for everybody (the volume is mounted by one server only)
# GROUP_READS set where root's group may read them too: the keeper that needs them to log in
set -eu

incoming=/incoming
volume=/volume
status=/tmp/status
refused=/tmp/refused
reply=/tmp/reply
script=/reload.sh

say() { echo "keeper: $*"; }

# Exit at once on docker stop: as process 1 a plain sleep would ignore the signal.
trap 'exit 0' TERM INT
rest() { while :; do sleep 3600 & wait $!; done; }

content_hash() {
  cd "$incoming"
  {
    find . -type f | LC_ALL=C sort | xargs sha256sum
    # Files that are there already keep their mode.
    [ -z "${GROUP_READS:-}" ] || echo group
  } | sha256sum | cut -c1-16
}

install_files() {
  [ -d "$volume/$hash" ] && return
  rm -rf "$volume/.new"
  cp -R "$incoming" "$volume/.new"
  chmod -R u=rwX,go=rX "$volume/.new"
  if [ -n "${OWNER_UID:-}" ]; then
    mode=0400
    [ -z "${GROUP_READS:-}" ] || mode=0440
    find "$volume/.new" -type f -exec chmod "$mode" {} +
    find "$volume/.new" -type f -exec chown "$OWNER_UID" {} +
  fi
  mv "$volume/.new" "$volume/$hash"
}

# A rename is atomic: whoever opens `current` finds the old files or the new ones, never none.
point_at() {
  ln -sfn "$1" "$volume/.current"
  mv -fT "$volume/.current" "$volume/current"
}

# Prints the answer's HTTP status; 000 while nothing listens there. A name that does not exist yet is
# looked up in vain for long on a network without a way out: hence the short limit. Promtail calls it
# an error to be asked for what it already runs, which for us is success.
ask_to_reload() {
  if [ -f "$script" ]; then
    sh "$script" "$incoming" "$volume/$previous"
    return
  fi
  code=$(curl --silent --connect-timeout 2 --max-time 10 --output "$reply" \
    --write-out '%{http_code}' --request POST "$RELOAD_URL") || :
  if grep -q 'config has not changed' "$reply" 2>/dev/null; then code=200; fi
  echo "$code"
}

remove_old_files() {
  for folder in "$volume"/*/; do
    case "$(basename "$folder")" in current | "$hash" | "$previous") ;; *) rm -rf "$folder" ;; esac
  done
}

hash=$(content_hash)
previous=$(readlink "$volume/current" || :)

# After a restart of this very container the refusal still stands; a new container tries again.
if [ -e "$refused" ]; then
  say "$hash was refused before and stays out of force"
  rest
fi

install_files
[ "$previous" = "$hash" ] || point_at "$hash"

if [ -z "${RELOAD_URL:-}" ]; then
  say "$hash is in place"
  echo live >"$status"
  remove_old_files
  rest
fi

while :; do
  : >"$reply"
  case "$(ask_to_reload)" in
    2??)
      say "$hash is live"
      echo live >"$status"
      remove_old_files
      rest
      ;;
    000 | 503)
      # Not there yet, or still starting: it reads `current` when it does.
      echo absent >"$status"
      sleep 1
      ;;
    *)
      say "the server refused $hash: $(cat "$reply")"
      : >"$refused"
      echo refused >"$status"
      if [ -n "$previous" ] && [ "$previous" != "$hash" ]; then
        point_at "$previous"
        # A script for secrets has changed none where it is refused.
        [ -f "$script" ] && [ -n "${OWNER_UID:-}" ] || ask_to_reload >/dev/null
        say "$previous stays in force"
      fi
      rest
      ;;
  esac
done
