import type { ScriptTag } from "./site-compose";

/** The line in the page's head. `data-sightline` tells it from others when it is taken out again. */
export function scriptTagLine({ url }: ScriptTag): string {
  return `<script async src="${url}" data-sightline></script>`;
}
