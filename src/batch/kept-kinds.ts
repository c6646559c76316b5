import { KeptPiece, type RowKinds } from "./kept-piece.ts";
import { areKeepable, isEditOf, type CallKeeper, type ReplayedCalls } from "./kept-replay.ts";
import { PairTable } from "../text/pair-table.ts";
import type { ReadVersions } from "./values/versions.ts";

/** So many decisions may always be kept; more of them for every so many calls. */
const [MOST_DECISIONS, CALLS] = [256, 16];

/**
 * Which calls of a trace are decided and counted alike, as plain data: all rules of both versions
 * come to the same for calls of one kind, and the calls are of one tool.
 */
export interface CallKinds {
  /** By the place in the trace where a piece begins. */
  readonly pieces: ReadonlyMap<number, RowKinds>;
  /** How many kinds there are; they are numbered from 1 on. */
  readonly kinds: number;
  /** The names of rules that calls reach. */
  readonly reached: {
    readonly baseline: readonly string[];
    readonly candidate: readonly string[];
  };
}

/** The kinds that a replay before found, with the versions by which it decided. */
export interface KnownKinds {
  readonly versions: ReadVersions;
  readonly kinds: CallKinds;
}

/**
 * Keeps of a replay only which calls are of one kind: another process decides each kind once, and
 * counts the others alike. Nothing is kept where calls differ so much that this saves nothing.
 */
export class KeptKinds implements CallKeeper {
  readonly #known: KnownKinds | undefined;
  readonly #pieces = new Map<number, RowKinds>();
  readonly #numbers = new PairTable();
  #isUsed = false;
  #rows = 0;
  #kinds: CallKinds | undefined;

  constructor(known: KnownKinds | undefined) {
    this.#known = known;
  }

  /** The kinds of the calls of a replay that ended; undefined: they are not worth keeping. */
  get kinds(): CallKinds | undefined {
    return this.#kinds;
  }

  serves(versions: ReadVersions): boolean {
    return areKeepable(versions);
  }

  take(versions: ReadVersions): ReplayedCalls | undefined {
    const known = this.#known;
    if (known === undefined || !isEditOf(versions, known.versions)) return undefined;
    this.#isUsed = true;
    const { baseline, candidate } = known.kinds.reached;
    const reached = {
      baseline: new Set(baseline),
      candidate: new Set(candidate),
      noted: new Set<string>(),
      notedBefore: new Set<string>(),
    };
    return { versions: known.versions, reached };
  }

  piece(first: number, rows: number): KeptPiece {
    const kinds = this.#isUsed ? this.#known?.kinds.pieces.get(first) : undefined;
    return kinds?.length === rows ? KeptPiece.ofKinds(kinds) : new KeptPiece(rows);
  }

  /** WHY always: another process tells by the rules how edits move the calls of a kind. */
  readonly tellsAll = true;

  isTooDiverse(decisions: number, calls: number): boolean {
    return decisions > MOST_DECISIONS + calls / CALLS;
  }

  close(first: number, { cell, tool }: KeptPiece): void {
    const kinds = new Uint32Array(cell.length);
    for (let at = 0; at < cell.length; at++) {
      const own = cell[at] ?? 0;
      if (own > 0) kinds[at] = this.#numbers.step(own, tool[at] ?? 0);
    }
    this.#rows += cell.length;
    this.#pieces.set(first, narrowed(kinds, this.#numbers.size - 1));
  }

  put({ reached }: ReplayedCalls): void {
    const kinds = this.#numbers.size - 1;
    if (this.isTooDiverse(kinds, this.#rows)) return;
    this.#kinds = {
      pieces: this.#pieces,
      kinds,
      reached: { baseline: [...reached.baseline], candidate: [...reached.candidate] },
    };
  }
}

/** Numbers in the narrowest form that holds them. */
export function narrowed(kinds: Uint32Array, most: number): RowKinds {
  if (most < 2 ** 8) return Uint8Array.from(kinds);
  return most < 2 ** 16 ? Uint16Array.from(kinds) : kinds;
}

/** The kinds that several found who each decided some of the rows of a trace. */
export function mergeKinds(all: readonly CallKinds[]): CallKinds {
  const pieces = new Map<number, RowKinds>();
  const most = all.reduce((sum, { kinds }) => sum + kinds, 0);
  let before = 0;
  for (const { pieces: own, kinds } of all) {
    for (const [first, rows] of own) {
      const merged = Uint32Array.from(pieces.get(first) ?? new Uint32Array(rows.length));
      for (let at = 0; at < rows.length; at++)
        if (rows[at] !== 0) merged[at] = before + (rows[at] ?? 0);
      pieces.set(first, narrowed(merged, most));
    }
    before += kinds;
  }
  const reachedBy = (version: "baseline" | "candidate"): readonly string[] => [
    ...new Set(all.flatMap(({ reached }) => reached[version])),
  ];
  return {
    pieces,
    kinds: most,
    reached: { baseline: reachedBy("baseline"), candidate: reachedBy("candidate") },
  };
}
