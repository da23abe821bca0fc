import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { pathToFileURL } from "node:url";

import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";

import { repositoryRoot } from "../../tools/lib/paths";
import { waitFor } from "./wait";

const SERVER = path.join(
  repositoryRoot,
  "node_modules/yaml-language-server/bin/yaml-language-server",
);

interface Published {
  readonly uri: string;
  readonly diagnostics: readonly {
    readonly message: string;
    readonly range: { readonly start: { readonly line: number } };
  }[];
}

/** An entry of a list of completions. */
export interface Completion {
  readonly label: string;
  readonly documentation?: string | { readonly value: string };
}

/** What an editor shows of a YAML file: the language server that editors run, by their protocol. */
export class YamlEditor {
  private readonly published = new Map<string, Published>();

  private constructor(
    private readonly server: ChildProcess,
    private readonly connection: MessageConnection,
  ) {
    connection.onNotification("textDocument/publishDiagnostics", (seen: Published) => {
      this.published.set(seen.uri, seen);
    });
    // Settings are asked for section by section; the defaults are what most people have.
    connection.onRequest("workspace/configuration", ({ items }: { items: readonly unknown[] }) =>
      items.map(() => null),
    );
    connection.onRequest("client/registerCapability", () => null);
  }

  static async start(): Promise<YamlEditor> {
    const server = spawn(process.execPath, [SERVER, "--stdio"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const connection = createMessageConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    const editor = new YamlEditor(server, connection);
    connection.listen();
    await connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: pathToFileURL(repositoryRoot).href,
      capabilities: {},
    });
    await connection.sendNotification("initialized", {});
    return editor;
  }

  /**
   * Opens a text as a file of the project's folder.
   *
   * @returns what is underlined: `line: message`, lines from 1
   */
  async open(file: string, text: string): Promise<readonly string[]> {
    const uri = uriOf(file);
    const textDocument = { uri, languageId: "yaml", version: 1, text };
    await this.connection.sendNotification("textDocument/didOpen", { textDocument });
    const seen = await waitFor(
      { what: `what the editor says of ${file}`, deadlineMs: 20_000, everyMs: 50 },
      () => Promise.resolve(this.published.get(uri)),
      (published) => published !== undefined,
    );
    return (seen?.diagnostics ?? []).map(
      ({ message, range }) => `${range.start.line + 1}: ${message}`,
    );
  }

  /** What may be written at a place of an open file; lines and characters from 0. */
  async completions(file: string, line: number, character: number): Promise<readonly Completion[]> {
    const { items } = await this.connection.sendRequest<{ items: readonly Completion[] }>(
      "textDocument/completion",
      { textDocument: { uri: uriOf(file) }, position: { line, character } },
    );
    return items;
  }

  stop(): void {
    this.connection.dispose();
    this.server.kill();
  }
}

function uriOf(file: string): string {
  return pathToFileURL(path.join(repositoryRoot, file)).href;
}
