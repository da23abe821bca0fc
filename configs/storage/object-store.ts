import { secretFileName, secretPath } from "../secrets";
import { SECRETS_PATH } from "../service-spec";
import type { Settings } from "../settings/settings";

export type LogStorage = Settings["logs"]["storage"];

/** The file with the key of the bucket's own account, which Pulumi makes. */
export const GCS_KEY_FILE = "gcs-key.json";

/** What a server needs to use the bucket: its configuration, and where it finds who it is. */
export interface ObjectStore {
  /** `object_store` of Loki, in the Thanos client's spelling. */
  readonly config: Readonly<Record<string, object>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly secretFiles: readonly string[];
}

/**
 * The bucket as Loki is told of it; nothing where logs are kept on disk. Keys never stand in the
 * configuration, which previews show: the clients read them from a file that the environment names.
 *
 * @param bucket its name, known when it may be written to
 */
export function objectStore(storage: LogStorage, bucket: string): ObjectStore | undefined {
  switch (storage.kind) {
    case "filesystem":
      return undefined;
    case "gcs":
      return {
        config: { gcs: { bucket_name: bucket } },
        ...keyFile(storage.credentials, {
          variable: "GOOGLE_APPLICATION_CREDENTIALS",
          path: `${SECRETS_PATH}/${GCS_KEY_FILE}`,
          file: GCS_KEY_FILE,
        }),
      };
    case "s3":
      return {
        config: { s3: s3Config(storage) },
        ...keyFile(storage.credentials, {
          variable: "AWS_SHARED_CREDENTIALS_FILE",
          path: secretPath("s3Credentials"),
          file: secretFileName("s3Credentials"),
        }),
      };
  }
}

function keyFile(
  credentials: "instance" | "file",
  key: { readonly variable: string; readonly path: string; readonly file: string },
) {
  return credentials === "file"
    ? { environment: { [key.variable]: key.path }, secretFiles: [key.file] }
    : { environment: {}, secretFiles: [] };
}

function s3Config({ bucket, region, endpoint }: Extract<LogStorage, { kind: "s3" }>) {
  const { host, protocol } = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
  return {
    bucket_name: bucket,
    endpoint: host,
    region,
    ...(protocol === "http:" ? { insecure: true } : {}),
  };
}
