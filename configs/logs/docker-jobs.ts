import { NO_LOGS_LABEL, SERVICE_LABEL, STACK_LABEL } from "../labels";
import { type HostName, siteOn } from "../placement";
import type { Settings } from "../settings/settings";
import { RECOGNISED_FORMATS } from "./formats";
import type { DockerJob, RelabelRule } from "./job";
import { OTHER, ownContainersPipeline, pipelineOf, STDOUT } from "./pipeline";
import { DOCKER_SOURCE, type LogSource, ownSources } from "./sources";

const COMPOSE_PROJECT = "com.docker.compose.project";
const COMPOSE_SERVICE = "com.docker.compose.service";
const NAME = "__meta_docker_container_name";

/** What the agent of a host that may ask Docker reads from containers there. */
export function dockerJobs(settings: Settings, host: HostName): readonly DockerJob[] {
  const site = siteOn(settings, host);
  return [
    ownContainers(settings, host),
    ...(site === undefined
      ? []
      : [...siteContainers(settings, site), ...sourceContainers(settings, site)]),
  ];
}

/** This stack's own containers. */
function ownContainers(settings: Settings, host: HostName): DockerJob {
  return {
    kind: "docker",
    name: "stack",
    filter: `${STACK_LABEL}=${settings.prefix}`,
    relabel: [
      { sourceLabels: [meta(NO_LOGS_LABEL)], regex: "off", action: "drop" },
      { sourceLabels: [meta(SERVICE_LABEL)], targetLabel: "service" },
      ...fixed({ job: "docker", log_type: STDOUT, env: settings.environment, host }),
    ],
    stages: ownContainersPipeline(settings, DOCKER_SOURCE),
  };
}

/** The site's Compose project, but for containers that are sources of their own. */
function siteContainers(settings: Settings, site: HostName): readonly DockerJob[] {
  const { composeProject } = settings.logs.docker;
  if (composeProject === undefined) return [];
  const source = { name: DOCKER_SOURCE, formats: RECOGNISED_FORMATS };
  return [
    {
      kind: "docker",
      name: "site",
      filter: `${COMPOSE_PROJECT}=${composeProject}`,
      relabel: [
        ...containerSources(settings).map(({ container }): RelabelRule => ({
          ...selects(settings, container),
          action: "drop",
        })),
        { sourceLabels: [meta(COMPOSE_SERVICE)], targetLabel: "service" },
        ...fixed({ job: "docker", log_type: STDOUT, env: settings.environment, host: site }),
      ],
      stages: pipelineOf(settings, source, STDOUT),
    },
  ];
}

/** Containers that the settings name as sources. */
function sourceContainers(settings: Settings, site: HostName): readonly DockerJob[] {
  return containerSources(settings).map(({ container, source }) => ({
    kind: "docker",
    name: source.name,
    relabel: [
      { ...selects(settings, container), action: "keep" },
      ...fixed({ ...source.labels, log_type: OTHER, env: settings.environment, host: site }),
    ],
    stages: pipelineOf(settings, source),
  }));
}

function containerSources(
  settings: Settings,
): readonly { readonly container: string; readonly source: LogSource }[] {
  return ownSources(settings).flatMap((source) =>
    source.origin.kind === "container" ? [{ container: source.origin.container, source }] : [],
  );
}

/** Takes the Compose service of that name in the site's project, or the container of that name. */
function selects({ logs }: Settings, container: string): RelabelRule {
  const name = escaped(container);
  const project = logs.docker.composeProject;
  return {
    sourceLabels: [meta(COMPOSE_PROJECT), meta(COMPOSE_SERVICE), NAME],
    regex: `${project === undefined ? "[^;]*" : escaped(project)};${name};.*|[^;]*;[^;]*;/${name}`,
  };
}

/** Docker's names have no other character that means something to RE2. */
function escaped(name: string): string {
  return name.replaceAll(".", String.raw`\.`);
}

function fixed(labels: Readonly<Record<string, string>>): readonly RelabelRule[] {
  return Object.entries(labels).map(([targetLabel, replacement]) => ({ targetLabel, replacement }));
}

/** The name under which discovery knows a container's label. */
function meta(label: string): string {
  return `__meta_docker_container_label_${label.replace(/\W/g, "_")}`;
}
