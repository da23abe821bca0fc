/** Variables that ask for what takes minutes; `npm run test:full` sets all of them. */
type Asked = `SIGHTLINE_${string}`;

/** Whether a variable asks for tests; where it does not, says which one would. */
export function isAsked(variable: Asked, otherwise = "skipped: it takes minutes"): boolean {
  const asked = process.env[variable] === "1";
  if (!asked) console.warn(`${otherwise}. ${variable}=1 runs it`);
  return asked;
}

/** `describe` where a variable asks for it, else a skip with its printed reason. */
export function describeWhenAsked(variable: Asked, otherwise?: string) {
  return isAsked(variable, otherwise) ? describe : describe.skip;
}
