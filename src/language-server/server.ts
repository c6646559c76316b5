import {
  TextDocumentSyncKind,
  type CompletionItem,
  type Connection,
  type Hover as ShownHover,
  type InitializeParams,
  type InitializeResult,
  type TextDocumentPositionParams,
} from "vscode-languageserver/node";
import { completionsAt, hoverAt } from "../api/editor/questions.ts";
import type { EditorProject } from "../api/editor/project.ts";
import { TraceValues } from "../api/editor/trace-values.ts";
import { VERSION } from "../node/version.ts";
import { Checks } from "./checks.ts";
import { completionItems } from "./completion-items.ts";
import { changedDocument, openedDocument } from "./open-document.ts";
import type { Encoding } from "./positions.ts";
import { shownHover } from "./shown-hover.ts";
import { Workspace, type Member } from "./workspace.ts";

/** What the server takes of the world. */
export interface ServerHost {
  /** Milliseconds since 1970: by which day expiry is judged. */
  readonly clock: () => number;
}

/** Files whose changes on disk may change findings. */
const WATCHED = ["**/*.yaml", "**/*.yml", "**/*.csv", "**/*.json"];

/** A language server for the documents of agentz, on one connection to an editor. */
export class LanguageServer {
  readonly #connection: Connection;
  readonly #workspace = new Workspace();
  readonly #checks: Checks;
  readonly #values = new WeakMap<EditorProject, TraceValues>();
  #encoding: Encoding = "utf-16";
  #canWatch = false;
  /** Texts change in the order in which the editor says so. */
  #changes: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, { clock }: ServerHost) {
    this.#connection = connection;
    this.#checks = new Checks(connection, this.#workspace, {
      encoding: () => this.#encoding,
      clock,
    });
  }

  /** Answers the editor from now on. */
  listen(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => void this.#watch());
    connection.onDidOpenTextDocument(({ textDocument }) =>
      this.#inOrder(() => this.#opened(textDocument)),
    );
    connection.onDidChangeTextDocument(({ textDocument, contentChanges }) =>
      this.#inOrder(() => this.#changed(textDocument, contentChanges)),
    );
    connection.onDidCloseTextDocument(({ textDocument }) =>
      this.#inOrder(() => this.#closed(textDocument.uri)),
    );
    connection.onDidSaveTextDocument(() => this.#inOrder(() => this.#diskChanged()));
    connection.onDidChangeWatchedFiles(() => this.#inOrder(() => this.#diskChanged()));
    connection.onCompletion((params) => this.#answer([], () => this.#completion(params)));
    connection.onHover((params) => this.#answer(null, () => this.#hover(params)));
    connection.onShutdown(() => this.close());
    connection.listen();
  }

  /** Ends what runs beside. */
  close(): Promise<void> {
    return this.#checks.close();
  }

  #initialize({ capabilities }: InitializeParams): InitializeResult {
    const offered = capabilities.general?.positionEncodings ?? [];
    this.#encoding = offered.includes("utf-8") ? "utf-8" : "utf-16";
    this.#canWatch = capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    return {
      serverInfo: { name: "agentz", version: VERSION },
      capabilities: {
        positionEncoding: this.#encoding,
        textDocumentSync: {
          openClose: true,
          change: TextDocumentSyncKind.Incremental,
          save: { includeText: false },
        },
        completionProvider: { triggerCharacters: [".", "'", '"', "/", "["] },
        hoverProvider: true,
      },
    };
  }

  async #watch(): Promise<void> {
    if (!this.#canWatch) return;
    const watchers = WATCHED.map((globPattern) => ({ globPattern }));
    await this.#connection.sendRequest("client/registerCapability", {
      registrations: [
        { id: "files", method: "workspace/didChangeWatchedFiles", registerOptions: { watchers } },
      ],
    });
  }

  /** Whatever fails is told in the editor's log, and the next change is taken all the same. */
  #inOrder(take: () => Promise<void> | void): void {
    this.#changes = this.#changes.then(take).catch((error: unknown) => this.#failed(error));
  }

  #failed(error: unknown): void {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#connection.console.error(`internal error: ${told}`);
  }

  /** An answer on the texts as they stand when all changes before it are made. */
  async #answer<T>(nothing: T, ask: () => Promise<T>): Promise<T> {
    await this.#changes;
    try {
      return await ask();
    } catch (error) {
      this.#failed(error);
      return nothing;
    }
  }

  async #opened(item: {
    readonly uri: string;
    readonly version: number;
    readonly text: string;
  }): Promise<void> {
    const member = await this.#workspace.open(openedDocument(item, this.#encoding));
    if (member !== undefined) this.#checks.changed(member);
  }

  async #changed(
    { uri, version }: { readonly uri: string; readonly version: number },
    changes: Parameters<typeof changedDocument>[1]["changes"],
  ): Promise<void> {
    const document = this.#workspace.document(uri);
    if (document === undefined) return;
    const after = changedDocument(document, { version, changes }, this.#encoding);
    const member = await this.#workspace.change(after);
    if (member !== undefined) this.#checks.changed(member);
  }

  #closed(uri: string): void {
    const project = this.#workspace.close(uri);
    if (project === undefined) return;
    if (project.isOpen) this.#checks.schedule(project);
    else this.#checks.forget(project);
  }

  async #diskChanged(): Promise<void> {
    const before = [...this.#workspace.projects];
    await this.#workspace.refresh();
    const after = new Set(this.#workspace.projects);
    for (const project of before) if (!after.has(project)) this.#checks.forget(project);
    for (const { uri } of this.#workspace.documents) {
      const member = this.#workspace.member(uri);
      if (member !== undefined) this.#checks.changed(member);
    }
  }

  #at({
    textDocument,
    position,
  }: TextDocumentPositionParams): { readonly member: Member; readonly offset: number } | undefined {
    const member = this.#workspace.member(textDocument.uri);
    return member && { member, offset: member.document.positions.offset(position) };
  }

  async #completion(params: TextDocumentPositionParams): Promise<CompletionItem[]> {
    const at = this.#at(params);
    if (at === undefined) return [];
    const { document, project } = at.member;
    const found = completionsAt(document.text, at.offset, await project.set());
    return completionItems(found, document.positions);
  }

  async #hover(params: TextDocumentPositionParams): Promise<ShownHover | null> {
    const at = this.#at(params);
    const file = at?.member.project.open(at.member.file);
    if (at === undefined || file === undefined) return null;
    const { project, document } = at.member;
    const hover = hoverAt(file, at.offset, await project.set());
    if (hover === undefined) return null;
    const { attribute } = hover;
    const value =
      attribute && (await this.#valuesOf(project).find(attribute.path, attribute.actions));
    return shownHover(hover, value, document.positions);
  }

  #valuesOf(project: EditorProject): TraceValues {
    const known = this.#values.get(project);
    if (known !== undefined) return known;
    const values = new TraceValues(project.place.cwd, project.place.trace);
    this.#values.set(project, values);
    return values;
  }
}
