import { z } from "zod";

/** Inputs of the published plugin, 1.2.1. A stand-in that took more would let mistakes pass. */
const LOGGING = z.enum(["stdout", "stderr", "stdoutAndStderr", "none"]);

const endpoint = {
  host: z.string(),
  agentSocketPath: z.string().optional(),
  dialErrorLimit: z.number().optional(),
  hostKey: z.string().optional(),
  password: z.string().optional(),
  perDialTimeout: z.number().optional(),
  port: z.number().optional(),
  privateKey: z.string().optional(),
  privateKeyPassword: z.string().optional(),
  user: z.string().optional(),
};
const connection = z.strictObject({ ...endpoint, proxy: z.strictObject(endpoint).optional() });
export type Connection = z.infer<typeof connection>;

const triggers = z.array(z.unknown()).optional();
const base = {
  addPreviousOutputInEnv: z.boolean().optional(),
  create: z.string().optional(),
  delete: z.string().optional(),
  environment: z.record(z.string(), z.string()).optional(),
  logging: LOGGING.optional(),
  stdin: z.string().optional(),
  triggers,
  update: z.string().optional(),
};

const localCommand = z.strictObject({
  ...base,
  archivePaths: z.array(z.string()).optional(),
  assetPaths: z.array(z.string()).optional(),
  dir: z.string().optional(),
  interpreter: z.array(z.string()).optional(),
});
export type LocalCommand = z.infer<typeof localCommand>;

const remoteCommand = z.strictObject({ ...base, connection });
export type RemoteCommand = z.infer<typeof remoteCommand>;

const source = z.looseObject({
  hash: z.string().optional(),
  path: z.string().optional(),
  text: z.string().optional(),
});
const copyToRemote = z.strictObject({ connection, remotePath: z.string(), source, triggers });
export type CopyToRemote = z.infer<typeof copyToRemote>;

/** Every type that the stand-in knows. */
export const SCHEMAS = {
  "command:local:Command": localCommand,
  "command:remote:Command": remoteCommand,
  "command:remote:CopyToRemote": copyToRemote,
} as const;
export type TypeName = keyof typeof SCHEMAS;

/** What the published plugin can do and the stand-in cannot, so that nobody takes it for shown. */
export const NOT_HERE: readonly string[] = [
  "archivePaths",
  "assetPaths",
  "connection.password",
  "connection.privateKeyPassword",
  "connection.proxy",
];
