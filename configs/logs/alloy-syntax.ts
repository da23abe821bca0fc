import { GENERATED_BANNER } from "../yaml";

/** A value of Alloy's configuration language. */
export type AlloyValue =
  | string
  | number
  | boolean
  | Reference
  | readonly AlloyValue[]
  | { readonly [key: string]: AlloyValue };

/** What another component exports, for example `loki.write.loki.receiver`. Written without quotes. */
export class Reference {
  constructor(readonly path: string) {}
}

/** A block such as `stage.regex { … }`, or with a label `loki.write "loki" { … }`. */
export interface AlloyBlock {
  readonly name: string;
  readonly label?: string;
  readonly attributes?: Readonly<Record<string, AlloyValue>>;
  readonly blocks?: readonly AlloyBlock[];
}

/** The text of a configuration file. */
export function alloyText(blocks: readonly AlloyBlock[]): string {
  const banner = GENERATED_BANNER.replace("#", "//");
  return [banner, ...blocks.map((block) => `${blockLines(block).join("\n")}\n`)].join("\n");
}

function blockLines({ name, label, attributes = {}, blocks = [] }: AlloyBlock): readonly string[] {
  const inner = [
    ...Object.entries(attributes).map(([key, value]) => `${key} = ${alloyValue(value)}`),
    ...blocks.flatMap(blockLines),
  ];
  const head = label === undefined ? name : `${name} ${quoted(label)}`;
  if (inner.length === 0) return [`${head} { }`];
  return [`${head} {`, ...inner.map((line) => `  ${line}`), "}"];
}

function alloyValue(value: AlloyValue): string {
  if (value instanceof Reference) return value.path;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return quoted(value);
  if (Array.isArray(value)) {
    return `[${(value as readonly AlloyValue[]).map(alloyValue).join(", ")}]`;
  }
  const entries = Object.entries(value as Readonly<Record<string, AlloyValue>>);
  return `{ ${entries.map(([key, inner]) => `${quoted(key)} = ${alloyValue(inner)}`).join(", ")} }`;
}

/** Alloy reads the escapes of Go, of which JSON's are a part. A line break is always escaped. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A component's label, which is an identifier: `nginx-access` becomes `nginx_access`. */
export function identifier(name: string): string {
  return name.replace(/\W/g, "_");
}
