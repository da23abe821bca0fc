/** What is in {@link PACKED}. */
export const UNPACKED = "tool";

/** The smallest "program" that fits: {@link UNPACKED}, packed by xz. */
export const PACKED = Buffer.from(
  "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQADdG9vbABZIluNLLOklQABHARvLJzBH7bzfQEAAAAABFla",
  "base64",
);
