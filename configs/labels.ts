/** Label that names the stack which a container, volume or network belongs to. */
export const STACK_LABEL = "sightline.stack";
/** Label that names a container's service. */
export const SERVICE_LABEL = "sightline.service";
/** Label of a container whose log stays out of Loki. */
export const NO_LOGS_LABEL = "sightline.logs";
/** Label of Loki that says where it keeps logs, where that is not its volume. */
export const LOG_STORAGE_LABEL = "sightline.log-storage";
