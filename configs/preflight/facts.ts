import { BEGIN, END } from "./fact-script";

/** What holds a port: a container, or else a process as far as it can be seen. */
export interface Holder {
  /** Address it listens on, IPv4; all of the host's are `0.0.0.0`. */
  readonly address: string;
  readonly port: number;
  readonly name: string;
  /** The stack that a container belongs to. */
  readonly stack?: string;
}

export interface FolderFact {
  /** `hidden` is below a folder that the user may not look into. */
  readonly state: "directory" | "file" | "missing" | "hidden";
  readonly isReadOnly: boolean;
  /** Mode without the type: `rwxr-x---`; user and group as numbers. */
  readonly access?: { readonly mode: string; readonly user: number; readonly group: number };
}

/** What the script saw on a machine. */
export interface Facts {
  readonly user: string;
  readonly docker:
    | { readonly kind: "answers"; readonly version: string; readonly dataRoot: string }
    | { readonly kind: "missing" }
    /** What its command line said. */
    | { readonly kind: "fails"; readonly words: string };
  /** The machine's IPv4 addresses; none where it has no way to tell. */
  readonly addresses: readonly string[];
  readonly holders: readonly Holder[];
  /** By the place of their need. */
  readonly folders: ReadonlyMap<number, FolderFact>;
  /** What the label of the stack's Loki says of its logs, empty where it has none; nothing without a Loki. */
  readonly logStorage?: string;
  /** The day in UTC, `2026-12-31`; empty where nobody asked. */
  readonly today: string;
}

/** Reads what the script printed; nothing where it did not come to its end. */
export function parseFacts(output: string): Facts | undefined {
  const text = output.split("\n").map((line) => line.replace(/\r$/, ""));
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) return undefined;
  const lines = text.slice(begin + 1, end).map((line) => line.split("\t"));
  const of = (kind: string) => lines.filter(([first]) => first === kind).map(([, ...rest]) => rest);
  return {
    user: of("user")[0]?.[0] ?? "",
    docker: dockerFact(
      of("docker").map((words) => words.join(" ")),
      of("root")[0]?.[0] ?? "",
    ),
    addresses: of("address").flatMap(([address]) => address ?? []),
    holders: [...of("container").flatMap(containerHolders), ...of("listener").flatMap(listener)],
    folders: new Map(of("folder").map((words) => [Number(words[0]), folderFact(words)])),
    ...logStorage(of("log-storage")),
    today: of("today")[0]?.[0] ?? "",
  };
}

function logStorage([found]: readonly (readonly string[])[]) {
  return found === undefined ? {} : { logStorage: found[0] ?? "" };
}

function dockerFact(lines: readonly string[], dataRoot: string): Facts["docker"] {
  if (lines.join() === "missing") return { kind: "missing" };
  const version = lines.map((line) => /^version=(\d.*)$/.exec(line)?.[1]).find(Boolean);
  if (version !== undefined) return { kind: "answers", version, dataRoot };
  const words = lines.filter((line) => line !== "" && line !== "version=").join(" ");
  return { kind: "fails", words: words.trim() };
}

/** `127.0.0.1:3000->3000/tcp, 0.0.0.0:8000-8001->8000-8001/tcp, :::80->80/tcp` */
function containerHolders([name = "", stack = "", ports = ""]: readonly string[]): Holder[] {
  const published = ports.matchAll(/(\S+):(\d+)(?:-(\d+))?->\S+\/tcp/g);
  return [...published].flatMap(([, address = "", first, last = first]) => {
    const length = Number(last) - Number(first) + 1;
    return Array.from({ length }, (_, index) => ({
      address: address.includes(":") ? "0.0.0.0" : address,
      port: Number(first) + index,
      name: `the container ${name}`,
      ...(stack === "" ? {} : { stack }),
    }));
  });
}

function listener([hex = "", port, user, pid, program]: readonly string[]): Holder[] {
  const address = ipv4Of(hex);
  if (address === undefined) return [];
  const name = program
    ? `the process ${program} (${pid ?? ""}) of ${user ?? ""}`
    : `a process of ${user ?? ""}`;
  return [{ address, port: Number(port), name }];
}

/** As the kernel prints it: each four bytes the other way round. IPv6's "all" takes IPv4's ports too. */
function ipv4Of(hex: string): string | undefined {
  if (/^0{32}$/.test(hex)) return "0.0.0.0";
  const mapped = /^(?:0{16}F{4}0{4}|0{16}0{4}F{4})?([0-9A-F]{8})$/.exec(hex)?.[1];
  const bytes = mapped?.match(/../g)?.reverse();
  return bytes?.map((byte) => Number.parseInt(byte, 16)).join(".");
}

function folderFact([, state, writing, mode, user, group]: readonly string[]): FolderFact {
  const states = ["directory", "file", "missing"] as const;
  return {
    state: states.find((known) => known === state) ?? "hidden",
    isReadOnly: writing === "ro",
    ...(mode === undefined ? {} : { access: { mode, user: Number(user), group: Number(group) } }),
  };
}
