/** Image of the keepers: a POSIX shell, coreutils and curl. `sightline:images.keeper` overrides it. */
export const KEEPER_IMAGE = "curlimages/curl:8.11.1";

/** Where a keeper finds the files it was created with. */
export const INCOMING_PATH = "/incoming";
/** Where a keeper mounts the volume it keeps. */
export const VOLUME_PATH = "/volume";
/** Where the keeper's program is uploaded to. */
export const KEEPER_SCRIPT_PATH = "/keeper.sh";
/** Where a script is uploaded to that the keeper runs in the place of a request. */
export const RELOAD_SCRIPT_PATH = "/reload.sh";
