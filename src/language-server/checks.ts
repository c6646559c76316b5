import {
  MessageType,
  ShowMessageNotification,
  type Connection,
  type Diagnostic as Shown,
} from "vscode-languageserver/node";
import { EditorThread } from "../api/editor/editor-thread.ts";
import type { EditorFinding, LintedTexts } from "../api/editor/lint-texts.ts";
import type { EditorProject } from "../api/editor/project.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { limitFindings } from "../diagnostics/limit.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { changeBetween, movedSpan } from "./moved-spans.ts";
import { Positions, type Encoding } from "./positions.ts";
import { shownFinding } from "./published.ts";
import type { TestResults } from "./test-results.ts";
import type { Member, Workspace } from "./workspace.ts";

/** How long nobody types before a document is read, and before its set is linted, in milliseconds. */
const READ_PAUSE = 60;
const LINT_PAUSE = 200;

/** What lint last said of a file. */
interface Said {
  readonly text: string;
  readonly findings: readonly EditorFinding[];
  /** What reading the file alone found: reading it again says that anew. */
  readonly read: ReadonlySet<string>;
}

interface Checked {
  said: ReadonlyMap<string, Said>;
  /** The addresses for which something was published. */
  readonly published: Set<string>;
  reading: NodeJS.Timeout | undefined;
  linting: NodeJS.Timeout | undefined;
}

function keyOf({ code, message, span }: Diagnostic): string {
  return `${code} ${span.start} ${message}`;
}

/**
 * Keeps what editors show up to date: what reading a document finds, at once; what lint finds in its
 * set, when nobody has typed for a moment.
 */
export class Checks {
  readonly #connection: Connection;
  readonly #workspace: Workspace;
  readonly #encoding: () => Encoding;
  readonly #clock: () => number;
  readonly #results: TestResults;
  readonly #thread = new EditorThread();
  readonly #checked = new Map<EditorProject, Checked>();
  readonly #waiting = new Set<EditorProject>();
  readonly #told = new Set<string>();
  #busy = false;

  constructor(
    connection: Connection,
    workspace: Workspace,
    host: {
      readonly encoding: () => Encoding;
      readonly clock: () => number;
      readonly results: TestResults;
    },
  ) {
    this.#connection = connection;
    this.#workspace = workspace;
    this.#encoding = host.encoding;
    this.#clock = host.clock;
    this.#results = host.results;
  }

  #state(project: EditorProject): Checked {
    const known = this.#checked.get(project);
    if (known !== undefined) return known;
    const state: Checked = {
      said: new Map(),
      published: new Set(),
      reading: undefined,
      linting: undefined,
    };
    this.#checked.set(project, state);
    return state;
  }

  /** A document was opened, or its set is another one: what it says is shown at once. */
  opened({ project, file, document }: Member): void {
    this.#publish(project, file, document.uri);
    this.schedule(project);
  }

  /** Shows a document's findings anew: one of its tests ended. */
  tested({ project, file, document }: Member): void {
    this.#publish(project, file, document.uri);
  }

  /** A document was changed: it is read when nobody has typed for a moment. */
  changed({ project, file, document: { uri } }: Member): void {
    const state = this.#state(project);
    clearTimeout(state.reading);
    state.reading = setTimeout(() => void this.#read(project, file, uri), READ_PAUSE);
    this.schedule(project);
  }

  async #read(project: EditorProject, file: string, uri: string): Promise<void> {
    try {
      if (project.open(file) !== undefined) this.#publish(project, file, uri);
      // what is offered next knows the names of this text
      await project.set();
    } catch (error) {
      this.#connection.console.error(String(error));
    }
  }

  /** Lints a set when nobody has typed for a moment; of an unknown set, every finding may be false. */
  schedule(project: EditorProject): void {
    if (project.place.isUnplaced) return;
    const state = this.#state(project);
    clearTimeout(state.linting);
    state.linting = setTimeout(() => {
      this.#waiting.add(project);
      void this.#work();
    }, LINT_PAUSE);
  }

  /** Sets that nobody edits any more show nothing. */
  forget(project: EditorProject): void {
    const state = this.#checked.get(project);
    if (state === undefined) return;
    clearTimeout(state.reading);
    clearTimeout(state.linting);
    this.#waiting.delete(project);
    this.#checked.delete(project);
    for (const uri of state.published) this.#clear(uri);
  }

  /** The findings of a file as it stands now, with their fixes. */
  findings(project: EditorProject, file: string): readonly EditorFinding[] {
    const said = this.#state(project).said.get(file);
    const open = project.open(file);
    if (open === undefined) return said?.findings ?? [];
    if (said?.text === open.source.text) return said.findings;
    const read = open.loaded.diagnostics;
    if (said === undefined) return read;
    const change = changeBetween(said.text, open.source.text);
    const moved = said.findings.flatMap((finding) => {
      const span = said.read.has(keyOf(finding)) ? undefined : movedSpan(finding.span, change);
      // WHY without its fix: that is of a text that is no more
      return span === undefined ? [] : [{ ...finding, span, fix: undefined }];
    });
    return [...read, ...moved.map(({ fix: _, ...finding }) => finding)];
  }

  #publish(project: EditorProject, file: string, uri: string): void {
    const { said, published } = this.#state(project);
    const document = this.#workspace.document(uri);
    const positions = (name: string): Positions | undefined => {
      const text = project.open(name)?.source.text ?? said.get(name)?.text;
      return text === undefined ? undefined : new Positions(text, this.#encoding());
    };
    const own = positions(file);
    const shelf = {
      uri: (name: string) => this.#workspace.uri(project, name),
      positions: (name: string) => (name === file ? own : positions(name)),
    };
    const { shown } = limitFindings(this.findings(project, file));
    const open = project.open(file);
    const failed = open === undefined ? [] : this.#results.findings(project, open);
    const diagnostics = [...shown, ...failed]
      .map((finding) => shownFinding(finding, shelf))
      .filter((one): one is Shown => one !== undefined);
    published.add(uri);
    const version = document === undefined ? {} : { version: document.version };
    void this.#connection.sendDiagnostics({ uri, diagnostics, ...version });
  }

  /** Lints what waits, one set after the other. */
  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (const project of this.#waiting) {
        this.#waiting.delete(project);
        await this.#lint(project);
      }
    } finally {
      this.#busy = false;
    }
  }

  async #lint(project: EditorProject): Promise<void> {
    try {
      const linted = await this.#thread.lint(project.job(this.#clock()));
      if (this.#checked.has(project)) this.#take(project, linted);
    } catch (error) {
      if (error instanceof UserError) this.warn(error.message);
      else this.#connection.console.error(String(error));
    }
  }

  #take(project: EditorProject, { findings, sources }: LintedTexts): void {
    const state = this.#state(project);
    const byFile = new Map<string, EditorFinding[]>(sources.map(({ file }) => [file, []]));
    for (const finding of findings) byFile.get(finding.file)?.push(finding);
    state.said = new Map(
      sources.map(({ file, text }) => {
        const open = project.open(file);
        const read = open?.source.text === text ? open.loaded.diagnostics : [];
        return [file, { text, findings: byFile.get(file) ?? [], read: new Set(read.map(keyOf)) }];
      }),
    );
    const gone = new Set(state.published);
    for (const file of byFile.keys()) {
      const uri = this.#workspace.uri(project, file);
      gone.delete(uri);
      const isOpen = project.open(file) !== undefined;
      if (isOpen || state.published.has(uri) || (byFile.get(file)?.length ?? 0) > 0)
        this.#publish(project, file, uri);
    }
    // what is of no file of the set any more would stay for ever
    for (const uri of gone) {
      state.published.delete(uri);
      if (this.#workspace.member(uri)?.project !== project) this.#clear(uri);
    }
  }

  #clear(uri: string): void {
    void this.#connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  /** Tells the user what has to be fixed, each thing once. */
  warn(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    void this.#connection.sendNotification(ShowMessageNotification.type, {
      type: MessageType.Warning,
      message: `agentz: ${message}`,
    });
  }

  /** Ends the thread. */
  async close(): Promise<void> {
    for (const { reading, linting } of this.#checked.values()) {
      clearTimeout(reading);
      clearTimeout(linting);
    }
    await this.#thread.close();
  }
}
