# Recreates the site's containers where the settings allow it, and measures what that costs.

SITE_DEADLINE_SECONDS=60

# The status with which the site answers; 000 while it does not.
site_status() {
  if command -v curl >/dev/null; then
    curl --silent --output /dev/null --write-out '%{http_code}' --connect-timeout 1 --max-time 1 \
      "$PROBE_URL" || :
  elif wget -q -T 1 -O /dev/null "$PROBE_URL" 2>/dev/null; then
    printf 200
  else
    printf 000
  fi
}

check_site() {
  [ -n "$APPLY" ] || return 0
  case "$(site_status)" in
    000 | 5*) refuse "$PROBE_URL does not answer as it should before anything is changed: correct compose.probeUrl, or repair the site" ;;
  esac
}

# Ends by itself when this shell is gone.
probe_site() {
  while [ -e "$scratch/probing" ] && kill -0 $$ 2>/dev/null; do
    read -r now _ </proc/uptime
    echo "$now $(site_status)"
    sleep 0.1
  done >"$scratch/probes" 2>/dev/null
}

start_probing() {
  # As it was before the first attempt, where this one takes it back.
  status_before=${status_before:-$(site_status)}
  : >"$scratch/probing"
  probe_site &
}

uptime_seconds() { cut -d. -f1 /proc/uptime; }

# Three good answers in a row, asked for after Compose was done.
wait_for_site() {
  # What did not answer before need not answer now.
  case "$status_before" in 000 | 5*) return 0 ;; esac
  asked=$(wc -l <"$scratch/probes")
  deadline=$(($(uptime_seconds) + SITE_DEADLINE_SECONDS))
  while [ "$(uptime_seconds)" -lt "$deadline" ]; do
    good=$(tail -n "+$((asked + 1))" "$scratch/probes" | tail -n 3 | grep -c " $status_before\$") || :
    if [ "$good" = 3 ]; then return 0; fi
    sleep 0.2
  done
  return 1
}

stop_probing() {
  rm -f "$scratch/probing"
  wait
}

# Down is from the first bad answer to the next good one. That is right to 0.1 s; to 1 s where the last
# bad answer was none.
report() {
  awk -v status="$status_before" -v recreated="$1" '
    $2 == status { if (isDown) down += $1 - from; isDown = 0; last = $1; next }
    { if (!isDown) from = $1; isDown = 1; failed++; last = $1 }
    END {
      if (isDown) down += last - from
      printf "{\"recreated\":[%s],\"downtimeMs\":%d,\"probes\":%d,\"failedProbes\":%d}\n",
        recreated, down * 1000 + 0.5, NR, failed
    }' "$scratch/probes"
}

containers() { for service in $1; do echo "\"$service\" $(container_of "$service")"; done; }

# Brings the containers of the services to what the folder says now. Fails if the site does not come back.
recreate() {
  containers "$1" >"$scratch/containers.old"
  start_probing
  outcome=0
  # shellcheck disable=SC2086 # a list of words
  said=$(compose -p "$project" up -d --no-deps --no-build $1 2>&1) || outcome=1
  if [ "$outcome" = 0 ]; then wait_for_site || outcome=2; fi
  stop_probing
  containers "$1" | grep -vxF -f "$scratch/containers.old" | sed 's/ .*//' >"$scratch/recreated" || :
  report "$(tr '\n' ',' <"$scratch/recreated" | sed 's/,$//')"
  case $outcome in
    1) echo "site files: docker compose up -d failed: $said" >&2 ;;
    2) echo "site files: $PROBE_URL did not answer $status_before again within $SITE_DEADLINE_SECONDS s" >&2 ;;
  esac
  return "$outcome"
}

# Builds the image that the page is in. The one before is kept by name: then undo needs no build.
rebuild() {
  [ -n "$REBUILD" ] || return 0
  page=$(checksum "$TAG_FILE")
  if [ -e "$state/built" ] && [ "$(cat "$state/built")" = "$page" ]; then return 0; fi
  if [ ! -e "$state/image" ]; then
    id=$(container_of "$REBUILD")
    docker tag "$(docker inspect -f '{{.Image}}' "$id")" "$KEPT_IMAGE"
    echo "$(docker inspect -f '{{.Image}}' "$id") $(docker inspect -f '{{.Config.Image}}' "$id")" | keep image
  fi
  said=$(compose -p "$project" build "$REBUILD" 2>&1) || {
    echo "site files: docker compose build $REBUILD failed: $said" >&2
    return 1
  }
  echo "$page" | keep built
}

restore_image() {
  [ -e "$state/image" ] || return 0
  read -r id name <"$state/image"
  docker tag "$id" "$name" 2>/dev/null || compose -p "$project" build "$REBUILD" >/dev/null 2>&1 ||
    say "the image $name from before is gone and cannot be built: build it yourself"
  docker rmi "$KEPT_IMAGE" >/dev/null 2>&1 || :
}

apply() {
  services=$(echo "$SERVICES $REBUILD" | tr ' ' '\n' | grep . | sort -u | tr '\n' ' ')
  [ -n "$services" ] || return 0
  echo "$services" | keep applied
  rebuild && recreate "$services"
}

# After the files are as they were. A site that is not there any more needs nothing.
unapply() {
  [ -e "$state/applied" ] || return 0
  services=$(cat "$state/applied")
  if [ -z "$APPLY" ]; then
    say "the containers of $services go on as they are until they are recreated: docker compose up -d"
    return 0
  fi
  find_project
  [ -n "$project" ] || return 0
  restore_image
  recreate "$services"
}
