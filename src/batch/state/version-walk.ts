import type { Outcome } from "../../engine/decide.ts";
import {
  appliedDecision,
  type AppliedDecision,
  type PolicySession,
} from "../../engine/policy-session.ts";
import { rowOf, type PreparedCall } from "../../engine/prepared-call.ts";
import { subjectKey } from "../../engine/state-store.ts";
import { engineDecision, recorded, type VersionDecision } from "../../replay/version-decision.ts";
import type { TraceEvent } from "../../trace/event.ts";
import { reallyRan, type RecordedRun } from "../../trace/really-ran.ts";
import type { SeenCall } from "../slots.ts";
import { outcomeText } from "../values/interner.ts";
import { Containments } from "./containments.ts";
import type {
  Asked,
  AskedKind,
  Counted,
  Decided,
  OtherHistory,
  SeenVersion,
  Shared,
  StateRow,
  Stored,
} from "./decided.ts";
import type { LiveRow, LiveView } from "./live-row.ts";
import { matches } from "./row-kinds.ts";
import { RowState } from "./row-state.ts";
import { StateWriter } from "./state-writer.ts";

/** A version's state by the numbers of keys. */
interface Numbered {
  readonly view: LiveView;
  readonly writer: StateWriter;
}

/** So many decisions are remembered; what comes after is asked of the engine each time. */
const REMEMBERED = 200_000;
/** Where the steps of each kind start for the first version; those of the next one start one below. */
const [DECISION, STATE] = [-16, -32];

/** Why a call is decided by the engine alone. */
const BOUNDED = "a manifest limits the calls of a session, and it is unrecorded which calls count";
const CONTAINED = "an earlier call contained this one";
const DIVERSE = "almost every call has a decision of its own";

/**
 * One version with what it keeps of the calls so far. A decision is asked of the engine once for
 * each outcome and what its rules on state came to.
 */
export class VersionWalk {
  readonly version: SeenVersion;
  readonly run: PolicySession;
  readonly #shared: Shared;
  readonly #containments: Containments;
  readonly #numbered: Numbered | undefined;
  constructor(version: SeenVersion, run: PolicySession, shared: Shared) {
    this.version = version;
    this.run = run;
    this.#shared = shared;
    this.#containments = new Containments(run, version.keys, shared.parts.text);
    this.#numbered = this.#stateByNumber();
  }

  /** Undefined where some of what the version keeps is not kept in columns. */
  #stateByNumber(): Numbered | undefined {
    const { place, set, keys } = this.version;
    const { columns } = this.run;
    const { kinds, parts } = this.#shared;
    const host = kinds.hosts[place];
    if (columns === undefined || host === undefined || set.bounds) return undefined;
    return {
      view: {
        state: new RowState(set, columns, keys),
        store: this.run.state,
        call: () => this.#lightOfRow(this.#shared.row),
      },
      writer: new StateWriter(set, {
        state: columns,
        keys,
        read: { version: place, parts, host },
      }),
    };
  }

  #lightOfRow({ rows, at }: LiveRow): PreparedCall {
    return rows.lightCall(this.version.seen, at, this.version.light);
  }

  /** Whether the version's state can be read by number. */
  get isNumbered(): boolean {
    return this.#numbered !== undefined;
  }

  decide(asked: AskedKind, history: OtherHistory): Decided {
    const at = this.#placeOf(asked, history);
    const known = this.version.decisions[this.#shared.kept.get(at) - 1];
    if (known !== undefined) return known;
    const decided = this.#decide(asked, history);
    if (at > 0) this.#shared.kept.set(at, decided.number);
    return decided;
  }

  /** A number for what tells the decision, by the state read by number; 0: that does not. */
  #placeOf(asked: AskedKind, history: OtherHistory): number {
    const { kind } = asked;
    const { row, steps, kinds } = this.#shared;
    const { place } = this.version;
    if (kind === undefined || this.#numbered === undefined) return 0;
    row.on(this.#numbered.view);
    if (this.#containments.mayContainRow(row, history)) return 0;
    let at = steps.step(STATE - place, kind.number);
    const rules = kind.rules[place] ?? [];
    for (let i = 0; i < rules.length; i++) {
      const rule = rules[i];
      const isMatch = rule !== undefined && matches(rule, row);
      if (rule === undefined || isMatch === false) continue;
      at = steps.step(at, rule.index);
      if (isMatch === undefined) at = steps.step(at, -1 - kinds.doubtOf(rule, row, asked.row));
    }
    return at;
  }

  /** Whether an earlier call may have contained one of a session. */
  mayContain(session: string | undefined): boolean {
    return this.#containments.mayContain(session);
  }

  #decide(asked: Asked, history: OtherHistory): Decided {
    const { steps, kept, evaluation } = this.#shared;
    const { row, outcome: told } = asked;
    const { place, decisions } = this.version;
    const beyond = this.#beyond(asked);
    if (beyond < 0) return this.#byEngine(asked, { history, why: BOUNDED });
    const contained = this.#containments.number(
      asked.rows.session(row.at),
      () => this.#light(asked),
      history,
    );
    if (contained < 0) return this.#byEngine(asked, { history, why: CONTAINED });
    let at = steps.step(steps.step(DECISION - place, told), contained);
    at = steps.step(at, beyond);
    if (evaluation.isLive(place)) {
      const call = this.#light(asked);
      const live = rowOf(call, call.subject, this.run.state);
      const whole = (): SeenCall => this.#seenBy(this.#whole(row));
      at = steps.step(at, evaluation.onState(place, row, { live, whole }));
    }
    const known = decisions[kept.get(at) - 1];
    if (known !== undefined) return known;
    if (decisions.length >= REMEMBERED) return this.#byEngine(asked, { history, why: DIVERSE });
    const decided = this.#remembered(this.#whole(row), history);
    kept.set(at, decided.number);
    return decided;
  }

  #remembered(call: PreparedCall, history: OtherHistory): Decided {
    const { place, decisions } = this.version;
    const outcome = this.run.decide(call, history);
    this.#shared.evaluation.check(outcome, place);
    const decided: Decided = {
      side: engineDecision(call, outcome),
      number: decisions.length + 1,
      effects: [undefined, undefined],
      call: undefined,
    };
    decisions.push(decided);
    return decided;
  }

  #byEngine(
    { row }: Asked,
    { history, why }: { readonly history: OtherHistory; readonly why: string },
  ): Decided {
    this.#shared.alone = why;
    return this.#ofCall(this.#whole(row), history);
  }

  #ofCall(call: PreparedCall, history: OtherHistory): Decided {
    const side = engineDecision(call, this.run.decide(call, history));
    return { side, number: 0, effects: undefined, call };
  }

  /** Decides an event that columns do not tell. */
  ofEvent({ request }: TraceEvent, history: OtherHistory): Decided {
    return this.#ofCall(this.run.prepare(request), history);
  }

  /**
   * A number for which bounds of its agent's manifest a call is beyond: 0 is none, -1 that nobody
   * knows which agent it is.
   */
  #beyond(asked: Asked): number {
    const { manifests } = this.version;
    const by = manifests.boundBy(asked.row, () => this.#whole(asked.row));
    if (by !== "own") return by === "any" ? -1 : 0;
    const call = this.#light(asked);
    const beyond = manifests.beyond(call, this.run);
    const text = [call.subject.id, ...beyond.map(outcomeText)].join("\u0001");
    return beyond.every((truth) => truth === false) ? 0 : 1 + this.#shared.parts.text.code(text);
  }

  /** The little of a call that state needs. */
  #light({ rows, row }: Asked): PreparedCall {
    const { seen, light } = this.version;
    return row.frame.number === 0 ? rows.lightCall(seen, row.at, light) : this.#whole(row);
  }

  #whole(row: StateRow): PreparedCall {
    const call = row.calls()[this.version.place];
    if (call === undefined) throw new Error("a version sees no call");
    return call;
  }

  #seenBy(call: PreparedCall): SeenCall {
    return { row: rowOf(call, call.subject, this.run.state), action: call.action.name };
  }

  /**
   * A decision as it is of this very call. WHY: it may have been made on another one of its number,
   * and what is undecided in both versions is told by whose call it is.
   */
  own({ row }: Asked, decided: Decided, history: OtherHistory): VersionDecision {
    return decided.number === 0 || decided.side.engine?.outcome.plain === true
      ? decided.side
      : this.#ofCall(this.#whole(row), history).side;
  }

  /** The declarations that a call may trigger; undefined: it changes nothing at all. */
  triggered(asked: Asked, { side }: Decided, isPlaced: boolean): readonly number[] | undefined {
    const { place, set, manifests } = this.version;
    const outcome = side.engine?.outcome;
    if (outcome === undefined || !set.stateful) return undefined;
    const only = this.#shared.evaluation.openWrites(place).map((write) => write.place);
    const changes =
      only.length > 0 ||
      isPlaced ||
      leavesMore(outcome) ||
      (set.bounds && manifests.counts(this.#light(asked)));
    return changes ? only : undefined;
  }

  /** A call as the version decided it. */
  callOf(asked: Asked, { call }: Decided): PreparedCall {
    return call ?? this.#light(asked);
  }

  /**
   * Changes the state by a row's decision, as it counts in the history of another one, by numbers.
   * False: nothing is changed, and {@link store} is to be asked.
   */
  write({ kind }: AskedKind, { side }: Decided, { as, ran }: Counted): boolean {
    const outcome = side.engine?.outcome;
    const { place, set } = this.version;
    if (outcome === undefined || !set.stateful) return true;
    const writes = kind?.writes[place];
    if (writes === undefined || this.#numbered === undefined || leavesMore(outcome)) return false;
    if (writes.length === 0) return true;
    const end = this.#effectOf(as, ran);
    this.#shared.row.on(this.#numbered.view, end);
    return this.#numbered.writer.write(this.#shared.row, writes, end);
  }

  /** Changes the state by a decision, as it counts in the history of another one. */
  store({ side }: Decided, as: Decided, stored: Stored): void {
    const outcome = side.engine?.outcome;
    const { call, ran: record, only, event } = stored;
    if (outcome === undefined || call === undefined) return;
    // WHY member by member: what a spread makes takes a shape of its own, some 250 bytes
    const { ran, verdict, outcomeKnown, own } = this.#effectOf(as, record);
    this.run.advance(
      call,
      ownOutcome(outcome, call),
      { ran, verdict, outcomeKnown, own, only },
      event,
    );
  }

  /** What a decision means for state; calls of one decision differ in whether they really ran. */
  #effectOf({ side, effects }: Decided, ran: RecordedRun): AppliedDecision {
    if (this.#shared.isRecorded || side.engine === undefined) return recorded(ran);
    const outcomeKnown = reallyRan(ran);
    const known = effects?.[outcomeKnown ? 1 : 0];
    if (known !== undefined) return known;
    const made = { ...appliedDecision(side.engine.outcome), outcomeKnown };
    if (effects !== undefined) effects[outcomeKnown ? 1 : 0] = made;
    return made;
  }
}

/** Whether a decision leaves more than what declarations write. */
function leavesMore({ containments, counted }: Outcome): boolean {
  return containments.length > 0 || counted.length > 0;
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
