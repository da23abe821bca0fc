import type { Check } from "./check";
import { browser } from "./checks/browser";
import { bucket } from "./checks/bucket";
import { clock } from "./checks/clock";
import { cost } from "./checks/cost";
import { disks } from "./checks/disks";
import { dns } from "./checks/dns";
import { files } from "./checks/files";
import { hosts } from "./checks/hosts";
import { images } from "./checks/images";
import { labels } from "./checks/labels";
import { nfs } from "./checks/nfs";
import { smtp } from "./checks/smtp";
import { tls } from "./checks/tls";

/** All checks, by name. */
export const CHECKS: readonly Check[] = [
  browser,
  bucket,
  clock,
  cost,
  disks,
  dns,
  files,
  hosts,
  images,
  labels,
  nfs,
  smtp,
  tls,
];
