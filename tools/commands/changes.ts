import { changesInWords } from "../stack/changes-in-words";
import { stackNamed } from "./dev";

/** What the settings of now change of those that are deployed. Asks no host and no engine. */
export async function changes({ stack }: { readonly stack: string }): Promise<void> {
  console.log(await changesInWords(await stackNamed(stack)));
}
