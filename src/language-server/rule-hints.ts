import { resolve } from "node:path";
import type { CodeLens, InlayHint } from "vscode-languageserver/node";
import type { EditorThread } from "../api/editor/editor-thread.ts";
import type { RuleCount } from "../api/editor/count-rules.ts";
import type { EditorProject } from "../api/editor/project.ts";
import { suiteTestsOf } from "../api/editor/questions.ts";
import { UserError } from "../diagnostics/user-error.ts";
import { RUN_TEST } from "./commands.ts";
import type { Place } from "./place.ts";
import type { Span } from "../text/span.ts";

const COLUMNS = ["allowed", "denied", "held", "indeterminate"] as const;

/** `allowed 312, denied 4 in the trace`. */
function countText(count: RuleCount | undefined): string {
  const told = COLUMNS.flatMap((column) => {
    const calls = count?.[column] ?? 0;
    return calls === 0 ? [] : [`${column} ${calls.toLocaleString("en-US")}`];
  });
  return told.length === 0 ? "matches no call of the trace" : `${told.join(", ")} in the trace`;
}

/** What hints need of the server. */
export interface HintHost {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Makes the editor ask for its hints again. */
  readonly refreshHints: () => void;
  /** Tells what fails beside in the editor's log. */
  readonly fail: (error: unknown) => void;
}

/** How often the trace of a set allows and denies by each rule, counted beside. */
export class RuleHints {
  readonly #thread: EditorThread;
  readonly #clock: () => number;
  readonly #refresh: () => void;
  readonly #fail: (error: unknown) => void;
  readonly #counted = new WeakMap<EditorProject, ReadonlyMap<string, RuleCount>>();
  readonly #asked = new WeakMap<EditorProject, string>();

  constructor(thread: EditorThread, { clock, refreshHints, fail }: HintHost) {
    this.#thread = thread;
    this.#clock = clock;
    this.#refresh = refreshHints;
    this.#fail = fail;
  }

  /** Forgets what was counted: the trace may have changed. */
  forget(project: EditorProject): void {
    this.#counted.delete(project);
    this.#asked.delete(project);
  }

  /** Hints at the names of the rules in a part of a document; what is not counted yet has none. */
  async hints({ file, member }: Omit<Place, "offset">, within: Span): Promise<InlayHint[]> {
    const { project, document } = member;
    if (project.place.trace.length === 0) return [];
    await this.#count(project);
    const counted = this.#counted.get(project);
    if (counted === undefined) return [];
    return file
      .mentions()
      .filter(({ kind, isDefinition }) => kind === "rule" && isDefinition)
      .filter(({ span }) => span.start <= within.end && span.end >= within.start)
      .map(({ name, span }) => ({
        position: document.positions.position(span.end),
        label: countText(counted.get(name)),
        paddingLeft: true,
      }));
  }

  /** Counts anew where the texts are others; nobody waits for it. */
  async #count(project: EditorProject): Promise<void> {
    const texts = JSON.stringify(await project.sources());
    if (this.#asked.get(project) === texts) return;
    this.#asked.set(project, texts);
    void this.#replay(project);
  }

  async #replay(project: EditorProject): Promise<void> {
    const { cwd, trace } = project.place;
    try {
      const paths = trace.map((path) => resolve(cwd, path));
      const counts = await this.#thread.count(project.job(this.#clock()), paths);
      this.#counted.set(project, new Map(counts.map((one) => [one.rule, one])));
      this.#refresh();
    } catch (error) {
      // of a set that does not load, what was counted before stays
      if (!(error instanceof UserError)) this.#fail(error);
    }
  }
}

/** A lens over each test that runs it. */
export function testLenses({ file, member }: Omit<Place, "offset">): CodeLens[] {
  return suiteTestsOf(file).map(({ suite, name, span }) => ({
    range: member.document.positions.range(span),
    command: {
      title: "run this test",
      command: RUN_TEST,
      arguments: [member.document.uri, suite, name],
    },
  }));
}
