import type { Credits } from "../replay/credits.ts";
import { CreditTally, kindOf } from "./values/credit-tally.ts";
import type { Interner } from "./values/interner.ts";
import { Kept, Ordinals, PairTable } from "../text/pair-table.ts";
import type { SegmentRows } from "./values/segment-rows.ts";
import type { CompiledRule } from "../engine/compiled-rule.ts";
import type { VersionDecision } from "../replay/version-decision.ts";
import type { Change } from "../replay/group-change.ts";
import type { CallPosition, ListedCall, ReplayTally } from "../replay/tally.ts";
import {
  WholeCall,
  WholeEvent,
  type DecisionCounter,
  type SeenObserver,
} from "../replay/seen-call.ts";
import type { CallResult, ReplayObserver } from "../replay/walk.ts";
import type { Request } from "../request/request.ts";
import { withCalls, type BatchRow } from "./batch-row.ts";
import { ColumnCall, ColumnEvent } from "./column-call.ts";
import { NOT_NOTED, type KeptPiece, type MetCalls } from "./kept-piece.ts";

/** What takes what coverage counts. */
export interface BatchCoverage {
  count(result: CallResult, calls: number): void;
  credits(result: CallResult): Credits | undefined;
  credited(credits: Credits, credential: number, calls: number): void;
  /** What of a call's identity, of its tool and resource, and of its decisions is counted. */
  kinds(result: CallResult): {
    readonly identity: string;
    readonly tool: string;
    readonly decision: string;
  };
  /** Whether a rule covers no call that it decides. */
  isWildcard(rule: CompiledRule): boolean;
  readonly credentials: { note(request: Request): number | undefined };
}

export interface BatchSink {
  readonly tally: ReplayTally;
  readonly coverage: BatchCoverage;
  /** Told every call, in order. */
  readonly log: ((result: CallResult, call: ListedCall) => void) | undefined;
  /** Told every call and every other event that counts as a whole, in order. */
  readonly watch?: ReplayObserver | undefined;
  /** Told the same as far as columns tell it. */
  readonly seen?: SeenObserver | undefined;
  /** Told what calls come to, with all rules that match, and how many of them; in any order. */
  readonly counted?: DecisionCounter | undefined;
}

/** What both versions decide of all calls of one outcome. */
export interface Decided {
  readonly result: CallResult;
  /** A number for the outcome, and whether the calls are unreachable. */
  readonly number: number;
  /** The number of what coverage counts of it. */
  readonly kind: number;
  /** Whether all its calls match the same rules; else they only count alike. */
  readonly isFull: boolean;
}

/** A row of a segment, with its decision. */
export interface DecidedRow {
  readonly rows: SegmentRows;
  readonly row: BatchRow;
  readonly decided: Decided;
  /** Whether a rule that fits the row's subject and action names its tool. */
  readonly named: boolean;
}

/** A result with how many calls came to it. */
interface Counted {
  readonly result: CallResult;
  readonly marked: boolean;
  /** Its number among those of its kind, above 0. */
  readonly number: number;
  calls: number;
}

/** A change with how many calls came to it. */
interface CountedChange {
  readonly change: Change;
  calls: number;
}

/** Calls that count alike in everything but by whom, on what and when they were made. */
interface Cell {
  readonly decided: Decided;
  readonly labels: number;
  readonly plain: Counted;
  readonly covered: Covered;
  readonly wrong: Counted | undefined;
  readonly named: boolean;
  /** How many of them a replay met again. */
  calls: number;
}

/** A call that is counted again, in the cell in which its piece says that it stands. */
export interface CountedAgain {
  readonly rows: SegmentRows;
  /** What looks at the row, if its call has to be looked at. */
  readonly row: BatchRow;
  readonly piece: KeptPiece;
  readonly at: number;
}

/** A tool with the number of its action. */
interface ToolCount extends Counted {
  readonly action: number;
}

/** Calls that coverage counts alike. */
interface Covered {
  /** One of them, of this replay: the rules that decided one of another replay may be gone. */
  result: CallResult;
  readonly credits: number;
  readonly number: number;
  calls: number;
}

/** Where the steps of each kind start. INVARIANT: these are no numbers of steps. */
const [PLAIN, GROUP, IDENTITY, TOOL, COVER, NAMED, WRONG, CELL] = [-2, -3, -4, -5, -6, -7, -8, -9];

/**
 * Counts calls by what their decisions come to, and apart from that by what hangs on tools,
 * identities and names: each once for all calls that are alike in it.
 */
export class BatchTally {
  #sink: BatchSink;
  readonly #text: Interner;
  readonly #steps = new PairTable();
  readonly #numbers = new Kept();
  readonly #plain: Counted[] = [];
  readonly #groups: CountedChange[] = [];
  readonly #covered: Covered[] = [];
  readonly #contradicting: Counted[] = [];
  readonly #tools: ToolCount[] = [];
  /** By subject: one above what {@link BatchTally.#stranger} gives. */
  readonly #strangers = new Kept();
  readonly #cells: Cell[] = [];
  /** Of the segment whose rows come next. */
  credits: CreditTally | undefined;
  /** The calls of that segment, where somebody looks at each. */
  seen: ColumnCall | undefined;
  /** Of the call that was covered last: the steps to its identity, and to its tool and resource. */
  #who = 0;
  #what = 0;
  readonly #whos = new Ordinals();
  readonly #whats = new Ordinals();

  constructor(sink: BatchSink, text: Interner) {
    this.#sink = sink;
    this.#text = text;
  }

  /** Counts another replay of the same trace, from nothing. */
  restart(sink: BatchSink): void {
    this.#sink = sink;
    const counted = [...this.#plain, ...this.#groups, ...this.#contradicting, ...this.#tools];
    for (const one of [...counted, ...this.#covered, ...this.#cells]) one.calls = 0;
  }

  /** How much is kept of calls that differ from those before. */
  get size(): number {
    const lists = [this.#plain, this.#groups, this.#covered, this.#contradicting, this.#cells];
    return lists.reduce((sum, { length }) => sum + length, this.#tools.length);
  }

  /** What counts the credentials of a segment's rows. */
  creditsOf(rows: SegmentRows): CreditTally {
    return new CreditTally(rows, (credits, credential, calls) =>
      this.#sink.coverage.credited(credits, credential, calls),
    );
  }

  /** The calls of a segment as those see them who look at each; undefined: nobody does. */
  seenOf(rows: SegmentRows, row: BatchRow): ColumnCall | undefined {
    return this.#sink.seen === undefined ? undefined : new ColumnCall(rows, row);
  }

  /** Counts a call that columns tell; `kept`: where it is noted how it counts. */
  count(counted: DecidedRow, kept?: KeptPiece): void {
    this.#count(counted, kept, undefined);
  }

  /** Counts a call that hangs on others; `kept`: where it is noted what no decision changes of it. */
  countMet(counted: DecidedRow, kept?: KeptPiece): void {
    this.#count(counted, kept, kept?.met);
  }

  #count(counted: DecidedRow, kept: KeptPiece | undefined, met: MetCalls | undefined): void {
    const { rows, row, named } = counted;
    if (!rows.counts(row.at)) return;
    const plain = this.#tell(counted);
    this.#sink.watch?.call(row.whole(counted.decided.result, rows.event(row.at)));
    const covered = this.#cover(counted, met);
    if (this.seen !== undefined) this.#see(counted, covered.number);
    const noted = met === undefined ? NOT_NOTED : (kept?.tool[row.at] ?? NOT_NOTED);
    this.credits?.add(
      row.at,
      covered.credits,
      noted === NOT_NOTED ? undefined : kept?.place[row.at],
    );
    const tool = noted === NOT_NOTED ? this.#tool(counted) : noted;
    const counts = this.#tools[tool];
    if (counts !== undefined) counts.calls++;
    const isNamed = named || counts?.marked === true;
    if (isNamed) this.#sink.tally.notes.namedCalls++;
    const wrong = this.#contradicted(counted, met);
    if (kept === undefined || (met !== undefined && noted !== NOT_NOTED)) return;
    const { subject, resource } = row;
    kept.name(row.at, { subject, tool, resource, place: rows.credentialPlace(row.at) });
    if (met === undefined)
      kept.cell[row.at] = this.#cellOf({ ...counted, named: isNamed }, { plain, covered, wrong });
  }

  /** By row: the number of the action of a call of which its tool is noted. */
  actionsOf({ tool }: KeptPiece): Int32Array {
    return tool.map((one) => this.#tools[one]?.action ?? NOT_NOTED);
  }

  /** What the versions decide of the calls of a cell, and whether rules or catalogs name their tools. */
  inCell(number: number): Pick<Cell, "decided" | "named"> {
    const cell = this.#cells[number - 1];
    if (cell === undefined) throw new Error("a call is in no cell");
    return cell;
  }

  /** Whether both versions decide the calls of a cell alike. */
  isUnchanged(cell: number): boolean {
    return this.inCell(cell).decided.result.class === "unchanged";
  }

  /** Counts a call again as the cell says in which it stands. */
  again({ rows, row, piece, at }: CountedAgain): void {
    const cell = this.#cells[(piece.cell[at] ?? 0) - 1];
    const tool = this.#tools[piece.tool[at] ?? 0];
    if (cell === undefined || tool === undefined) throw new Error("a call is in no cell");
    cell.calls++;
    tool.calls++;
    if (piece.place[at] === NOT_NOTED) piece.place[at] = rows.credentialPlace(at);
    this.credits?.add(at, cell.covered.credits, piece.place[at]);
    const { decided, plain, labels } = cell;
    if (plain.marked) this.#sink.tally.markDecision(plain.result, rows.facts(at));
    if (decided.result.class === "unchanged") return;
    if (piece.subject[at] === NOT_NOTED || piece.resource[at] === NOT_NOTED) {
      row.to(at);
      [piece.subject[at], piece.resource[at]] = [row.subject, row.resource];
    }
    const named = this.#step(piece.subject[at] ?? 0, tool.action, piece.resource[at] ?? 0);
    const group = this.#step(this.#step(GROUP, decided.number, labels), named, 0);
    this.#countGroup(group, rows.facts(at), () => {
      row.to(at);
      return row.as(decided.result);
    });
  }

  /** The number of the cell of a call, above 0. */
  #cellOf(
    { decided, row, named }: DecidedRow,
    { plain, covered, wrong }: Pick<Cell, "plain" | "covered" | "wrong">,
  ): number {
    const rest = this.#step(wrong?.number ?? 0, named ? 1 : 0, covered.number);
    const at = this.#step(CELL, plain.number, rest);
    const known = this.#numbers.get(at);
    if (known !== 0) return known;
    const { labels } = row;
    const number = this.#cells.push({ decided, labels, plain, covered, wrong, named, calls: 0 });
    this.#numbers.set(at, number);
    return number;
  }

  /** Counts a call that was decided on its event. */
  countEvent(result: CallResult, rows: SegmentRows, at: number): void {
    if (!rows.counts(at)) return;
    const { tally, coverage, log, counted } = this.#sink;
    this.#sink.watch?.call(result);
    this.#sink.seen?.call(new WholeCall(result, rows.credential(at)));
    tally.count(result, 1);
    coverage.count(result, 1);
    counted?.(result, 1);
    if (tally.isMarked(result)) tally.mark(result, rows.facts(at));
    this.credits?.add(at, kindOf(coverage.credits(result)));
    log?.(result, rows.facts(at));
  }

  /** Tells whoever watches of an event that is no call. */
  other(rows: SegmentRows, at: number): void {
    const { watch, seen } = this.#sink;
    if (!rows.counts(at)) return;
    watch?.other?.(rows.event(at));
    if (seen?.other === undefined) return;
    const isWhole = rows.segment.whole[at] === 1;
    seen.other(isWhole ? new WholeEvent(rows.event(at)) : new ColumnEvent(rows, at));
  }

  /** Tells the sink what was counted; once, at the end. */
  finish(): void {
    const { tally, coverage, counted } = this.#sink;
    for (const { decided, calls, plain, covered, wrong, named } of met(this.#cells)) {
      plain.calls += calls;
      if (covered.calls === 0) covered.result = decidedAs(decided.result, covered.result);
      covered.calls += calls;
      if (wrong !== undefined) wrong.calls += calls;
      if (named) tally.notes.namedCalls += calls;
    }
    for (const { result, calls } of met(this.#plain)) {
      tally.countDecision(result, calls);
      counted?.(result, calls);
    }
    for (const { change, calls } of met(this.#groups)) tally.groups.count(change, calls);
    for (const { result, calls } of met(this.#covered)) coverage.count(result, calls);
    for (const { result, calls } of met(this.#contradicting))
      tally.notes.countContradictions(result, calls);
    for (const { result, calls } of met(this.#tools)) tally.notes.countNames(result, calls);
  }

  /** Counts a changed call among those that changed alike; `make`: the first of these. */
  #countGroup(at: number, facts: CallPosition, make: () => CallResult): void {
    const { groups } = this.#sink.tally;
    const number = this.#numbers.get(at);
    const group = this.#groups[number - 1] ?? { change: groups.changeOf(make()), calls: 0 };
    if (number === 0) this.#numbers.set(at, this.#groups.push(group));
    group.calls++;
    groups.mark(group.change, facts);
  }

  #tell({ rows, row, decided: { result, number } }: DecidedRow): Counted {
    const plain = this.#counted(this.#plain, this.#step(PLAIN, number, row.labels), () => ({
      ...result,
      event: row.event(),
    }));
    plain.calls++;
    if (plain.marked) this.#sink.tally.markDecision(plain.result, rows.facts(row.at));
    if (result.class !== "unchanged") {
      const named = this.#step(row.subject, row.action, row.resource);
      const group = this.#step(this.#step(GROUP, number, row.labels), named, 0);
      this.#countGroup(group, rows.facts(row.at), () => row.as(result));
    }
    this.#sink.log?.(plain.result, rows.facts(row.at));
    return plain;
  }

  /** Counts a call for coverage. */
  #cover(counted: DecidedRow, met: MetCalls | undefined): Covered {
    const { row, decided } = counted;
    const { result, kind } = decided;
    const known = met?.counted[row.at] ?? 0;
    const own = known === 0 ? this.#coverStep(counted) : known;
    if (met !== undefined) met.counted[row.at] = own;
    const at = this.#steps.step(own, kind);
    const covered = this.#covered[this.#numbers.get(at) - 1];
    if (covered !== undefined) {
      if (covered.calls++ === 0) covered.result = row.as(result);
      return covered;
    }
    const whole = row.as(result);
    const credits = kindOf(this.#sink.coverage.credits(whole));
    const made = { result: whole, credits, number: this.#covered.length + 1, calls: 1 };
    this.#numbers.set(at, this.#covered.push(made));
    return made;
  }

  /** The number by which coverage counts a call, but for what is decided. */
  #coverStep({ row, decided: { result } }: DecidedRow): number {
    this.#who = this.#step(
      this.#step(IDENTITY, row.subject, row.person()),
      row.credential(),
      row.moment(),
    );
    this.#what = this.#step(TOOL, row.action, row.resource);
    const identity = this.#kindOf(
      this.#who,
      () => this.#sink.coverage.kinds(row.as(result)).identity,
    );
    const tool = this.#kindOf(this.#what, () => this.#sink.coverage.kinds(row.as(result)).tool);
    return this.#steps.step(this.#step(COVER, identity, tool), row.point());
  }

  /** Tells of a call that was covered last. */
  #see({ row, decided: { result, number } }: DecidedRow, judged: number): void {
    const numbers = {
      decided: result,
      decision: number,
      who: this.#whos.of(this.#who),
      tool: this.#whats.of(this.#what),
      judged,
    };
    if (this.seen !== undefined) this.#sink.seen?.call(this.seen.to(row.at, numbers));
  }

  /** The place of a call's tool among all tools, for each agent that is not listed apart. */
  #tool(counted: DecidedRow): number {
    const { row, decided } = counted;
    const { result } = decided;
    const at = this.#step(NAMED, row.action, this.#stranger(counted));
    const known = this.#numbers.get(at);
    if (known !== 0) return known - 1;
    const own = row.as(result);
    const marked = isListed(own.baseline) || isListed(own.candidate);
    const number = this.#tools.length + 1;
    this.#tools.push({ result: own, marked, number, calls: 0, action: row.action });
    this.#numbers.set(at, number);
    return number - 1;
  }

  /** The number of a call's agent that the candidate's catalog does not list; 0: of any other caller. */
  #stranger({ row, decided: { result } }: DecidedRow): number {
    const known = this.#strangers.get(row.subject);
    if (known !== 0) return known - 1;
    const isStranger = row.as(result).candidate.engine?.call.subject.stranger === true;
    const number = isStranger ? row.subject : 0;
    this.#strangers.set(row.subject, number + 1);
    return number;
  }

  /** Counts what the catalog contradicts of a call; undefined: nothing. */
  #contradicted(
    { row, decided: { result } }: DecidedRow,
    met: MetCalls | undefined,
  ): Counted | undefined {
    const known = met?.wrong[row.at] ?? 0;
    const wrong = known === 0 ? row.contradictions() : known - 1;
    if (met !== undefined) met.wrong[row.at] = wrong + 1;
    if (wrong === 0) return undefined;
    const at = this.#step(WRONG, wrong, 0);
    const counted = this.#counted(this.#contradicting, at, () => row.as(result));
    counted.calls++;
    return counted;
  }

  #kindOf(at: number, make: () => string): number {
    const known = this.#numbers.get(at);
    if (known !== 0) return known;
    const number = 1 + this.#text.code(make());
    this.#numbers.set(at, number);
    return number;
  }

  #counted(list: Counted[], at: number, make: () => CallResult): Counted {
    const known = list[this.#numbers.get(at) - 1];
    if (known !== undefined) return known;
    const result = make();
    const marked = this.#sink.tally.isMarked(result);
    const fresh = { result, marked, number: list.length + 1, calls: 0 };
    this.#numbers.set(at, list.push(fresh));
    return fresh;
  }

  #step(start: number, first: number, second: number): number {
    return this.#steps.step(this.#steps.step(start, first), second);
  }
}

/** A result with the call of another one. */
function decidedAs(result: CallResult, { event, baseline, candidate }: CallResult): CallResult {
  return withCalls(result, event, [baseline.engine?.call, candidate.engine?.call]);
}

/** Those that any call came to. */
function met<T extends { readonly calls: number }>(all: readonly T[]): readonly T[] {
  return all.filter(({ calls }) => calls > 0);
}

function isListed({ engine }: VersionDecision): boolean {
  return engine?.call.action.tool !== undefined || engine?.call.action.lookalike === true;
}
