import { Unknown } from "../condition/value.ts";
import { rowOf, type PreparedCall } from "../engine/prepared-call.ts";
import { isInvocation } from "../engine/call-tree.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { KeyNames } from "../engine/column-state.ts";
import type { Vote } from "../engine/combine.ts";
import type { Outcome } from "../engine/decide.ts";
import type { Entity } from "../engine/entity.ts";
import { EventIds, UNCOUNTED } from "../engine/event-ids.ts";
import { maskOf } from "../engine/mask.ts";
import { appliedDecision, PolicySession, type AppliedDecision } from "../engine/policy-session.ts";
import { subjectKey } from "../engine/state-store.ts";
import type { ApprovalsMode } from "../engine/member.ts";
import { classify } from "../replay/classify.ts";
import { outcomeText } from "./values/interner.ts";
import type { ClassParts } from "./values/class-parts.ts";
import { Kept, PairTable } from "./values/pair-table.ts";
import type { Light, SegmentRows } from "./values/segment-rows.ts";
import type { SetReads } from "./values/set-reads.ts";
import type { ForgottenSessions } from "../documents/replay-result.ts";
import {
  engineDecision,
  recorded,
  recordedSide,
  type VersionDecision,
} from "../replay/version-decision.ts";
import { UnreachableCalls, type CallResult } from "../replay/walk.ts";
import { COLUMN } from "../trace/columns/layout.ts";
import type { TraceEvent } from "../trace/event.ts";
import { reallyRan, type RecordedRun } from "../trace/really-ran.ts";
import type { Evaluation, EvaluatedRow } from "./evaluation.ts";
import type { SeenCall } from "./slots.ts";
import { Rans, RowEvent } from "./row-event.ts";
import { keepsLikeState, lightOf, Manifests } from "./state-reads.ts";

export interface SessionOptions {
  readonly history: "counterfactual" | "recorded";
  readonly approvals: ApprovalsMode;
  readonly idle: number | undefined;
  /** Whether calls are below other calls: then every event's id counts. */
  readonly linked: boolean;
}

/** A row while its state is asked. */
export interface StateRow extends EvaluatedRow {
  readonly at: number;
  /** The number of its action, over all segments. */
  readonly action: number;
  /** The number of its subject, over all segments. */
  readonly subject: number;
  /** Whether the event says of its own record what it holds. */
  readonly frame: { readonly number: number };
  /** What was decided when the call was made, with a number for what counts of it. */
  recorded(): { readonly number: number };
  event(): TraceEvent;
  calls(): readonly PreparedCall[];
}

/** What is decided: a row, the segment that holds it, and the outcome that columns tell. */
export interface Asked {
  readonly rows: SegmentRows;
  readonly row: StateRow;
  readonly outcome: number;
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

/** A version with what it keeps of the calls so far. */
interface View {
  /** Its place among the versions. */
  readonly place: number;
  readonly set: CompiledSet;
  readonly run: PolicySession;
  /** What of a call its state is read and written by. */
  readonly light: Light;
  /** The set by which that is seen: versions of one catalog share it. */
  readonly seen: CompiledSet;
  readonly manifests: Manifests;
  /** Decisions that other calls have too, by their number. */
  readonly kinds: DecisionKind[];
}

/** A decision that many calls have. */
interface DecisionKind {
  readonly side: VersionDecision;
  /** What it means for state: by what it may trigger, of calls that did not really run, or did. */
  readonly effects: readonly [Effects, Effects];
}

type Effects = Map<readonly number[] | undefined, AppliedDecision>;

/** A version's decision of one call. */
interface Decided {
  readonly side: VersionDecision;
  /** The number of the decision among those that other calls have too; 0: none has it. */
  readonly number: number;
  readonly kind?: DecisionKind;
  /** The call as it was decided; undefined: it was not looked at. */
  readonly call: PreparedCall | undefined;
}

/** So many decisions are remembered; what comes after is asked of the engine each time. */
const REMEMBERED = 200_000;
const CLASSES = ["unchanged", "widened", "narrowed", "indeterminate"] as const;
/** Where the steps of each kind start. */
const [DECISION, CHANGE, DIRECT, MET] = [-1, -2, -3, -4];

/**
 * The calls that touch what earlier ones left, or leave something themselves: decided in the order
 * of time, by each version on its own history. Columns have told by then whatever does not hang on
 * state; a decision is asked of the engine once for each outcome and what its rules on state came
 * to.
 */
export class SessionWalk {
  readonly #parts: ClassParts;
  readonly #evaluation: Evaluation;
  readonly #options: SessionOptions;
  readonly #baseline: View | undefined;
  readonly #candidate: View;
  /** The candidate on the baseline's history; undefined: no history holds anything. */
  readonly #mirror: View | undefined;
  readonly #mirrorReads: boolean;
  readonly #views: readonly View[];
  readonly #writers: readonly PolicySession[];
  readonly #observes: boolean;
  readonly #stateful: boolean;
  readonly #ids: EventIds | undefined;
  readonly #names = new KeyNames();
  readonly #unreachable: UnreachableCalls;
  readonly #steps = new PairTable();
  readonly #kept = new Kept();
  #rans: Rans | undefined;
  readonly #invokes = new Kept();
  /** Why the engine was asked about the call that is met, alone. */
  #alone: string | undefined;

  constructor(parts: ClassParts, evaluation: Evaluation, options: SessionOptions) {
    this.#parts = parts;
    this.#evaluation = evaluation;
    this.#options = options;
    this.#ids = options.linked ? new EventIds() : undefined;
    this.#unreachable = new UnreachableCalls(this.#ids ?? UNCOUNTED);
    const [first, second] = parts.versions;
    const [old, fresh] = second === undefined ? [undefined, first] : [first, second];
    if (fresh === undefined) throw new Error("there is no version");
    const shares = old !== undefined && old.set.catalogForm() === fresh.set.catalogForm();
    const both = old === undefined || !shares ? [fresh] : [old, fresh];
    const light = lightOf(both, parts.layout);
    const seen = shares ? old.set : fresh.set;
    this.#baseline =
      old === undefined
        ? undefined
        : this.#view(0, old, {
            seen: old.set,
            light: shares ? light : lightOf([old], parts.layout),
          });
    this.#candidate = this.#view(parts.versions.length - 1, fresh, { seen, light });
    const reads = shares && keepsLikeState(old.set, fresh.set);
    this.#mirrorReads = reads;
    this.#stateful = fresh.set.stateful || old?.set.stateful === true;
    this.#mirror =
      this.#stateful && options.history === "counterfactual"
        ? { ...this.#candidate, run: this.#run(fresh.set, reads ? this.#baseline?.run : undefined) }
        : undefined;
    this.#views = [this.#baseline, this.#candidate].filter((view) => view !== undefined);
    this.#writers = [...this.#views, ...(reads ? [] : [this.#mirror])].flatMap(
      (view) => view?.run ?? [],
    );
    this.#observes =
      options.idle !== undefined || this.#views.some(({ set: { bounds } }) => bounds);
  }

  #view(place: number, { set }: SetReads, known: Pick<View, "seen" | "light">): View {
    return {
      place,
      set,
      run: this.#run(set, undefined),
      ...known,
      manifests: new Manifests(set),
      kinds: [],
    };
  }

  #run(set: CompiledSet, stateOf: PolicySession | undefined): PolicySession {
    const { approvals, idle } = this.#options;
    return new PolicySession(set, {
      approvals,
      idle,
      seen: this.#ids ?? UNCOUNTED,
      isFlat: this.#ids === undefined,
      // what an outcome settles is kept by key, not in columns
      ...(this.#ids !== undefined && set.awaits ? {} : { names: this.#names }),
      ...(stateOf === undefined ? {} : { stateOf }),
    });
  }

  /** Which ids the events so far have; undefined: no call is below another, so nobody counts. */
  get ids(): EventIds | undefined {
    return this.#ids;
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
    this.#ids?.add({ id: rows.id(at), session: rows.session(at) });
  }

  /** Notes a row that is no call. */
  pass(rows: SegmentRows, at: number): void {
    const type = rows.type(at);
    const linked = this.#ids !== undefined && rows.views.code(COLUMN.parent, at) !== 0;
    if (!linked && type !== "session_end") return;
    const event = new RowEvent(rows, at);
    if (linked) this.#unreachable.pass(event);
    for (const run of this.#writers) run.pass(event);
  }

  /** Whether a row hangs on earlier calls, or may matter to later ones: then it is to be met. */
  touches(rows: SegmentRows, row: StateRow): boolean {
    for (const view of this.#views) {
      const { place, set, run } = view;
      if (this.#evaluation.isLive(place) || this.#evaluation.mayWrite(place)) return true;
      if (set.bounds) return true;
      const { sessions, subjects } = set.contains;
      if (subjects) return true;
      if (sessions && (this.#evaluation.mayContain || this.#isContained(run, rows.session(row.at))))
        return true;
    }
    return this.#isPlaced(rows, row);
  }

  #isContained(run: PolicySession, session: string | undefined): boolean {
    return session === undefined || run.mayContain(session);
  }

  /** Decides a row by both versions, and changes what they keep. */
  meet(asked: Asked): Met {
    const { rows, row } = asked;
    this.#alone = undefined;
    const before = this.#before(asked);
    const after = this.#decide(this.#candidate, asked, undefined);
    const cut =
      this.#isPlaced(rows, row) &&
      this.#unreachable.take(new RowEvent(rows, row.at), this.#invocation(row) === YES, {
        baseline: before.side,
        candidate: after.side,
      });
    const change = cut ? "unreachable" : this.#change(asked, before, after);
    const direct =
      change === "widened" || change === "narrowed"
        ? this.#isDirect(asked, before, after)
        : undefined;
    this.#advance(asked, before, after);
    return {
      before: before.side,
      after: after.side,
      class: change,
      direct,
      number: this.#numberOf(asked, [before, after], cut ? UNREACHABLE : direct === true ? 1 : 0),
      alone: this.#alone,
    };
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
    const whole = (view: View): Decided => this.#ofEvent(view, event, undefined);
    const before =
      this.#baseline === undefined
        ? { side: recordedSide(event), number: 0, call: undefined }
        : whole(this.#baseline);
    const after = whole(this.#candidate);
    const cut =
      this.#ids !== undefined &&
      this.#unreachable.take(
        event,
        isInvocation(event.request.action, maskOf(event.request)) === true,
        {
          baseline: before.side,
          candidate: after.side,
        },
      );
    const change = cut ? "unreachable" : classify(before.side, after.side);
    const direct =
      change === "widened" || change === "narrowed"
        ? this.#mirror === undefined ||
          classify(
            before.side,
            this.#ofEvent(this.#mirror, event, this.#history(this.#mirror)).side,
          ) !== "unchanged"
        : undefined;
    const of = (call: PreparedCall | undefined): Stored => ({
      event,
      ran: event,
      only: undefined,
      call,
    });
    this.#store(this.#baseline, before, before, of(before.call));
    this.#store(this.#candidate, after, after, of(after.call));
    if (!this.#mirrorReads) this.#store(this.#mirror, after, before, of(after.call));
    return { before: before.side, after: after.side, class: change, direct, number: 0 };
  }

  #ofEvent({ run }: View, event: TraceEvent, history: History): Decided {
    const call = run.prepare(event.request);
    return { side: engineDecision(call, run.decide(call, history)), number: 0, call };
  }

  #before(asked: Asked): Decided {
    if (this.#baseline !== undefined) return this.#decide(this.#baseline, asked, undefined);
    const { row } = asked;
    const { number } = row.recorded();
    const known = this.#recorded.get(number);
    if (known !== undefined) return { side: known, number, call: undefined };
    const side = recordedSide(row.event());
    this.#recorded.set(number, side);
    return { side, number, call: undefined };
  }

  readonly #recorded = new Map<number, VersionDecision>();

  /** `history`: whose containments and used-up approvals count; undefined: the version's own. */
  #decide(view: View, asked: Asked, history: History): Decided {
    const { row, outcome: told } = asked;
    const beyond = this.#beyond(view, asked);
    if (beyond < 0) return this.#byEngine(view, asked, { history, why: BOUNDED });
    const contained = this.#contained(view, asked, history);
    if (contained < 0) return this.#byEngine(view, asked, { history, why: CONTAINED });
    const { place, run } = view;
    let at = this.#steps.step(this.#steps.step(DECISION, place), told);
    at = this.#steps.step(this.#steps.step(at, contained), beyond);
    let call: PreparedCall | undefined;
    if (this.#evaluation.isLive(place)) {
      call = this.#light(view, asked);
      const live = rowOf(call, call.subject, run.state);
      at = this.#steps.step(
        at,
        this.#evaluation.onState(place, row, {
          live,
          whole: () => seenBy(view, this.#whole(view, asked.row)),
        }),
      );
    }
    const number = this.#kept.get(at);
    const known = view.kinds[number - 1];
    if (known !== undefined) return { side: known.side, number, kind: known, call };
    if (view.kinds.length >= REMEMBERED)
      return this.#byEngine(view, asked, { history, why: DIVERSE });
    const whole = this.#whole(view, asked.row);
    const outcome = run.decide(whole, history);
    this.#evaluation.check(outcome, place);
    const side = engineDecision(whole, outcome);
    const kind: DecisionKind = { side, effects: [new Map(), new Map()] };
    this.#kept.set(at, view.kinds.push(kind));
    return { side, number: view.kinds.length, kind, call: call ?? whole };
  }

  #byEngine(
    view: View,
    { row }: Asked,
    { history, why }: { readonly history: History; readonly why: string },
  ): Decided {
    this.#alone = why;
    return this.#ofCall(view, this.#whole(view, row), history);
  }

  #ofCall({ run }: View, call: PreparedCall, history: History): Decided {
    return { side: engineDecision(call, run.decide(call, history)), number: 0, call };
  }

  /**
   * A number for what earlier calls contain, or may: 0 is nothing, -1 that it is certain, and by
   * which event.
   */
  #contained(view: View, asked: Asked, history: History): number {
    const run =
      history === undefined ? view.run : history instanceof PolicySession ? history : undefined;
    if (run === undefined) return 0;
    const { sessions, subjects } = run.set.contains;
    if (!sessions && !subjects) return 0;
    if (!subjects && !this.#isContained(run, asked.rows.session(asked.row.at))) return 0;
    const call = this.#light(view, asked);
    const item = run.contained(call, call.subject);
    if (item === undefined) return 0;
    return item.truth instanceof Unknown ? 1 + this.#parts.text.code(outcomeText(item.truth)) : -1;
  }

  /**
   * A number for which bounds of its agent's manifest a call is beyond: 0 is none, -1 that nobody
   * knows which agent it is.
   */
  #beyond(view: View, asked: Asked): number {
    const by = view.manifests.boundBy(asked.row, () => this.#whole(view, asked.row));
    if (by !== "own") return by === "any" ? -1 : 0;
    const call = this.#light(view, asked);
    const beyond = view.manifests.beyond(call, view.run);
    return beyond.every((truth) => truth === false)
      ? 0
      : 1 + this.#parts.text.code([call.subject.id, ...beyond.map(outcomeText)].join("\u0001"));
  }

  /** The little of a call that state needs. */
  #light(view: View, asked: Asked): PreparedCall {
    const { rows, row } = asked;
    return row.frame.number === 0
      ? rows.lightCall(view.seen, row.at, view.light)
      : this.#whole(view, asked.row);
  }

  #whole(view: View, row: StateRow): PreparedCall {
    const call = row.calls()[view.place];
    if (call === undefined) throw new Error("a version sees no call");
    return call;
  }

  #change(asked: Asked, before: Decided, after: Decided): (typeof CLASSES)[number] {
    if (before.number === 0 || after.number === 0)
      return classify(
        this.#own(this.#baseline, asked, { decided: before, history: undefined }),
        this.#own(this.#candidate, asked, { decided: after, history: undefined }),
      );
    const at = this.#steps.step(this.#steps.step(CHANGE, before.number), after.number);
    const known = CLASSES[this.#kept.get(at) - 1];
    if (known !== undefined) return known;
    const change = classify(
      this.#own(this.#baseline, asked, { decided: before, history: undefined }),
      this.#own(this.#candidate, asked, { decided: after, history: undefined }),
    );
    this.#kept.set(at, 1 + CLASSES.indexOf(change));
    return change;
  }

  /**
   * A decision as it is of this very call. WHY: it may have been made on another one of its number,
   * and what is undecided in both versions is told by whose call it is.
   */
  #own(
    view: View | undefined,
    { row }: Asked,
    { decided, history }: { readonly decided: Decided; readonly history: History },
  ): VersionDecision {
    if (view === undefined || decided.number === 0 || decided.side.engine?.outcome.plain === true)
      return decided.side;
    return this.#ofCall(view, this.#whole(view, row), history).side;
  }

  /** Whether the versions differ, in any way, on what the baseline's history left (design 7.5). */
  #isDirect(asked: Asked, before: Decided, after: Decided): boolean {
    const mirror = this.#mirror;
    if (mirror === undefined) return true;
    const history = this.#history(mirror);
    const seen = this.#decide(mirror, asked, history);
    if (seen.side === after.side) return true;
    const differs = (): boolean =>
      classify(
        this.#own(this.#baseline, asked, { decided: before, history: undefined }),
        this.#own(mirror, asked, { decided: seen, history }),
      ) !== "unchanged";
    if (seen.number === 0 || before.number === 0) return differs();
    const at = this.#steps.step(this.#steps.step(DIRECT, before.number), seen.number);
    const known = this.#kept.get(at);
    if (known > 0) return known === 1;
    const direct = differs();
    this.#kept.set(at, direct ? 1 : 2);
    return direct;
  }

  #history({ run }: View): History {
    return this.#baseline?.run ?? { contained: () => undefined, used: run.used };
  }

  #advance(asked: Asked, before: Decided, after: Decided): void {
    const { rows, row } = asked;
    if (this.#rans?.rows !== rows) this.#rans = new Rans(rows);
    const event = new RowEvent(rows, row.at);
    const ran = this.#rans.of(row.at);
    const placed = this.#stateful && this.#isPlaced(rows, row);
    const first = this.#triggered(this.#baseline, asked, before, placed);
    if (first !== undefined) {
      const call = this.#callOf(this.#baseline, asked, before);
      this.#store(this.#baseline, before, before, { event, ran, only: first, call });
    }
    const second = this.#triggered(this.#candidate, asked, after, placed);
    if (second === undefined) return;
    const call = this.#callOf(this.#candidate, asked, after);
    const stored = { event, ran, only: second, call };
    this.#store(this.#candidate, after, after, stored);
    if (!this.#mirrorReads) this.#store(this.#mirror, after, before, stored);
  }

  /** The declarations of a version that a call may trigger; undefined: it changes nothing at all. */
  #triggered(
    view: View | undefined,
    asked: Asked,
    { side }: Decided,
    placed: boolean,
  ): readonly number[] | undefined {
    const outcome = side.engine?.outcome;
    if (view === undefined || outcome === undefined || !view.set.stateful) return undefined;
    const only = this.#evaluation.writes(view.place);
    const changes =
      only.length > 0 ||
      placed ||
      outcome.containments.length > 0 ||
      outcome.counted.length > 0 ||
      (view.set.bounds && view.manifests.counts(this.#light(view, asked)));
    return changes ? only : undefined;
  }

  #callOf(view: View | undefined, asked: Asked, { call }: Decided): PreparedCall | undefined {
    return view === undefined ? call : (call ?? this.#light(view, asked));
  }

  /** Changes a version's state by a decision, as it counts in the history of another one. */
  #store(view: View | undefined, { side }: Decided, as: Decided, stored: Stored): void {
    const outcome = side.engine?.outcome;
    if (view === undefined || outcome === undefined || stored.call === undefined) return;
    view.run.advance(
      stored.call,
      ownOutcome(outcome, stored.call),
      this.#effectOf(as, stored),
      stored.event,
    );
  }

  /** What a decision means for state; calls of one decision differ in whether they really ran. */
  #effectOf({ side, kind }: Decided, { ran, only }: Stored): AppliedDecision {
    if (this.#options.history === "recorded" || side.engine === undefined)
      return { ...recorded(ran), only };
    const outcomeKnown = reallyRan(ran);
    const known = kind?.effects[outcomeKnown ? 1 : 0];
    const found = known?.get(only);
    if (found !== undefined) return found;
    const made = { ...appliedDecision(side.engine.outcome), outcomeKnown, only };
    known?.set(only, made);
    return made;
  }

  /** Whether a call has a place in the tree of calls. */
  #isPlaced(rows: SegmentRows, row: StateRow): boolean {
    return (
      this.#ids !== undefined &&
      (rows.views.code(COLUMN.parent, row.at) !== 0 || this.#invocation(row) !== NO)
    );
  }

  /** Whether a row starts a sub-agent; what its kind says, masks included, is told by its action. */
  #invocation(row: StateRow): number {
    const known = this.#invokes.get(row.action);
    if (known !== 0) return known;
    const { request } = row.event();
    const invokes = isInvocation(request.action, maskOf(request));
    const made = invokes === true ? YES : invokes === false ? NO : UNTOLD;
    this.#invokes.set(row.action, made);
    return made;
  }
}

/** Why a call is decided by the engine alone. */
const BOUNDED = "a manifest limits the calls of a session, and it is unrecorded which calls count";
const CONTAINED = "an earlier call contained this one";
const DIVERSE = "almost every call has a decision of its own";
const [NO, YES, UNTOLD] = [1, 2, 3];
/** Beside whether a change is direct. */
const UNREACHABLE = 2;

/** Whose containments and used-up approvals count; undefined: the version's own. */
type History =
  | PolicySession
  | {
      readonly contained: (call: PreparedCall, subject: Entity) => Vote | undefined;
      readonly used: PolicySession["used"];
    }
  | undefined;

/** The event that changes a state, whether it really ran, and what it may trigger. */
interface Stored {
  readonly event: { readonly id: string };
  readonly ran: RecordedRun;
  readonly only: readonly number[] | undefined;
  /** The call as the version sees it that decided it. */
  readonly call: PreparedCall | undefined;
}

/** An outcome as it is of this very call: who is revoked is its subject, not another one's. */
function ownOutcome(
  outcome: Outcome,
  { subject }: PreparedCall,
): Pick<Outcome, "counted" | "containments"> {
  const { counted, containments, members } = outcome;
  if (members.length > 1 || containments.every(({ act }) => act !== "revoke_credential"))
    return outcome;
  return {
    counted,
    containments: containments.map((one) =>
      one.act === "revoke_credential" ? { ...one, subject: subjectKey(subject) } : one,
    ),
  };
}

function seenBy({ run }: View, call: PreparedCall): SeenCall {
  return { row: rowOf(call, call.subject, run.state), action: call.action.name };
}
