import type { Stage } from "./stage";

/** What stands where something personal stood. */
export const MASK = "***";

/** Query parameters that let somebody in, or are somebody's. */
const SECRET_PARAMETERS = [
  "token",
  "access_token",
  "refresh_token",
  "id_token",
  "api_key",
  "apikey",
  "key",
  "password",
  "passwd",
  "secret",
  "session",
  "sig",
  "signature",
  "code",
  "auth",
];
/** Those that are a secret wherever they are named; `code=` or `key=` in a text is mostly none. */
const SECRET_NAMES = "(?:access_|refresh_|id_)?token|api_?key|password|passwd|secret";
const USER_ID = "user_?-?id";

interface Redaction {
  /** RE2 with one group: what is masked. */
  readonly expression: string;
  /** @default {@link MASK} */
  readonly replacement?: string;
}

const redactions: readonly Redaction[] = [
  { expression: String.raw`(?i)[?&](?:${SECRET_PARAMETERS.join("|")})=([^&\s"'#\\]+)` },
  { expression: String.raw`(?i)\b(?:${SECRET_NAMES})=([^&\s"'#,;)\\]+)` },
  { expression: String.raw`(?i)"(?:${SECRET_NAMES})"\s*:\s*"((?:[^"\\]|\\.)+)"` },
  { expression: String.raw`(?i)\bbearer\s+([\w.~+/-]{6,}=*)` },
  { expression: String.raw`(?i)\bauthorization["']?\s*[:=]\s*["']?basic\s+([\w+/-]+=*)` },
  // The password in a URL such as redis://:password@redis:6379/0.
  { expression: String.raw`://[^/\s:@"]*:([^/\s@"]+)@` },
  { expression: String.raw`([\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})` },
  // A number in JSON becomes text, or the line would be JSON no more.
  { expression: String.raw`(?i)"${USER_ID}"\s*:\s*(\d+)`, replacement: `"${MASK}"` },
  { expression: String.raw`(?i)"${USER_ID}"\s*:\s*"((?:[^"\\]|\\.)+)"` },
  { expression: String.raw`(?i)\b${USER_ID}=["']?([\w.-]+)` },
  // nginx' $remote_user, which is - for most requests.
  {
    expression: String.raw`^\S+ - ([^\s-][^\[\]"]*|-[^\s\[\]"][^\[\]"]*) \[\d{2}/[A-Z][a-z]{2}/\d{4}`,
  },
  { expression: String.raw`"remote_user"\s*:\s*"([^"-][^"]*|-[^"]+)"` },
];

/** Masks secrets, mail addresses and user names in the line, and so in all that is read from it. */
export const personalDataStages: readonly Stage[] = redactions.map(
  ({ expression, replacement = MASK }) => ({ kind: "replace", expression, replacement }),
);
