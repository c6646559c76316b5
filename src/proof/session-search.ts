import type { EvaluationContext } from "../engine/evaluation-context.ts";
import { PolicySession } from "../engine/policy-session.ts";
import type { CompiledSet, CompiledDeclaration } from "../engine/compile-set.ts";
import type { Outcome } from "../engine/decide.ts";
import { decideWithState } from "../engine/decide-with-state.ts";
import { amountOf } from "../engine/state-store.ts";
import type { SessionExample, Condition } from "../policy/model.ts";
import type { Request } from "../request/request.ts";
import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import type { AnalysedSet } from "./analysed-set.ts";
import { isConsistent, mayExist, plainCalls } from "./call-existence.ts";
import { textClaim } from "./catalog-world.ts";
import { cellOf, ANYTHING, TEXT } from "./cell.ts";
import { valueTests } from "./facts.ts";
import { allOf, anyOf, literal, type Formula } from "./formula.ts";
import { approvedCall } from "./given-approvals.ts";
import { existingWorld, unlistedWorld } from "./permitted-world.ts";
import { permittedCalls } from "./permitted-calls.ts";
import { searchModels } from "./solver.ts";
import { pinnedState, stateLiterals, triggerSteps, type StateLiteral } from "./state-literals.ts";
import { attribute } from "./variables.ts";
import { draftWitnesses, type Witness } from "./witness.ts";
import { Work } from "./work.ts";

export const NO_STATE: SessionExample = { labels: [], counters: {}, values: {} };

/** A call as a unit test makes it (design 8.1): complete, in one session, ended well. */
export function testCall(request: Request): Request {
  return { ...request, session: "test", closed: true, outcome: { status: "ok" } };
}

/** Decides calls one after another; undefined where one before the last is not permitted. */
export function runSession(set: CompiledSet, calls: readonly Request[]): Outcome | undefined {
  const run = new PolicySession(set);
  let outcome: Outcome | undefined;
  for (const [i, request] of calls.entries()) {
    outcome = run.step(request, `call ${i + 1}`);
    if (!outcome.decision.permitted && i < calls.length - 1) return undefined;
  }
  return outcome;
}

/** A session that the engine permits, and what it remembers at its end. */
export interface ReachedState {
  readonly calls: readonly Request[];
  readonly state: SessionExample;
  /** What holds of the state, and of a call that belongs to the session. */
  readonly pinned: Formula;
}

/** Calls before the last one, at most, but for one that is repeated. */
const LONGEST = 3;
/** How often a call that feeds a counter is repeated, at most. */
const MOST_REPEATED = 60;
/** States that are looked at, at most. */
const MOST_STATES = 24;
const CALL_WORK = 400_000;
const SESSIONS_WORK = 6_000_000;
const VISITS = 4;

function storedJson(value: unknown): Json | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? value
    : undefined;
}

/** Whether a declaration counts for a call, as far as that is known. */
function isDeclaredFor(
  declaration: { readonly when?: Condition | undefined },
  compiled: CompiledDeclaration | undefined,
  row: EvaluationContext,
): boolean {
  return declaration.when === undefined || compiled?.when?.(row) === true;
}

/**
 * The state behind a permitted call, as its declarations say; what of it is unknown is left out,
 * since whoever shows a session runs it.
 */
function stateAfter(
  { compiled, declarations }: CompiledSet,
  outcome: Outcome,
  before: SessionExample,
): SessionExample {
  const row = outcome.members[0]?.row;
  if (row === undefined) return before;
  const set = declarations.labels.filter((one, i) => isDeclaredFor(one, compiled.labels[i], row));
  const counters = { ...before.counters };
  for (const [i, one] of declarations.counters.entries()) {
    if (!isDeclaredFor(one, compiled.counters[i], row)) continue;
    const amount = amountOf(compiled.counters[i]?.add?.(row)) ?? 0;
    counters[one.name] = (counters[one.name] ?? 0) + amount;
  }
  const values = { ...before.values };
  for (const [i, one] of declarations.values.entries()) {
    if (!isDeclaredFor(one, compiled.values[i], row)) continue;
    const value = storedJson(compiled.values[i]?.add?.(row));
    if (value !== undefined) values[one.name] = [...(values[one.name] ?? []), value];
  }
  const labels = new Set([...before.labels, ...set.map(({ name }) => name)]);
  return { labels: [...labels].sort(), counters, values };
}

const PERSON = ["context", "on_behalf_of"];

/** That whoever an entity is stays who it was in a call. */
function same(root: readonly string[], entity: JsonObject | undefined): readonly Formula[] {
  return ["type", "id"].flatMap((name) => {
    const value = entity?.[name];
    return typeof value === "string"
      ? valueTests(value, cellOf(ANYTHING)).map((test) => literal(attribute([...root, name]), test))
      : [];
  });
}

/** That a call is made for a person whom the catalog lists, or anybody where it lists none. */
function forSomebody({ catalog }: CompiledSet): readonly Formula[] {
  const id = [...PERSON, "id"];
  return [
    textClaim([...PERSON, "type"], ["human"])("true"),
    catalog.people.size === 0
      ? literal(attribute(id), { kinds: TEXT })
      : textClaim(id, catalog.people.keys())("true"),
  ];
}

/** Whose state the declarations of a set keep. */
interface Owners {
  readonly session: boolean;
  readonly subject: boolean;
  readonly person: boolean;
}

function ownersOf({ declarations: { labels, counters, values } }: CompiledSet): Owners {
  const keys = new Set([...labels, ...counters, ...values].map(({ key }) => key.by));
  return {
    session: keys.has("session"),
    subject: keys.has("subject"),
    person: keys.has("on_behalf_of"),
  };
}

/** Calls of a model that exist, and are permitted on a state with the approvals that they need. */
function permittedDrafts(
  analysed: AnalysedSet,
  set: CompiledSet,
  start: { readonly draft: Witness; readonly state: SessionExample; readonly listed: boolean },
): readonly { readonly request: Request; readonly outcome: Outcome }[] {
  const timed = testCall({ time: analysed.now, ...start.draft.request });
  return plainCalls(set, timed).flatMap((call) => {
    const exists = start.listed ? mayExist : isConsistent;
    if (!exists(set, { request: call, state: start.state })) return [];
    const request = approvedCall(
      set,
      call,
      (one) => decideWithState(set, one, start.state).decision.permitted,
    );
    return request === undefined
      ? []
      : [{ request, outcome: decideWithState(set, request, start.state) }];
  });
}

/**
 * Sessions that lead to states that matter to the conditions of a set: each call is decided by the
 * engine on the state that those before it left. Found once for all questions, the shortest first.
 */
export class SessionSearch {
  readonly #analysed: AnalysedSet;
  readonly #set: CompiledSet;
  readonly #literals: readonly StateLiteral[];
  readonly #owners: Owners;
  readonly #listed: boolean;
  readonly #permitted: Formula;
  readonly #work = new Work({ question: CALL_WORK, run: SESSIONS_WORK });
  readonly #states: ReachedState[] = [];
  readonly #seen = new Set<string>();
  #level = 0;
  #from = 0;

  /**
   * `set` decides; `analysed` is what its conditions are read by; `listed`: only tools and callers
   * that the catalog lists, where it lists any.
   */
  constructor(analysed: AnalysedSet, set: CompiledSet, listed: boolean) {
    this.#listed = listed;
    this.#analysed = analysed;
    this.#set = set;
    this.#literals = stateLiterals(analysed);
    this.#owners = ownersOf(set);
    const world = existingWorld(set);
    this.#permitted = allOf([
      permittedCalls(analysed),
      listed ? world : anyOf([world, unlistedWorld(set)]),
    ]);
    this.#add([], NO_STATE);
  }

  /** States by the number of calls that lead to them; found while they are asked for. */
  *states(): Generator<ReachedState> {
    for (let i = 0; ; i++) {
      while (i >= this.#states.length) if (!this.#expand()) return;
      const found = this.#states[i];
      if (found !== undefined) yield found;
    }
  }

  #add(calls: readonly Request[], state: SessionExample): void {
    const key = this.#keyOf(state);
    if (this.#seen.has(key) || this.#states.length >= MOST_STATES) return;
    this.#seen.add(key);
    const pinned = pinnedState(this.#analysed, state);
    const owned = this.#owned(calls);
    if (owned.length > 0) this.#states.push({ calls, state, pinned: allOf([pinned, ...owned]) });
    // what a session remembers besides may matter more than what is kept of who made its calls
    if (owned.length === 0 || this.#owners.session) this.#states.push({ calls, state, pinned });
  }

  /** That state which is kept of somebody is theirs: the same caller, for the same person. */
  #owned([first]: readonly Request[]): readonly Formula[] {
    const { subject, person } = this.#owners;
    const behalf = first?.context?.["on_behalf_of"];
    return [
      ...(subject && first !== undefined ? same(["subject"], first.subject) : []),
      ...(person ? (isJsonObject(behalf) ? same(PERSON, behalf) : forSomebody(this.#set)) : []),
    ];
  }

  /** WHY not the whole state: two counters on the same side of every bound are alike. */
  #keyOf({ labels, counters, values }: SessionExample): string {
    const sides = this.#literals.map(({ isHeldBy }) => isHeldBy({ labels, counters, values }));
    return JSON.stringify([labels, sides]);
  }

  /** Takes all states of one length a call further; false where there is no more to find. */
  #expand(): boolean {
    if (this.#level >= LONGEST || this.#from >= this.#states.length) return false;
    const open = this.#states.slice(this.#from);
    this.#from = this.#states.length;
    this.#level++;
    for (const reached of open)
      for (const { formula, repeats } of this.#literals.flatMap((one) =>
        triggerSteps(this.#analysed, one, reached.state),
      ))
        this.#extend(reached, formula, repeats);
    return true;
  }

  #extend(reached: ReachedState, formula: Formula, repeats: boolean): void {
    if (this.#states.length >= MOST_STATES) return;
    searchModels<true>(allOf([formula, this.#permitted, reached.pinned]), {
      infer: this.#analysed.facts,
      work: this.#work,
      visits: VISITS,
      visit: (model) => {
        for (const draft of draftWitnesses(this.#analysed, model)) {
          const { state } = reached;
          for (const { request, outcome } of permittedDrafts(this.#analysed, this.#set, {
            draft,
            state,
            listed: this.#listed,
          })) {
            const after = stateAfter(this.#set, outcome, state);
            if (this.#keyOf(after) === this.#keyOf(state)) continue;
            this.#add([...reached.calls, request], after);
            if (repeats) this.#repeat(reached, request);
            return true;
          }
        }
        return undefined;
      },
    });
  }

  /** The states that the same call leads to when it is made again and again. */
  #repeat(reached: ReachedState, request: Request): void {
    const calls = [...reached.calls];
    let { state } = reached;
    for (let i = 0; i < MOST_REPEATED; i++) {
      const outcome = decideWithState(this.#set, request, state);
      if (!outcome.decision.permitted) return;
      calls.push(request);
      state = stateAfter(this.#set, outcome, state);
      this.#add([...calls], state);
    }
  }
}
