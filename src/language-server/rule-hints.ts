import { resolve } from "node:path";
import type { InlayHint } from "vscode-languageserver/node";
import type { EditorThread } from "../api/editor/editor-thread.ts";
import type { RuleCount } from "../api/editor/count-rules.ts";
import type { EditorProject } from "../api/editor/project.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type { Place } from "./place.ts";
import type { Source, Span } from "../text/span.ts";

const COLUMNS = ["allowed", "denied", "held", "indeterminate"] as const;

/** `allowed 312, denied 4 in the trace`. */
function countText(count: RuleCount | undefined): string {
  const told = COLUMNS.flatMap((column) => {
    const calls = count?.[column] ?? 0;
    return calls === 0 ? [] : [`${column} ${calls.toLocaleString("en-US")}`];
  });
  return told.length === 0 ? "matches no call of the trace" : `${told.join(", ")} in the trace`;
}

/** Counts of the texts of a set. */
interface Counted {
  readonly texts: string;
  readonly byRule: ReadonlyMap<string, RuleCount>;
}

/** What is counted of a set, and of which texts it is being counted. */
interface Counting {
  counted: Counted | undefined;
  /** The texts that were asked for last, and as one text. */
  sources: readonly Source[];
  wanted: string;
  isBusy: boolean;
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
  readonly #sets = new WeakMap<EditorProject, Counting>();

  constructor(thread: EditorThread, { clock, refreshHints, fail }: HintHost) {
    this.#thread = thread;
    this.#clock = clock;
    this.#refresh = refreshHints;
    this.#fail = fail;
  }

  /** Forgets what was counted: the trace may have changed. */
  forget(project: EditorProject): void {
    this.#sets.delete(project);
  }

  /** Hints at the names of the rules in a part of a document; what is not counted yet has none. */
  async hints({ file, member }: Omit<Place, "offset">, within: Span): Promise<InlayHint[]> {
    const { project, document } = member;
    if (project.place.trace.length === 0) return [];
    const { counted, wanted } = await this.#count(project);
    if (counted === undefined) return [];
    const { byRule, texts } = counted;
    const isNow = texts === wanted;
    return file
      .mentions()
      .filter(({ kind, isDefinition }) => kind === "rule" && isDefinition)
      .filter(({ span }) => span.start <= within.end && span.end >= within.start)
      .filter(({ name }) => isNow || byRule.has(name))
      .map(({ name, span }) => ({
        position: document.positions.position(span.end),
        label: `${countText(byRule.get(name))}${isNow ? "" : ", before this edit"}`,
        paddingLeft: true,
      }));
  }

  /** Counts anew where the texts are others; nobody waits for it. */
  async #count(project: EditorProject): Promise<Counting> {
    const sources = await project.sources();
    const wanted = JSON.stringify(sources);
    const known = this.#sets.get(project);
    if (known?.wanted === wanted) return known;
    const set = known ?? { counted: undefined, sources, wanted, isBusy: false };
    [set.sources, set.wanted] = [sources, wanted];
    this.#sets.set(project, set);
    if (!set.isBusy) void this.#replay(project, set);
    return set;
  }

  /** Counts until nobody wants other texts: what was typed meanwhile is counted once. */
  async #replay(project: EditorProject, set: Counting): Promise<void> {
    const { cwd, trace } = project.place;
    const paths = trace.map((path) => resolve(cwd, path));
    set.isBusy = true;
    for (let texts = ""; texts !== set.wanted; ) {
      texts = set.wanted;
      // INVARIANT: what is counted are these texts, whatever is typed until the thread is free
      const job = { ...project.job(this.#clock()), texts: set.sources };
      try {
        const counts = await this.#thread.count(job, paths);
        set.counted = { texts, byRule: new Map(counts.map((one) => [one.rule, one])) };
        this.#refresh();
      } catch (error) {
        // of a set that does not load, what was counted before stays
        if (!(error instanceof UserError)) this.#fail(error);
      }
    }
    set.isBusy = false;
  }
}
