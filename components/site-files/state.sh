# What each change of the site's folder was made from is kept in .sightline/, so that it can be taken
# back exactly. Every file there is complete or absent (written beside it, then renamed), and is
# written before the change it is needed for: whenever this is stopped, running it again goes on.
#
#   <key>.before   the file as it was, with its mode, owner and time; absent if there was none
#   <key>.saved    checksum of <key>.before
#   <key>.written  checksums of what was put in its place
#   <key>.path     where
state=.sightline

say() { echo "site files: $*"; }
refuse() {
  echo "site files: $*" >&2
  exit 1
}

checksum() { sha256sum <"$1" | cut -d' ' -f1; }

# Writes standard input to a file of the state, whole.
keep() {
  cat >"$state/.new"
  if cmp -s "$state/.new" "$state/$1"; then rm "$state/.new"; else mv -f "$state/.new" "$state/$1"; fi
}

forget() { rm -f "$state/$1".*; }

# Links are followed: a rename would put a file in place of the link.
real() { if [ -L "$1" ]; then readlink -f "$1"; else echo "$1"; fi; }

beside() { echo "$(dirname "$1")/.$(basename "$1").sightline"; }

is_written() {
  [ -e "$state/$1.written" ] && [ -e "$2" ] && grep -qx "$(checksum "$2")" "$state/$1.written"
}

is_backup_sound() {
  [ -e "$state/$1.before" ] && [ "$(checksum "$state/$1.before")" = "$(cat "$state/$1.saved")" ]
}

# Gives a file new bytes and leaves its mode and owner as they are.
rewrite() {
  new=$1 file=$2 beside=$(beside "$2")
  if [ -e "$file" ]; then
    mode=$(stat -c %a "$file")
    cp -p "$file" "$beside"
    chmod u+w "$beside"
    cat "$new" >"$beside"
    chmod "$mode" "$beside"
  else
    cp "$new" "$beside"
    chmod "${3:-644}" "$beside"
  fi
  mv -f "$beside" "$file"
}

# The file without our edit, to standard output: the backup, or what is left without our lines where
# somebody has edited the file since.
base_of() {
  if [ ! -e "$2" ]; then
    :
  elif is_written "$1" "$2" && is_backup_sound "$1"; then
    cat "$state/$1.before"
  elif is_written "$1" "$2" && [ ! -e "$state/$1.saved" ]; then
    :
  elif [ -e "$state/$1.written" ]; then
    "without_$1" "$2"
  else
    cat "$2"
  fi
}

# Edits one of the site's own files by the filter with_<key>; may be repeated.
edit() {
  key=$1 file=$(real "$2")
  if [ -e "$state/$key.path" ] && [ "$(cat "$state/$key.path")" != "$file" ]; then
    take_back "$key"
    file=$(real "$2")
  fi
  base_of "$key" "$file" >"$state/.base"
  "with_$key" "$state/.base" >"$state/.edited"
  if cmp -s "$state/.edited" "$state/.base"; then
    take_back "$key"
  elif ! { [ -e "$file" ] && cmp -s "$state/.edited" "$file"; }; then
    save_before "$key" "$file"
    echo "$file" | keep "$key.path"
    { [ ! -e "$state/$key.written" ] || cat "$state/$key.written"; checksum "$state/.edited"; } |
      tail -n 2 | keep "$key.written"
    rewrite "$state/.edited" "$file" "${3:-644}"
  fi
  rm -f "$state/.base" "$state/.edited"
}

save_before() {
  if [ -e "$2" ] && ! cmp -s "$state/.base" "$state/$1.before"; then
    cp -p "$2" "$state/.before"
    # Not what it is now where an earlier edit of ours is in it.
    if ! cmp -s "$state/.base" "$state/.before"; then
      cat "$state/.base" >"$state/.before"
      touch -r "$2" "$state/.before"
    fi
    checksum "$state/.before" | keep "$1.saved"
    mv -f "$state/.before" "$state/$1.before"
  fi
}

# Takes an edit back.
take_back() {
  key=$1
  [ -e "$state/$key.written" ] || return 0
  file=$(cat "$state/$key.path")
  rm -f "$(beside "$file")"
  if [ ! -e "$file" ]; then
    say "$file is gone; nothing to take back"
  elif is_written "$key" "$file" && is_backup_sound "$key"; then
    cp -p "$state/$key.before" "$(beside "$file")"
    mv -f "$(beside "$file")" "$file"
  elif is_written "$key" "$file" && [ ! -e "$state/$key.saved" ]; then
    rm -f "$file"
  else
    "without_$key" "$file" >"$state/.edited"
    if ! cmp -s "$state/.edited" "$file"; then
      rewrite "$state/.edited" "$file"
      say "$file has been edited since: only what was ours is taken out"
    fi
    if [ ! -s "$file" ] && [ ! -e "$state/$key.saved" ]; then rm -f "$file"; fi
    rm -f "$state/.edited"
  fi
  forget "$key"
}

# Puts a file of our own in place; its text is what text_<key> prints.
own() {
  key=$1 file=$2
  "text_$key" >"$state/.own"
  if [ -e "$file" ] && ! is_written "$key" "$file"; then
    mv -f "$file" "$file.edited"
    say "$file had been edited; that is in $file.edited now"
  fi
  if ! { [ -e "$file" ] && cmp -s "$state/.own" "$file"; }; then
    echo "$file" | keep "$key.path"
    { [ ! -e "$state/$key.written" ] || cat "$state/$key.written"; checksum "$state/.own"; } |
      tail -n 2 | keep "$key.written"
    rewrite "$state/.own" "$file"
  fi
  rm -f "$state/.own"
}

# Removes a file of our own.
drop_own() {
  key=$1
  [ -e "$state/$key.path" ] || return 0
  file=$(cat "$state/$key.path")
  rm -f "$(beside "$file")"
  if [ -e "$file" ] && ! is_written "$key" "$file"; then
    mv -f "$file" "$file.edited"
    say "$file had been edited; that is kept in $file.edited"
  fi
  rm -f "$file"
  forget "$key"
}
