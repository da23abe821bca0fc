import { GATEWAY_FILES, secretFile } from "./credentials";

/** The login of a person. */
export const LOGIN = [
  'auth_basic "Sightline";',
  `auth_basic_user_file ${secretFile(GATEWAY_FILES.people)};`,
  "# A guess waits: many are slow, and the time does not tell which names there are.",
  "auth_delay 1s;",
  "limit_req zone=people burst=300 nodelay;",
  "client_max_body_size 512k;",
];

/** What a page may do in a browser, in the place of what its server says. */
export const HEADERS = {
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
} as const;

/** Lines that add headers to every answer, also to a refusal. */
export function added(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).map(([name, value]) => `add_header ${name} "${value}" always;`);
}
