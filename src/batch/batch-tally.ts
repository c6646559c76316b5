import type { Credits } from "../replay/credits.ts";
import { CreditTally, kindOf } from "./values/credit-tally.ts";
import type { Interner } from "./values/interner.ts";
import { Kept, PairTable } from "./values/pair-table.ts";
import type { SegmentRows } from "./values/segment-rows.ts";
import type { CompiledRule } from "../engine/compiled-rule.ts";
import type { VersionDecision } from "../replay/version-decision.ts";
import type { ReplayTally } from "../replay/tally.ts";
import type { CallResult, ReplayObserver } from "../replay/walk.ts";
import type { Request } from "../request/request.ts";
import type { BatchRow } from "./batch-row.ts";

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
  readonly log: ((result: CallResult, id: string) => void) | undefined;
  /** Told every call and every other event that counts as a whole, in order. */
  readonly watch?: ReplayObserver | undefined;
}

/** What both versions decide of all calls of one outcome. */
export interface Decided {
  readonly result: CallResult;
  /** A number for the outcome, and whether the calls are unreachable. */
  readonly number: number;
  /** The number of what coverage counts of it. */
  readonly kind: number;
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
  calls: number;
}

/** Calls that coverage counts alike. */
interface Covered {
  readonly result: CallResult;
  readonly credits: number;
  calls: number;
}

/** Where the steps of each kind start. INVARIANT: these are no numbers of steps. */
const [PLAIN, GROUP, IDENTITY, TOOL, COVER, NAMED, WRONG] = [-2, -3, -4, -5, -6, -7, -8];

/**
 * Counts calls by what their decisions come to, and apart from that by what hangs on tools,
 * identities and names: each once for all calls that are alike in it.
 */
export class BatchTally {
  readonly #sink: BatchSink;
  readonly #text: Interner;
  readonly #steps = new PairTable();
  readonly #numbers = new Kept();
  readonly #plain: Counted[] = [];
  readonly #groups: Counted[] = [];
  readonly #covered: Covered[] = [];
  readonly #contradicting: Counted[] = [];
  readonly #tools: Counted[] = [];
  /** Of the segment whose rows come next. */
  credits: CreditTally | undefined;

  constructor(sink: BatchSink, text: Interner) {
    this.#sink = sink;
    this.#text = text;
  }

  /** What counts the credentials of a segment's rows. */
  creditsOf(rows: SegmentRows): CreditTally {
    return new CreditTally(rows, (credits, credential, calls) =>
      this.#sink.coverage.credited(credits, credential, calls),
    );
  }

  /** Counts a call that columns tell. */
  count(of: DecidedRow): void {
    if (!of.rows.counts(of.row.at)) return;
    this.#tell(of);
    this.#sink.watch?.call(of.row.whole(of.decided.result, of.rows.event(of.row.at)));
    this.credits?.add(of.row.at, this.#cover(of));
    this.#note(of);
  }

  /** Counts a call that was decided on its event. */
  countEvent(result: CallResult, rows: SegmentRows, at: number): void {
    if (!rows.counts(at)) return;
    const { tally, coverage, log } = this.#sink;
    this.#sink.watch?.call(result);
    tally.count(result, 1);
    coverage.count(result, 1);
    if (tally.isMarked(result)) tally.mark(result, rows.facts(at));
    this.credits?.add(at, kindOf(coverage.credits(result)));
    log?.(result, rows.id(at));
  }

  /** Tells whoever watches of an event that is no call. */
  other(rows: SegmentRows, at: number): void {
    const { watch } = this.#sink;
    if (watch?.other !== undefined && rows.counts(at)) watch.other(rows.event(at));
  }

  /** Tells the sink what was counted; once, at the end. */
  finish(): void {
    const { tally, coverage } = this.#sink;
    for (const { result, calls } of this.#plain) tally.countDecision(result, calls);
    for (const { result, calls } of this.#groups) tally.groups.count(result, calls);
    for (const { result, calls } of this.#covered) coverage.count(result, calls);
    for (const { result, calls } of this.#contradicting)
      tally.notes.countContradictions(result, calls);
    for (const { result, calls } of this.#tools) tally.notes.countTool(result, calls);
  }

  #tell({ rows, row, decided: { result, number } }: DecidedRow): void {
    const plain = this.#counted(this.#plain, this.#step(PLAIN, number, row.labels), () => ({
      ...result,
      event: row.event(),
    }));
    plain.calls++;
    if (result.class === "unchanged") {
      if (plain.marked) this.#sink.tally.mark(plain.result, rows.facts(row.at));
    } else {
      const named = this.#step(row.subject, row.action, row.resource);
      const group = this.#counted(
        this.#groups,
        this.#step(this.#step(GROUP, number, row.labels), named, 0),
        () => row.as(result),
      );
      group.calls++;
      this.#sink.tally.mark(group.result, rows.facts(row.at));
    }
    this.#sink.log?.(plain.result, rows.id(row.at));
  }

  /** Counts a call for coverage; what of its credential counts. */
  #cover({ row, decided: { result, kind } }: DecidedRow): number {
    const identity = this.#kindOf(
      this.#step(this.#step(IDENTITY, row.subject, row.person()), row.credential(), row.moment()),
      () => this.#sink.coverage.kinds(row.as(result)).identity,
    );
    const tool = this.#kindOf(
      this.#step(TOOL, row.action, row.resource),
      () => this.#sink.coverage.kinds(row.as(result)).tool,
    );
    const at = this.#step(this.#step(COVER, identity, tool), kind, row.point());
    const known = this.#covered[this.#numbers.get(at) - 1];
    if (known !== undefined) {
      known.calls++;
      return known.credits;
    }
    const whole = row.as(result);
    const credits = kindOf(this.#sink.coverage.credits(whole));
    this.#numbers.set(at, this.#covered.push({ result: whole, credits, calls: 1 }));
    return credits;
  }

  #note({ row, decided: { result }, named }: DecidedRow): void {
    const tool = this.#counted(this.#tools, this.#step(NAMED, row.action, 0), () => row.as(result));
    tool.calls++;
    if (named || tool.marked) this.#sink.tally.notes.namedCalls++;
    const wrong = row.contradictions();
    if (wrong === 0) return;
    const at = this.#step(WRONG, wrong, 0);
    this.#counted(this.#contradicting, at, () => row.as(result)).calls++;
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
    const marked =
      list === this.#tools
        ? isListed(result.baseline) || isListed(result.candidate)
        : this.#sink.tally.isMarked(result);
    const fresh = { result, marked, calls: 0 };
    this.#numbers.set(at, list.push(fresh));
    return fresh;
  }

  #step(start: number, first: number, second: number): number {
    return this.#steps.step(this.#steps.step(start, first), second);
  }
}

function isListed({ engine }: VersionDecision): boolean {
  return engine?.call.action.tool !== undefined || engine?.call.action.lookalike === true;
}
