import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { lastSetup } from "../../tools/setup/setup";
import type { LogLab } from "./log-lab";
import { quiet } from "./quiet";

const ROOT = "/usr/share/nginx/html";

/**
 * Serves the example site's built page in a lab, with a line in its head, and as `plain.html` without
 * it. There is no backend: the page says so, and works.
 *
 * @returns the container's address
 */
export async function serveSite(lab: LogLab, folder: string, line: string): Promise<string> {
  const { websiteImages } = await lastSetup();
  const page =
    await quiet`docker run --rm --entrypoint cat ${websiteImages.nginx} ${`${ROOT}/index.html`}`;
  await mkdir(folder, { recursive: true });
  const files = { "index.html": page.replace("</head>", `${line}\n</head>`), "plain.html": page };
  const mounts: string[] = [];
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(folder, name), text, { mode: 0o644 });
    mounts.push("--volume", `${path.join(folder, name)}:${ROOT}/${name}:ro`);
  }
  const place = ["--label", `sightline.lab=${lab.name}`, "--network", lab.name];
  await quiet`docker run --detach --name ${`${lab.name}-site`} ${place} ${mounts} ${websiteImages.nginx}`;
  return lab.addressOf("site");
}
