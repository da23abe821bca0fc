import { createInterface } from "node:readline/promises";

/**
 * Has a person type the name of what is about to be changed.
 *
 * @param warning what will happen, as a sentence
 * @param unless how to do without, where that can be. @default it cannot
 * @throws Error where there is no terminal, or another name is typed
 */
export async function confirmByName(name: string, warning: string, unless?: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    const or = unless === undefined ? "" : `, or by ${unless}`;
    throw new Error(`--stack ${name}: must be confirmed at a terminal${or}. ${warning}`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const typed = await terminal.question(`${warning}\nType the name of the stack to go on: `);
    if (typed.trim() !== name) throw new Error("That is not its name; nothing was done.");
  } finally {
    terminal.close();
  }
}
