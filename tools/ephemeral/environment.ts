import type { EphemeralEngine } from "./engine";

/** What a command beside an ephemeral stack is told of it. */
export interface Told {
  readonly name: string;
  readonly engine: Pick<EphemeralEngine, "environment" | "folder" | "settingsFile">;
  /** Outputs that are no secrets. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Address of the example site, where the stack watches one of its own. */
  readonly site?: string;
  /** Holds the password of Grafana's admin. */
  readonly passwordFile?: string;
}

/**
 * The environment of the command: the stack's name, pages, ports and outputs, and all that `pulumi`
 * needs to find it.
 */
export function commandEnvironment(told: Told): Readonly<Record<string, string>> {
  const { name, engine, outputs, site, passwordFile } = told;
  const urls = (outputs.urls ?? {}) as Readonly<Record<string, string>>;
  const pages = { ...urls, ...(site === undefined ? {} : { site }) };
  return {
    ...engine.environment,
    PULUMI_STACK: name,
    SIGHTLINE_STACK: name,
    SIGHTLINE_STACK_FOLDER: engine.folder,
    SIGHTLINE_STACK_FILE: engine.settingsFile,
    ...Object.fromEntries(Object.entries(pages).flatMap(([page, url]) => pageLines(page, url))),
    ...(passwordFile === undefined ? {} : { SIGHTLINE_GRAFANA_PASSWORD_FILE: passwordFile }),
    SIGHTLINE_OUTPUTS: JSON.stringify(outputs),
  };
}

function pageLines(page: string, url: string): readonly (readonly [string, string])[] {
  const key = page.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_");
  const { port, protocol } = new URL(url);
  const known = protocol === "https:" ? "443" : "80";
  return [
    [`SIGHTLINE_${key}_URL`, url],
    [`SIGHTLINE_${key}_PORT`, port === "" ? known : port],
  ];
}
