/** The parts of a stack's state that tell what belongs to whom; all others are passed on. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly parent?: string;
  /** `<urn>::<id>` */
  readonly provider?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly deletedWith?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** What `pulumi stack export` prints. */
export interface ExportedState {
  readonly deployment: {
    readonly resources?: readonly StateResource[];
    readonly pending_operations?: readonly { readonly resource: StateResource }[] | null;
  };
}

/** A state without the resources of one host, and those. */
export interface Forgotten {
  readonly rest: ExportedState;
  readonly forgotten: readonly StateResource[];
}

/**
 * Takes everything of one host out of a state: its components with what they made, and all that its
 * Docker daemon was asked for. What stays depends on nothing that is gone.
 *
 * @param also names of resources that are on the host without being below its components
 */
export function withoutHostsResources(
  state: ExportedState,
  host: string,
  also: readonly string[] = [],
): Forgotten {
  const { resources = [], pending_operations } = state.deployment;
  const gone = new Set<string>();
  const isOfHost = ({ urn, parent, provider }: StateResource) =>
    isRoot(urn, host) ||
    also.includes(nameOf(urn)) ||
    (parent !== undefined && gone.has(parent)) ||
    gone.has(urnOf(provider));
  // A state has parents and providers before what is theirs.
  for (const resource of resources) if (isOfHost(resource)) gone.add(resource.urn);
  const stays = ({ urn }: StateResource) => !gone.has(urn);
  return {
    rest: {
      ...state,
      deployment: {
        ...state.deployment,
        resources: resources.filter(stays).map((resource) => withoutLinks(resource, gone)),
        ...(pending_operations
          ? { pending_operations: pending_operations.filter(({ resource }) => stays(resource)) }
          : {}),
      },
    },
    forgotten: resources.filter((resource) => !stays(resource)),
  };
}

/** Docker's own name of a container, volume or network; others have none there. */
export function dockerName({ type, outputs }: StateResource): string | undefined {
  const kind = /^docker:index\/(container|volume|network):/.exec(type)?.[1];
  return kind && typeof outputs?.name === "string" ? `${kind} ${outputs.name}` : undefined;
}

function isRoot(urn: string, host: string): boolean {
  return [
    `sightline:host:AppHost::${host}`,
    `sightline:host:DockerHost::${host}-docker`,
    `sightline:host:SiteFiles::${host}-site-files`,
  ].some((end) => urn.endsWith(`::${end}`));
}

function withoutLinks(resource: StateResource, gone: ReadonlySet<string>): StateResource {
  const { dependencies, propertyDependencies, deletedWith, ...rest } = resource;
  const kept = (urns: readonly string[]) => urns.filter((urn) => !gone.has(urn));
  return {
    ...rest,
    ...(dependencies ? { dependencies: kept(dependencies) } : {}),
    ...(propertyDependencies
      ? {
          propertyDependencies: Object.fromEntries(
            Object.entries(propertyDependencies).map(([key, urns]) => [key, urns && kept(urns)]),
          ),
        }
      : {}),
    ...(deletedWith !== undefined && !gone.has(deletedWith) ? { deletedWith } : {}),
  };
}

/** The name that a program gave a resource. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function urnOf(provider: string | undefined): string {
  return provider === undefined ? "" : provider.slice(0, provider.lastIndexOf("::"));
}
