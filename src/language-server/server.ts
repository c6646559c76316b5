import {
  CodeActionKind,
  CodeLensRefreshRequest,
  TextDocumentSyncKind,
  type Connection,
  type InitializeParams,
  type InitializeResult,
  type ServerCapabilities,
} from "vscode-languageserver/node";
import { TOKEN_KINDS } from "../api/editor/questions.ts";
import { VERSION } from "../node/version.ts";
import { Answers } from "./answers.ts";
import { Checks } from "./checks.ts";
import { editorAbilities, type EditorAbilities } from "./completion-items.ts";
import { FIX_ALL } from "./code-actions.ts";
import { COMMANDS } from "./commands.ts";
import { ConfigDocuments } from "./config-documents.ts";
import { changedDocument, isEdited, openedDocument } from "./open-document.ts";
import type { Encoding } from "./positions.ts";
import { TestResults } from "./test-results.ts";
import { Workspace } from "./workspace.ts";

/** What the server takes of the world. */
export interface ServerHost {
  /** Milliseconds since 1970: by which day expiry is judged. */
  readonly clock: () => number;
}

/** What the server does, whatever the editor can. */
const CAPABILITIES: ServerCapabilities = {
  textDocumentSync: {
    openClose: true,
    change: TextDocumentSyncKind.Incremental,
    save: { includeText: false },
  },
  completionProvider: { triggerCharacters: [".", "'", '"', "/", "["] },
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  documentFormattingProvider: true,
  codeActionProvider: {
    codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.Refactor, FIX_ALL],
  },
  codeLensProvider: {},
  inlayHintProvider: true,
  executeCommandProvider: { commands: [...COMMANDS] },
  semanticTokensProvider: {
    legend: { tokenTypes: [...TOKEN_KINDS], tokenModifiers: [] },
    full: true,
  },
};

/** Files whose changes on disk may change findings. */
const WATCHED = ["**/*.yaml", "**/*.yml", "**/*.csv", "**/*.json"];

/** A language server for the documents of agentz, on one connection to an editor. */
export class LanguageServer {
  readonly #connection: Connection;
  readonly #workspace = new Workspace();
  readonly #checks: Checks;
  readonly #configs: ConfigDocuments;
  readonly #answers: Answers;
  #encoding: Encoding = "utf-16";
  #abilities = editorAbilities({});
  #canWatch = false;
  #canRefreshHints = false;
  #canRefreshLenses = false;
  /** Texts change in the order in which the editor says so. */
  #changes: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, { clock }: ServerHost) {
    this.#connection = connection;
    const encoding = (): Encoding => this.#encoding;
    const results = new TestResults();
    this.#checks = new Checks(connection, this.#workspace, { encoding, clock, results });
    const abilities = (): EditorAbilities => this.#abilities;
    const common = { connection, workspace: this.#workspace, encoding, abilities };
    this.#configs = new ConfigDocuments(common);
    this.#answers = new Answers({
      ...common,
      checks: this.#checks,
      configs: this.#configs,
      results,
      clock,
      answer: (nothing, ask) => this.#answer(nothing, ask),
      refreshHints: () => this.#refreshHints(),
      refreshLenses: () => this.#refreshLenses(),
      warn: (message) => this.#checks.warn(message),
      fail: (error) => this.#failed(error),
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
    this.#answers.listen();
    connection.onShutdown(() => this.close());
    connection.listen();
  }

  /** Ends what runs beside. */
  async close(): Promise<void> {
    await this.#checks.close();
    await this.#answers.close();
  }

  #initialize({ capabilities }: InitializeParams): InitializeResult {
    const offered = capabilities.general?.positionEncodings ?? [];
    this.#encoding = offered.includes("utf-8") ? "utf-8" : "utf-16";
    this.#abilities = editorAbilities(capabilities);
    const { workspace } = capabilities;
    this.#canWatch = workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    this.#canRefreshHints = workspace?.inlayHint?.refreshSupport === true;
    this.#canRefreshLenses = workspace?.codeLens?.refreshSupport === true;
    return {
      serverInfo: { name: "agentz", version: VERSION },
      capabilities: { positionEncoding: this.#encoding, ...CAPABILITIES },
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
  async #answer<T>(nothing: T, ask: () => Promise<T> | T): Promise<T> {
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
    if (!isEdited(item.uri)) return;
    const member = await this.#workspace.open(openedDocument(item, this.#encoding));
    this.#configs.showAll();
    if (member !== undefined) this.#checks.opened(member);
  }

  async #changed(
    { uri, version }: { readonly uri: string; readonly version: number },
    changes: Parameters<typeof changedDocument>[1]["changes"],
  ): Promise<void> {
    const document = this.#workspace.document(uri);
    if (document === undefined) return;
    const after = changedDocument(document, { version, changes }, this.#encoding);
    if (this.#configs.is(uri)) this.#configs.show(after);
    const member = await this.#workspace.change(after);
    if (member !== undefined) this.#checks.changed(member);
  }

  #closed(uri: string): void {
    const project = this.#workspace.close(uri);
    if (this.#configs.is(uri)) this.#configs.showAll();
    if (project === undefined) return;
    if (project.isOpen) this.#checks.schedule(project);
    else this.#checks.forget(project);
  }

  async #diskChanged(): Promise<void> {
    const before = [...this.#workspace.projects];
    await this.#workspace.refresh();
    this.#configs.showAll();
    const after = new Set(this.#workspace.projects);
    for (const project of before) {
      this.#answers.countAnew(project);
      if (!after.has(project)) this.#checks.forget(project);
    }
    for (const { uri } of this.#workspace.documents) {
      const member = this.#workspace.member(uri);
      if (member !== undefined) this.#checks.opened(member);
    }
  }

  #refreshHints(): void {
    if (this.#canRefreshHints) this.#connection.languages.inlayHint.refresh();
  }

  #refreshLenses(): void {
    if (this.#canRefreshLenses) void this.#connection.sendRequest(CodeLensRefreshRequest.type);
  }
}
