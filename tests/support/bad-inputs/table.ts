import { ALERTING_AND_SECRETS } from "./alerting-and-secrets";
import type { BadInput } from "./bad-input";
import { LOGS_AND_IMAGES } from "./logs-and-images";
import { STORAGE_AND_PROBES } from "./storage-and-probes";

/** Every row of the table of wrong inputs, by number. */
export const BAD_INPUTS: readonly BadInput[] = [
  ...STORAGE_AND_PROBES,
  ...ALERTING_AND_SECRETS,
  ...LOGS_AND_IMAGES,
].sort((one, other) => one.row - other.row);
