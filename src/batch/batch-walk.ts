import type { Call } from "../engine/call.ts";
import { prepareCall, rowOf } from "../engine/call.ts";
import { contradicted } from "../engine/contradictions.ts";
import { UNCOUNTED } from "../engine/event-ids.ts";
import { doubtfulIdentity, lifecycleItem } from "../engine/lifecycle.ts";
import type { ApprovalsMode } from "../engine/member.ts";
import { Run } from "../engine/run.ts";
import { CodeMemo } from "../replay/columns/code-memo.ts";
import {
  CreditTally,
  kindOf,
  type Credited,
  type Credits,
} from "../replay/columns/credit-tally.ts";
import type { Frame } from "../replay/columns/frame.ts";
import { outcomeText } from "../replay/columns/interner.ts";
import type { KeyParts } from "../replay/columns/key-parts.ts";
import { Kept, PairTable } from "../replay/columns/pair-table.ts";
import { RowClasses } from "../replay/columns/row-classes.ts";
import { keyParts } from "../replay/columns/row-keys.ts";
import type { SegmentRows } from "../replay/columns/segment-rows.ts";
import type { SetReads } from "../replay/columns/set-reads.ts";
import { TupleTable } from "../replay/columns/tuple-table.ts";
import { VEILED_STATE } from "../replay/columns/views.ts";
import { classify } from "../replay/classify.ts";
import { engineSide, type Side } from "../replay/side.ts";
import type { ReplayTally } from "../replay/tally.ts";
import type { CallResult } from "../replay/walk.ts";
import { COLUMN, type Layout } from "../trace/columns/layout.ts";
import type { TraceEvent } from "../trace/event.ts";
import { bitOf, wordOf } from "./input.ts";
import { Evaluation, type EvaluatedRow } from "./evaluation.ts";
import type { SeenCall, Source } from "./slots.ts";

/** Why rows cannot be evaluated after all; it crosses threads as a text. */
export const LINKED = "calls stand below others, or approvals are recorded";
export const DIVERSE = "hardly a call is like another";

/** What takes what coverage counts. */
export interface BatchCoverage {
  count(result: CallResult, calls: number): void;
  credits(result: CallResult): Credits | undefined;
  readonly credited: Credited;
  /** What of a call's identity, of its tool and resource, and of its decisions is counted. */
  kinds(result: CallResult): {
    readonly identity: string;
    readonly tool: string;
    readonly decision: string;
  };
}

export interface BatchSink {
  readonly tally: ReplayTally;
  readonly coverage: BatchCoverage;
  /** Told every call, in order. */
  readonly log: ((result: CallResult, id: string) => void) | undefined;
}

/** What both versions decide of all calls of one outcome. */
interface Decided {
  readonly result: CallResult;
  /** The number of what coverage counts of it. */
  readonly kind: number;
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

/** So many outcomes are always few enough; from there on they may be a fifth of the calls. */
const FEW = 20_000;
const SHARE = 5;

/**
 * The replay of versions that keep no state: rules are evaluated by columns, what they come to is
 * decided once by the engine, and counts are kept by outcome.
 */
export class BatchWalk {
  readonly #parts: KeyParts;
  readonly #sink: BatchSink;
  readonly #runs: readonly Run[];
  readonly #evaluation: Evaluation;
  readonly #outcomes: TupleTable;
  readonly #scratch: Int32Array;
  readonly #decided: Decided[] = [];
  readonly #steps = new PairTable();
  readonly #numbers = new Kept();
  readonly #plain: Counted[] = [];
  readonly #groups: Counted[] = [];
  readonly #covered: Covered[] = [];
  readonly #contradicting: Counted[] = [];
  readonly #tools: Counted[] = [];
  readonly #above: boolean;
  #calls = 0;

  constructor(
    versions: { readonly sets: readonly SetReads[]; readonly layout: Layout },
    approvals: ApprovalsMode,
    sink: BatchSink,
  ) {
    this.#sink = sink;
    this.#parts = keyParts(versions.sets, versions.layout, { recorded: false });
    this.#runs = versions.sets.map(({ set }) => new Run(set, { approvals, seen: UNCOUNTED }));
    this.#evaluation = new Evaluation(this.#parts);
    const width = this.#evaluation.matched.length + FIXED;
    this.#outcomes = new TupleTable(width);
    this.#scratch = new Int32Array(width);
    this.#above = versions.sets.some(({ set }) =>
      set.rules.some(({ rule }) => rule.obligations?.redact?.above !== undefined),
    );
  }

  /** How many outcomes there were, each decided once. */
  get kinds(): number {
    return this.#decided.length;
  }

  /** Counts the rows of a segment. A text: why that cannot be. */
  walk(rows: SegmentRows): string | undefined {
    const { segment } = rows;
    if ([COLUMN.parent, COLUMN.approvals].some((c) => segment.codes[c]?.some((code) => code !== 0)))
      return LINKED;
    rows.numberSessions();
    const row = new BatchRow(this.#parts, rows);
    const credits = new CreditTally(rows, this.#sink.coverage.credited);
    const isCall = callTypes(rows);
    const types = segment.codes[COLUMN.type];
    let [calls, from, to] = [0, Infinity, -Infinity];
    for (let at = 0; at < segment.rows; at++) {
      const time = segment.times[at] ?? NaN;
      if (time < from) from = time;
      if (time > to) to = time;
      if (isCall[types?.[at] ?? 0] !== 1) continue;
      calls++;
      if (segment.whole[at] !== 1) {
        row.to(at);
        this.#call(rows, row, credits);
      } else if (!this.#event(rows, at, credits)) return LINKED;
    }
    credits.flush();
    this.#sink.tally.trace.addCounts({ events: segment.rows, calls, from, to });
    this.#calls += calls;
    return this.kinds <= FEW || SHARE * this.kinds <= this.#calls ? undefined : DIVERSE;
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
    const { slots, reached } = this.#evaluation;
    const names = (version: number): readonly string[] =>
      slots.flatMap(({ rule, versions }, i) =>
        versions.includes(version) && ((reached[wordOf(i)] ?? 0) & bitOf(i)) !== 0
          ? [rule.name]
          : [],
      );
    tally.reach.merge({ baseline: names(0), candidate: names(1) });
  }

  #call(rows: SegmentRows, row: BatchRow, credits: CreditTally): void {
    this.#evaluation.run(row);
    const outcome = this.#outcomeOf(row);
    const decided = this.#decided[outcome] ?? this.#decide(row, outcome);
    this.#tell(decided, { rows, row, outcome });
    credits.add(row.at, this.#cover(decided, row));
    this.#note(decided, row);
  }

  #outcomeOf(row: BatchRow): number {
    const { matched, undecided } = this.#evaluation;
    const scratch = this.#scratch;
    scratch[0] = undecided;
    scratch[1] = this.#denialOf(row);
    scratch[2] = row.frame.number;
    scratch[3] = this.#above ? row.resource : 0;
    scratch.set(matched, FIXED);
    return this.#outcomes.intern(scratch);
  }

  /** The number of what the lifecycle says of a row's subject, in every version. */
  #denialOf(row: BatchRow): number {
    return this.#kindOf(this.#step(DENIAL, row.subject, row.moment()), () => this.#denials(row));
  }

  #denials(row: BatchRow): string {
    const names = new Set<string>();
    const items = row.calls().map(({ subject, request: { time: now } }, version) => {
      const catalog = this.#parts.versions[version]?.set.catalog;
      names.add(JSON.stringify([subject.type ?? null, subject.id ?? null]));
      if (catalog === undefined) return [];
      const found = [
        lifecycleItem(catalog, subject, now),
        doubtfulIdentity(catalog, subject, { now, outside: () => undefined }),
      ];
      return found.map((item) =>
        item === undefined ? null : [item.name, outcomeText(item.truth), item.reason ?? null],
      );
    });
    return JSON.stringify([items, names.size]);
  }

  #decide(row: BatchRow, outcome: number): Decided {
    const [before, after] = this.#runs.map((run, version) => {
      const call = row.calls()[version];
      if (call === undefined) throw new Error("a version sees no call");
      const side = engineSide(call, run.decide(call));
      this.#check(side, version);
      return side;
    });
    if (before === undefined || after === undefined) throw new Error("a version decides nothing");
    const result = resultOf(row.event(), before, after);
    const kind = this.#parts.text.code(this.#sink.coverage.kinds(result).decision);
    return (this.#decided[outcome] = { result, kind });
  }

  /** INVARIANT: the rules that the words say match are those that the engine finds. */
  #check({ engine }: Side, version: number): void {
    const found = new Set<string>();
    for (const { rules, shadow } of engine?.outcome.members ?? [])
      for (const { name, truth } of [...rules, ...shadow]) if (truth === true) found.add(name);
    const { slots, matched } = this.#evaluation;
    const told = slots.flatMap(({ rule, versions }, i) =>
      versions.includes(version) && ((matched[wordOf(i)] ?? 0) & bitOf(i)) !== 0 ? [rule.name] : [],
    );
    if (told.length !== found.size || told.some((name) => !found.has(name)))
      throw new Error(
        `rules by columns are not those of the engine: ${told.join()} beside ${[...found].join()}`,
      );
  }

  #tell(
    { result }: Decided,
    {
      rows,
      row,
      outcome,
    }: { readonly rows: SegmentRows; readonly row: BatchRow; readonly outcome: number },
  ): void {
    const plain = this.#counted(this.#plain, this.#step(PLAIN, outcome, row.labels), () => ({
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
        this.#step(this.#step(GROUP, outcome, row.labels), named, 0),
        () => row.as(result),
      );
      group.calls++;
      this.#sink.tally.mark(group.result, rows.facts(row.at));
    }
    this.#sink.log?.(plain.result, rows.id(row.at));
  }

  /** Counts a call for coverage; what of its credential counts. */
  #cover({ result, kind }: Decided, row: BatchRow): number {
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

  #note({ result }: Decided, row: BatchRow): void {
    const tool = this.#counted(this.#tools, this.#step(NAMED, row.action, 0), () => row.as(result));
    tool.calls++;
    if (this.#evaluation.named || tool.marked) this.#sink.tally.notes.namedCalls++;
    const [a, b, c, d] = row.contradictions();
    if (a + b + c + d === 0) return;
    const at = this.#step(this.#step(WRONG, a, b), c, d);
    this.#counted(this.#contradicting, at, () => row.as(result)).calls++;
  }

  #kindOf(at: number, make: () => string): number {
    const known = this.#numbers.get(at);
    if (known !== 0) return known;
    const number = 1 + this.#parts.text.code(make());
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

  /** An unusual line, decided on its event; false: it hangs on other calls. */
  #event(rows: SegmentRows, at: number, credits: CreditTally): boolean {
    const event = rows.event(at);
    if (event.parent !== undefined || event.request.context?.["approvals"] !== undefined)
      return false;
    const [before, after] = this.#runs.map((run) => {
      const call = run.prepare(event.request);
      return engineSide(call, run.decide(call));
    });
    if (before === undefined || after === undefined) throw new Error("a version decides nothing");
    const result = resultOf(event, before, after);
    const { tally, coverage, log } = this.#sink;
    tally.count(result, 1);
    coverage.count(result, 1);
    if (tally.isMarked(result)) tally.mark(result, rows.facts(at));
    credits.add(at, kindOf(coverage.credits(result)));
    log?.(result, rows.id(at));
    return true;
  }
}

const FIXED = 4;
/** Where the steps of each kind start. INVARIANT: no two kinds meet, since these are no numbers of steps. */
const [DENIAL, PLAIN, GROUP, IDENTITY, TOOL, COVER, NAMED, WRONG] = [
  -1, -2, -3, -4, -5, -6, -7, -8,
];

function isListed({ engine }: Side): boolean {
  return engine?.call.action.tool !== undefined || engine?.call.action.lookalike === true;
}

function resultOf(event: TraceEvent, baseline: Side, candidate: Side): CallResult {
  const change = classify(baseline, candidate);
  const direct = change === "widened" || change === "narrowed" ? true : undefined;
  return { event, baseline, candidate, class: change, direct };
}

/** By code of the type column: 1 for calls. */
function callTypes({ segment, views }: SegmentRows): Uint8Array {
  const size = segment.dictionaries[COLUMN.type]?.size ?? 1;
  return Uint8Array.from({ length: size }, (_, code) =>
    code === 0 || views.cache.value(COLUMN.type, code) === "call" ? 1 : 0,
  );
}

/** One row of a segment after the other, by the classes of what it holds. */
class BatchRow implements EvaluatedRow {
  readonly #parts: KeyParts;
  readonly #classes: RowClasses;
  readonly #subjects = new CodeMemo();
  readonly #actions = new CodeMemo();
  readonly #resources = new CodeMemo();
  readonly #steps: PairTable;
  readonly #points = new CodeMemo();
  readonly #wrong: readonly CodeMemo[] = [
    new CodeMemo(),
    new CodeMemo(),
    new CodeMemo(),
    new CodeMemo(),
  ];
  #event: TraceEvent | undefined;
  #calls: readonly Call[] | undefined;
  at = 0;
  frame: Frame;
  /** The numbers of the row's subject, action and resource, over all segments. */
  subject = 0;
  action = 0;
  resource = 0;
  labels = 0;

  constructor(parts: KeyParts, { segment }: SegmentRows) {
    this.#parts = parts;
    this.#steps = parts.pairs;
    this.#classes = new RowClasses(parts, segment);
    this.frame = this.#classes.frames.of(0);
  }

  /** Goes to a row. */
  to(at: number): void {
    const { entities, frames } = this.#classes;
    this.at = at;
    this.#event = undefined;
    this.#calls = undefined;
    const frame = (this.frame = frames.of(at));
    this.subject = this.#entity(this.#subjects, entities.subject(at, frame), () =>
      entities.subjectClass(at, frame),
    );
    this.action = this.#entity(this.#actions, entities.action(at, frame), () =>
      entities.actionClass(at, frame),
    );
    const resource = entities.resourceClass(at, frame);
    this.resource =
      frame.number === 0
        ? this.#entity(this.#resources, resource, () => resource)
        : this.#framed(resource);
    this.labels = this.#classes.labelsClass(at);
  }

  #entity(memo: CodeMemo, number: number, classOf: () => number): number {
    const known = memo.get(0, number);
    if (known >= 0) return known;
    const made = this.#framed(classOf());
    memo.set(0, number, made);
    return made;
  }

  #framed(number: number): number {
    return this.#steps.step(this.#steps.step(0, this.frame.number), number);
  }

  classOf(source: Source): number {
    switch (source.kind) {
      case "subject":
        return this.subject;
      case "action":
        return this.action;
      case "resource":
        return this.resource;
      case "column":
        return this.#classes.unaryClass(source.index, this.at, this.frame);
      case "joint":
        return this.#classes.jointOutcome(source.index, this.at, this.frame);
    }
  }

  moment(): number {
    return this.#classes.moment(this.at);
  }

  person(): number {
    return this.#classes.personClass(this.at, this.frame);
  }

  credential(): number {
    return this.#classes.credentialKind(this.at);
  }

  /** The decision point that was asked. */
  point(): number {
    const { views } = this.#classes;
    const code = views.code(COLUMN.pdp, this.at);
    if (code === 0) return 0;
    const known = this.#points.get(0, code);
    if (known >= 0) return known;
    const number = this.#parts.text.code(JSON.stringify(views.cache.value(COLUMN.pdp, code)));
    this.#points.set(0, code, number);
    return number;
  }

  /** What the catalog contradicts of subject, action, resource and person; 0: nothing. */
  contradictions(): readonly [number, number, number, number] {
    const wrong = (i: number, of: number, name: (call: Call) => readonly string[]): number => {
      const known = this.#wrong[i]?.get(0, of) ?? -1;
      if (known >= 0) return known;
      const call = this.calls().at(-1);
      const found = call === undefined ? [] : name(call);
      const number = found.length === 0 ? 0 : this.#parts.text.code(JSON.stringify(found));
      this.#wrong[i]?.set(0, of, number);
      return number;
    };
    const person = this.person();
    return [
      wrong(0, this.subject, ({ subject }) => contradicted(subject)),
      wrong(1, this.action, ({ action }) => contradicted(action.entity)),
      wrong(2, this.resource, ({ resource }) => contradicted(resource)),
      person === 0 ? 0 : wrong(3, person, (call) => contradicted(call.person())),
    ];
  }

  /** The event as far as columns tell. */
  event(): TraceEvent {
    return (this.#event ??= this.#classes.views.event(this.at, this.frame));
  }

  /** The call as each version sees it. */
  calls(): readonly Call[] {
    return (this.#calls ??= this.#parts.versions.map(({ set }) =>
      prepareCall(set, this.event().request),
    ));
  }

  seen(): readonly SeenCall[] {
    return this.calls().map((call) => ({
      row: rowOf(call, call.subject, VEILED_STATE),
      action: call.action.name,
    }));
  }

  /** A result of another call with this one's event and what the versions see of it. */
  as(result: CallResult): CallResult {
    const [baseline, candidate] = this.calls();
    const side = (one: Side, call: Call | undefined): Side =>
      one.engine === undefined || call === undefined ? one : engineSide(call, one.engine.outcome);
    return {
      ...result,
      event: this.event(),
      baseline: side(result.baseline, baseline),
      candidate: side(result.candidate, candidate),
    };
  }
}
