import {
  CONTAINER,
  groups,
  IMAGE,
  isGroup,
  type Planned,
  type Rule,
  serviceOf,
  texts,
} from "./rule";

/** Capabilities that a tool cannot do without; whoever needs another names it here, with the reason. */
const CAPABILITIES: readonly { readonly name: string; readonly allows: RegExp }[] = [
  // A keeper of secrets hands its files to the one user that reads them.
  { name: "CAP_CHOWN", allows: /-keeper$/ },
];

/** The only container that may see Docker's socket: it lets requests that read pass, and no others. */
const SOCKET_READER = /(^|-)socket-proxy$/;
const SOCKET = /\/docker\.sock$/;

/** Words of a name whose value must not be read by whoever looks at the container. */
const SECRET_NAME = /(password|passwd|secret|token|api_?key|credential)/i;

export const pinnedImages: Rule = {
  name: "pinned-images",
  description: "An image has a version or a digest: the same settings deploy the same programs.",
  check({ type, props }) {
    const name = type === IMAGE ? props.name : type === CONTAINER ? props.image : undefined;
    if (typeof name !== "string" || name === "" || isPinned(name)) return [];
    return [
      `image: must have a version; got "${name}". Fix: a tag that is not latest, or a digest`,
    ];
  },
};

export const noPrivilege: Rule = {
  name: "no-privilege",
  description:
    "No container is privileged, shares its host's namespaces, or holds Docker's socket.",
  check(planned) {
    if (planned.type !== CONTAINER) return [];
    const { props } = planned;
    const shared = ["networkMode", "pidMode", "ipcMode", "usernsMode"].filter(
      (key) => props[key] === "host",
    );
    return [
      ...(props.privileged === true ? ["privileged: must be false. Fix: leave it out"] : []),
      ...shared.map((key) => `${key}: must not be host. Fix: leave it out`),
      ...addedCapabilities(planned),
      ...(holdsSocket(planned)
        ? ["volumes: must not have docker.sock. Fix: the socket proxy"]
        : []),
    ];
  },
};

export const memoryLimits: Rule = {
  name: "memory-limits",
  description: "A container has a limit of memory: one that grows does not take its host along.",
  check({ type, props }) {
    if (type !== CONTAINER) return [];
    if (typeof props.memory === "number" && props.memory > 0) return [];
    return ["memory: must be a number of megabytes; got none. Fix: memoryMegabytes of its spec"];
  },
};

export const noPlainSecrets: Rule = {
  name: "no-plain-secrets",
  description:
    "Secrets are in files: environment, arguments and labels can be read by docker inspect.",
  check({ type, props }) {
    if (type !== CONTAINER) return [];
    return [
      ...texts(props.envs).filter(isSecretLine).map(nameOf).map(refused("envs")),
      ...texts(props.command).filter(isSecretArgument).map(nameOf).map(refused("command")),
      ...groups(props.labels)
        .map(({ label, value }) => `${String(label)}=${String(value)}`)
        .filter(isSecretLine)
        .map(nameOf)
        .map(refused("labels")),
    ];
  },
};

function isPinned(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image) || /^sha256:[0-9a-f]{64}$/.test(image)) return true;
  const [, tag = "latest"] = /:([^:/]+)$/.exec(image) ?? [];
  return tag !== "latest";
}

function addedCapabilities(planned: Planned): readonly string[] {
  const { capabilities, name } = planned.props;
  const added = isGroup(capabilities) ? texts(capabilities.adds) : [];
  const may = (capability: string) =>
    CAPABILITIES.some(
      ({ name: known, allows }) =>
        known === capability && typeof name === "string" && allows.test(name),
    );
  return added
    .filter((capability) => !may(capability))
    .map((capability) => `capabilities: must not add ${capability}. Fix: do without it`);
}

function holdsSocket(planned: Planned): boolean {
  const { volumes, mounts } = planned.props;
  const sources = [
    ...groups(volumes).map(({ hostPath }) => hostPath),
    ...groups(mounts).map(({ source }) => source),
  ];
  const isSocket = (source: unknown) => typeof source === "string" && SOCKET.test(source);
  return sources.some(isSocket) && !SOCKET_READER.test(serviceOf(planned));
}

/** `KEY=value` with a value that is no path of a file. */
function isSecretLine(line: string): boolean {
  const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(line) ?? [];
  return SECRET_NAME.test(name) && value !== "" && !value.startsWith("/") && !/_FILE$/i.test(name);
}

function isSecretArgument(argument: string): boolean {
  return argument.startsWith("-") && isSecretLine(argument);
}

/** The value is never repeated: what refuses it is read by more people than the container is. */
function nameOf(line: string): string {
  return line.slice(0, line.indexOf("="));
}

function refused(where: string) {
  return (name: string) =>
    `${where}: must hold no secret; got ${name}. Fix: secretFiles of its spec`;
}
