import { readFile } from "node:fs/promises";
import path from "node:path";

import type { Report } from "../lib/progress";
import { ensureDebianImage } from "./debian";

/** What an offline image stands on. Images with the same base share its layers. */
export type BaseName =
  /** Nothing at all. */
  | "scratch"
  /** Certificates, time zones and the names of users. */
  | "static"
  /** `static` and a busybox in /bin, as the Prometheus project's and Alpine's images have. */
  | "busybox"
  /** `static`, bash and the programs a script of its needs. */
  | "bash";

/** Folders below /roots of the donor, copied in this order, each into a layer of its own. */
export const BASE_ROOTS: Readonly<Record<BaseName, readonly string[]>> = {
  scratch: [],
  static: ["static"],
  busybox: ["static", "busybox"],
  bash: ["static", "bash"],
};

const DONOR_PACKAGES = [
  "bash",
  "busybox-static",
  "ca-certificates",
  "curl",
  "nginx-light",
  "tzdata",
];

/**
 * The Debian image that the files of the offline images are copied from; it never runs itself.
 * @throws SetupError where it cannot be built.
 */
export async function ensureDonor(onProgress?: Report): Promise<string> {
  const script = await readFile(path.join(__dirname, "roots.sh"), "utf8");
  return ensureDebianImage({
    name: "donor",
    packages: DONOR_PACKAGES,
    customizeHooks: [`chroot "$1" sh <<'END_OF_ROOTS'\n${script}\nEND_OF_ROOTS`],
    onProgress,
  });
}
