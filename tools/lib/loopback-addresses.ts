import { quiet } from "./quiet";

/** Gives this machine addresses that lead nowhere else, or takes them away. */
export async function editLoopback(
  how: "replace" | "delete",
  addresses: readonly string[],
): Promise<void> {
  for (const address of addresses) await quiet`ip address ${how} ${`${address}/32`} dev lo`;
}
