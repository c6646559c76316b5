import type {
  CodeAction,
  CodeActionParams,
  CodeLens,
  CompletionItem,
  Connection,
  Hover as ShownHover,
  InlayHint,
  InlayHintParams,
  TextDocumentIdentifier,
  TextDocumentPositionParams,
  TextEdit,
} from "vscode-languageserver/node";
import { EditorThread } from "../api/editor/editor-thread.ts";
import type { EditorProject } from "../api/editor/project.ts";
import { completionsAt, hoverAt } from "../api/editor/questions.ts";
import { TraceValues } from "../api/editor/trace-values.ts";
import type { Checks } from "./checks.ts";
import type { ConfigDocuments } from "./config-documents.ts";
import { codeActions } from "./code-actions.ts";
import { execute, type CommandHost } from "./commands.ts";
import { completionItems, type EditorAbilities } from "./completion-items.ts";
import { editBetween } from "./edits.ts";
import {
  conditionColours,
  definitions,
  preparedRename,
  references,
  renamed,
  symbols,
} from "./names.ts";
import { shelfOf, type Place } from "./place.ts";
import type { Encoding } from "./positions.ts";
import { type HintHost, RuleHints } from "./rule-hints.ts";
import { shownHover } from "./shown-hover.ts";
import type { TestResults } from "./test-results.ts";
import type { Member, Workspace } from "./workspace.ts";

/** What answers need of the server. */
export interface AnswerHost extends HintHost {
  readonly connection: Connection;
  readonly workspace: Workspace;
  readonly checks: Checks;
  readonly configs: ConfigDocuments;
  readonly results: TestResults;
  /** Makes the editor ask for its lenses again. */
  readonly refreshLenses: () => void;
  readonly encoding: () => Encoding;
  readonly abilities: () => EditorAbilities;
  /** Waits for all changes before a question, and tells what fails in the editor's log. */
  readonly answer: <T>(nothing: T, ask: () => Promise<T> | T) => Promise<T>;
}

/** A document that is read, whatever the place. */
type Here = Omit<Place, "offset">;

/** Answers the questions of an editor about its documents. */
export class Answers {
  readonly #host: AnswerHost;
  readonly #thread = new EditorThread();
  readonly #hints: RuleHints;
  readonly #values = new WeakMap<EditorProject, TraceValues>();

  constructor(host: AnswerHost) {
    this.#host = host;
    this.#hints = new RuleHints(this.#thread, host);
  }

  /** Registers what is answered. */
  listen(): void {
    const { connection, answer } = this.#host;
    connection.onCompletion((at) => answer([], () => this.#completion(at)));
    connection.onHover((at) => answer(null, () => this.#hover(at)));
    connection.onDefinition((at) => this.#atPlace(at, [], definitions));
    connection.onReferences((at) => this.#atPlace(at, [], references));
    connection.onPrepareRename((at) => this.#atPlace(at, null, preparedRename));
    connection.onRenameRequest((at) =>
      this.#atPlace(at, null, (place) => renamed(place, at.newName)),
    );
    connection.onDocumentSymbol(({ textDocument }) => this.#inDocument(textDocument, [], symbols));
    connection.languages.semanticTokens.on(({ textDocument }) =>
      this.#inDocument(textDocument, { data: [] }, conditionColours),
    );
    connection.onCodeAction((asked) => answer([], () => this.#actions(asked)));
    connection.onCodeLens(
      ({ textDocument }): Promise<CodeLens[]> =>
        this.#inDocument(textDocument, [], (here) => this.#host.results.lenses(here)),
    );
    connection.languages.inlayHint.on((asked) => answer([], () => this.#inlayHints(asked)));
    connection.onDocumentFormatting(({ textDocument }) =>
      answer([], () => this.#formatting(textDocument)),
    );
    connection.onExecuteCommand((params) =>
      answer(undefined, () => execute(this.#commandHost(), params)),
    );
  }

  #commandHost(): CommandHost {
    const { encoding, results, checks, refreshLenses } = this.#host;
    return {
      ...this.#host,
      thread: this.#thread,
      encoding: encoding(),
      tested: (member, test, ran) => {
        results.keep(member, test, ran);
        checks.tested(member);
        refreshLenses();
      },
    };
  }

  #here({ uri }: TextDocumentIdentifier): Here | undefined {
    const { workspace, encoding } = this.#host;
    const member = workspace.member(uri);
    const file = member?.project.open(member.file);
    return member && file && { member, file, workspace, encoding: encoding() };
  }

  #place({ textDocument, position }: TextDocumentPositionParams): Place | undefined {
    const here = this.#here(textDocument);
    return here && { ...here, offset: here.member.document.positions.offset(position) };
  }

  #inDocument<T>(
    document: TextDocumentIdentifier,
    nothing: T,
    ask: (here: Here) => Promise<T> | T,
  ): Promise<T> {
    return this.#host.answer(nothing, () => {
      const here = this.#here(document);
      return here === undefined ? nothing : ask(here);
    });
  }

  #atPlace<T, N>(
    at: TextDocumentPositionParams,
    nothing: N,
    ask: (place: Place) => Promise<T> | T,
  ): Promise<T | N> {
    return this.#host.answer<T | N>(nothing, () => {
      const place = this.#place(at);
      return place === undefined ? nothing : ask(place);
    });
  }

  /** WHY not by the document as it is read: while somebody types, that takes too long. */
  async #completion({
    textDocument,
    position,
  }: TextDocumentPositionParams): Promise<CompletionItem[]> {
    const { workspace, configs } = this.#host;
    if (configs.is(textDocument.uri)) return configs.completion({ textDocument, position });
    const member = workspace.member(textDocument.uri);
    if (member === undefined) return [];
    const { text, positions } = member.document;
    const set = await member.project.lastSet();
    return completionItems(completionsAt(text, positions.offset(position), set), {
      positions,
      abilities: this.#host.abilities(),
    });
  }

  async #hover(at: TextDocumentPositionParams): Promise<ShownHover | null> {
    const { configs } = this.#host;
    if (configs.is(at.textDocument.uri)) return configs.hover(at);
    const place = this.#place(at);
    if (place === undefined) return null;
    const { project, document } = place.member;
    const hover = hoverAt(place.file, place.offset, await project.set());
    if (hover === undefined) return null;
    const { attribute } = hover;
    const values = this.#valuesOf(project);
    const value = attribute && (await values.find(attribute.path, attribute.actions));
    return shownHover(hover, value, document.positions);
  }

  #valuesOf(project: EditorProject): TraceValues {
    const known = this.#values.get(project);
    if (known !== undefined) return known;
    const values = new TraceValues(project.place.cwd, project.place.trace);
    this.#values.set(project, values);
    return values;
  }

  async #actions(asked: CodeActionParams): Promise<CodeAction[]> {
    const { configs } = this.#host;
    if (configs.is(asked.textDocument.uri)) return configs.actions(asked);
    const here = this.#here(asked.textDocument);
    if (here === undefined) return [];
    const { member, file } = here;
    const findings = this.#host.checks.findings(member.project, member.file);
    const { snippetEdits } = this.#host.abilities();
    return codeActions({ member, file, findings, shelf: await shelfOf(here), snippetEdits }, asked);
  }

  async #inlayHints({ textDocument, range }: InlayHintParams): Promise<InlayHint[]> {
    const here = this.#here(textDocument);
    if (here === undefined) return [];
    return this.#hints.hints(here, here.member.document.positions.span(range));
  }

  async #formatting({ uri }: TextDocumentIdentifier): Promise<TextEdit[]> {
    const member: Member | undefined = this.#host.workspace.member(uri);
    if (member === undefined) return [];
    const { text: before, positions } = member.document;
    // WHY here: it brings the layout of YAML with it
    const { DEFAULT_WIDTH, formatText } = await import("../api/fmt.ts");
    const { text } = await formatText({ file: member.file, text: before }, DEFAULT_WIDTH);
    return editBetween(before, text ?? before, positions);
  }

  /** Counts a set anew when somebody asks for its hints: its trace may be another one. */
  countAnew(project: EditorProject): void {
    this.#hints.countAnew(project);
  }

  /** Ends the thread. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}
