/** Prints a measured value at once: a test's own output comes only with its end. */
export function note(what: string, value: number | string): void {
  process.stderr.write(`  ${what}: ${value}\n`);
}
