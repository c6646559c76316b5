import { agentDenials } from "../engine/member.ts";
import { isInvocation, type TreeEvent } from "../engine/call-tree.ts";
import { rowOf, type Call } from "../engine/call.ts";
import { keepsState } from "../engine/compile-set.ts";
import { EventIds, UNCOUNTED } from "../engine/event-ids.ts";
import { maskOf } from "../engine/mask.ts";
import { Run } from "../engine/run.ts";
import type { Truth } from "../engine/truth.ts";
import { outcomeText } from "../replay/columns/interner.ts";
import type { KeyParts } from "../replay/columns/key-parts.ts";
import type { KeyedVersions } from "../replay/columns/keyed-replay.ts";
import { Kept, PairTable } from "../replay/columns/pair-table.ts";
import { keyParts } from "../replay/columns/row-keys.ts";
import type { SegmentRows } from "../replay/columns/segment-rows.ts";
import { VEILED_STATE } from "../replay/columns/views.ts";
import { classify } from "../replay/classify.ts";
import { engineSide, recordedSide, type Side } from "../replay/side.ts";
import { ReplayWalk, type CallResult, type ReplayOptions } from "../replay/walk.ts";
import { COLUMN } from "../trace/columns/layout.ts";
import { BatchRow } from "./batch-row.ts";
import { BatchTally, type BatchSink, type Decided } from "./batch-tally.ts";
import { bitsWhere, Evaluation } from "./evaluation.ts";
import { HandOver } from "./hand-over.ts";
import { bitOf, wordOf } from "./input.ts";
import { Outcomes, type Circumstances } from "./outcomes.ts";

/** Why rows are to be walked as one, with their ids; it crosses threads as a text. */
export const LINKED = "calls stand below others";

export type BatchVersions = KeyedVersions;

export interface BatchOptions extends Omit<ReplayOptions, "filter" | "seen"> {
  /** Whether calls stand below others: then columns hold ids, and all rows are walked in order. */
  readonly linked: boolean;
}

const UNUSUAL = "the line is unusual";
const APPROVALS = "approvals are recorded";

/**
 * The replay of versions: rules are evaluated by columns, what they come to is decided once by the
 * engine, and counts are kept by outcome. What columns do not tell is decided by the engine call by
 * call, on the events, in the order of time.
 */
export class BatchWalk {
  readonly #parts: KeyParts;
  readonly #sink: BatchSink;
  readonly #options: BatchOptions;
  /** Of the versions that are policies; the last one is the candidate. */
  readonly #runs: readonly Run[];
  readonly #recorded: boolean;
  readonly #evaluation: Evaluation;
  readonly #outcomes: Outcomes;
  readonly #handOver: HandOver;
  readonly #tally: BatchTally;
  /** By the number of an outcome, twice: as it is, and where calls are unreachable. */
  readonly #decided: (Decided | undefined)[] = [];
  #kinds = 0;
  readonly #steps = new PairTable();
  readonly #numbers = new Kept();
  readonly #invokes: Truth[] = [];
  readonly #engine: ReplayWalk;
  readonly #ids = new EventIds();
  readonly #handed = new Map<string, number>();
  /** The row that the engine decides. */
  #now: { readonly rows: SegmentRows; readonly at: number } | undefined;
  /** The slots that ask for approvals. */
  readonly #approving: Uint32Array;
  readonly #readsApprovals: boolean;
  readonly #above: boolean;
  readonly #listsManifests: boolean;

  constructor(
    { baseline, candidate, layout }: BatchVersions,
    options: BatchOptions,
    sink: BatchSink,
  ) {
    const versions = baseline === undefined ? [candidate] : [baseline, candidate];
    const { approvals, history, idle } = options;
    this.#sink = sink;
    this.#options = options;
    this.#recorded = baseline === undefined;
    this.#parts = keyParts(versions, layout, { recorded: this.#recorded });
    this.#runs = versions.map(({ set }) => new Run(set, { approvals, seen: UNCOUNTED }));
    this.#evaluation = new Evaluation(this.#parts);
    this.#outcomes = new Outcomes(this.#evaluation, {
      versions: versions.length,
      full: sink.log !== undefined,
      isWildcard: (rule) => sink.coverage.isWildcard(rule),
    });
    this.#handOver = new HandOver(versions);
    this.#tally = new BatchTally(sink, this.#parts.text);
    this.#engine = new ReplayWalk(
      { baseline: baseline?.set, candidate: candidate.set },
      { history, approvals, idle, seen: this.#ids },
      [{ call: (result) => this.#tellEvent(result) }],
    );
    const { slots } = this.#evaluation;
    this.#approving = bitsWhere(slots, ({ rule }) => rule.approval !== undefined);
    this.#readsApprovals = approvals === "recorded";
    this.#above = versions.some(({ set }) =>
      set.rules.some(({ rule }) => rule.obligations?.redact?.above !== undefined),
    );
    this.#listsManifests = versions.some(({ set }) => set.manifests.size > 0);
    if (versions.some(({ set }) => keepsState(set)))
      throw new Error("rows of versions that keep state are walked elsewhere");
  }

  /** How many outcomes there were, each decided once. */
  get kinds(): number {
    return this.#kinds;
  }

  /** How many calls the engine decided one by one, by why. */
  get handed(): ReadonlyMap<string, number> {
    return this.#handed;
  }

  /** How often each version forgot what a session had left (design 5.4). */
  get forgotten(): { readonly baseline: number; readonly candidate: number } {
    const { baseline, candidate } = this.#engine.runs;
    return { baseline: baseline?.forgotten ?? 0, candidate: candidate.forgotten };
  }

  /** Counts the rows of a segment. A text: why they are to be walked otherwise. */
  walk(rows: SegmentRows): string | undefined {
    const { segment } = rows;
    if (!this.#options.linked && segment.codes[COLUMN.parent]?.some((code) => code !== 0))
      return LINKED;
    rows.numberSessions();
    const row = new BatchRow(this.#parts, rows);
    const isCall = callTypes(rows);
    const types = segment.codes[COLUMN.type];
    let [calls, from, to] = [0, Infinity, -Infinity];
    this.#tally.begin(rows);
    for (let at = 0; at < segment.rows; at++) {
      const time = segment.times[at] ?? NaN;
      if (time < from) from = time;
      if (time > to) to = time;
      if (this.#options.idle !== undefined) this.#engine.observe(rows.session(at), rows.time(at));
      if (isCall[types?.[at] ?? 0] === 1) {
        calls++;
        this.#call(rows, row, at);
      } else if (this.#options.linked) this.#engine.pass(new RowEvent(rows, at));
      if (this.#options.linked) this.#ids.add(new RowEvent(rows, at));
    }
    this.#tally.end();
    this.#sink.tally.trace.addCounts({ events: segment.rows, calls, from, to });
    return undefined;
  }

  /** Tells the sink what was counted; once, at the end. */
  finish(): void {
    this.#tally.finish();
    const { slots, reached } = this.#evaluation;
    const names = (version: number): readonly string[] =>
      slots.flatMap(({ rule, versions }, i) =>
        versions.includes(version) && ((reached[wordOf(i)] ?? 0) & bitOf(i)) !== 0
          ? [rule.name]
          : [],
      );
    const [first, second] = [names(0), names(1)];
    this.#sink.tally.reach.merge(
      this.#recorded ? { baseline: [], candidate: first } : { baseline: first, candidate: second },
    );
  }

  #call(rows: SegmentRows, row: BatchRow, at: number): void {
    const why = rows.segment.whole[at] === 1 ? UNUSUAL : this.#evaluate(row, at);
    if (why !== undefined) return this.#hand(rows, at, why);
    const outcome = this.#outcomes.of(this.#circumstances(row));
    const decided = this.#decided[2 * outcome] ?? this.#decide(row, outcome);
    const cut = this.#options.linked && this.#place(rows, row, decided.result);
    this.#tally.count({
      rows,
      row,
      decided: cut ? this.#unreachable(decided) : decided,
      named: this.#evaluation.named,
    });
  }

  /** Evaluates a row. A text: why its decision is the engine's. */
  #evaluate(row: BatchRow, at: number): string | undefined {
    row.to(at);
    const why = this.#handOver.why(row) ?? this.#evaluation.run(row);
    if (why !== undefined || !this.#readsApprovals || !row.has(COLUMN.approvals)) return why;
    const { open } = this.#evaluation;
    for (let word = 0; word < open.length; word++)
      if (((open[word] ?? 0) & (this.#approving[word] ?? 0)) !== 0) return APPROVALS;
    return undefined;
  }

  /** Has the engine decide a row on its event. */
  #hand(rows: SegmentRows, at: number, why: string): void {
    this.#handed.set(why, (this.#handed.get(why) ?? 0) + 1);
    this.#now = { rows, at };
    this.#engine.take(rows.event(at));
  }

  #tellEvent(result: CallResult): void {
    if (this.#now !== undefined) this.#tally.countEvent(result, this.#now.rows, this.#now.at);
  }

  /** Gives a row its place among the calls; whether it is unreachable. */
  #place(rows: SegmentRows, row: BatchRow, result: CallResult): boolean {
    const { request } = row.event();
    const invokes = (this.#invokes[row.action] ??= isInvocation(request.action, maskOf(request)));
    return this.#engine.place(new RowEvent(rows, row.at), invokes, result);
  }

  #unreachable({ result, number, kind }: Decided): Decided {
    return (this.#decided[number + 1] ??= {
      result: { ...result, class: "unreachable", direct: undefined },
      number: number + 1,
      kind,
    });
  }

  #circumstances(row: BatchRow): Circumstances {
    return {
      denial: this.#denialOf(row),
      frame: row.frame.number,
      resource: this.#above ? row.resource : 0,
      recorded: this.#recorded ? row.recorded() : undefined,
    };
  }

  /** The number of what the records of agents say of a row, in every version; 0: nothing. */
  #denialOf(row: BatchRow): number {
    const who = this.#step(DENIAL, row.subject, row.moment());
    const at = this.#listsManifests ? this.#step(who, row.action, row.resource) : who;
    const known = this.#numbers.get(at);
    if (known !== 0) return known - 1;
    const number = this.#parts.text.code(this.#denials(row));
    this.#numbers.set(at, number + 1);
    return number;
  }

  #denials(row: BatchRow): string {
    const names = new Set<string>();
    const items = row.calls().map((call, version) => {
      const { subject } = call;
      const set = this.#parts.versions[version]?.set;
      names.add(JSON.stringify([subject.type ?? null, subject.id ?? null]));
      if (set?.catalog.listsAgents !== true) return [];
      return agentDenials(set, call, {
        row: rowOf(call, subject, VEILED_STATE),
        history: { use: () => undefined },
      }).map((item) => [item.name, outcomeText(item.truth), item.reason ?? null]);
    });
    const isNothing = names.size < 2 && items.every((denials) => denials.length === 0);
    return isNothing ? "" : JSON.stringify([items, names.size]);
  }

  #decide(row: BatchRow, outcome: number): Decided {
    const sides = this.#runs.map((run, version) => {
      const call = row.calls()[version];
      if (call === undefined) throw new Error("a version sees no call");
      return this.#checked(call, run, version);
    });
    const event = row.event();
    const after = sides.at(-1);
    const before = this.#recorded ? recordedSide(event) : sides[0];
    if (before === undefined || after === undefined) throw new Error("a version decides nothing");
    const change = classify(before, after);
    const direct = change === "widened" || change === "narrowed" ? true : undefined;
    const result = { event, baseline: before, candidate: after, class: change, direct };
    const kind = this.#parts.text.code(this.#sink.coverage.kinds(result).decision);
    this.#kinds++;
    return (this.#decided[2 * outcome] = { result, number: 2 * outcome, kind });
  }

  /** INVARIANT: the rules that the words say match are those that the engine finds. */
  #checked(call: Call, run: Run, version: number): Side {
    const side = engineSide(call, run.decide(call));
    const found = new Set<string>();
    for (const { rules, shadow } of side.engine?.outcome.members ?? [])
      for (const { name, truth } of [...rules, ...shadow]) if (truth === true) found.add(name);
    const { slots, matched } = this.#evaluation;
    const told = slots.flatMap(({ rule, versions }, i) =>
      versions.includes(version) && ((matched[wordOf(i)] ?? 0) & bitOf(i)) !== 0 ? [rule.name] : [],
    );
    if (told.length !== found.size || told.some((name) => !found.has(name)))
      throw new Error(
        `rules by columns are not those of the engine: ${told.join()} beside ${[...found].join()}`,
      );
    return side;
  }

  #step(start: number, first: number, second: number): number {
    return this.#steps.step(this.#steps.step(start, first), second);
  }
}

/** Where steps to denials start. INVARIANT: it is no number of a step. */
const DENIAL = -1;

/** By code of the type column: 1 for calls. */
function callTypes({ segment, views }: SegmentRows): Uint8Array {
  const size = segment.dictionaries[COLUMN.type]?.size ?? 1;
  return Uint8Array.from({ length: size }, (_, code) =>
    code === 0 || views.cache.value(COLUMN.type, code) === "call" ? 1 : 0,
  );
}

/**
 * A row's event as the tree of calls sees it. WHY no plain object: an id may have to be read from
 * the trace.
 */
class RowEvent implements TreeEvent {
  readonly #rows: SegmentRows;
  readonly #row: number;

  constructor(rows: SegmentRows, row: number) {
    this.#rows = rows;
    this.#row = row;
  }

  get id(): string {
    return this.#rows.id(this.#row);
  }

  get session(): string | undefined {
    return this.#rows.session(this.#row);
  }

  get parent(): string | undefined {
    return this.#rows.parent(this.#row);
  }

  get type(): string {
    return this.#rows.type(this.#row);
  }
}
