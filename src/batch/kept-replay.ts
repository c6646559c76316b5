import type { CompiledSet } from "../engine/compile-set.ts";
import type { EntityGlob } from "../policy/glob.ts";
import { globsOf } from "./values/resource-class.ts";
import { declarationsForm } from "../policy/canonical-policy.ts";
import type { Layout } from "../trace/columns/layout.ts";
import type { BatchTally, Decided } from "./batch-tally.ts";
import { KeptPiece } from "./kept-piece.ts";
import type { SessionOptions } from "./session-walk.ts";
import type { SeenVersion } from "./state/decided.ts";
import type { SharedNumbers } from "./values/class-parts.ts";
import type { ReadVersions } from "./values/versions.ts";

/** So many decisions are kept: where there are more, hardly a call is decided as another one. */
const MOST_DECISIONS = 20_000;
/** So many decisions tell every rule that matches; more of them for every so many calls. */
const [FULL_DECISIONS, CALLS] = [256, 16];
/** What edits leave behind is forgotten after so many of them. */
const MOST_EDITS = 200;

/** How the replay before decided the calls of a trace. */
export interface ReplayedCalls {
  readonly versions: ReadVersions;
  /** The names of rules that calls reach. */
  readonly reached: {
    readonly baseline: ReadonlySet<string>;
    readonly candidate: ReadonlySet<string>;
    /** Those that match calls whose decision does not tell every rule that does. */
    readonly noted: ReadonlySet<string>;
    /** The same of the baseline. */
    readonly notedBefore: ReadonlySet<string>;
  };
  /** What cells and numbers stand for; undefined: they are of another process. */
  readonly counted?: CountedCalls;
}

/** What a replay decided, and how it counted. */
export interface CountedCalls {
  readonly numbers: SharedNumbers;
  readonly tally: BatchTally;
  readonly decided: Decided[];
  /** What the baseline decided of calls that hang on others, by number. */
  readonly baseline: SeenVersion["decisions"];
}

/** What keeps how the calls of a trace were decided, for the next replay of the same trace. */
export interface CallKeeper {
  /** Whether anything may stay of a replay of these versions. */
  serves(versions: ReadVersions): boolean;
  /** What the replay before left, where that serves these versions; it is left once. */
  take(versions: ReadVersions, options: SessionOptions): ReplayedCalls | undefined;
  /** What is kept of a piece, by its first row's place in the trace. */
  piece(first: number, rows: number): KeptPiece;
  /** Whether so many decisions of so many calls are too many to be kept. */
  isTooDiverse(decisions: number, calls: number): boolean;
  /** Whether calls are kept apart by every rule that matches; else only as they count. */
  readonly tellsAll: boolean;
  /** All rows of a piece were decided. */
  close(first: number, piece: KeptPiece): void;
  /** Keeps what a replay came to. */
  put(replayed: Required<ReplayedCalls>, options: SessionOptions): void;
}

/**
 * What stays of one replay for the next one over the same trace, in one process: how each call
 * counts that hangs on no other. Versions that differ in rules of the candidate alone decide alike
 * wherever these do not match.
 */
export class KeptReplay implements CallKeeper {
  #last: (ReplayedCalls & { readonly options: string; readonly edits: number }) | undefined;
  #pieces = new Map<number, KeptPiece>();
  #edits = 0;
  #isTooDiverse = false;
  #tellsAll = true;
  readonly #most: number;

  /** `most`: so many decisions may always tell every rule that matches. */
  constructor(most = FULL_DECISIONS) {
    this.#most = most;
  }

  get tellsAll(): boolean {
    return this.#tellsAll;
  }

  take(versions: ReadVersions, options: SessionOptions): ReplayedCalls | undefined {
    const last = this.#last;
    this.#last = undefined;
    this.#edits = 0;
    if (
      last === undefined ||
      last.edits >= MOST_EDITS ||
      last.options !== JSON.stringify(options) ||
      !isEditOf(versions, last.versions)
    ) {
      this.#pieces = new Map();
      return undefined;
    }
    this.#edits = last.edits + 1;
    if (!tellsResources(last.versions.candidate.set, versions.candidate.set))
      for (const piece of this.#pieces.values()) piece.forgetResources();
    return last;
  }

  serves(versions: ReadVersions): boolean {
    return !this.#isTooDiverse && areKeepable(versions);
  }

  piece(first: number, rows: number): KeptPiece {
    const piece = this.#pieces.get(first) ?? new KeptPiece(rows);
    this.#pieces.set(first, piece);
    return piece;
  }

  isTooDiverse(decisions: number, calls: number): boolean {
    if (this.#edits === 0 && decisions > this.#most + calls / CALLS) this.#tellsAll = false;
    const isMany = decisions > MOST_DECISIONS;
    if (isMany && this.#edits === 0) this.#isTooDiverse = true;
    return isMany;
  }

  /** WHY nothing: the piece stays as it is. */
  close(): void {}

  put(replayed: ReplayedCalls, options: SessionOptions): void {
    this.#last = { ...replayed, options: JSON.stringify(options), edits: this.#edits };
  }
}

/** Whether how calls are decided by versions may be kept. */
export function areKeepable({ baseline, candidate }: ReadVersions): boolean {
  return [baseline, candidate].every((reads) => reads === undefined || isKeepable(reads.set));
}

/** Whether no call is decided for others, or contained: that hangs on more than its own row. */
function isKeepable({ modes, contains, bounds }: CompiledSet): boolean {
  return modes.length === 0 && !contains.sessions && !contains.subjects && !bounds;
}

/** Whether what the patterns of a set tell apart of resources covers those of an edited one. */
function tellsResources(before: CompiledSet, after: CompiledSet): boolean {
  const form = (globs: readonly EntityGlob[]): string =>
    JSON.stringify(globs.map(({ pattern }) => pattern));
  const known = new Set(globsOf(before).map(form));
  return globsOf(after).every((globs) => known.has(form(globs)));
}

type Version = ReadVersions["baseline"];

/** Whether two pairs of versions may differ in the rules of the candidate alone. */
export function isEditOf(now: ReadVersions, before: ReadVersions): boolean {
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
