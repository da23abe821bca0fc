import { BASE_ROOTS, type BaseName } from "./bases";
import type { ImageFacts } from "./facts";
import type { Recipe } from "./recipes";

/** Names inside a build's context. */
export const FOLDERS_ARCHIVE = "folders.tar";
export const NODE_ARCHIVE = "node.tar";

/** All that the text of a Dockerfile depends on. */
export interface DockerfileInput {
  /** The official image this one stands in for. */
  readonly official: string;
  readonly facts: ImageFacts;
  readonly recipe: Recipe;
  /** The image that holds /roots. */
  readonly donor: string;
}

/** The Dockerfile of a stand-in. Nothing in it needs a network or runs a program. Pure. */
export function renderDockerfile(input: DockerfileInput): string {
  const { facts, recipe, official, donor } = input;
  return [
    ...baseLines(recipe.base, donor),
    ...(recipe.roots ?? []).map((root) => copyRoot(root, donor)),
    ...(recipe.node ? [`ADD ${NODE_ARCHIVE} /`] : []),
    ...(recipe.scripts ?? []).map(({ path }) => `COPY ${contextName(path)} ${path}`),
    ...(facts.folders === undefined ? [] : [`ADD ${FOLDERS_ARCHIVE} /`]),
    ...recipe.tools.map(({ path }) => `COPY ${contextName(path)} ${path}`),
    ...labelLines(official, recipe),
    ...factLines(facts),
    "",
  ].join("\n");
}

/** Name of a file inside the build's context: its path with dashes. */
export function contextName(path: string): string {
  return path.slice(1).replaceAll("/", "-");
}

// Kept in the same order everywhere, so that Docker shares these layers between the images.
function baseLines(base: BaseName, donor: string): string[] {
  return ["FROM scratch", ...BASE_ROOTS[base].map((root) => copyRoot(root, donor))];
}

function copyRoot(root: string, donor: string): string {
  return `COPY --from=${donor} /roots/${root}/ /`;
}

function labelLines(official: string, recipe: Recipe): string[] {
  const from = [
    ...(recipe.tools.length > 0 ? ["Go modules"] : []),
    ...(recipe.node ? ["npm"] : []),
    ...(recipe.base === "scratch" ? [] : ["Debian"]),
  ].join(" and ");
  return [
    `LABEL sightline.offline="true"`,
    `LABEL sightline.stands-in-for="${official}"`,
    `LABEL sightline.built="from ${from}"`,
  ];
}

function factLines(facts: ImageFacts): string[] {
  const environment = Object.entries(facts.environment ?? {});
  return [
    ...environment.map(([name, value]) => `ENV ${name}="${value}"`),
    ...facts.ports.map((port) => `EXPOSE ${port}`),
    ...(facts.volumes === undefined ? [] : [`VOLUME ${JSON.stringify(facts.volumes)}`]),
    `WORKDIR ${facts.workingDirectory ?? "/"}`,
    `USER ${facts.user}`,
    ...(facts.healthCheck === undefined ? [] : [`HEALTHCHECK CMD ${facts.healthCheck}`]),
    `ENTRYPOINT ${JSON.stringify(facts.entrypoint)}`,
    ...(facts.command === undefined ? [] : [`CMD ${JSON.stringify(facts.command)}`]),
  ];
}
