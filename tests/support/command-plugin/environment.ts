import path from "node:path";

type Environment = Readonly<Record<string, string>>;

/**
 * Environment in which Pulumi's engine has a command plugin: the published one where it can be
 * downloaded, else the stand-in of this folder. The engine says in a warning that it took it from PATH.
 *
 * @param environment of the set-up
 */
export function withCommandPlugin(environment: Environment): Environment {
  const canDownload = environment.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION !== "true";
  if (canDownload) return environment;
  const others = environment.PATH ?? process.env.PATH ?? "";
  return { ...environment, PATH: [__dirname, others].join(path.delimiter) };
}
