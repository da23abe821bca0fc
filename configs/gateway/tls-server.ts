import { usesAcme } from "../acme/challenge";
import type { Settings } from "../settings/settings";
import { GATEWAY_FILES, secretFile } from "./credentials";
import { block } from "./nginx-syntax";
import { TLS_INCLUDE } from "./run-script";

/** A server that speaks TLS, and answers nothing but its own locations. */
export function tlsServer(settings: Settings, port: number, lines: readonly string[]): string {
  return block("server", [
    `listen ${port} ssl;`,
    ...certificateLines(settings),
    "ssl_protocols TLSv1.2 TLSv1.3;",
    "ssl_session_cache shared:tls:1m;",
    "ssl_session_tickets off;",
    ...GUARDS,
    ...lines,
  ]);
}

function certificateLines(settings: Settings): readonly string[] {
  if (usesAcme(settings)) return [`include ${TLS_INCLUDE};`];
  return ["ssl_certificate", "ssl_certificate_key"].map(
    (directive) => `${directive} ${secretFile(GATEWAY_FILES.tls)};`,
  );
}

/** What holds for every visitor, however they come in. */
export const GUARDS = [
  "limit_req zone=requests burst=500 nodelay;",
  "limit_conn connections 64;",
  "# nginx puts the name into its own log as it stands.",
  'if ($remote_user ~ "[[:cntrl:]]") { return 400; }',
  "location / { return 404; }",
];
