import type { CompiledRule } from "../engine/compiled-rule.ts";
import { declarationsForm } from "../policy/canonical-policy.ts";
import { COLUMN, type Layout } from "../trace/columns/layout.ts";
import { BatchRow } from "./batch-row.ts";
import { Evaluation } from "./evaluation.ts";
import type { Slot } from "./slots.ts";
import type { KeptPiece } from "./kept-piece.ts";
import type { OpenRows } from "./open-rows.ts";
import { RowsAhead } from "./rows-ahead.ts";
import { classParts, type ClassParts, type SharedNumbers } from "./values/class-parts.ts";
import { Kept, PairTable } from "../text/pair-table.ts";
import type { SegmentRows } from "./values/segment-rows.ts";
import type { RuleReads, SetReads } from "./values/set-reads.ts";

/** What the rules that were edited come to for a call. */
export const UNAFFECTED = 0;
/** More than they tells how the call is decided. */
export const UNTOLD = -1;

/** What an action leaves of the edited rules; 0 is not known yet. */
const [KNOWN, OPEN, SCOPED, NAMED] = [1, 2, 4, 8];

/**
 * The rules that stand in one of two sets alone, evaluated by themselves: where all of them are
 * surely unmatched, both sets decide a call alike.
 */
export class EditedRules {
  readonly #before: SetReads;
  readonly #after: SetReads;
  readonly #parts: ClassParts;
  readonly #evaluation: Evaluation;
  readonly #ahead: RowsAhead;
  readonly #steps = new PairTable();
  readonly #actions = new Kept();
  /** By slot before: the slot of the rule after that asks for the same; undefined: there is none. */
  readonly #pairs: readonly (readonly [before: number, after: number])[] | undefined;

  constructor(
    sets: { readonly before: SetReads; readonly after: SetReads },
    shared: {
      readonly layout: Layout;
      readonly numbers: SharedNumbers;
      /** Whether a rule covers no call that it decides. */
      readonly isWildcard: (rule: CompiledRule) => boolean;
    },
  ) {
    this.#before = without(sets.before, sets.after);
    this.#after = without(sets.after, sets.before);
    this.#parts = classParts([this.#before, this.#after], shared.layout, shared.numbers);
    this.#evaluation = new Evaluation(this.#parts);
    this.#ahead = new RowsAhead(this.#evaluation, ({ own, kept }, at) => {
      const isKnown = kept?.edited !== undefined && kept.piece.cell[at] !== 0;
      if (!isKnown || (own !== undefined && own.parts[at] !== own.part)) return false;
      return this.#isAsked(this.#ofAction(kept.edited, at));
    });
    this.#pairs = pairsOf(this.#evaluation.slots, shared.isWildcard);
  }

  /** The rows of a piece as these rules see them. */
  rowOf(rows: SegmentRows, piece: KeptPiece): BatchRow {
    return new BatchRow(this.#parts, rows, { known: piece });
  }

  /** Rows before this one are asked about next, in order. */
  set until(until: number) {
    this.#ahead.until = until;
  }

  /**
   * What the edited rules come to for a row of which something is kept, as `row` sees it: a number
   * above 0 that is the same for rows for which they come to the same, {@link UNAFFECTED} or
   * {@link UNTOLD}.
   */
  change(open: OpenRows, row: BatchRow, at: number): number {
    const action = this.#ofAction(row, at);
    if ((action & NAMED) !== 0) return UNTOLD;
    if (!this.#isAsked(action)) return UNAFFECTED;
    const evaluation = this.#evaluation;
    const place = this.#ahead.placeOf(open, row, at);
    row.to(at);
    if (this.#ahead.evaluate(row, place) !== undefined) return UNTOLD;
    if (!evaluation.isOpen) return UNAFFECTED;
    if (evaluation.isLive(0) || evaluation.isLive(1)) return UNTOLD;
    if (row.has(COLUMN.approvals)) return UNTOLD;
    let number = this.#steps.step(0, evaluation.undecided);
    for (const word of evaluation.matched) number = this.#steps.step(number, word);
    return number;
  }

  /** The names of rules reached after an edit, by those that were reached before it. */
  reached(names: ReadonlySet<string>): Set<string> {
    return this.#edited(names, this.#evaluation.reachedNames(1));
  }

  /** The same of rules that matched calls whose outcome does not tell them all. */
  noted(names: ReadonlySet<string>): Set<string> {
    return this.#edited(names, this.#evaluation.notedNames(1));
  }

  #edited(names: ReadonlySet<string>, now: readonly string[]): Set<string> {
    const left = new Set(names);
    for (const { rule } of this.#before.rules) left.delete(rule.name);
    for (const name of now) left.add(name);
    return left;
  }

  /** Notes which rules match the row that was asked about last, as {@link Evaluation} does. */
  noteMatched(): void {
    this.#evaluation.noteMatched();
  }

  /**
   * Whether each of them matches the row that was asked about last as it did before the edit, and
   * asks for the same: a decision that did not change between the versions still does not.
   */
  isAlike(): boolean {
    if (this.#pairs === undefined) return false;
    for (const [before, after] of this.#pairs) {
      const matches = this.#evaluation.matches(before);
      if (matches === undefined || matches !== this.#evaluation.matches(after)) return false;
    }
    return true;
  }

  /** Whether rules that an action leaves may match, or were not reached yet. */
  #isAsked(action: number): boolean {
    const mayMatch = (action & OPEN) !== 0;
    return (
      (action & NAMED) === 0 &&
      (mayMatch || ((action & SCOPED) !== 0 && !this.#evaluation.reachesAll))
    );
  }

  #ofAction(row: BatchRow, at: number): number {
    row.to(at);
    const { action } = row;
    const known = this.#actions.get(action);
    if (known !== 0) return known;
    const { open, scoped, named } = this.#evaluation.ofAction(row);
    const made =
      KNOWN | (open ? OPEN : 0) | (scoped ? SCOPED : 0) | (named && !isListed(row) ? NAMED : 0);
    this.#actions.set(action, made);
    return made;
  }
}

/** Whether the candidates' catalog tells that the tool of a row is named. */
function isListed(row: BatchRow): boolean {
  return row.calls().some(({ action }) => action.tool !== undefined || action.lookalike === true);
}

/** The slots before and after of rules that ask for the same; undefined: some ask for other things. */
function pairsOf(
  slots: readonly Slot[],
  isWildcard: (rule: CompiledRule) => boolean,
): readonly (readonly [before: number, after: number])[] | undefined {
  const after = new Map(
    slots.flatMap(({ rule, versions: [version] }, i) => (version === 1 ? [[rule.name, i]] : [])),
  );
  const pairs = slots.flatMap(
    ({ rule, versions: [version] }, i): readonly (readonly [number, number])[] => {
      const found = version === 0 ? after.get(rule.name) : undefined;
      const other = found === undefined ? undefined : slots[found];
      return found !== undefined &&
        other !== undefined &&
        asksAlike(rule, other.rule) &&
        isWildcard(rule) === isWildcard(other.rule)
        ? [[i, found]]
        : [];
    },
  );
  return 2 * pairs.length === slots.length ? pairs : undefined;
}

/** Whether two rules do the same where they match, whatever calls they are for. */
function asksAlike(one: CompiledRule, other: CompiledRule): boolean {
  return one.exceptions.length + other.exceptions.length === 0 && demandOf(one) === demandOf(other);
}

function demandOf({ rule: { effect, mode, approval, obligations, onDeny } }: CompiledRule): string {
  return JSON.stringify([effect, mode, approval ?? null, obligations ?? null, onDeny ?? null]);
}

/** What tells a rule from others, where catalogs are the same. */
function meaningOf({ rule, atoms }: RuleReads, { declarations }: SetReads["set"]): string {
  const onState = atoms.some(({ dynamic }) => dynamic) ? declarationsForm(declarations) : "";
  return JSON.stringify([rule.name, rule.text(), onState]);
}

/** A set of which only the rules are left that another one has not; it declares no state. */
function without(reads: SetReads, other: SetReads): SetReads {
  const known = new Set(other.rules.map((rule) => meaningOf(rule, other.set)));
  const rules = reads.rules.filter((rule) => !known.has(meaningOf(rule, reads.set)));
  return {
    ...reads,
    rules,
    triggers: [],
    declarations: [],
    set: {
      ...reads.set,
      rules: rules.map(({ rule }) => rule),
      declarations: { labels: [], counters: [], values: [] },
    },
  };
}
