import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import type { LogStorage } from "../../configs/storage/object-store";
import { Door } from "./door";
import { freePorts } from "./free-ports";
import { goProgram } from "./go-program";
import { waitFor } from "./wait";

type BucketKind = Exclude<LogStorage["kind"], "filesystem">;

const BUCKET = "sightline-test-logs";
const S3_KEY = { id: "sightline-test", secret: "sightline-test-secret" } as const;

interface Program {
  readonly name: string;
  readonly module: string;
  readonly args: (options: { data: string; port: number; origin: string }) => readonly string[];
  readonly healthPath: string;
}

const PROGRAMS: Readonly<Record<BucketKind, Program>> = {
  gcs: {
    name: "fake-gcs-server",
    module: "github.com/fsouza/fake-gcs-server@v1.56.1",
    args: ({ data, port, origin }) => [
      ...["-scheme", "http", "-host", "127.0.0.1", "-port", String(port)],
      ...["-backend", "filesystem", "-filesystem-root", data],
      ...["-external-url", origin, "-public-host", new URL(origin).host],
    ],
    healthPath: "/_internal/healthcheck",
  },
  s3: {
    name: "minio",
    module: "github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c",
    args: ({ data, port }) => ["server", "--quiet", "--address", `127.0.0.1:${port}`, data],
    healthPath: "/minio/health/ready",
  },
};

/**
 * A bucket, behind a door that can be closed: fake-gcs-server stands in for Google's storage, and
 * MinIO, a real server, speaks S3. Objects are counted and removed in its folder.
 */
export class BucketServer {
  private constructor(
    readonly kind: BucketKind,
    readonly door: Door,
    private readonly process: ChildProcess,
    private readonly data: string,
  ) {}

  /** @param address on which a Loki in a container reaches it, and nobody outside this machine */
  static async start(kind: BucketKind, address: string): Promise<BucketServer> {
    const { name, module, args, healthPath } = PROGRAMS[kind];
    const program = await goProgram(name, module);
    const data = await mkdtemp(path.join(tmpdir(), `sightline-${kind}-`));
    await mkdir(path.join(data, BUCKET));
    const { store: port } = await freePorts(["store"]);
    const door = await Door.open({ address, port });
    const environment = { MINIO_ROOT_USER: S3_KEY.id, MINIO_ROOT_PASSWORD: S3_KEY.secret };
    const server = spawn(program, args({ data, port, origin: door.origin }), {
      stdio: "ignore",
      env: { ...process.env, ...environment },
    });
    const bucket = new BucketServer(kind, door, server, data);
    try {
      await waitFor(
        { what: `${name} answers`, deadlineMs: 60_000 },
        async () => (await fetch(`http://127.0.0.1:${port}${healthPath}`)).status,
        (status) => status === 200,
      );
    } catch (error) {
      await bucket.stop();
      throw error;
    }
    return bucket;
  }

  /** The settings that make Loki use it. */
  get storage(): Record<string, unknown> {
    return this.kind === "gcs"
      ? {
          ...{ kind: "gcs", project: "sightline-test", location: "europe-west1" },
          ...{ bucket: BUCKET, credentials: "file" },
        }
      : {
          ...{ kind: "s3", region: "eu-central-1", bucket: BUCKET },
          ...{ endpoint: this.door.origin, credentials: "file" },
        };
  }

  readonly bucket = BUCKET;

  /** Contents of the file that Loki's keys stand in. */
  get keyFile(): string {
    return this.kind === "gcs"
      ? googleKey(this.door.origin)
      : [
          "[default]",
          `aws_access_key_id = ${S3_KEY.id}`,
          `aws_secret_access_key = ${S3_KEY.secret}`,
          "",
        ].join("\n");
  }

  /** Google's client finds a stand-in by this variable, and only by it. */
  get environment(): Readonly<Record<string, string>> {
    return this.kind === "gcs" ? { STORAGE_EMULATOR_HOST: new URL(this.door.origin).host } : {};
  }

  /** Names of the objects below a prefix, sorted. */
  async objects(prefix: string): Promise<readonly string[]> {
    const root = path.join(this.data, BUCKET);
    const entries = await readdir(path.join(root, prefix), {
      recursive: true,
      withFileTypes: true,
    }).catch(() => []);
    return (
      entries
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
        // MinIO keeps a folder for each object.
        .map((name) => name.replace(/\/xl\.meta$/, ""))
        .sort()
    );
  }

  /** Removes an object as the bucket's own lifecycle does: without a word to Loki. */
  async remove(name: string): Promise<void> {
    await rm(path.join(this.data, BUCKET, name), { recursive: true });
  }

  async stop(): Promise<void> {
    await this.door.close();
    if (this.process.exitCode === null && this.process.kill()) await once(this.process, "exit");
    await rm(this.data, { recursive: true, force: true });
  }
}

/** A key of an account that is made up; whoever shows it gets a token at the same door. */
function googleKey(origin: string): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return JSON.stringify({
    type: "service_account",
    project_id: "sightline-test",
    private_key_id: "sightline-test",
    private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
    client_email: "loki@sightline-test.iam.gserviceaccount.com",
    client_id: "1",
    token_uri: `${origin}/token`,
  });
}
