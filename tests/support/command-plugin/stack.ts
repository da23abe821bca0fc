import path from "node:path";

import { SmallStack } from "../small-stack";
import { withCommandPlugin } from "./environment";

export interface Planned {
  /** A class of the SDK, or a type by its token. */
  readonly kind: "local" | "remote" | "copy" | `command:${string}`;
  readonly name: string;
  /** `{ secret }` and `{ text }` stand for a secret and for a text asset. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

export type CommandStack = SmallStack<readonly Planned[]>;

/** A stack under the real engine with nothing but resources of the command plugin. */
export async function commandStack(): Promise<CommandStack> {
  const program = path.join(__dirname, "program.mjs");
  return SmallStack.create({ program, withPlugin: withCommandPlugin });
}
