import type { Call } from "../../engine/call.ts";
import { rowOf } from "../../engine/call.ts";
import { isInvocation, type TreeEvent } from "../../engine/call-tree.ts";
import { UNCOUNTED } from "../../engine/event-ids.ts";
import { maskOf } from "../../engine/mask.ts";
import type { Truth } from "../../engine/truth.ts";
import { Run, type Effectuation } from "../../engine/run.ts";
import { keepsState, type CompiledSet } from "../../engine/compile-set.ts";
import type { ApprovalsMode } from "../../engine/member.ts";
import { declarationsForm } from "../../policy/canonical-policy.ts";
import type { Entity } from "../../engine/entity.ts";
import type { Item } from "../../engine/combine.ts";
import type { Outcome } from "../../engine/decide.ts";
import { COLUMN, type Layout } from "../../trace/columns/layout.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import type { TraceEvent } from "../../trace/event.ts";
import type { TextNumbers } from "../../text/text-numbers.ts";
import { classify, type ChangeClass } from "../classify.ts";
import type { ForgottenSessions } from "../../documents/replay-result.ts";
import {
  counterfactual,
  engineSide,
  reallyRan,
  recorded,
  recordedSide,
  type Side,
} from "../side.ts";
import type { EventCounts } from "../../trace/summary.ts";
import type { CallFacts } from "../tally.ts";
import { UnreachableCalls, type CallResult } from "../walk.ts";
import { CreditTally, kindOf, type Credited, type Credits } from "./credit-tally.ts";
import type { Row } from "../../engine/row.ts";
import type { Atom } from "./atoms.ts";
import { outcomeText } from "./interner.ts";
import { OTHER, WHOLE } from "./row-keys.ts";
import type { Light, OwnRows, SegmentRows } from "./segment-rows.ts";
import type { SetReads } from "./set-reads.ts";
import { Standings, type Standing } from "./standing.ts";

/**
 * What takes the results of a replay: each with how many calls came to it, and those that count by
 * more than that one by one.
 */
export interface KeyedSink {
  count(result: CallResult, calls: number): void;
  isMarked(result: CallResult): boolean;
  mark(result: CallResult, facts: CallFacts): void;
  /** Undefined: the result's credentials do not count. */
  credits(result: CallResult): Credits | undefined;
  readonly credited: Credited;
  /** Told what every segment holds. */
  events(of: EventCounts): void;
}

export interface KeyedOptions {
  readonly history: "counterfactual" | "recorded";
  readonly approvals: ApprovalsMode;
  readonly idle: number | undefined;
}

/** How the calls of one key are decided and counted. */
interface KeyInfo {
  readonly event: TraceEvent;
  readonly baseline: Standing | undefined;
  readonly candidate: Standing;
  /** Set where every call of the key comes to one result, whatever was before. */
  readonly fixed: Outcomes | undefined;
  /** What the last call of the key came to: the next one mostly comes to the same. */
  last: { readonly before: Side; readonly after: Side; readonly pair: Pair } | undefined;
}

/** A result and how often it came. */
interface Outcomes {
  readonly result: CallResult;
  readonly marked: boolean;
  /** As {@link kindOf} tells it. */
  readonly credits: number;
  calls: number;
}

/** What both versions made of a call. */
interface Found {
  readonly before: Side;
  readonly after: Side;
  readonly class: CallResult["class"];
  readonly direct: boolean;
}

/**
 * Two decisions of the same calls, how they differ, and the results by key and whether the change
 * is direct.
 */
interface Pair {
  readonly change: ChangeClass;
  readonly outcomes: Map<number, Outcomes>;
}

/**
 * A version's decision of one call, and the call to change its state with; undefined: nothing
 * changes.
 */
interface Decided {
  readonly side: Side;
  readonly call: Call | undefined;
  /** Whether other calls of the key have this very decision. */
  readonly kept: boolean;
}

/** One version walking through rows. */
class KeyedRun {
  readonly run: Run;
  /** The set by whose catalog calls are seen: its own, or another of one catalog. */
  readonly #seen: CompiledSet;
  /** Decisions by key and what the key's dynamic atoms came to. */
  readonly #known = new Map<number | string, Side>();

  constructor(
    { set, seen }: { readonly set: CompiledSet; readonly seen: CompiledSet },
    { approvals, idle }: KeyedOptions,
    stateOf?: Run,
  ) {
    this.run = new Run(set, {
      approvals,
      idle,
      seen: UNCOUNTED,
      ...(stateOf === undefined ? {} : { stateOf }),
    });
    this.#seen = seen;
  }

  /** The row's call as this version sees it. */
  call(rows: SegmentRows, row: number): Call {
    return rows.call(this.#seen, row);
  }

  decide(of: {
    readonly rows: SegmentRows;
    readonly row: number;
    readonly key: number;
    readonly standing: Standing;
    readonly history?: Run | undefined;
  }): Decided {
    const { rows, row, standing, history } = of;
    const contained =
      (history ?? this.run).mayContain(rows.session(row)) ||
      (history !== undefined && this.#foreign(history, rows.session(row)));
    const { light } = standing;
    const little = light === undefined ? undefined : () => rows.lightCall(this.#seen, row, light);
    if (standing.side !== undefined && !contained)
      return {
        side: standing.side,
        call: standing.writes ? (little?.() ?? this.call(rows, row)) : undefined,
        kept: true,
      };
    if (!contained && little !== undefined) {
      const call = little();
      const side = this.#byState(call, of);
      return { side, call: standing.writes || containsAny(side) ? call : undefined, kept: true };
    }
    const call =
      standing.engine === "event"
        ? this.run.prepare(rows.event(row).request)
        : this.call(rows, row);
    if (contained || standing.engine !== undefined)
      return { side: this.#ask(call, history), call, kept: false };
    return { side: this.#byState(call, of), call, kept: true };
  }

  /**
   * Whether another version's history says otherwise than this one's where nobody knows what is
   * contained.
   */
  #foreign(history: Run, session: string | undefined): boolean {
    const [own, other] = [this.run.set.contains, history.set.contains];
    return (
      own.subjects !== other.subjects || (session === undefined && own.sessions !== other.sessions)
    );
  }

  /** What an unusual line says is decided on its event. */
  decideEvent(event: TraceEvent, history?: Run): Decided {
    const call = this.run.prepare(event.request);
    return { side: this.#ask(call, history), call, kept: false };
  }

  #ask(call: Call, history: Run | undefined): Side {
    const other =
      history === undefined || history === this.run
        ? undefined
        : {
            contained: (c: Call, s: Entity): Item | undefined => history.contained(c, s),
            used: history.used,
          };
    return engineSide(
      call,
      other === undefined ? this.run.decide(call) : this.run.decide(call, other),
    );
  }

  /** `call` may hold only what state needs; whatever decides anew takes the whole one. */
  #byState(
    call: Call,
    {
      rows,
      row: at,
      key,
      standing,
      history,
    }: {
      readonly rows: SegmentRows;
      readonly row: number;
      readonly key: number;
      readonly standing: Standing;
      readonly history?: Run | undefined;
    },
  ): Side {
    const name = stateName(key, standing.dynamic, rowOf(call, call.subject, this.run.state));
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const side = this.#ask(standing.light === undefined ? call : this.call(rows, at), history);
    if (this.#known.size < REMEMBERED) this.#known.set(name, side);
    return side;
  }
}

const REMEMBERED = 200_000;
/** INVARIANT: a key and as many bits are an exact whole number. */
const BITS = 20;

/**
 * A name for what a key's dynamic atoms come to. WHY numbers: nearly always each is true or false,
 * and then no text is made.
 */
function stateName(key: number, atoms: readonly Atom[], row: Row): number | string {
  let bits = atoms.length <= BITS ? 1 : 0;
  for (let i = 0; i < atoms.length && bits > 0; i++) {
    const outcome = atoms[i]?.test(row);
    bits = outcome === true ? 2 * bits + 1 : outcome === false ? 2 * bits : 0;
  }
  if (bits > 0) return key * 2 ** (BITS + 1) + bits;
  return [key, ...atoms.map((atom) => outcomeText(atom.test(row)))].join("\u0001");
}

/**
 * The replay of design 7 over rows that have keys: what a key settles is decided once for all its
 * calls; what hangs on earlier calls is decided call by call, in order, by the engine that decides
 * everything else. `ReplayWalk` beside it is the reference: both give the same results.
 */
export class KeyedWalk {
  readonly #versions: { readonly baseline: SetReads | undefined; readonly candidate: SetReads };
  readonly #options: KeyedOptions;
  readonly #sink: KeyedSink;
  readonly #standings: { readonly baseline: Standings | undefined; readonly candidate: Standings };
  readonly #baseline: KeyedRun | undefined;
  readonly #candidate: KeyedRun;
  readonly #mirror: KeyedRun | undefined;
  /** Whether the mirror would keep just the state that the baseline keeps: then it reads that. */
  readonly #mirrorReads: boolean;
  /** The runs that keep state. */
  readonly #writers: readonly Run[];
  readonly #stateful: boolean;
  readonly #keys: (KeyInfo | undefined)[] = [];
  #kinds = 0;
  readonly #pairs = new Map<Side, Map<Side, Pair>>();
  readonly #recordedSides = new Map<number, Side>();
  readonly #unreachable = new UnreachableCalls(UNCOUNTED);
  #cuts = false;
  /** Whether a version keeps anything that calls below calls could change. */
  readonly #remembers: boolean;
  readonly sessions: TextNumbers;

  constructor(
    versions: {
      readonly baseline: SetReads | undefined;
      readonly candidate: SetReads;
      readonly layout: Layout;
    },
    options: KeyedOptions,
    of: { readonly sink: KeyedSink; readonly sessions: TextNumbers },
  ) {
    this.#versions = versions;
    this.#options = options;
    this.#sink = of.sink;
    this.sessions = of.sessions;
    const [old, set] = [versions.baseline?.set, versions.candidate.set];
    // where both have one catalog, both see a call's entities alike
    const seen = old?.catalogForm() === set.catalogForm() ? old : set;
    const [layout, lights] = [versions.layout, new Map<string, Light>()];
    this.#standings = {
      baseline:
        versions.baseline === undefined
          ? undefined
          : new Standings(versions.baseline, options.approvals, { layout, lights }),
      candidate: new Standings(versions.candidate, options.approvals, {
        layout,
        lights: seen === old ? lights : new Map(),
      }),
    };
    this.#baseline = old === undefined ? undefined : new KeyedRun({ set: old, seen: old }, options);
    this.#candidate = new KeyedRun({ set, seen }, options);
    this.#mirrorReads = this.#baseline !== undefined && seen === old && keepsLikeState(old, set);
    this.#remembers =
      options.history === "counterfactual" && (set.stateful || old?.stateful === true);
    this.#mirror = this.#remembers
      ? new KeyedRun({ set, seen }, options, this.#mirrorReads ? this.#baseline?.run : undefined)
      : undefined;
    this.#stateful = keepsState(set) || (old !== undefined && keepsState(old));
    this.#writers = [
      this.#baseline,
      this.#candidate,
      this.#mirrorReads ? undefined : this.#mirror,
    ].flatMap((run) => run?.run ?? []);
  }

  /** How many keys the calls had that were walked. */
  get kinds(): number {
    return this.#kinds;
  }

  /**
   * Whether a call was found unreachable. WHY it is told: by which invocation hangs on ids, and
   * whether several events have one is not known here.
   */
  get cuts(): boolean {
    return this.#cuts;
  }

  /** What the candidate would have written without a key (design 5.2). */
  get keylessWrites(): number {
    return this.#candidate.run.keyless.writes;
  }

  /** How often each version forgot what a session had left (design 5.4). */
  get forgotten(): ForgottenSessions {
    return {
      baseline: this.#baseline?.run.forgotten ?? 0,
      candidate: this.#candidate.run.forgotten,
    };
  }

  /** How the calls of a key stand, told by the first row that has it. */
  #infoOf(key: number, rows: SegmentRows, row: number): KeyInfo {
    const known = this.#keys[key];
    if (known !== undefined) return known;
    const event = rows.views.event(row, rows.frames.of(row));
    const approvals = rows.views.code(COLUMN.approvals, row) !== 0;
    const baseline = this.#standings.baseline?.of(event, approvals);
    const candidate = this.#standings.candidate.of(event, approvals);
    const info = { event, baseline, candidate, fixed: undefined, last: undefined };
    const made = { ...info, fixed: this.#fixed(info) };
    for (let next = this.#keys.length; next <= key; next++) this.#keys.push(undefined);
    this.#keys[key] = made;
    this.#kinds++;
    return made;
  }

  /**
   * The one result of a key's calls, where nothing that was before can change it or be changed by
   * it.
   */
  #fixed({ event, baseline, candidate }: KeyInfo): Outcomes | undefined {
    const before = baseline === undefined ? recordedSide(event) : baseline.side;
    if (before === undefined || candidate.side === undefined) return undefined;
    if (baseline?.writes === true || candidate.writes) return undefined;
    if (this.#contains || event.parent !== undefined || this.#mayCut(event, before, candidate.side))
      return undefined;
    return this.#outcome(event, {
      before,
      after: candidate.side,
      class: classify(before, candidate.side),
      direct: true,
    });
  }

  /** Whether what is below a call may not be made, in the history of either version. */
  #mayCut(event: TraceEvent, before: Side, after: Side): boolean {
    const invokes = invokesOf(event);
    if (typeof invokes === "boolean") return invokes;
    return this.#remembers && !(before.permitted && after.permitted);
  }

  get #contains(): boolean {
    return [this.#versions.baseline, this.#versions.candidate].some(
      (reads) =>
        reads !== undefined && (reads.set.contains.sessions || reads.set.contains.subjects),
    );
  }

  #outcome(event: TraceEvent, of: Found): Outcomes {
    const direct = of.class === "widened" || of.class === "narrowed" ? of.direct : undefined;
    const result: CallResult = {
      event,
      baseline: of.before,
      candidate: of.after,
      class: of.class,
      direct,
    };
    return {
      result,
      marked: this.#sink.isMarked(result),
      credits: kindOf(this.#sink.credits(result)),
      calls: 0,
    };
  }

  /** Walks the rows of a segment, in order; `own`: only those of one part of the trace. */
  walk(rows: SegmentRows, keys: Uint32Array, own?: OwnRows): void {
    rows.numberSessions(own);
    this.#sink.events(countsOf(rows, keys, own));
    const credits = (this.#credits = new CreditTally(rows, this.#sink.credited));
    for (let row = 0; row < keys.length; row++) {
      if (own !== undefined && own.parts[row] !== own.part) continue;
      const key = keys[row] ?? OTHER;
      const fixed = this.#stateful ? undefined : this.#keys[key]?.fixed;
      if (fixed !== undefined) {
        this.#tell(fixed, rows, row);
        continue;
      }
      if (this.#stateful)
        for (const run of this.#writers) run.observe(rows.session(row), rows.time(row));
      if (key === OTHER) this.#other(rows, row);
      else if (key === WHOLE) this.#event(rows, row);
      else this.#call(rows, row, key);
    }
    credits.flush();
  }

  /** Of the segment that is walked. */
  #credits: CreditTally | undefined;

  /** Tells the sink how often each result came; once, at the end. */
  finish(): void {
    for (const info of this.#keys)
      if (info?.fixed !== undefined && info.fixed.calls > 0)
        this.#sink.count(info.fixed.result, info.fixed.calls);
    for (const byAfter of this.#pairs.values())
      for (const { outcomes } of byAfter.values())
        for (const { result, calls } of outcomes.values())
          if (calls > 0) this.#sink.count(result, calls);
  }

  #other(rows: SegmentRows, row: number): void {
    const event = new RowEvent(rows, row);
    this.#unreachable.pass(event);
    for (const run of this.#writers) run.pass(event);
  }

  #call(rows: SegmentRows, row: number, key: number): void {
    const info = this.#infoOf(key, rows, row);
    if (info.fixed !== undefined) return this.#tell(info.fixed, rows, row);
    const before = this.#before(rows, row, { key, info });
    const after = this.#candidate.decide({ rows, row, key, standing: info.candidate });
    this.#conclude({ rows, row, event: info.event, key, info }, before, after);
  }

  #before(
    rows: SegmentRows,
    row: number,
    { key, info }: { readonly key: number; readonly info: KeyInfo },
  ): Decided {
    if (this.#baseline === undefined || info.baseline === undefined) {
      const side = this.#recordedSides.get(key) ?? recordedSide(info.event);
      this.#recordedSides.set(key, side);
      return { side, call: undefined, kept: true };
    }
    return this.#baseline.decide({ rows, row, key, standing: info.baseline });
  }

  /** An unusual line, decided on its event. */
  #event(rows: SegmentRows, row: number): void {
    const event = rows.event(row);
    const before =
      this.#baseline === undefined
        ? { side: recordedSide(event), call: undefined, kept: false }
        : this.#baseline.decideEvent(event);
    this.#conclude(
      { rows, row, event, key: WHOLE, info: undefined },
      before,
      this.#candidate.decideEvent(event),
    );
  }

  #conclude(of: Concluded, before: Decided, after: Decided): void {
    const { rows, row, event } = of;
    const cut = this.#unreachable.take(new RowEvent(rows, row), invokesOf(event) === true, {
      baseline: before.side,
      candidate: after.side,
    });
    this.#cuts ||= cut;
    const pair =
      before.kept && after.kept ? this.#pairOf(of.info, before.side, after.side) : undefined;
    const change = cut
      ? ("unreachable" as const)
      : (pair?.change ?? classify(before.side, after.side));
    const direct =
      change === "widened" || change === "narrowed" ? this.#isDirect(of, before, after) : true;
    this.#advance(of, before, after);
    const found = { before: before.side, after: after.side, class: change, direct } as const;
    if (pair !== undefined && !cut) return this.#tell(this.#outcomeOf(of, pair, found), rows, row);
    const single = this.#outcome(event, found);
    this.#tell(single, rows, row);
    this.#sink.count(single.result, 1);
  }

  #pairOf(info: KeyInfo | undefined, before: Side, after: Side): Pair {
    const last = info?.last;
    if (last?.before === before && last.after === after) return last.pair;
    const pair = this.#pair(before, after);
    if (info !== undefined) info.last = { before, after, pair };
    return pair;
  }

  /** Two decisions that other calls have too, with how they differ. */
  #pair(before: Side, after: Side): Pair {
    const byAfter = this.#pairs.get(before) ?? new Map<Side, Pair>();
    const known = byAfter.get(after);
    if (known !== undefined) return known;
    const pair = { change: classify(before, after), outcomes: new Map<number, Outcomes>() };
    this.#pairs.set(before, byAfter.set(after, pair));
    return pair;
  }

  /** Results of decisions that are remembered are remembered too. */
  #outcomeOf(of: Concluded, pair: Pair, found: Found): Outcomes {
    const name = 2 * of.key + (found.direct ? 1 : 0);
    const known = pair.outcomes.get(name);
    if (known !== undefined) return known;
    const fresh = this.#outcome(of.event, found);
    pair.outcomes.set(name, fresh);
    return fresh;
  }

  /** Whether the versions differ, in any way, on what the baseline's history left (design 7.5). */
  #isDirect(of: Concluded, before: Decided, after: Decided): boolean {
    const seen = this.#mirrored(of);
    return seen === undefined || seen === after.side || classify(before.side, seen) !== "unchanged";
  }

  /** The candidate on the baseline's history; undefined: no history holds anything. */
  #mirrored(of: Concluded): Side | undefined {
    const mirror = this.#mirror;
    if (mirror === undefined) return undefined;
    const { rows, row, key, info } = of;
    if (info === undefined) return this.#mirrorEvent(mirror, of.event);
    const history = this.#baseline?.run;
    return history === undefined
      ? this.#withoutHistory(mirror, of)
      : mirror.decide({ rows, row, key, standing: info.candidate, history }).side;
  }

  #mirrorEvent(mirror: KeyedRun, event: TraceEvent): Side {
    const call = mirror.run.prepare(event.request);
    return engineSide(
      call,
      mirror.run.decide(
        call,
        this.#baseline?.run ?? { contained: () => undefined, used: mirror.run.used },
      ),
    );
  }

  /** Where the baseline is what was recorded, nothing is contained. */
  #withoutHistory(mirror: KeyedRun, of: Concluded): Side {
    const { rows, row, info } = of;
    const { sessions, subjects } = mirror.run.set.contains;
    if (info?.candidate.side !== undefined && !sessions && !subjects) return info.candidate.side;
    const call =
      info?.candidate.engine === "event"
        ? mirror.run.prepare(rows.event(row).request)
        : mirror.call(rows, row);
    return engineSide(
      call,
      mirror.run.decide(call, { contained: () => undefined, used: mirror.run.used }),
    );
  }

  #advance(of: Concluded, before: Decided, after: Decided): void {
    const placed = this.#isPlaced(of, before, after);
    const [baseline, candidate] = [
      this.#toAdvance(this.#baseline, of, { decided: before, placed }),
      this.#toAdvance(this.#candidate, of, { decided: after, placed }),
    ];
    if (baseline === undefined && candidate === undefined) return;
    const { event, info } = of;
    if (baseline !== undefined)
      advance(
        this.#baseline?.run,
        baseline,
        this.#effect(before.side, event, info?.baseline?.triggered),
        of,
      );
    if (candidate === undefined) return;
    const only = info?.candidate.triggered;
    advance(this.#candidate.run, candidate, this.#effect(after.side, event, only), of);
    if (!this.#mirrorReads)
      advance(this.#mirror?.run, candidate, this.#effect(before.side, event, only), of);
  }

  /** Whether the call has a place in the tree of calls that a history has to know of. */
  #isPlaced({ rows, row, event }: Concluded, before: Decided, after: Decided): boolean {
    if (!this.#remembers) return false;
    if (this.#mayCut(event, before.side, after.side)) return true;
    const at = { session: rows.session(row), parent: rows.parent(row) };
    return at.parent !== undefined && this.#writers.some((run) => run.made(at) !== true);
  }

  /** The call to change a version's state with; undefined: nothing changes. */
  #toAdvance(
    run: KeyedRun | undefined,
    { rows, row }: Concluded,
    of: { readonly decided: Decided; readonly placed: boolean },
  ): Advancing | undefined {
    const { side, call } = of.decided;
    if (run === undefined || side.engine === undefined) return undefined;
    const whole = call ?? (of.placed ? run.call(rows, row) : undefined);
    return whole === undefined ? undefined : { outcome: side.engine.outcome, call: whole };
  }

  readonly #effects = new WeakMap<Side, Map<readonly number[] | undefined, Effectuation>[]>();

  /**
   * What a decision means for the state; calls of one decision differ only in whether they really
   * ran, and in what they may trigger.
   */
  #effect(side: Side, event: TraceEvent, only: readonly number[] | undefined): Effectuation {
    if (this.#options.history === "recorded" || side.engine === undefined)
      return { ...recorded(event), only };
    const known = this.#effects.get(side) ?? [new Map(), new Map()];
    this.#effects.set(side, known);
    const byTriggered = known[reallyRan(event) ? 1 : 0];
    const found = byTriggered?.get(only);
    if (found !== undefined) return found;
    const made = { ...counterfactual(side.engine.outcome, event), only };
    byTriggered?.set(only, made);
    return made;
  }

  #tell(outcome: Outcomes, rows: SegmentRows, row: number): void {
    outcome.calls++;
    if (outcome.marked) this.#sink.mark(outcome.result, rows.facts(row));
    this.#credits?.add(row, outcome.credits);
  }
}

/** WHY kept: a watched trace is walked again and again. */
const COUNTS = new WeakMap<Segment, EventCounts>();

function countsOf(
  { segment }: SegmentRows,
  keys: Uint32Array,
  own: OwnRows | undefined,
): EventCounts {
  if (own !== undefined) return counted(segment, keys, own);
  const counts = COUNTS.get(segment) ?? counted(segment, keys, undefined);
  COUNTS.set(segment, counts);
  return counts;
}

function counted({ times }: Segment, keys: Uint32Array, own: OwnRows | undefined): EventCounts {
  let [events, calls] = [0, 0];
  let [from, to] = [Infinity, -Infinity];
  for (let row = 0; row < keys.length; row++) {
    if (own !== undefined && own.parts[row] !== own.part) continue;
    events++;
    if (keys[row] !== OTHER) calls++;
    const time = times[row] ?? NaN;
    if (time < from) from = time;
    if (time > to) to = time;
  }
  return { events, calls, from, to };
}

interface Concluded {
  readonly rows: SegmentRows;
  readonly row: number;
  readonly event: TraceEvent;
  readonly key: number;
  /** Undefined: an unusual line. */
  readonly info: KeyInfo | undefined;
}

/** A call and its decision, for a version's state. */
interface Advancing {
  readonly call: Call;
  readonly outcome: Outcome;
}

function advance(
  run: Run | undefined,
  { call, outcome }: Advancing,
  as: Effectuation,
  { rows, row }: Concluded,
): void {
  run?.advance(call, outcome, as, new RowEvent(rows, row));
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

/**
 * Whether sets of one catalog declare the same state, so that the same calls leave the same in
 * both.
 */
function keepsLikeState(old: CompiledSet, set: CompiledSet): boolean {
  return (
    old.declares === set.declares &&
    old.bounds === set.bounds &&
    declarationsForm(old.declarations) === declarationsForm(set.declarations)
  );
}

/** Whether a decision starts a containment. */
function containsAny({ engine }: Side): boolean {
  return engine !== undefined && engine.outcome.containments.length > 0;
}

function invokesOf({ request }: TraceEvent): Truth {
  return isInvocation(request.action, maskOf(request));
}
