import { createHash } from "node:crypto";

import { toYaml } from "../../configs/yaml";
import { type Deployed, type Json, type JsonObject, textOf, uploadsOf } from "./deployed";

/** A Compose file, and the files that it mounts, by their path beside it. */
export interface ComposeProject {
  readonly composeFile: string;
  readonly files: Readonly<Record<string, string>>;
}

/** What @pulumi/docker is told of a container, as far as this program uses it. */
interface ContainerInputs {
  readonly name: string;
  readonly image: string;
  readonly user?: string;
  readonly readOnly?: boolean;
  readonly entrypoints?: readonly string[];
  readonly command?: readonly string[];
  readonly envs?: readonly string[];
  readonly restart?: string;
  readonly capabilities?: { readonly adds?: readonly string[]; readonly drops?: readonly string[] };
  readonly securityOpts?: readonly string[];
  readonly memory?: number;
  readonly memorySwap?: number;
  readonly logDriver?: string;
  readonly logOpts?: JsonObject;
  readonly healthcheck?: {
    readonly tests: readonly string[];
    readonly interval?: string;
    readonly timeout?: string;
    readonly startPeriod?: string;
    readonly retries?: number;
  };
  readonly stopTimeout?: number;
  readonly labels?: readonly { readonly label: string; readonly value: string }[];
  readonly networksAdvanced?: readonly {
    readonly name: string;
    readonly aliases?: readonly string[];
  }[];
  readonly volumes?: readonly {
    readonly volumeName?: string;
    readonly hostPath?: string;
    readonly containerPath: string;
    readonly readOnly?: boolean;
  }[];
  readonly mounts?: readonly {
    readonly type: string;
    readonly source: string;
    readonly target: string;
    readonly readOnly?: boolean;
    readonly bindOptions?: { readonly propagation?: string };
  }[];
  readonly ports?: readonly {
    readonly internal: number;
    readonly external: number;
    readonly ip?: string;
  }[];
  readonly tmpfs?: JsonObject;
  /** Come as mounted files. */
  readonly uploads?: readonly object[];
  /** How the provider waits and removes; Compose has its own ways. */
  readonly wait?: boolean;
  readonly waitTimeout?: number;
  readonly destroyGraceSeconds?: number;
}

/** Every key of it, so that none is left out unseen. */
const KNOWN: Readonly<Record<keyof ContainerInputs, true>> = {
  ...{ name: true, image: true, user: true, readOnly: true, entrypoints: true, command: true },
  ...{ envs: true, restart: true, capabilities: true, securityOpts: true, memory: true },
  ...{ memorySwap: true, logDriver: true, logOpts: true, healthcheck: true, stopTimeout: true },
  ...{ labels: true, networksAdvanced: true, volumes: true, mounts: true, ports: true },
  ...{ tmpfs: true, uploads: true, wait: true, waitTimeout: true, destroyGraceSeconds: true },
};

/** Label that changes with the mounted files: Compose by itself does not look into them. */
const FILES_LABEL = "sightline.files";

/**
 * The same containers, volumes and networks as a Compose project; containers wait for each other until
 * they are healthy.
 */
export function composeProject(deployed: readonly Deployed[]): ComposeProject {
  const containers = deployed.filter(({ kind }) => kind === "container");
  const own = deployed.filter(({ kind }) => kind === "network");
  const networks = Object.fromEntries(own.map(network));
  const joined = containers.flatMap((one) => inputsOf(one).networksAdvanced ?? []);
  const foreign = joined.map(({ name }) => name).filter((name) => !(name in networks));
  const volumes = deployed.filter(({ kind }) => kind === "volume");
  const project = {
    services: Object.fromEntries(
      containers.map((one) => [one.name, service(one, containers)] as const),
    ),
    networks: {
      ...networks,
      ...Object.fromEntries(foreign.map((name) => [name, { external: true }])),
    },
    volumes: Object.fromEntries(volumes.map(volume)),
  };
  return {
    composeFile: toYaml(project),
    files: Object.fromEntries(
      containers.flatMap((one) =>
        Object.entries(uploadsOf(one)).map(([path, text]) => [`files/${one.name}${path}`, text]),
      ),
    ),
  };
}

/** @throws Error for an input that a Compose file would lack */
function inputsOf({ name, inputs }: Deployed): ContainerInputs {
  const unknown = Object.keys(inputs).filter((key) => !(key in KNOWN));
  if (unknown.length > 0) throw new Error(`${name}: no translation of ${unknown.join(", ")}`);
  return inputs as unknown as ContainerInputs;
}

function network({ inputs }: Deployed) {
  const { name, internal = false, options } = inputs;
  const driver = options ? { driver_opts: options } : {};
  return [textOf(name), { name, internal, ...driver, labels: labelsOf(inputs) }] as const;
}

function volume({ inputs }: Deployed) {
  return [textOf(inputs.name), { name: inputs.name, labels: labelsOf(inputs) }] as const;
}

function labelsOf({ labels = [] }: JsonObject): JsonObject {
  const all = labels as unknown as NonNullable<ContainerInputs["labels"]>;
  return Object.fromEntries(all.map(({ label, value }) => [label, literal(value)]));
}

function service(container: Deployed, all: readonly Deployed[]): JsonObject {
  const inputs = inputsOf(container);
  const { entrypoints, command, capabilities = {}, memory, memorySwap } = inputs;
  const after = container.after.filter((name) => all.some((one) => one.name === name));
  return compact({
    container_name: inputs.name,
    image: inputs.image,
    user: inputs.user,
    read_only: inputs.readOnly,
    entrypoint: entrypoints?.map(literal),
    command: command?.map(literal),
    environment: inputs.envs?.map(literal),
    restart: inputs.restart,
    cap_add: capabilities.adds,
    cap_drop: capabilities.drops,
    security_opt: inputs.securityOpts,
    mem_limit: memory === undefined ? undefined : `${memory}m`,
    memswap_limit: memorySwap === undefined ? undefined : `${memorySwap}m`,
    logging: compact({ driver: inputs.logDriver, options: inputs.logOpts }),
    healthcheck: health(inputs),
    stop_grace_period: inputs.stopTimeout === undefined ? undefined : `${inputs.stopTimeout}s`,
    labels: labels(container),
    networks: Object.fromEntries(
      (inputs.networksAdvanced ?? []).map(({ name, aliases }) => [name, compact({ aliases })]),
    ),
    volumes: mounts(container),
    ports: inputs.ports?.map(({ ip, external, internal }) => `${ip ?? ""}:${external}:${internal}`),
    tmpfs: Object.entries(inputs.tmpfs ?? {}).map(
      ([path, options]) => `${path}:${textOf(options)}`,
    ),
    depends_on: Object.fromEntries(after.map((name) => [name, { condition: "service_healthy" }])),
  });
}

function health({ healthcheck }: ContainerInputs): JsonObject | undefined {
  if (!healthcheck) return undefined;
  const { tests, interval, timeout, startPeriod, retries } = healthcheck;
  return compact({
    test: tests.map(literal),
    ...{ interval, timeout, retries, start_period: startPeriod },
  });
}

function labels(container: Deployed): JsonObject {
  const uploads = JSON.stringify(uploadsOf(container));
  const hash = createHash("sha256").update(uploads).digest("hex").slice(0, 12);
  return {
    ...labelsOf(container.inputs),
    ...(uploads === "{}" ? {} : { [FILES_LABEL]: hash }),
  };
}

/** Files that lie in a folder of the container come as that folder. */
function mounts(container: Deployed): readonly Json[] {
  const { volumes = [], mounts: binds = [] } = inputsOf(container);
  const tops = Object.keys(uploadsOf(container)).map((path) => path.split("/")[1] ?? "");
  return [
    ...volumes.map(({ volumeName, hostPath, containerPath, readOnly = false }) =>
      [volumeName ?? hostPath, containerPath, ...(readOnly ? ["ro"] : [])].join(":"),
    ),
    ...[...new Set(tops)].map((top) => `./files/${container.name}/${top}:/${top}:ro`),
    ...binds.map(({ type, source, target, readOnly, bindOptions }) =>
      compact({ type, source, target, read_only: readOnly, bind: compact({ ...bindOptions }) }),
    ),
  ];
}

/** Compose would put variables in the place of `$NAME`. */
function literal(text: string): string {
  return text.replaceAll("$", "$$$$");
}

/** Without what is not set, and without empty lists and maps. */
function compact(object: Readonly<Record<string, unknown>>): JsonObject {
  const isSet = (value: unknown) =>
    value !== undefined && (typeof value !== "object" || Object.keys(value ?? {}).length > 0);
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => isSet(value)),
  ) as JsonObject;
}
