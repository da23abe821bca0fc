import type { Problem } from "../errors";
import type { Parsed } from "./settings";

const PATH = "sightline:metrics.remoteWrite";

/** A login needs its parts, and a connection on which nobody listens. */
export function remoteWriteProblems({ metrics }: Partial<Parsed>): readonly Problem[] {
  const remote = metrics?.remoteWrite;
  if (!remote) return [];
  const { login, url, username } = remote;
  return [
    ...(login === "basic" && username === undefined
      ? [
          {
            path: `${PATH}.username`,
            rule: "must be set with login basic",
            got: "nothing",
            fix: `pulumi config set --path '${PATH}.username' <name>`,
          },
        ]
      : []),
    ...(login !== "basic" && username !== undefined
      ? [
          {
            path: `${PATH}.username`,
            rule: "is sent with login basic alone",
            got: `${JSON.stringify(username)} with login ${login}`,
            fix: `pulumi config set --path '${PATH}.login' basic`,
          },
        ]
      : []),
    ...(login !== "none" && new URL(url).protocol !== "https:"
      ? [
          {
            path: `${PATH}.url`,
            rule: `must be https with login ${login}, or the password is read on the way`,
            got: JSON.stringify(url),
            fix: "an https URL",
          },
        ]
      : []),
  ];
}
