import {
  CodeActionKind,
  MessageType,
  ShowMessageNotification,
  type CodeAction,
  type CodeActionParams,
  type CompletionItem,
  type Connection,
  type Diagnostic as Shown,
  type Hover as ShownHover,
  type TextDocumentPositionParams,
} from "vscode-languageserver/node";
import { CONFIG_FILE, checkedConfig, type ConfigFinding } from "../api/editor/configuration.ts";
import { configPaths } from "../api/editor/config-paths.ts";
import { meantEdit } from "../api/editor/meant.ts";
import { configCompletionsAt, configHoverAt } from "../api/editor/questions.ts";
import { configSchema } from "../api/editor/schemas.ts";
import { meantTitle, shownOf, touches } from "./code-actions.ts";
import { completionItems, type EditorAbilities } from "./completion-items.ts";
import { workspaceEdit } from "./edits.ts";
import type { OpenDocument } from "./open-document.ts";
import { Positions, type Encoding } from "./positions.ts";
import { shownFinding } from "./published.ts";
import { shownHover } from "./shown-hover.ts";
import type { Workspace } from "./workspace.ts";

/** What configurations need of the server. */
export interface ConfigHost {
  readonly connection: Connection;
  readonly workspace: Workspace;
  readonly encoding: () => Encoding;
  readonly abilities: () => EditorAbilities;
}

/** Finds mistakes in agentz.yaml while somebody types it, and answers about its fields. */
export class ConfigDocuments {
  readonly #host: ConfigHost;
  readonly #schema = configSchema();
  /** The addresses for which something was published. */
  readonly #published = new Set<string>();
  readonly #told = new Set<string>();

  constructor(host: ConfigHost) {
    this.#host = host;
  }

  /** Whether a document is a configuration. */
  is(uri: string): boolean {
    return this.#host.workspace.configFolder(uri) !== undefined;
  }

  #findings({ uri, text }: OpenDocument): readonly ConfigFinding[] {
    const folder = this.#host.workspace.configFolder(uri);
    return folder === undefined ? [] : checkedConfig(folder, text).findings;
  }

  #publish(
    uri: string,
    { text, findings }: { readonly text: string; readonly findings: readonly ConfigFinding[] },
    version?: number,
  ): void {
    if (findings.length === 0 && !this.#published.has(uri)) return;
    this.#published.add(uri);
    const positions = new Positions(text, this.#host.encoding());
    const diagnostics = findings
      .map((finding) => shownFinding(finding, { uri: () => uri, positions: () => positions }))
      .filter((one): one is Shown => one !== undefined);
    const said = version === undefined ? { uri, diagnostics } : { uri, diagnostics, version };
    void this.#host.connection.sendDiagnostics(said);
  }

  /** Shows what is wrong with a configuration that is open, saved or not. */
  show(document: OpenDocument): void {
    const findings = this.#findings(document);
    this.#publish(document.uri, { text: document.text, findings }, document.version);
  }

  /**
   * Shows what is wrong with the configurations that count, open or not. One that is wrong is told
   * once: whoever edits a policy does not look into it.
   */
  showAll(): void {
    const { workspace } = this.#host;
    const open = new Set<string | undefined>();
    for (const document of workspace.documents) {
      if (!this.is(document.uri)) continue;
      open.add(workspace.configFolder(document.uri));
      this.show(document);
    }
    for (const saved of workspace.configurations) {
      if (!open.has(workspace.configFolder(saved.uri))) this.#publish(saved.uri, saved);
      const wrong = saved.findings.find(({ severity }) => severity === "error");
      if (wrong !== undefined) this.#warn(wrong);
    }
  }

  #warn({ message, help }: ConfigFinding): void {
    const said = [`agentz: ${CONFIG_FILE}: ${message}`, ...(help === undefined ? [] : [help])];
    const told = `${said.join("; ")}. Until it is fixed, what it said before counts`;
    if (this.#told.has(told)) return;
    this.#told.add(told);
    void this.#host.connection.sendNotification(ShowMessageNotification.type, {
      type: MessageType.Warning,
      message: told,
    });
  }

  /** The fields and words that may be written at a place of a configuration. */
  completion({ textDocument, position }: TextDocumentPositionParams): CompletionItem[] {
    const document = this.#host.workspace.document(textDocument.uri);
    if (document === undefined || this.#schema === undefined) return [];
    const { text, positions } = document;
    const folder = this.#host.workspace.configFolder(textDocument.uri) ?? "";
    const at = { text, offset: positions.offset(position) };
    const found = configCompletionsAt(at, this.#schema, (field, typed) =>
      configPaths(folder, field, typed),
    );
    return completionItems(found, { positions, abilities: this.#host.abilities() });
  }

  /** What a field of a configuration means. */
  hover({ textDocument, position }: TextDocumentPositionParams): ShownHover | null {
    const document = this.#host.workspace.document(textDocument.uri);
    if (document === undefined || this.#schema === undefined) return null;
    const { text, positions } = document;
    const hover = configHoverAt(text, positions.offset(position), this.#schema);
    return hover === undefined ? null : shownHover(hover, undefined, positions);
  }

  /** The words that were meant at a range of a configuration. */
  actions({ textDocument: { uri }, range, context }: CodeActionParams): CodeAction[] {
    const document = this.#host.workspace.document(uri);
    if (document === undefined) return [];
    const { positions, text } = document;
    const here = this.#findings(document).filter(({ span }) =>
      touches(positions.range(span), range),
    );
    return here.flatMap((finding) => {
      const meant = meantEdit(finding, text);
      if (meant === undefined) return [];
      return [
        {
          title: meantTitle(meant.word),
          kind: CodeActionKind.QuickFix,
          diagnostics: shownOf(finding, positions.range(finding.span), context.diagnostics),
          edit: workspaceEdit([meant.edit], { uri: () => uri, positions: () => positions }) ?? {},
        },
      ];
    });
  }
}
