# The edits of the site's own files. Each with_<key> prints a file with our edit in it, each
# without_<key> the same file without it, whatever else has been changed in it meanwhile.

ends_in_newline() { [ ! -s "$1" ] || [ -z "$(tail -c 1 "$1")" ]; }

# Runs an awk program over the lines of a file; out() prints one. The last line ends as it did.
edit_lines() {
  LAST=
  if ends_in_newline "$2"; then LAST=1; fi
  export LAST
  LC_ALL=C awk '
    function out(text) { printf "%s%s", between, text; between = "\n"; printed = 1 }
    '"$1"'
    END { if (printed && ENVIRON["LAST"]) printf "\n" }' "$2"
}

# COMPOSE_FILE in the site's .env. Of several lines the last counts.
compose_file_line() { grep -n '^COMPOSE_FILE=' "$1" 2>/dev/null | tail -n 1; }

unquoted() { printf '%s\n' "$1" | tr -d '\r' | sed 's/^\(["'\'']\)\(.*\)\1$/\2/'; }

compose_file_value() {
  found=$(compose_file_line "$1")
  [ -z "$found" ] || unquoted "${found#*COMPOSE_FILE=}"
}

env_setting() {
  found=$(grep "^$1=" .env 2>/dev/null | tail -n 1) || :
  [ -z "$found" ] || unquoted "${found#*=}"
}

# All files the site is started with, and ours last.
with_env() {
  OUR_LINE="COMPOSE_FILE=$MAIN_FILES$SEPARATOR$OVERRIDE_NAME"
  printf '%s\n' "$OUR_LINE" | keep env.line
  found=$(compose_file_line "$1")
  AT=${found%%:*}
  export OUR_LINE AT
  if [ -n "$found" ]; then
    edit_lines '
      NR == ENVIRON["AT"] + 0 { out(ENVIRON["OUR_LINE"] ($0 ~ /\r$/ ? "\r" : "")); next }
      { out($0) }' "$1"
  else
    cat "$1"
    ends_in_newline "$1" || echo
    printf '%s\n' "$OUR_LINE"
  fi
}

# Our line becomes the one that it replaced; of a changed one, only our file's name goes.
without_env() {
  WAS=
  if [ -e "$state/env.before" ]; then
    found=$(compose_file_line "$state/env.before")
    if [ -n "$found" ]; then WAS=${found#*:}; fi
  fi
  OUR_LINE=$(cat "$state/env.line")
  OUR_FILE=$OVERRIDE_NAME
  export WAS OUR_LINE OUR_FILE
  edit_lines '
    { bare = $0; sub(/\r$/, "", bare) }
    bare == ENVIRON["OUR_LINE"] {
      if (ENVIRON["WAS"] != "") out(ENVIRON["WAS"])
      next
    }
    /^COMPOSE_FILE=/ && (at = index($0, ENVIRON["OUR_FILE"])) {
      $0 = substr($0, 1, at - 2) substr($0, at + length(ENVIRON["OUR_FILE"]))
    }
    { out($0) }' "$1"
}

# The script tag, on a line of its own before </head> where that has one.
with_tag() {
  if grep -qF "\"$TAG_URL\"" "$1"; then
    cat "$1"
  else
    export TAG
    edit_lines '
      !done && match(tolower($0), /<\/head[ \t]*>/) {
        before = substr($0, 1, RSTART - 1)
        end = $0 ~ /\r$/ ? "\r" : ""
        if (before ~ /^[ \t]*$/) { out(indent ENVIRON["TAG"] end); out($0) }
        else out(before ENVIRON["TAG"] substr($0, RSTART))
        done = 1
        next
      }
      /[^ \t\r]/ { match($0, /^[ \t]*/); indent = substr($0, 1, RLENGTH) }
      { out($0) }' "$1"
  fi
}

without_tag() {
  edit_lines '
    match($0, /<script[^>]*data-sightline[^>]*>[^<]*<\/script>/) {
      rest = substr($0, 1, RSTART - 1) substr($0, RSTART + RLENGTH)
      if (rest ~ /^[ \t\r]*$/) next
      $0 = rest
    }
    { out($0) }' "$1"
}
