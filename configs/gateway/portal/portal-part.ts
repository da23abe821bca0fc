import { CONFIG_PATH } from "../../service-spec";
import { block } from "../nginx-syntax";
import { added, HEADERS, LOGIN } from "../people-login";
import { PORTAL_FOLDER } from "./portal";

/** Nothing from elsewhere, nothing inside the page itself, and in nobody's frame. */
const POLICY = [
  "default-src 'none'",
  ...["script-src", "style-src", "connect-src"].map((kind) => `${kind} 'self'`),
  "img-src data:",
  ...["base-uri", "form-action", "frame-ancestors"].map((kind) => `${kind} 'none'`),
].join("; ");

/** The page at the root, which links the others, and what it loads. */
export function portalLocations(): readonly string[] {
  return [
    block("location = /", [...portalLines(), `try_files /${PORTAL_FOLDER}/index.html =404;`]),
    block(`location /${PORTAL_FOLDER}/`, portalLines()),
  ];
}

function portalLines(): readonly string[] {
  return [
    ...LOGIN,
    `root ${CONFIG_PATH};`,
    "types { text/html html; text/css css; text/javascript js; }",
    "charset utf-8;",
    "charset_types text/css text/javascript;",
    ...added({ ...HEADERS, "Cache-Control": "no-cache", "Content-Security-Policy": POLICY }),
  ];
}
