import { resolve } from "node:path";
import type { InlayHint } from "vscode-languageserver/node";
import type { EditorThread } from "../api/editor/editor-thread.ts";
import type { RuleCount } from "../api/editor/count-rules.ts";
import type { EditorProject } from "../api/editor/project.ts";
import { UserError } from "../diagnostics/user-error.ts";
import type { Place } from "./place.ts";
import type { Source, Span } from "../text/span.ts";

const COLUMNS = [
  "allowed",
  "denied",
  "held",
  "indeterminate",
  "shadow",
  "excepted",
  "undecided",
] as const;

/** `allowed 312, denied 4 in the trace`. */
function countText(count: RuleCount): string {
  const told = COLUMNS.flatMap((column) => {
    const calls = count[column];
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
  /** How often the trace may have become another one, and as of which time it was asked for last. */
  round: number;
  asked: number;
  isBusy: boolean;
}

/** What tells one count from the next. */
function keyOf({ asked, wanted }: Counting): string {
  return `${asked} ${wanted}`;
}

/** What hints need of the server. */
export interface HintHost {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Makes the editor ask for its hints again. */
  readonly refreshHints: () => void;
  /** Tells the user, once, what has to be fixed. */
  readonly warn: (message: string) => void;
  /** Tells what fails beside in the editor's log. */
  readonly fail: (error: unknown) => void;
}

/** How often the trace of a set allows and denies by each rule, counted beside. */
export class RuleHints {
  readonly #thread: EditorThread;
  readonly #clock: () => number;
  readonly #refresh: () => void;
  readonly #warn: (message: string) => void;
  readonly #fail: (error: unknown) => void;
  readonly #sets = new WeakMap<EditorProject, Counting>();

  constructor(thread: EditorThread, { clock, refreshHints, warn, fail }: HintHost) {
    this.#thread = thread;
    this.#clock = clock;
    this.#refresh = refreshHints;
    this.#warn = warn;
    this.#fail = fail;
  }

  /** Counts anew: the trace may have changed. What was counted stays until then. */
  countAnew(project: EditorProject): void {
    const set = this.#sets.get(project);
    if (set === undefined) return;
    set.round++;
    this.#refresh();
  }

  /** Hints at the names of the rules in a part of a document; what is not counted yet has none. */
  async hints({ file, member }: Omit<Place, "offset">, within: Span): Promise<InlayHint[]> {
    const { project, document } = member;
    const { trace, isUnplaced } = project.place;
    if (trace.length === 0 || isUnplaced) return [];
    const { counted, wanted } = await this.#count(project);
    if (counted === undefined) return [];
    const { byRule, texts } = counted;
    const isNow = texts === wanted;
    return file
      .mentions()
      .filter(({ kind, isDefinition }) => kind === "rule" && isDefinition)
      .filter(({ span }) => span.start <= within.end && span.end >= within.start)
      .flatMap(({ name, span }) => {
        const count = byRule.get(name);
        if (count === undefined) return [];
        const label = `${countText(count)}${isNow ? "" : ", before this edit"}`;
        return [{ position: document.positions.position(span.end), label, paddingLeft: true }];
      });
  }

  /** Counts anew where the texts are others, or the trace may be; nobody waits for it. */
  async #count(project: EditorProject): Promise<Counting> {
    const sources = await project.sources();
    const wanted = JSON.stringify(sources);
    const known = this.#sets.get(project);
    const set: Counting = known ?? {
      counted: undefined,
      sources,
      wanted,
      round: 0,
      asked: -1,
      isBusy: false,
    };
    if (set.wanted === wanted && set.asked === set.round) return set;
    [set.sources, set.wanted, set.asked] = [sources, wanted, set.round];
    this.#sets.set(project, set);
    if (!set.isBusy) void this.#replay(project, set);
    return set;
  }

  /** Counts until nobody wants other texts: what was typed meanwhile is counted once. */
  async #replay(project: EditorProject, set: Counting): Promise<void> {
    const { cwd, trace } = project.place;
    const paths = trace.map((path) => resolve(cwd, path));
    set.isBusy = true;
    for (let key = ""; key !== keyOf(set); ) {
      key = keyOf(set);
      const texts = set.wanted;
      // INVARIANT: what is counted are these texts, whatever is typed until the thread is free
      const job = { ...project.job(this.#clock()), texts: set.sources };
      try {
        const counts = await this.#thread.count(job, paths);
        set.counted = { texts, byRule: new Map(counts.map((one) => [one.rule, one])) };
        this.#refresh();
      } catch (error) {
        if (!(error instanceof UserError)) this.#fail(error);
        else if (error.code === "unreadable-trace")
          this.#warn(`${error.message}; so rules have no hints`);
        // of a set that does not load, what was counted before stays; of one that was counted, the
        // trace is gone
        if (set.counted?.texts !== texts) continue;
        set.counted = undefined;
        this.#refresh();
      }
    }
    set.isBusy = false;
  }
}
