import { quoted } from "./preflight/fact-script";

/**
 * A short run of a server beside the one that works, before it is replaced: what only the server itself
 * can tell. It sees the files in force, and has no volume.
 */
export interface Trial {
  /** Arguments after the server's own. */
  readonly args: readonly string[];
  /** POSIX shell with curl that asks it on 127.0.0.1, and fails where it does not do what it must. */
  readonly ask: string;
  /** What is said before the server's own words where it fails. */
  readonly failure: string;
  /** sed's pattern for the lines of its log that tell why. */
  readonly reason: string;
}

/** The containers of a trial: the server's, and that of the one who asks. */
export interface TrialContainers {
  readonly name: string;
  /** Words of `docker run` for the server, its image and arguments among them. */
  readonly server: readonly string[];
  /** An image with a shell and curl. */
  readonly askerImage: string;
}

const END_OF_ASK = "SIGHTLINE_END_OF_ASK";

/** POSIX shell for `sh -s` on the server's host. It leaves nothing there, however it ends. */
export function trialScript(trial: Trial, { name, server, askerImage }: TrialContainers): string {
  const asker = [
    ...["--rm", "--interactive", "--network", `container:${name}`, "--user", "100:101"],
    ...["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true"],
    ...["--memory", "32m", "--tmpfs", "/tmp", "--entrypoint", "sh", askerImage, "-s"],
  ];
  return [
    `name=${quoted(name)}`,
    'end() { docker rm --force "$name" >/dev/null 2>&1 </dev/null; }',
    "trap end EXIT",
    "trap 'exit 1' HUP INT TERM",
    "end",
    `docker run --detach --name "$name" ${words(server)} >/dev/null </dev/null || exit 1`,
    `if docker run ${words(asker)} <<'${END_OF_ASK}'`,
    trial.ask,
    END_OF_ASK,
    "then",
    '  docker stop --time 30 "$name" >/dev/null </dev/null',
    "  exit 0",
    "fi",
    `why=$(docker logs "$name" 2>&1 </dev/null | sed -n ${quoted(trial.reason)} | tail -n 1)`,
    `printf '%s: %s\\n' ${quoted(trial.failure)} "\${why:-no answer in time}" >&2`,
    "exit 1",
    "",
  ].join("\n");
}

function words(list: readonly string[]): string {
  return list.map(quoted).join(" ");
}
