import { Unknown } from "../condition/value.ts";
import type { Request } from "../request/request.ts";
import { prepareCall, type PreparedCall } from "./prepared-call.ts";
import { CallTree, isInvocation, madeBelow, ranIfMade, type TreeEvent } from "./call-tree.ts";
import { denial, SATISFIED, type Vote } from "./combine.ts";
import { isNonHuman } from "./catalog-index.ts";
import { ColumnState, type KeyNames } from "./column-state.ts";
import type { CompiledSet } from "./compile-set.ts";
import { decide, type Containment, type Outcome } from "./decide.ts";
import type { Entity } from "./entity.ts";
import { EventIds, type SeenIds } from "./event-ids.ts";
import type { SessionUse } from "./manifest.ts";
import type { ApprovalsMode, DecideOptions, History } from "./member.ts";
import { ApprovalLedger } from "./approval-ledger.ts";
import type { ActionName } from "./scope.ts";
import {
  addStarted,
  noteStarted,
  SessionTable,
  type Blocked,
  type Session,
  type Started,
} from "./session-table.ts";
import type { RunCertainty } from "./run-certainty.ts";
import { advanceState, changesOf, type KeylessWrites, type Ledgers } from "./state-advance.ts";
import { AwaitedOutcomes } from "./awaited-outcomes.ts";
import { maskOf } from "./mask.ts";
import { stringMember } from "../request/json.ts";
import { readParty } from "./party.ts";
import { StateStore, subjectKey } from "./state-store.ts";
import type { EvaluationContext, PriorDecision } from "./evaluation-context.ts";
import { and, type Truth } from "./truth.ts";
import type { Settle } from "./window.ts";

export interface RunOptions {
  readonly approvals?: ApprovalsMode;
  /**
   * Milliseconds of silence after which a session's state is forgotten, to save memory; by default
   * never (design 5.4).
   */
  readonly idle?: number | undefined;
  /**
   * Another run of like declarations, which keeps the state: this one reads it and never changes
   * it.
   */
  readonly stateOf?: PolicySession;
  /** The ids of the events so far, where whoever walks counts them; by default the run does. */
  readonly seen?: SeenIds;
  /**
   * Set where state is kept in columns, under names that other runs share: for very many keys, and
   * only where none is forgotten.
   */
  readonly names?: KeyNames;
  /** Whether no event stands below another, so that the place of none matters. */
  readonly isFlat?: boolean;
}

/** What a call was allowed to do, as state sees it: whether it ran, and by which decision. */
export interface AppliedDecision {
  readonly ran: RunCertainty;
  readonly verdict: PriorDecision;
  /** False where the record says that it did not really run (design 5.3). */
  readonly outcomeKnown: boolean;
  /**
   * False where history is what really happened: then no rule of this version contained anything,
   * or stopped what was called below.
   */
  readonly own: boolean;
  /**
   * The declarations that the call may trigger, by their place among labels, counters and values;
   * undefined: any.
   */
  readonly only?: readonly number[] | undefined;
}

/** An event that is no call, as a run takes it. */
export interface PassedEvent extends TreeEvent {
  readonly type: string;
  /** Where an outcome is told: the outcome. */
  readonly request?: Pick<Request, "outcome" | "complete" | "unrecorded"> | undefined;
}

/** A call by its session and id; no session is called "". */
function nameOf(session: string | undefined, id: string): string {
  return `${session ?? ""}\u0000${id}`;
}

const NO_SESSION = new Unknown(["session"]);
const NOTHING_MISSING = new Unknown([]);
const NO_SUBJECT = new Unknown(["subject.id"]);

/**
 * One version of the policies walking through calls in order: decides each on the state before it,
 * then changes the state (design 5). A run keeps state for itself alone; nothing leaks between
 * runs.
 */
export class PolicySession implements History {
  readonly set: CompiledSet;
  readonly state: StateStore;
  readonly used = new ApprovalLedger();
  readonly keyless: KeylessWrites = { writes: 0, declarations: new Map() };
  /** Where declared state is kept, if that is in columns. */
  readonly columns: ColumnState | undefined;
  readonly #sessions: SessionTable;
  readonly #revoked = new Map<string, Started[]>();
  /** Undefined: another one counts. */
  readonly #ids: EventIds | undefined;
  readonly #tree: CallTree;
  readonly #isFlat: boolean;
  readonly #awaited = new AwaitedOutcomes();
  readonly #options: DecideOptions;
  readonly #ledgers: Ledgers;

  constructor(set: CompiledSet, options: RunOptions = {}) {
    this.set = set;
    this.columns =
      options.stateOf?.columns ??
      (options.names === undefined || options.idle !== undefined
        ? undefined
        : new ColumnState(set.declarations, options.names));
    this.#sessions =
      options.stateOf === undefined
        ? new SessionTable({ idle: options.idle, starts: set.bounds, columns: this.columns })
        : options.stateOf.#sessions;
    this.state = new StateStore(set, this.#sessions);
    this.#ledgers = {
      changes: changesOf(set),
      source: this.#sessions,
      keyless: this.keyless,
    };
    const own = new EventIds();
    this.#ids = options.seen === undefined ? own : undefined;
    this.#tree = new CallTree(options.seen ?? own);
    this.#isFlat = options.isFlat === true;
    this.#options = {
      set,
      approvals: options.approvals ?? "recorded",
    };
  }

  /** How often a session went on after its state was forgotten. */
  get forgotten(): number {
    return this.#sessions.forgotten;
  }

  /** Notes an event of any type, so that sessions start, last and end where the trace says. */
  observe(session: string | undefined, time: number | undefined): void {
    if (this.set.stateful) this.#sessions.touch(session, time);
  }

  /**
   * Notes an event that is no call: one that ends its session, or one below which calls are made.
   */
  pass(event: PassedEvent): void {
    if (!this.set.stateful) return;
    if (event.type === "outcome" && this.set.awaits) this.#tell(event);
    const made = this.#tree.made(event);
    if (made !== true) this.#tree.note(event.id, event.session, made);
    this.#ids?.add(event);
    if (event.type === "session_end" && event.session !== undefined)
      this.#sessions.end(event.session);
  }

  /** An outcome that is told later settles what the call may have changed; an unknown one nothing. */
  #tell({ session, parent, request }: PassedEvent): void {
    if (parent === undefined || request === undefined) return;
    const isMasked = maskOf(request)?.masked(["outcome", "status"]) === true;
    const status = isMasked ? undefined : stringMember(request.outcome, "status");
    if (status !== undefined) this.#awaited.settle(nameOf(session, parent), status === "ok");
  }

  /** Where the changes of a call go that hang on its outcome; undefined: none will be told. */
  #awaiting(
    session: string | undefined,
    event: Pick<TreeEvent, "id">,
  ): ((settle: Settle) => void) | undefined {
    if (!this.set.awaits || this.#isFlat) return undefined;
    const name = nameOf(session, event.id);
    this.#awaited.forget(name);
    return (settle) => this.#awaited.add(name, settle);
  }

  prepare(request: Request): PreparedCall {
    return prepareCall(this.set, request);
  }

  /**
   * Decides a call on the state before it; changes nothing. `history` may be another run's
   * containments and approvals.
   */
  decide(call: PreparedCall, history?: Pick<History, "contained" | "used">): Outcome {
    const source =
      history === undefined
        ? this
        : {
            state: this.state,
            used: history.used,
            contained: history.contained.bind(history),
            use: this.use.bind(this),
          };
    return decide(this.#options, call, source);
  }

  /** Decides on given state instead of the run's own: for examples, suites and single requests. */
  decideOn(call: PreparedCall, history: History): Outcome {
    return decide(this.#options, call, history);
  }

  /**
   * Changes the state after a call, as far as it was made and ran (design 5.3, 7.5); `event`: whose
   * id containments and calls below it name.
   */
  advance(
    call: PreparedCall,
    outcome: Pick<Outcome, "counted" | "containments">,
    as: AppliedDecision,
    event: Pick<TreeEvent, "id">,
  ): void {
    if (!this.set.stateful) return;
    const made = as.own && !this.#isFlat ? this.#place(call, as, event) : true;
    if (made === false) return;
    const ran = ranIfMade(as.ran, made);
    if (this.set.declares) {
      const { request, mask, subject, action, resource } = call;
      const row: EvaluationContext = {
        request,
        mask,
        subject,
        action: action.entity,
        resource,
        state: this.state,
        verdict: as.verdict,
        outcomeKnown: as.outcomeKnown,
      };
      advanceState(this.#ledgers, row, {
        made,
        ran,
        chain: call.chain,
        only: as.only,
        awaits: this.#awaiting(request.session, event),
      });
    }
    if (this.set.bounds) this.#count(call, ran);
    this.used.use(outcome.counted, ran);
    if (!as.own) return;
    for (const containment of outcome.containments)
      this.#contain(call, containment, { event, made });
  }

  /**
   * Whether an event happened in this history: what is below an invocation that was stopped did not
   * (design 7.5).
   */
  made(event: Pick<TreeEvent, "session" | "parent">): Truth {
    return this.#tree.made(event);
  }

  /** Whether the call was made in this history; what is below it is noted. */
  #place(
    { request, mask, action }: PreparedCall,
    { verdict }: AppliedDecision,
    event: Pick<TreeEvent, "id">,
  ): Truth {
    const made = this.#tree.made(request);
    const invokes = isInvocation(action.entity.direct, mask);
    const below = madeBelow({ made, invokes, ran: verdict.permitted });
    if (below !== true || invokes === true) this.#tree.note(event.id, request.session, below);
    this.#ids?.add({ id: event.id, session: request.session });
    return made;
  }

  #count(call: PreparedCall, ran: RunCertainty): void {
    if (call.request.session === undefined || ran === "no") return;
    const session = this.#sessions.open(call.request.session);
    const calls = (session.calls ??= new Map());
    for (const agent of agentsOf(call)) {
      const count = calls.get(agent) ?? { least: 0, most: 0 };
      calls.set(agent, { least: count.least + (ran === "yes" ? 1 : 0), most: count.most + 1 });
    }
  }

  #contain(
    call: PreparedCall,
    containment: Containment,
    { event, made }: { readonly event: Pick<TreeEvent, "id">; readonly made: Truth },
  ): void {
    const started: Started = {
      rule: containment.rule,
      event: event.id,
      doubt: doubtOf(and(made, containment.doubt ?? true)),
    };
    if (containment.act === "revoke_credential") {
      if (containment.subject !== undefined)
        addStarted(this.#revoked, containment.subject, started);
      return;
    }
    const name = call.request.session;
    if (name === undefined) return;
    if (containment.act === "terminate_session") return this.#sessions.terminate(name, started);
    const session = this.#sessions.open(name);
    if (containment.act === "suspend_session") noteStarted((session.stopped ??= []), started);
    else block((session.blocked ??= []), { ...call.action.name, started });
  }

  contained(call: PreparedCall, subject: Entity): Vote | undefined {
    const { sessions, subjects } = this.set.contains;
    const found: Started[] = [];
    let unknown: Unknown | undefined;
    if (sessions) {
      if (call.request.session === undefined) unknown = NO_SESSION;
      else {
        const session = this.#sessions.get(call.request.session);
        if (session?.forgotten !== undefined) unknown = NO_SESSION;
        found.push(
          ...this.#sessions.terminated(call.request.session),
          ...stoppedBy(session, call.action.name),
        );
      }
    }
    if (subjects) {
      const key = subjectKey(subject);
      if (key === undefined) unknown = unknown?.with(NO_SUBJECT) ?? NO_SUBJECT;
      else found.push(...(this.#revoked.get(key) ?? []));
    }
    return containmentItem(found, unknown);
  }

  /**
   * Whether an earlier call may have contained a call of this session: then `decide` has to be
   * asked.
   */
  mayContain(session: string | undefined): boolean {
    const { sessions, subjects } = this.set.contains;
    if (subjects && this.#revoked.size > 0) return true;
    if (!sessions || session === undefined) return false;
    const living = this.#sessions.get(session);
    const stopped = living?.stopped ?? living?.blocked ?? living?.forgotten;
    return stopped !== undefined || this.#sessions.terminated(session).length > 0;
  }

  use(call: PreparedCall, agent: string): SessionUse | undefined {
    const session =
      call.request.session === undefined ? undefined : this.#sessions.get(call.request.session);
    // what a session did before it was forgotten is as unknown as what one without a name did
    if (session === undefined || session.forgotten !== undefined) return undefined;
    const count = session.calls?.get(agent);
    return { least: count?.least ?? 0, most: count?.most ?? 0, start: session.start };
  }

  /**
   * Decides and changes the state by the decision itself: the counterfactual history of one
   * version.
   */
  step(request: Request, event: string): Outcome {
    this.observe(request.session, request.time);
    const call = this.prepare(request);
    const outcome = this.decide(call);
    this.advance(call, outcome, appliedDecision(outcome), { id: event });
    return outcome;
  }
}

/**
 * Adds a tool to those that are blocked; one that surely is already is not blocked once more,
 * perhaps.
 */
function block(all: Blocked[], one: Blocked): void {
  if (!all.some((known) => known.started.doubt === undefined && sameTool(known, one) === true))
    all.push(one);
}

/** The ids of the non-human identities that make a call: its caller, and those above. */
function agentsOf({ subject, chain }: PreparedCall): ReadonlySet<string> {
  const parties = [subject, ...chain.agents.map(readParty)];
  return new Set(parties.flatMap((party) => (isNonHuman(party?.type) ? (party?.id ?? []) : [])));
}

function doubtOf(truth: Truth): Unknown | undefined {
  return truth instanceof Unknown ? truth : undefined;
}

/** Whether a blocked tool is the one called; what is unknown of either leaves that open. */
function sameTool(blocked: Blocked, called: ActionName): Truth {
  const same = (a: string | undefined, b: string | undefined, path: string): Truth =>
    a === undefined || b === undefined ? new Unknown([path]) : a === b;
  return and(
    same(blocked.server, called.server, "action.server"),
    same(blocked.name, called.name, "action.name"),
  );
}

function stoppedBy(session: Session | undefined, called: ActionName): readonly Started[] {
  if (session === undefined) return [];
  const blocked = (session.blocked ?? []).flatMap((one) => {
    const same = sameTool(one, called);
    if (same === false) return [];
    return same instanceof Unknown
      ? [
          {
            ...one.started,
            doubt: one.started.doubt === undefined ? same : one.started.doubt.with(same),
          },
        ]
      : [one.started];
  });
  return [...(session.stopped ?? []), ...blocked];
}

function containmentItem(
  found: readonly Started[],
  unknown: Unknown | undefined,
): Vote | undefined {
  if (found.length === 0 && unknown === undefined) return undefined;
  const certain = found.find((started) => started.doubt === undefined);
  if (certain !== undefined) {
    const { rule, event } = certain;
    return {
      ...denial("containment", true, `contained by ${rule} since ${event}`),
      since: { rule, event },
    };
  }
  const paths = [
    ...found.flatMap((started) => started.doubt?.paths ?? []),
    ...(unknown?.paths ?? []),
  ];
  return denial(
    "containment",
    new Unknown([...new Set(paths)].sort()),
    "an earlier call may have started a containment",
  );
}

/** What a decision means that hangs on nothing unknown and on nobody's approval. */
function plainly(effect: "allow" | "deny"): AppliedDecision {
  const permitted = effect === "allow";
  const ran = permitted ? "yes" : "no";
  return { ran, outcomeKnown: true, own: true, verdict: { effect, permitted, approved: false } };
}

const ALLOWED = plainly("allow");
const DENIED = plainly("deny");

/**
 * What a version's own decision means for its state: ran if permitted, maybe if that is not known
 * (design 5.3).
 */
export function appliedDecision(outcome: Outcome): AppliedDecision {
  if (outcome.plain) return outcome.permitted ? ALLOWED : DENIED;
  const { decision, ranks } = outcome;
  const certainlyNot = (ranks & ((1 << (SATISFIED + 1)) - 1)) === 0;
  const ran: RunCertainty = certainlyNot ? "no" : ranks >> (SATISFIED + 1) === 0 ? "yes" : "maybe";
  const missing =
    decision.missing.length === 0
      ? NOTHING_MISSING
      : new Unknown(decision.missing.map((m) => m.attribute));
  const approved =
    decision.approval.state === "unknown" ? missing : decision.approval.state === "satisfied";
  return {
    ran,
    outcomeKnown: true,
    own: true,
    verdict: {
      effect: decision.possible.length > 1 ? missing : decision.effect,
      permitted: ran === "maybe" ? missing : decision.permitted,
      approved,
    },
  };
}
