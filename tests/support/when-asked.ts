import path from "node:path";

/** Variables that ask for what takes minutes; `npm run test:full` sets all of them. */
type Asked = `SIGHTLINE_${string}`;

/** Not by console: of a file without a test that runs, jest shows nothing that it said. */
export function tellSkipped(reason: string): void {
  const file = path.basename(expect.getState().testPath ?? "");
  process.stderr.write(`${file}: ${reason}\n`);
}

/** Whether a variable asks for tests; where it does not, says which one would. */
export function isAsked(variable: Asked, otherwise = "skipped: it takes minutes"): boolean {
  if (process.env[variable] === "1") return true;
  tellSkipped(`${otherwise}. ${variable}=1 runs it`);
  return false;
}

/** `describe` where a variable asks for it, else a skip with its printed reason. */
export function describeWhenAsked(variable: Asked, otherwise?: string) {
  return isAsked(variable, otherwise) ? describe : describe.skip;
}
