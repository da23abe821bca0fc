import { loggerLine } from "../browser/line";
import type { ScriptTag } from "./site-compose";

/**
 * The line in the page's head: Sightline's own where the script's hash is known. `data-sightline` tells
 * it from others when it is taken out again.
 */
export function scriptTagLine({ url, integrity }: Pick<ScriptTag, "url" | "integrity">): string {
  if (integrity) return loggerLine({ url, integrity });
  return `<script async src="${url}" data-sightline></script>`;
}
