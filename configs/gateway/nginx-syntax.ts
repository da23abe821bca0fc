/** A block of nginx' configuration. Lines may themselves have lines; all are indented. */
export function block(head: string, lines: readonly string[]): string {
  const body = lines.flatMap((line) => line.split("\n")).map((line) => `  ${line}`);
  return [`${head} {`, ...body, "}"].join("\n");
}

/** What one kind of visitor finds at the gateway. */
export interface GatewayPart {
  /** Lines that all servers share: zones and maps. @default none */
  readonly http?: readonly string[];
  /** Lines of the server that listens for TLS, which hold for its other visitors too. @default none */
  readonly server?: readonly string[];
  /** Servers beside the one that listens for TLS. @default none */
  readonly servers?: readonly string[];
  /** Locations of the server that listens for TLS. */
  readonly locations: readonly string[];
}
