import path from "node:path";

import { apiEnvironment } from "./api";

type Environment = Readonly<Record<string, string>>;

/**
 * Environment in which Pulumi's engine takes this folder's stand-in for the gcp plugin, never the
 * published one, which would talk to Google.
 *
 * @param origin of the cloud that the stand-in talks to
 */
export function withGcpPlugin(environment: Environment, origin: string): Environment {
  const others = environment.PATH ?? process.env.PATH ?? "";
  return {
    ...environment,
    ...apiEnvironment(origin),
    PATH: [__dirname, others].join(path.delimiter),
  };
}
