/** What a rule sees of a resource: what the engine would make, before it is made. */
export interface Planned {
  readonly type: string;
  readonly urn: string;
  /** Inputs; what is known only after other resources were made is not there yet. */
  readonly props: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
}

/** One rule that a stack keeps to. */
export interface Rule {
  readonly name: string;
  readonly description: string;
  /** What is wrong with a resource, and the fix; nothing where all is well. */
  check(planned: Planned): readonly string[];
}

export const CONTAINER = "docker:index/container:Container";
export const IMAGE = "docker:index/remoteImage:RemoteImage";
export const VOLUME = "docker:index/volume:Volume";
export const BUCKET = "gcp:storage/bucket:Bucket";

/** Texts in a list; none for what is no list. */
export function texts(value: unknown): readonly string[] {
  return items(value).filter((item) => typeof item === "string");
}

/** A list of groups, for example the ports of a container. */
export function groups(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return items(value).filter(isGroup);
}

export function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Which tool a container is, by its label. */
export function serviceOf({ props }: Planned): string {
  const label = groups(props.labels).find(({ label }) => label === "sightline.service");
  return typeof label?.value === "string" ? label.value : "";
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
