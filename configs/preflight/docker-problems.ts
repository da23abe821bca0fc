import type { Problem } from "../errors";
import type { Facts } from "./facts";
import type { MachineNeeds } from "./needs";

/** The oldest Docker that the end-to-end tests run on: Debian 12's, with version 1.41 of the API. */
export const MINIMUM_DOCKER = "20.10";

/** Docker must be there, let the user in, be new enough, and keep its data where the settings say. */
export function dockerProblems(
  { host, dockerDataRoot }: MachineNeeds,
  facts: Facts,
): readonly Problem[] {
  const { docker, user } = facts;
  const path = `sightline:hosts.${host}`;
  if (docker.kind === "missing") {
    return [
      {
        path,
        rule: "must have Docker, with its command line",
        got: "no docker command",
        fix: `install Docker ${MINIMUM_DOCKER} or later on that host`,
      },
    ];
  }
  if (docker.kind === "fails") return [failure(path, user, docker.words)];
  return [
    ...(isOlder(docker.version, MINIMUM_DOCKER)
      ? [
          {
            path,
            rule: `must have Docker ${MINIMUM_DOCKER} or later`,
            got: docker.version,
            fix: "update Docker on that host",
          },
        ]
      : []),
    ...(docker.dataRoot === "" || docker.dataRoot === dockerDataRoot
      ? []
      : [
          {
            path: `${path}.dockerDataRoot`,
            rule: "must be the folder in which Docker keeps its data there",
            got: JSON.stringify(dockerDataRoot),
            fix: `pulumi config set --path '${path}.dockerDataRoot' ${docker.dataRoot}`,
          },
        ]),
  ];
}

function failure(path: string, user: string, words: string): Problem {
  if (/permission denied/i.test(words)) {
    return {
      path,
      rule: "must let its user use Docker's socket",
      got: `permission denied for ${user}`,
      fix: `on that host: sudo usermod -aG docker ${user}`,
    };
  }
  const isDown = /cannot connect to the docker daemon|is the docker daemon running/i.test(words);
  return {
    path,
    rule: "must have a Docker that answers",
    got: isDown ? "no daemon at its socket" : words || "no answer in time",
    fix: "start it on that host: sudo systemctl start docker, or read why not: journalctl -u docker",
  };
}

/** Compares numbers part by part; what follows them (`+dfsg1`, `-ce`) does not count. */
function isOlder(version: string, minimum: string): boolean {
  const [have, need] = [version, minimum].map((text) => text.split(/[.+-]/).map(Number));
  const part = (need ?? []).findIndex((number, index) => number !== have?.[index]);
  return part >= 0 && (have?.[part] ?? 0) < (need?.[part] ?? 0);
}
