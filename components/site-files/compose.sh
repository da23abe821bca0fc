# What Compose makes of the folder, and what stands in the way of an override.

# Of whoever runs Pulumi, not of the site.
unset COMPOSE_FILE COMPOSE_PROJECT_NAME COMPOSE_PROFILES COMPOSE_PATH_SEPARATOR COMPOSE_ENV_FILES

compose() {
  if docker compose version >/dev/null 2>&1; then docker compose "$@"; else docker-compose "$@"; fi
}

label() { echo "{{index .Config.Labels \"com.docker.compose.$1\"}}"; }

# The project that was started from this folder. Asked for at once: other containers come and go.
find_project() {
  docker ps -a --filter label=com.docker.compose.project.working_dir \
    --format '{{.Label "com.docker.compose.project.working_dir"}}|{{.Label "com.docker.compose.project"}}' |
    sort -u | while IFS='|' read -r folder name; do
    if [ "$(readlink -f "$folder" || echo "$folder")" != "$(pwd -P)" ]; then continue; fi
    if [ -n "$PROJECT" ] && [ "$name" != "$PROJECT" ]; then continue; fi
    echo "$name"
  done >"$scratch/projects"
  project=$(head -n 1 "$scratch/projects")
  other=$(sed -n 2p "$scratch/projects")
  [ -z "$other" ] ||
    refuse "$DIRECTORY runs as $project and as $other: set compose.project to one of them"
}

container_of() {
  docker ps -aq --no-trunc --filter "label=com.docker.compose.project=$project" \
    --filter "label=com.docker.compose.service=$1" --filter label=com.docker.compose.oneoff=False |
    head -n 1
}

check_services() {
  [ -n "$project" ] ||
    refuse "no containers of $DIRECTORY${PROJECT:+ as $PROJECT}: start the site first, so that its mounts can be checked"
  for service in $SERVICES $REBUILD; do
    [ -n "$(container_of "$service")" ] ||
      refuse "the site has no container of the service $service: correct the name, or start it"
  done
}

absolute() {
  case $1 in /*) path=$1 ;; *) path=$(pwd -P)/${1#./} ;; esac
  if [ -d "$path" ]; then readlink -f "$path"; else echo "$path"; fi
}

# A mount of ours must never hide one of the site's, Redis' data least of all.
check_mounts() {
  mounts | while IFS='|' read -r service folder inside; do
    id=$(container_of "$service")
    source=$(docker inspect -f "{{range .Mounts}}{{if eq .Destination \"$inside\"}}{{.Source}}{{end}}{{end}}" "$id")
    if [ -n "$source" ] && [ "$(readlink -f "$source" || echo "$source")" != "$(absolute "$folder")" ]; then
      refuse "$inside of $service is mounted from $source already, and would be hidden: set the folder in logs.directories, or leave the service out of compose.services"
    fi
    data=$(docker exec "$id" redis-cli config get dir 2>/dev/null </dev/null | tail -n 1) || data=
    if [ -n "$data" ] && [ "$data" = "$inside" ]; then
      refuse "$inside of $service is where Redis keeps its data: set compose.logPaths.redis to another folder"
    fi
  done
}

check_driver() {
  [ -z "$LOKI_DRIVER" ] || [ "$(docker plugin inspect -f '{{.Enabled}}' loki 2>/dev/null)" = true ] ||
    refuse "Docker has no logging driver loki here: docker plugin install grafana/loki-docker-driver --alias loki --grant-all-permissions, or remove compose.lokiDriverUrl"
}

check_format() {
  [ -n "$NGINX" ] || return 0
  elsewhere=$(docker exec "$(container_of "$NGINX")" nginx -T 2>/dev/null </dev/null | awk -v name="$FORMAT_NAME" '
    /^# configuration file / { file = $4 }
    $1 == "log_format" && $2 == name && file !~ /sightline-log-format\.conf/ { print file; exit }')
  [ -z "$elsewhere" ] ||
    refuse "nginx has a log_format $FORMAT_NAME already, in ${elsewhere%:}: set compose.nginxLogFormat to false"
}

check_tag_file() {
  [ -z "$TAG_FILE" ] || grep -qi '</head' "$TAG_FILE" 2>/dev/null ||
    refuse "$DIRECTORY/$TAG_FILE is no page with a </head>: correct compose.scriptTag.file"
}

check_owner() {
  [ "$(id -u)" = 0 ] && return
  for file in . .env "$TAG_FILE"; do
    [ -z "$file" ] || [ ! -e "$file" ] || [ -O "$file" ] ||
      refuse "$DIRECTORY/$file belongs to $(stat -c %U "$file"): connect as that user or as root"
  done
}

check_free() {
  [ -e "$state/override.path" ] || [ ! -e "$OVERRIDE_NAME" ] ||
    refuse "$DIRECTORY/$OVERRIDE_NAME is there and not ours: move it away"
}

# Sets MAIN_FILES, SEPARATOR and WAY: `link` where Compose finds an override by its name, else `env`.
find_way() {
  SEPARATOR=$(env_setting COMPOSE_PATH_SEPARATOR)
  SEPARATOR=${SEPARATOR:-:}
  : >"$scratch/env"
  if [ -e .env ]; then base_of env "$(real .env)" >"$scratch/env"; fi
  WAY=env
  MAIN_FILES=$FILES
  if [ -z "$MAIN_FILES" ]; then MAIN_FILES=$(compose_file_value "$scratch/env"); fi
  MAIN_FILES=${MAIN_FILES%"$SEPARATOR$OVERRIDE_NAME"}
  if [ -n "$MAIN_FILES" ]; then return; fi
  for name in compose.yaml compose.yml docker-compose.yml docker-compose.yaml; do
    if [ ! -e "$name" ]; then continue; fi
    [ -z "$MAIN_FILES" ] || refuse "$DIRECTORY has $MAIN_FILES and $name: set compose.files"
    MAIN_FILES=$name
  done
  [ -n "$MAIN_FILES" ] || refuse "$DIRECTORY has no Compose file: correct compose.directory, or set compose.files"
  WAY=link
  for name in compose.override.yml compose.override.yaml "$LINK_NAME" docker-compose.override.yaml; do
    if [ ! -e "$name" ] || is_our_link "$name"; then continue; fi
    WAY=env
    MAIN_FILES=$MAIN_FILES$SEPARATOR$name
  done
}

is_our_link() { [ -L "$1" ] && [ "$(readlink "$1")" = "$OVERRIDE_NAME" ]; }

# The files must be those that the site was started with, or else it would be started with others.
check_files() {
  first=${SERVICES%% *}
  [ -n "$first" ] || return 0
  started=$(docker inspect -f "$(label project.config_files)" "$(container_of "$first")")
  started=$(echo "$started" | tr , '\n' | sed 's|.*/||' | grep -vx -e "$OVERRIDE_NAME" |
    while read -r name; do is_our_link "$name" || echo "$name"; done | tr '\n' ' ')
  wanted=$(echo "$MAIN_FILES" | tr "$SEPARATOR" '\n' | sed 's|.*/||' | tr '\n' ' ')
  [ "$started" = "$wanted" ] ||
    refuse "the site was started with ${started% }, not with ${wanted% }: set compose.files to the list that it is started with"
}

# Asks Compose whether it takes the files with the override, before anything is in place.
check_override() {
  text_override >"$scratch/override.yml"
  set --
  for file in $(echo "$MAIN_FILES" | tr "$SEPARATOR" ' '); do set -- "$@" -f "$file"; done
  said=$(compose "$@" -f "$scratch/override.yml" --project-directory . config 2>&1 >/dev/null) ||
    refuse "Compose does not take the override: $said"
}
