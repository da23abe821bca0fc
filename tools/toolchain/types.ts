/** Every program that Sightline runs itself or puts into an image it builds. */
export const TOOL_NAMES = [
  "pulumi",
  "pulumi-language-nodejs",
  "pulumi-resource-docker",
  "prometheus",
  "promtool",
  "alertmanager",
  "amtool",
  "loki",
  "promtail",
  "alloy",
  "alloy-mongodb",
  "blackbox_exporter",
  "node_exporter",
  "cadvisor",
  "process-exporter",
  "nginx-prometheus-exporter",
  "redis_exporter",
  "postgres_exporter",
  "mysqld_exporter",
  "lego",
  "socket-proxy",
  "terraform-provider-docker",
  "thanos",
] as const;

export type ToolName = (typeof TOOL_NAMES)[number];

/** Where a tool can come from, in the order in which the sources are asked. */
export const TOOL_SOURCES = ["path", "official", "archive", "built"] as const;

export type ToolSource = (typeof TOOL_SOURCES)[number];

/** A tool that is ready to run. */
export interface ResolvedTool {
  readonly name: ToolName;
  /** Without a leading "v". */
  readonly version: string;
  /** Absolute path of the executable. */
  readonly path: string;
  readonly source: ToolSource;
}

/** How close a version found on PATH must come to the pinned one. */
export type VersionRule =
  /** The pinned version or a newer one of the same major: the engine and its plugins. */
  | "same-major"
  /** Any patch of the pinned minor: servers, whose flags and files change between minors. */
  | "same-minor";

/** How one tool is compiled from the Go module proxy. */
export interface BuildSpec {
  /** Folder below `go/` with the committed go.mod and go.sum. */
  readonly folder: string;
  /** The main package: an import path, or `.` for a main.go of our own in that folder. */
  readonly package: string;
  /** Go build tags. @default none */
  readonly tags?: readonly string[];
  /** Go variables the linker sets, so that the program reports its version. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** Seconds on 2 idle cores with an empty Go cache: a rough figure for the reader of the progress. */
  readonly seconds: number;
}

/** Everything there is to know about getting one tool. */
export interface ToolSpec {
  readonly name: ToolName;
  /** The pinned version, without a leading "v". */
  readonly version: string;
  readonly rule: VersionRule;
  /** Arguments that print the version. Absent where the program cannot say it. */
  readonly versionArguments?: readonly string[];
  /**
   * How the makers hand it out as a binary. `undefined` for servers: their official way is the
   * image, so this source does not apply to them.
   */
  readonly official?: "cli" | "plugin";
  /** False where only our own build has the flags we pass. @default `true` */
  readonly archive?: boolean;
  readonly build: BuildSpec;
}
