import type { CompiledSet } from "../engine/compile-set.ts";
import { KeyNames } from "../engine/column-state.ts";
import { UNCOUNTED, type EventIds } from "../engine/event-ids.ts";
import type { ApprovalsMode } from "../engine/member.ts";
import { PolicySession } from "../engine/policy-session.ts";
import { classify } from "../replay/classify.ts";
import type { ForgottenSessions } from "../documents/replay-result.ts";
import { recordedSide, type VersionDecision } from "../replay/version-decision.ts";
import type { CallResult } from "../replay/walk.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { RecordedRun } from "../trace/really-ran.ts";
import type { Evaluation } from "./evaluation.ts";
import { Rans, RowEvent } from "./row-event.ts";
import { LiveRow } from "./state/live-row.ts";
import { RowKinds } from "./state/row-kinds.ts";
import type {
  Asked,
  AskedKind,
  Decided,
  OtherHistory,
  SeenVersion,
  Shared,
  StateRow,
} from "./state/decided.ts";
import { PlacedCalls, type Sides } from "./state/placed-calls.ts";
import { seenVersions } from "./state/seen-versions.ts";
import { VersionWalk } from "./state/version-walk.ts";
import { keepsLikeState } from "./state-reads.ts";
import type { ClassParts } from "./values/class-parts.ts";
import { Kept, PairTable } from "../text/pair-table.ts";
import type { SegmentRows } from "./values/segment-rows.ts";

export interface SessionOptions {
  readonly history: "counterfactual" | "recorded";
  readonly approvals: ApprovalsMode;
  readonly idle: number | undefined;
  /** Whether calls are below other calls: then every event's id counts. */
  readonly linked: boolean;
}

/** What both versions decided of a call, before anything is counted. */
export interface Met {
  readonly before: VersionDecision;
  readonly after: VersionDecision;
  readonly class: CallResult["class"];
  readonly direct: boolean | undefined;
  /** The same for all calls that come to all of this alike; 0: no other call does. */
  readonly number: number;
  /** Why the engine was asked about this call alone; undefined: it was not, or by whoever asked. */
  readonly alone?: string | undefined;
}

/** The state that calls left, whatever their numbers were. */
export interface LeftState {
  readonly names: KeyNames;
  readonly placed: PlacedCalls;
  readonly baseline: PolicySession | undefined;
  readonly candidate: PolicySession;
  readonly mirror: PolicySession | undefined;
}

/** What walks before this one left. */
export interface WalksBefore {
  /** What earlier calls left, to which other numbers were given. */
  readonly left?: LeftState | undefined;
  /** What the baseline decided of the same calls beside another candidate, by number. */
  readonly decided?: SeenVersion["decisions"] | undefined;
}

const CLASSES = ["unchanged", "widened", "narrowed", "indeterminate"] as const;
/** Where the steps of each kind start. */
const [CHANGE, DIRECT, MET] = [-1, -2, -3];

/**
 * The calls that touch what earlier ones left, or leave something themselves: decided in the order
 * of time, by each version on its own history. Columns have told by then whatever does not hang on
 * state; a decision is asked of the engine once for each outcome and what its rules on state came
 * to.
 */
export class SessionWalk {
  readonly #evaluation: Evaluation;
  readonly #options: SessionOptions;
  readonly #baseline: VersionWalk | undefined;
  readonly #candidate: VersionWalk;
  /** The candidate on the baseline's history; undefined: no history holds anything. */
  readonly #mirror: VersionWalk | undefined;
  /** Whether that reads the baseline's state, and has none of its own. */
  readonly #mirrorReads: boolean;
  readonly #versions: readonly VersionWalk[];
  readonly #writers: readonly PolicySession[];
  readonly #observes: boolean;
  readonly #stateful: boolean;
  /** Whether all state is read by number where nothing is doubtful. */
  readonly #isNumbered: boolean;
  readonly #names: KeyNames;
  readonly #placed: PlacedCalls;
  readonly #steps = new PairTable();
  readonly #kept = new Kept();
  readonly #shared: Shared;
  #rans: Rans | undefined;
  /** What calls came to, by its number. */
  readonly #met: Met[] = [];
  readonly #recorded = new Map<number, Decided>();

  constructor(
    parts: ClassParts,
    evaluation: Evaluation,
    options: SessionOptions,
    { left: before, decided = [] }: WalksBefore = {},
  ) {
    this.#evaluation = evaluation;
    this.#options = options;
    this.#names = before?.names ?? new KeyNames();
    this.#placed = new PlacedCalls(options.linked, before?.placed);
    this.#shared = {
      parts,
      evaluation,
      steps: this.#steps,
      kept: this.#kept,
      kinds: new RowKinds(parts, evaluation),
      row: new LiveRow(),
      isRecorded: options.history === "recorded",
      alone: undefined,
    };
    const { old, fresh } = seenVersions(parts, this.#names, decided);
    const isLike = old !== undefined && old.seen === fresh.seen;
    this.#mirrorReads = isLike && keepsLikeState(old.set, fresh.set);
    this.#stateful = fresh.set.stateful || old?.set.stateful === true;
    const walk = (version: SeenVersion, run: PolicySession | undefined): VersionWalk =>
      new VersionWalk(version, run ?? this.#run(version.set), this.#shared);
    this.#baseline = old === undefined ? undefined : walk(old, before?.baseline);
    this.#candidate = walk(fresh, before?.candidate);
    const stateOf = this.#mirrorReads ? this.#baseline?.run : undefined;
    this.#mirror =
      this.#stateful && options.history === "counterfactual"
        ? walk(fresh, before?.mirror ?? this.#run(fresh.set, stateOf))
        : undefined;
    this.#versions = [this.#baseline, this.#candidate].filter((one) => one !== undefined);
    const walks = [...this.#versions, ...(this.#mirror === undefined ? [] : [this.#mirror])];
    this.#isNumbered = walks.every(({ isNumbered }) => isNumbered);
    this.#writers = [...this.#versions, ...(this.#mirrorReads ? [] : [this.#mirror])].flatMap(
      (walk) => walk?.run ?? [],
    );
    this.#observes =
      options.idle !== undefined || this.#versions.some(({ version: { set } }) => set.bounds);
  }

  #run(set: CompiledSet, stateOf?: PolicySession): PolicySession {
    const { approvals, idle } = this.#options;
    return new PolicySession(set, {
      approvals,
      idle,
      seen: this.ids ?? UNCOUNTED,
      isFlat: !this.#options.linked,
      // what an outcome settles is kept by key, not in columns
      ...(this.#options.linked && set.awaits ? {} : { names: this.#names }),
      ...(stateOf === undefined ? {} : { stateOf }),
    });
  }

  /** What the baseline decided, by number. */
  get decided(): SeenVersion["decisions"] {
    return this.#baseline?.version.decisions ?? [];
  }

  /** What calls so far left. */
  get left(): LeftState {
    return {
      names: this.#names,
      placed: this.#placed,
      baseline: this.#baseline?.run,
      candidate: this.#candidate.run,
      mirror: this.#mirror?.run,
    };
  }

  /** Which ids the events so far have; undefined: no call is below another, so nobody counts. */
  get ids(): EventIds | undefined {
    return this.#placed.ids;
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

  /** Notes a row of any type, before it is decided. */
  observe(rows: SegmentRows, at: number): void {
    if (!this.#observes) return;
    const [session, time] = [rows.session(at), rows.time(at)];
    for (const run of this.#writers) run.observe(session, time);
  }

  /** Notes a row's id, once it was decided. */
  seen(rows: SegmentRows, at: number): void {
    this.#placed.seen(rows, at);
  }

  /** Notes a row that is no call. */
  pass(rows: SegmentRows, at: number): void {
    const type = rows.type(at);
    const isBelow = this.#placed.isBelow(rows, at);
    if (!isBelow && type !== "session_end") return;
    const event = new RowEvent(rows, at);
    if (isBelow) this.#placed.pass(event);
    for (const run of this.#writers) run.pass(event);
  }

  /** Whether a row hangs on earlier calls, or may matter to later ones: then it is to be met. */
  touches(rows: SegmentRows, row: StateRow): boolean {
    for (const walk of this.#versions) {
      const { place, set } = walk.version;
      if (this.#evaluation.isLive(place) || this.#evaluation.mayWrite(place)) return true;
      if (set.bounds) return true;
      const { sessions, subjects } = set.contains;
      if (subjects) return true;
      if (sessions && (this.#evaluation.mayContain || walk.mayContain(rows.session(row.at))))
        return true;
    }
    return this.#placed.has(rows, row);
  }

  /** Decides a row by both versions, and changes what they keep. */
  meet({ rows, row, outcome, known }: Asked): Met {
    this.#shared.alone = undefined;
    const isPlaced = this.#placed.has(rows, row);
    const asked = { rows, row, outcome, known, kind: undefined };
    const met = this.#meet(this.#isNumbered && !isPlaced ? this.#byNumber(asked) : asked, isPlaced);
    return this.#shared.alone === undefined ? met : { ...met, alone: this.#shared.alone };
  }

  /** A row whose state is read by number, where it says nothing of its own record. */
  #byNumber(asked: AskedKind): AskedKind {
    const { rows, row, outcome, known } = asked;
    if (row.frame.number !== 0) return asked;
    this.#shared.row.to(rows, row);
    return { rows, row, outcome, known, kind: this.#shared.kinds.of(outcome) };
  }

  #meet(asked: AskedKind, isPlaced: boolean): Met {
    const before = this.#before(asked);
    const after = this.#candidate.decide(asked, undefined);
    const cut = isPlaced && this.#placed.isCut(asked, sidesOf(before, after));
    const change = cut ? "unreachable" : this.#change(asked, before, after);
    const direct =
      change === "widened" || change === "narrowed"
        ? this.#isDirect(asked, before, after)
        : undefined;
    this.#advance(asked, { before, after, isPlaced });
    const history = cut ? UNREACHABLE : direct === true ? 1 : 0;
    const number = this.#numberOf(asked, [before, after], history);
    const known = number === 0 ? undefined : this.#met[number];
    if (known !== undefined) return known;
    const met: Met = { before: before.side, after: after.side, class: change, direct, number };
    if (number !== 0) this.#met[number] = met;
    return met;
  }

  /** A number for what a call came to; 0 where that is its own alone. */
  #numberOf({ outcome }: Asked, sides: readonly Decided[], history: number): number {
    let at = this.#steps.step(this.#steps.step(MET, outcome), history);
    for (const { number } of sides) {
      if (number === 0) return 0;
      at = this.#steps.step(at, number);
    }
    return at;
  }

  /** Decides an unusual line on its event. */
  meetEvent(event: TraceEvent): Met {
    const before = this.#baseline?.ofEvent(event, undefined) ?? recordedDecision(event, 0);
    const after = this.#candidate.ofEvent(event, undefined);
    const cut = this.#placed.isEventCut(event, sidesOf(before, after));
    const change = cut ? "unreachable" : classify(before.side, after.side);
    const direct =
      change === "widened" || change === "narrowed"
        ? this.#mirror === undefined ||
          classify(before.side, this.#mirror.ofEvent(event, this.#history(this.#mirror)).side) !==
            "unchanged"
        : undefined;
    const stored = { event, ran: event, only: undefined };
    this.#baseline?.store(before, before, { ...stored, call: before.call });
    this.#candidate.store(after, after, { ...stored, call: after.call });
    if (!this.#mirrorReads) this.#mirror?.store(after, before, { ...stored, call: after.call });
    return { before: before.side, after: after.side, class: change, direct, number: 0 };
  }

  #before(asked: AskedKind): Decided {
    const { row } = asked;
    if (this.#baseline !== undefined) return this.#byBaseline(this.#baseline, asked);
    const { number } = row.recorded();
    const known = this.#recorded.get(number) ?? recordedDecision(row.event(), number);
    this.#recorded.set(number, known);
    return known;
  }

  /** What the baseline decides does not hang on the candidate: it stays for the next one. */
  #byBaseline(baseline: VersionWalk, asked: AskedKind): Decided {
    const { row, known } = asked;
    const before = baseline.version.decisions[(known?.[row.at] ?? 0) - 1];
    if (before !== undefined) return before;
    const decided = baseline.decide(asked, undefined);
    if (known !== undefined) known[row.at] = decided.number;
    return decided;
  }

  #change(asked: Asked, before: Decided, after: Decided): (typeof CLASSES)[number] {
    const change = (): (typeof CLASSES)[number] =>
      classify(
        this.#baseline?.own(asked, before, undefined) ?? before.side,
        this.#candidate.own(asked, after, undefined),
      );
    if (before.number === 0 || after.number === 0) return change();
    const at = this.#steps.step(this.#steps.step(CHANGE, before.number), after.number);
    const known = CLASSES[this.#kept.get(at) - 1];
    if (known !== undefined) return known;
    const made = change();
    this.#kept.set(at, 1 + CLASSES.indexOf(made));
    return made;
  }

  /** Whether the versions differ, in any way, on what the baseline's history left (design 7.5). */
  #isDirect(asked: AskedKind, before: Decided, after: Decided): boolean {
    const mirror = this.#mirror;
    if (mirror === undefined) return true;
    const history = this.#history(mirror);
    const seen = mirror.decide(asked, history);
    if (seen.side === after.side) return true;
    const differs = (): boolean =>
      classify(
        this.#baseline?.own(asked, before, undefined) ?? before.side,
        mirror.own(asked, seen, history),
      ) !== "unchanged";
    if (seen.number === 0 || before.number === 0) return differs();
    const at = this.#steps.step(this.#steps.step(DIRECT, before.number), seen.number);
    const known = this.#kept.get(at);
    if (known > 0) return known === 1;
    const direct = differs();
    this.#kept.set(at, direct ? 1 : 2);
    return direct;
  }

  #history({ run }: VersionWalk): OtherHistory {
    return this.#baseline?.run ?? { contained: () => undefined, used: run.used };
  }

  #advance(asked: AskedKind, { before, after, isPlaced }: MetCall): void {
    const { rows, row } = asked;
    if (this.#rans?.rows !== rows) this.#rans = new Rans(rows);
    const ran = this.#rans.of(row.at);
    const placed = this.#stateful && isPlaced;
    const [baseline, candidate] = [this.#baseline, this.#candidate];
    if (baseline?.write(asked, before, { as: before, ran }) === false)
      this.#store(baseline, { asked, ran, placed, decided: before, as: before, by: baseline });
    if (!candidate.write(asked, after, { as: after, ran }))
      this.#store(candidate, { asked, ran, placed, decided: after, as: after, by: candidate });
    const mirror = this.#mirrorReads ? undefined : this.#mirror;
    if (mirror?.write(asked, after, { as: before, ran }) === false)
      this.#store(mirror, { asked, ran, placed, decided: after, as: before, by: candidate });
  }

  /** Has the engine change a version's state by a decision, as it counts in a history. */
  #store(walk: VersionWalk, { asked, ran, placed, decided, as, by }: MetAs): void {
    const only = by.triggered(asked, decided, placed);
    if (only === undefined) return;
    const event = new RowEvent(asked.rows, asked.row.at);
    walk.store(decided, as, { event, ran, only, call: by.callOf(asked, decided) });
  }
}

/** Beside whether a change is direct. */
const UNREACHABLE = 2;

/** A call as both versions decided it, and whether it has a place in the tree of calls. */
interface MetCall {
  readonly before: Decided;
  readonly after: Decided;
  readonly isPlaced: boolean;
}

/** A call as it changes a version's state. */
interface MetAs {
  readonly asked: Asked;
  readonly ran: RecordedRun;
  readonly placed: boolean;
  readonly decided: Decided;
  /** The decision by which it counts in the history. */
  readonly as: Decided;
  /** Who decided it. */
  readonly by: VersionWalk;
}

function sidesOf(before: Decided, after: Decided): Sides {
  return { baseline: before.side, candidate: after.side };
}

function recordedDecision(event: TraceEvent, number: number): Decided {
  return { side: recordedSide(event), number, effects: undefined, call: undefined };
}
