# sh -s put: puts everything in place, or changes nothing and says why.  sh -s undo: takes it back.
set -eu

make_folders() {
  mounts | while IFS='|' read -r service folder inside; do
    make_folder "$folder"
    if [ ! -e "$state/folders" ] || ! grep -qx "$folder" "$state/folders"; then continue; fi
    # As it is inside the container now, so that whoever writes there may go on.
    owner=$(docker exec "$(container_of "$service")" stat -c '%u:%g %a' "$inside" 2>/dev/null </dev/null) || owner=
    if [ -n "$owner" ] && [ "$(id -u)" = 0 ]; then chown "${owner% *}" "$folder" && chmod "${owner#* }" "$folder"; fi
  done
}

make_folder() {
  if [ -d "$1" ]; then return; fi
  make_folder "$(dirname "$1")"
  echo "$1" >>"$state/folders"
  mkdir "$1"
  chmod 755 "$1"
}

remove_folders() {
  [ -e "$state/folders" ] || return 0
  sort -r "$state/folders" | uniq | while read -r folder; do
    rmdir "$folder" 2>/dev/null || [ ! -d "$folder" ] || say "$folder is kept: there are logs in it"
  done
  rm -f "$state/folders"
}

start_state() {
  mkdir -p "$state"
  chmod 700 "$state"
  echo "$STACK" | keep stack
  # Keeps the backups, of which one may hold secrets, out of the site's repository.
  echo '*' | keep .gitignore
}

check_stack() {
  [ ! -e "$state/stack" ] || [ "$(cat "$state/stack")" = "$STACK" ] ||
    refuse "$DIRECTORY is looked after by the stack $(cat "$state/stack") already"
}

make_scratch() {
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
}

put() {
  cd "$DIRECTORY" 2>/dev/null || refuse "there is no folder $DIRECTORY: correct compose.directory"
  make_scratch
  check_stack
  check_owner
  check_free
  check_tag_file
  if [ -n "$SERVICES$APPLY" ]; then
    find_project
    check_services
  fi
  if [ -n "$SERVICES" ]; then
    check_mounts
    check_driver
    check_format
    find_way
    check_files
    check_override
  fi
  check_site
  start_state
  put_tag
  if [ -n "$SERVICES" ]; then put_override; else drop_override; fi
  say_when
  if [ -n "$APPLY" ]; then apply || give_up; fi
}

# The site comes first: as it was, and the update fails.
give_up() {
  undo || say "and could not be brought back; its files are as they were"
  refuse "the site did not come back with this, so everything is as it was"
}

say_when() {
  if [ -n "$APPLY" ]; then return; fi
  if [ -n "$SERVICES" ]; then
    say "in effect when the containers are recreated: docker compose up -d"
  fi
  if [ -n "$TAG_FILE" ]; then
    say "the script tag is in effect when the frontend is built anew and its container recreated"
  fi
}

put_tag() { if [ -n "$TAG_FILE" ]; then edit tag "$TAG_FILE"; else take_back tag; fi; }

put_override() {
  make_folders
  if [ -n "$NGINX" ]; then own format "$FORMAT_FILE"; else drop_own format; fi
  own override "$OVERRIDE_NAME"
  if [ "$WAY" = env ]; then
    remove_link
    edit env .env 600
    say "Compose reads $OVERRIDE_NAME by COMPOSE_FILE in .env; a command with -f needs -f $OVERRIDE_NAME too"
  else
    take_back env
    if ! is_our_link "$LINK_NAME"; then ln -s "$OVERRIDE_NAME" "$LINK_NAME"; fi
    say "Compose reads $OVERRIDE_NAME by the link $LINK_NAME; a command with -f needs -f $OVERRIDE_NAME too"
  fi
}

remove_link() { if is_our_link "$LINK_NAME"; then rm -f "$LINK_NAME"; fi; }

drop_override() {
  remove_link
  take_back env
  drop_own override
  drop_own format
}

undo() {
  cd "$DIRECTORY" 2>/dev/null || {
    say "$DIRECTORY is gone; nothing to take back"
    return 0
  }
  [ -d "$state" ] || return 0
  [ -n "${scratch:-}" ] || make_scratch
  check_stack
  take_back tag
  drop_override
  unapply
  remove_folders
  rm -rf "$state"
}

case "$1" in
  put) put </dev/null ;;
  undo) undo </dev/null ;;
  *) refuse "no such action: $1" ;;
esac
