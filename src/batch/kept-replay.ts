import type { CompiledSet } from "../engine/compile-set.ts";
import { declarationsForm } from "../policy/canonical-policy.ts";
import type { Layout } from "../trace/columns/layout.ts";
import type { BatchTally, Decided } from "./batch-tally.ts";
import type { KeptPiece } from "./kept-piece.ts";
import type { SessionOptions } from "./session-walk.ts";
import type { SharedNumbers } from "./values/class-parts.ts";
import type { ReadVersions } from "./values/versions.ts";

/** So many decisions are kept: where there are more, hardly a call is decided as another one. */
const MOST_DECISIONS = 20_000;
/** What edits leave behind is forgotten after so many of them. */
const MOST_EDITS = 200;

/** How a replay decided and counted the calls of a trace. */
export interface ReplayedCalls {
  readonly versions: ReadVersions;
  readonly numbers: SharedNumbers;
  readonly tally: BatchTally;
  readonly decided: Decided[];
  readonly pieces: Map<number, KeptPiece>;
  /** The names of rules that calls reach. */
  readonly reached: {
    readonly baseline: ReadonlySet<string>;
    readonly candidate: ReadonlySet<string>;
  };
}

/**
 * What stays of one replay for the next one over the same trace, in one thread: how each call
 * counts that hangs on no other. Versions that differ in rules of the candidate alone decide alike
 * wherever these do not match.
 */
export class KeptReplay {
  #last: (ReplayedCalls & { readonly options: string; readonly edits: number }) | undefined;
  #edits = 0;
  #isTooDiverse = false;

  /** What the replay before left, where that serves these versions; it is left once. */
  take(versions: ReadVersions, options: SessionOptions): ReplayedCalls | undefined {
    const last = this.#last;
    this.#last = undefined;
    this.#edits = 0;
    if (
      last === undefined ||
      last.edits >= MOST_EDITS ||
      last.options !== JSON.stringify(options) ||
      !isEditOf(versions, last.versions)
    )
      return undefined;
    this.#edits = last.edits + 1;
    return last;
  }

  /** Whether anything may stay of a replay of these versions. */
  serves({ baseline, candidate }: ReadVersions): boolean {
    return (
      !this.#isTooDiverse &&
      [baseline, candidate].every((reads) => reads === undefined || isKeepable(reads.set))
    );
  }

  /** Keeps what a replay came to. */
  put(replayed: ReplayedCalls, options: SessionOptions): void {
    const isMany = replayed.decided.length > MOST_DECISIONS;
    if (isMany && this.#edits === 0) this.#isTooDiverse = true;
    if (!isMany) this.#last = { ...replayed, options: JSON.stringify(options), edits: this.#edits };
  }
}

/** Whether no call is decided for others, or contained: that hangs on more than its own row. */
function isKeepable({ modes, contains, bounds }: CompiledSet): boolean {
  return modes.length === 0 && !contains.sessions && !contains.subjects && !bounds;
}

type Version = ReadVersions["baseline"];

/** Whether two pairs of versions may differ in the rules of the candidate alone. */
function isEditOf(now: ReadVersions, before: ReadVersions): boolean {
  const [fresh, old] = [now.candidate, before.candidate];
  return (
    sameLayout(now.layout, before.layout) &&
    isSameVersion(now.baseline, before.baseline) &&
    fresh.set.catalogForm() === old.set.catalogForm() &&
    keptForm(fresh) === keptForm(old)
  );
}

/** Whether two versions mean the same. */
function isSameVersion(one: Version, other: Version): boolean {
  if (one === undefined || other === undefined || one.set === other.set)
    return one?.set === other?.set;
  return (
    one.set.catalogForm() === other.set.catalogForm() &&
    keptForm(one) === keptForm(other) &&
    rulesForm(one.set) === rulesForm(other.set)
  );
}

function rulesForm({ rules }: CompiledSet): string {
  return JSON.stringify(rules.map((rule) => [rule.name, rule.text()]));
}

function sameLayout(one: Layout, other: Layout): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What decides of a call besides rules and catalogs. */
function keptForm({ set, moments }: ReadVersions["candidate"]): string {
  return JSON.stringify([
    declarationsForm(set.declarations),
    moments,
    set.host.steps,
    set.rules.some(({ rule }) => rule.obligations?.redact?.above !== undefined),
  ]);
}
