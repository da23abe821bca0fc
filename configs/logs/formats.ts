import { appJson } from "./app-json";
import { celery } from "./celery";
import type { Format } from "./format";
import { nginxAccess, nginxError, nginxJson } from "./nginx";
import { python, uvicornAccess } from "./python";
import { redis } from "./redis";
import { auth, syslog } from "./syslog";

/** Every format by the name it has in settings, in the order in which a line is tried against them. */
export const FORMATS = {
  "nginx-access": nginxAccess,
  "nginx-json": nginxJson,
  "nginx-error": nginxError,
  redis,
  celery,
  "uvicorn-access": uvicornAccess,
  "app-json": appJson,
  python,
  auth,
  syslog,
} as const satisfies Readonly<Record<string, Format>>;

export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as [FormatName, ...FormatName[]];

/** What `auto` means. Not `auth`: its lines look like the system log's, and only the file tells. */
export const RECOGNISED_FORMATS: readonly FormatName[] = FORMAT_NAMES.filter(
  (name) => name !== "auth",
);
