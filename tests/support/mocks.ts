import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";

import { FIXTURE_PASSWORDS, type Raw } from "./fixtures";

/** One resource as the program asked for it. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  /** Secrets are still wrapped: see `isSecretInput`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** `<type>::<name>` of the parent; the stack itself for resources of `index.ts`. */
  readonly parent: string;
  /** Name of the provider resource; absent for components and default providers. */
  readonly provider: string | undefined;
  /** Names of the resources that it comes after, sorted. */
  readonly dependencies: readonly string[];
  readonly isProtected: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly replaceOnChanges: readonly string[];
}

type Outputs = Readonly<Record<string, unknown>>;

/** Every resource type that the program may use, with what its provider would add. */
const OUTPUTS: Readonly<Record<string, (inputs: Outputs) => Outputs>> = {
  "docker:index/container:Container": () => ({}),
  "docker:index/network:Network": () => ({}),
  "docker:index/remoteImage:RemoteImage": ({ name }) => ({
    imageId: `sha256:${String(name)}`,
    repoDigest: `${String(name)}@sha256:0`,
  }),
  "docker:index/volume:Volume": () => ({}),
  "pulumi:providers:docker": () => ({}),
  "gcp:storage/bucket:Bucket": ({ name }) => ({ url: `gs://${String(name)}` }),
  "gcp:serviceaccount/account:Account": ({ accountId, project }) => {
    const email = `${String(accountId)}@${String(project)}.iam.gserviceaccount.com`;
    return { email, member: `serviceAccount:${email}` };
  },
  "gcp:storage/bucketIAMMember:BucketIAMMember": () => ({ etag: "etag" }),
  "command:remote:Command": () => ({ stdout: "", stderr: "" }),
};

/** Monitor of the mocks: has the whole request, of which `newResource` is told only a part. */
interface Monitor {
  registerResource: (request: RegisterResourceRequest, callback: unknown) => Promise<void>;
}

/**
 * Starts a mocked engine that knows {@link OUTPUTS} and components of our own, and throws at any other
 * resource and at every function call. Returns what gets recorded. Call it before any resource exists.
 */
export async function startMocks(stack: string): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  const inputsByKey = new Map<string, Outputs>();
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        const isOwnComponent = type.startsWith("sightline:") || type === "pulumi:pulumi:Stack";
        const outputs = isOwnComponent ? () => ({}) : OUTPUTS[type];
        if (!outputs) throw new Error(`the program may not create a ${type} ("${name}")`);
        inputsByKey.set(`${type}::${name}`, inputs as Outputs);
        return {
          id: `${name}-id`,
          state: { ...(inputs as Outputs), ...outputs(inputs as Outputs) },
        };
      },
      call({ token }) {
        throw new Error(`the program may not call ${token}`);
      },
    },
    "sightline",
    stack,
  );
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request, callback) => {
    await register(request, callback);
    const inputs = inputsByKey.get(`${request.getType()}::${request.getName()}`);
    if (inputs) recorded.push(describe(request, inputs));
  };
  return recorded;
}

/** What `index.ts` exports. */
export interface Program {
  readonly urls: pulumi.Output<Record<string, string>>;
  readonly lokiPushUrl: pulumi.Output<string>;
  readonly site: { readonly page: string; readonly api: string };
}

export interface RunOptions {
  readonly stack: string;
  /** Settings as `Pulumi.<stack>.yaml` has them, without the prefix of their keys. */
  readonly raw: Raw;
  /** Encrypted settings. @default the fixture passwords */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Runs the whole program on a mocked engine. Throws what it throws. */
export async function runProgram(options: RunOptions) {
  const { stack, raw, secrets = FIXTURE_PASSWORDS } = options;
  const recorded = await startMocks(stack);
  const config = Object.entries({ ...raw, ...secrets }).map(
    ([key, value]) => [`sightline:${key}`, asStored(value)] as const,
  );
  pulumi.runtime.setAllConfig(
    Object.fromEntries(config),
    Object.keys(secrets).map((key) => `sightline:${key}`),
  );
  let program: Program | undefined;
  try {
    jest.isolateModules(() => {
      program = jest.requireActual<Program>("../../index");
    });
  } finally {
    // Also after an error: what was begun must end before the next run.
    await registered(recorded);
  }
  if (!program) throw new Error("index.ts exports nothing");
  return { program, resources: await registered(recorded) };
}

/** Groups reach the program as JSON text, anything else as it is written. */
function asStored(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Waits until everything that the program asked for has been registered. */
export async function registered(recorded: readonly Recorded[]): Promise<readonly Recorded[]> {
  const { waitForRPCs } = pulumi.runtime as unknown as { waitForRPCs: () => Promise<void> };
  await waitForRPCs();
  return recorded.filter(({ type }) => type !== "pulumi:pulumi:Stack");
}

function describe(request: RegisterResourceRequest, inputs: Outputs): Recorded {
  const provider = request.getProvider().split("::")[3];
  return {
    type: request.getType(),
    name: request.getName(),
    inputs,
    parent: keyOf(request.getParent()),
    provider,
    dependencies: request.getDependenciesList().map(nameOf).sort(),
    isProtected: request.getProtect() ?? false,
    deleteBeforeReplace: request.getDeletebeforereplace(),
    replaceOnChanges: request.getReplaceonchangesList(),
  };
}

/** `<type>::<name>` in a URN, whose type is a path of types. */
function keyOf(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1) ?? ""}::${name}`;
}

function nameOf(urn: string): string {
  return urn.split("::")[3] ?? "";
}
