import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";

import type { HostCommand } from "../../components/host-answers";
import type { BrowserScript } from "../../configs/browser/logger";
import type { Answer } from "../../configs/preflight/reach";
import { FIXTURE_PASSWORDS, type Raw } from "./fixtures";
import { answerOf, HEALTHY } from "./host-facts";

// Serialises functions for the cloud, which no program of ours does; half the time to load the SDK.
jest.mock("@npmcli/arborist", () => ({}));

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
  /** Whether it stays where it is when it goes out of the stack. */
  readonly isRetained: boolean;
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
  "gcp:serviceaccount/key:Key": () => ({ privateKey: Buffer.from("{}").toString("base64") }),
  "gcp:storage/bucketIAMMember:BucketIAMMember": () => ({ etag: "etag" }),
  "gcp:monitoring/alertPolicy:AlertPolicy": () => ({ name: "policy" }),
  "gcp:monitoring/notificationChannel:NotificationChannel": ({ displayName, project }) => ({
    name: `projects/${String(project)}/notificationChannels/${String(displayName)}`,
  }),
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": () => ({ uptimeCheckId: "check-1" }),
  "command:local:Command": () => ({ stdout: "", stderr: "" }),
  "command:remote:Command": () => ({ stdout: "", stderr: "" }),
};

/** Monitor of the mocks: has the whole request, of which `newResource` is told only a part. */
interface Monitor {
  registerResource: (request: RegisterResourceRequest, callback: unknown) => Promise<void>;
}

/**
 * Starts a mocked engine that knows {@link OUTPUTS} and components of our own, and throws at any other
 * resource and at every function call. Returns what gets recorded.
 */
async function startMocks(stack: string, isPreview: boolean): Promise<Recorded[]> {
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
    isPreview,
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
  readonly lokiPushUrls: pulumi.Output<Record<string, string>>;
  readonly browser: BrowserScript | undefined;
  readonly site: { readonly page: string; readonly api: string };
}

export interface RunOptions {
  readonly stack: string;
  /** Settings as `Pulumi.<stack>.yaml` has them, without the prefix of their keys. */
  readonly raw: Raw;
  /** Encrypted settings. @default the fixture passwords */
  readonly secrets?: Readonly<Record<string, string>>;
  /** What each host says when it is looked at; no program is run. @default all is well */
  readonly answer?: (command: HostCommand) => Answer;
  /** @default `false` */
  readonly isPreview?: boolean;
}

/**
 * Libraries that every run of the program shares: only our own files are loaded anew each time,
 * which takes milliseconds instead of seconds.
 */
const SHARED = new Map<string, unknown>(
  [
    "@pulumi/pulumi",
    "@pulumi/docker",
    "@pulumi/gcp/monitoring/alertPolicy",
    "@pulumi/gcp/monitoring/notificationChannel",
    "@pulumi/gcp/monitoring/uptimeCheckConfig",
    "@pulumi/gcp/serviceaccount/account",
    "@pulumi/gcp/serviceaccount/key",
    "@pulumi/gcp/storage/bucket",
    "@pulumi/gcp/storage/bucketIAMMember",
    "@pulumi/command/local/command",
    "@pulumi/command/remote/command",
    "@grafana/grafana-foundation-sdk/dashboard",
    "@grafana/grafana-foundation-sdk/logs",
    "@grafana/grafana-foundation-sdk/loki",
    "@grafana/grafana-foundation-sdk/prometheus",
    "@grafana/grafana-foundation-sdk/stat",
    "@grafana/grafana-foundation-sdk/timeseries",
    "js-yaml",
    "zod",
  ].map((name) => [name, wholeLibrary(name)]),
);

/** A copy, because @pulumi/docker would look up each of its parts anew whenever it is used. */
function wholeLibrary(name: string): unknown {
  return { __esModule: true, ...jest.requireActual<object>(name) };
}

/** Runs the whole program on a mocked engine. Throws what it throws. */
export async function runProgram(options: RunOptions) {
  const { program, error, resources } = await run(options);
  if (!program) throw error;
  return { program, resources };
}

/** The error of a program that must not get through, and what it had registered until then. */
export async function failedRun(options: RunOptions) {
  const { error, resources } = await run(options);
  if (!(error instanceof Error)) throw new Error("the program ran to its end");
  return { error, resources };
}

async function run(options: RunOptions) {
  const { stack, raw, secrets = FIXTURE_PASSWORDS, isPreview = false } = options;
  const recorded = await startMocks(stack, isPreview);
  const config = Object.entries({ ...raw, ...secrets }).map(
    ([key, value]) => [`sightline:${key}`, asStored(value)] as const,
  );
  pulumi.runtime.setAllConfig(
    Object.fromEntries(config),
    Object.keys(secrets).map((key) => `sightline:${key}`),
  );
  const loaded = await withoutStackTraces(async () => {
    const outcome = loadProgram(options);
    await registered(recorded);
    return outcome;
  });
  return { ...loaded, resources: await registered(recorded) };
}

/** Loads `index.ts` as if for the first time, which runs it. */
function loadProgram({ answer = () => answerOf(HEALTHY) }: RunOptions) {
  let program: Program | undefined;
  let error: unknown;
  jest.isolateModules(() => {
    for (const [name, library] of SHARED) jest.doMock(name, () => library);
    jest.doMock("../../components/host-answers", () => ({
      hostAnswers: (commands: readonly HostCommand[]) => commands.map(answer),
    }));
    try {
      program = jest.requireActual<Program>("../../index");
    } catch (thrown) {
      error = thrown;
    }
    for (const name of SHARED.keys()) jest.dontMock(name);
  });
  return { program, error };
}

/** The SDK takes a stack trace for every property of every resource; jest needs a millisecond for each. */
async function withoutStackTraces<T>(work: () => Promise<T>): Promise<T> {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return await work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** Groups reach the program as JSON text, anything else as it is written. */
function asStored(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Everything that the program asked for, once all of it has been registered. */
async function registered(recorded: readonly Recorded[]): Promise<readonly Recorded[]> {
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
    isRetained: request.getRetainondelete() ?? false,
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

/** The one resource of that name and type, or an error that says which there are. */
export function resourceOf(resources: readonly Recorded[], type: string, name: string): Recorded {
  const ofType = resources.filter((resource) => resource.type.endsWith(type));
  const found = ofType.find((resource) => resource.name === name);
  if (found) return found;
  const names = ofType.map((resource) => resource.name).join(", ");
  throw new Error(`no ${type} "${name}"; there are ${names}`);
}

/** Names by the last part of the type, all sorted: the shape of a stack on one page. */
export function namesByType(resources: readonly Recorded[]): Readonly<Record<string, string[]>> {
  const byType: Record<string, string[]> = {};
  for (const { type, name } of resources) {
    (byType[type.split(":").at(-1) ?? type] ??= []).push(name);
  }
  for (const names of Object.values(byType)) names.sort();
  return byType;
}
