import { memoryLimits, noPlainSecrets, noPrivilege, pinnedImages } from "./container-rules";
import { noPublicPorts, protectedData } from "./data-rules";
import type { Rule } from "./rule";

/** Every rule, by name. */
export const RULES: readonly Rule[] = [
  memoryLimits,
  noPlainSecrets,
  noPrivilege,
  noPublicPorts,
  pinnedImages,
  protectedData,
];
