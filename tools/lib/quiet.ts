import { $ } from "zx";

/** Runs a command and returns what it printed, without the last line break. @throws when it fails */
export async function quiet(
  pieces: TemplateStringsArray,
  ...values: (string | readonly string[])[]
): Promise<string> {
  const { stdout } = await $({ quiet: true })(pieces, ...values);
  return stdout.trimEnd();
}
