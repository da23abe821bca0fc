# What is done inside a volume, by a busybox beside the server that owns it. $1 says what. Folders of ours
# begin with .sightline-, and everything else is the server's:
#
# .sightline-copy    a copy that is being sent away
# .sightline-new     what came from a backup and is not in force
# .sightline-moving  old contents on their way aside or back: each entry is here or in its own place
# .sightline-before  the whole of the old contents; what else there is came from a backup
# .sightline-done    old contents that nobody wants any more
#
# A rename of one of them is one step, so that whoever is killed at any moment leaves what can be told apart.
set -eu
cd "${SIGHTLINE_VOLUME:-/volume}"

# Runs a command once for each entry of this folder that is not ours.
each() {
  for entry in * .[!.]* ..?*; do
    case $entry in .sightline-*) continue ;; esac
    if [ -e "$entry" ] || [ -L "$entry" ]; then "$@" -- "$entry"; fi
  done
}

# Moves everything out of a folder of ours, which is gone then.
unpack() {
  cd "$1"
  each mv -t ..
  cd ..
  rmdir "$1"
}

# Puts the contents of before back where a swap was begun.
undo() {
  if [ -d .sightline-before ]; then
    each rm -rf
    mv .sightline-before .sightline-moving
  fi
  if [ -d .sightline-moving ]; then unpack .sightline-moving; fi
}

case $1 in
# Kilobytes that the contents have, and that the disk has free.
room)
  du -sk . | cut -f 1
  df -Pk . | tail -n 1 | awk '{ print $4 }'
  ;;
# Whether a restore was killed before it was known to be good.
aside)
  if [ -d .sightline-before ] || [ -d .sightline-moving ]; then echo yes; else echo no; fi
  ;;
copy)
  rm -rf .sightline-copy
  mkdir .sightline-copy
  each cp -a -t .sightline-copy
  ;;
send) tar -czf - -C .sightline-copy . ;;
# Only in a volume that has nothing of ours.
send-all) tar -czf - . ;;
receive)
  rm -rf .sightline-new
  mkdir .sightline-new
  tar -xzf - --numeric-owner -C .sightline-new
  ;;
swap)
  undo
  mkdir .sightline-moving
  each mv -t .sightline-moving
  mv .sightline-moving .sightline-before
  unpack .sightline-new
  ;;
undo) undo ;;
commit)
  [ ! -d .sightline-before ] || mv .sightline-before .sightline-done
  rm -rf .sightline-done
  ;;
# Also what an interrupted command of ours still does here: nothing else is in this container.
clean)
  [ -n "${SIGHTLINE_VOLUME:-}" ] || kill -9 -1 2>/dev/null || :
  tries=0
  until rm -rf .sightline-copy .sightline-new .sightline-done; do
    tries=$((tries + 1))
    [ "$tries" -lt 50 ] || exit 1
    sleep 1
  done
  ;;
*)
  echo "volume: there is no \"$1\"" >&2
  exit 2
  ;;
esac
