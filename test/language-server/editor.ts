import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type ClientCapabilities,
  type CompletionItem,
  type Diagnostic,
  type Hover,
  type InitializeResult,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
} from "vscode-languageserver-protocol/node";

const PROGRAM = join(import.meta.dirname, "../../bin/agentz.js");

/** A folder with these files in it. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "editor-"));
  // the configuration of a folder above would count too
  mkdirSync(join(folder, ".git"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** The position of an offset in UTF-16 units. */
export function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

/** The text of a range in UTF-16 units. */
export function textIn(text: string, { start, end }: Range): string {
  const offset = ({ line, character }: Position): number =>
    text.split("\n").slice(0, line).join("\n").length + (line > 0 ? 1 : 0) + character;
  return text.slice(offset(start), offset(end));
}

/** A real client of the language server, over the standard streams of a real process. */
export class Editor {
  readonly connection: ProtocolConnection;
  readonly published: PublishDiagnosticsParams[] = [];
  /** What the server told in its log, and by messages. */
  readonly told: string[] = [];
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #listeners = new Set<() => void>();
  #version = 1;

  constructor(folder: string) {
    this.#folder = folder;
    this.#process = spawn(process.execPath, [PROGRAM, "lsp", "--stdio"], {
      cwd: folder,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const { stdin, stdout, stderr } = this.#process;
    if (stdin === null || stdout === null) throw new Error("the process has no streams");
    stderr?.on("data", (chunk: Buffer) => this.told.push(String(chunk)));
    this.connection = createProtocolConnection(
      new StreamMessageReader(stdout),
      new StreamMessageWriter(stdin),
    );
    this.connection.onNotification("textDocument/publishDiagnostics", (params) => {
      this.published.push(params);
      for (const listener of this.#listeners) listener();
    });
    this.connection.onNotification(
      "window/logMessage",
      ({ message }) => void this.told.push(message),
    );
    this.connection.onNotification(
      "window/showMessage",
      ({ message }) => void this.told.push(message),
    );
    this.connection.listen();
  }

  /** Begins a session. */
  async start(capabilities: ClientCapabilities = {}): Promise<InitializeResult> {
    const result: InitializeResult = await this.connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: pathToFileURL(this.#folder).href,
      workspaceFolders: [{ uri: pathToFileURL(this.#folder).href, name: "w" }],
      capabilities,
    });
    await this.connection.sendNotification("initialized", {});
    return result;
  }

  uri(file: string): string {
    return file.includes(":") ? file : pathToFileURL(join(this.#folder, file)).href;
  }

  async open(file: string, text: string): Promise<void> {
    await this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri: this.uri(file), languageId: "yaml", version: this.#version, text },
    });
  }

  /** Replaces the whole text. */
  async type(file: string, text: string): Promise<void> {
    await this.edit(file, [{ text }]);
  }

  async edit(
    file: string,
    contentChanges: readonly { readonly range?: Range; readonly text: string }[],
  ): Promise<void> {
    this.#version++;
    await this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: this.uri(file), version: this.#version },
      contentChanges,
    });
  }

  async close(file: string): Promise<void> {
    await this.connection.sendNotification("textDocument/didClose", {
      textDocument: { uri: this.uri(file) },
    });
  }

  /** What is shown of a file. */
  shown(file: string): readonly Diagnostic[] {
    return this.published.filter(({ uri }) => uri === this.uri(file)).at(-1)?.diagnostics ?? [];
  }

  /** Waits until what is shown of a file is as wanted. */
  async until(
    file: string,
    wanted: (diagnostics: readonly Diagnostic[]) => boolean,
  ): Promise<readonly Diagnostic[]> {
    while (!this.published.some(({ uri }) => uri === this.uri(file)) || !wanted(this.shown(file)))
      await new Promise<void>((resolve) => {
        const listener = (): void => {
          this.#listeners.delete(listener);
          resolve();
        };
        this.#listeners.add(listener);
      });
    return this.shown(file);
  }

  ask<T>(method: string, file: string, params: object): Promise<T> {
    return this.connection.sendRequest(method, {
      textDocument: { uri: this.uri(file) },
      ...params,
    });
  }

  complete(file: string, position: Position): Promise<readonly CompletionItem[]> {
    return this.ask("textDocument/completion", file, { position });
  }

  hover(file: string, position: Position): Promise<Hover | null> {
    return this.ask("textDocument/hover", file, { position });
  }

  /** Ends the session as an editor does, and gives the exit status. */
  async end(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.#process.once("exit", resolve));
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    return ended;
  }
}

/** The one finding with a code. */
export function findingOf(diagnostics: readonly Diagnostic[], code: string): Diagnostic {
  const found = diagnostics.find((one) => one.code === code);
  if (found === undefined) throw new Error(`there is no finding ${code}`);
  return found;
}

/** The text of a hover. */
export function hoverText(hover: Hover | null): string {
  const contents = hover?.contents;
  return typeof contents === "object" && "value" in contents ? contents.value : "";
}
