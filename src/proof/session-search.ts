import { Run } from "../engine/run.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { Outcome } from "../engine/decide.ts";
import { decideSingle } from "../engine/single.ts";
import type {
  CounterDeclaration,
  LabelDeclaration,
  SessionExample,
  ValuesDeclaration,
} from "../policy/model.ts";
import type { Request } from "../request/request.ts";
import type { Json } from "../request/json.ts";
import type { AnalysedSet } from "./analysed-set.ts";
import { mayExist, plainCalls } from "./call-existence.ts";
import { conditionClaim } from "./condition-claim.ts";
import { cellOf, ANYTHING } from "./cell.ts";
import { valueTests } from "./facts.ts";
import { allOf, literal, type Formula } from "./formula.ts";
import { approvedCall } from "./given-approvals.ts";
import { existingWorld } from "./permitted-world.ts";
import { permittedCalls } from "./permitted-calls.ts";
import { searchModels } from "./solver.ts";
import { attribute, pathOf } from "./variables.ts";
import { draftWitnesses, type Witness } from "./witness.ts";
import { Work } from "./work.ts";

export const NO_STATE: SessionExample = { labels: [], counters: {}, values: {} };

/** Calls before the last one, at most. */
const LONGEST = 3;
/** Calls that sessions are made of, at most. */
const MAX_CALLS = 10;
/** Sessions that are tried, at most. */
const MAX_SESSIONS = 700;
/** How deep the state that a call needs is looked into, which makes state for another. */
const DEPTH = 2;
const WORK = 1_000_000;

/** A call as a unit test makes it (design 8.1): complete, in one session, ended well. */
export function testCall(request: Request): Request {
  return { ...request, session: "test", closed: true, outcome: { status: "ok" } };
}

/** Whether no state has to be there. */
export function isEmptyState({ labels, counters, values }: SessionExample): boolean {
  return (
    labels.length === 0 &&
    Object.values(counters).every((count) => count === 0) &&
    Object.values(values).every((list) => list.length === 0)
  );
}

function valueIs(path: readonly string[], value: Json): Formula {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? allOf(valueTests(value, cellOf(ANYTHING)).map((test) => literal(attribute(path), test)))
    : allOf([]);
}

function sameCaller({ subject }: Request): Formula {
  return allOf(
    ["type", "id"].flatMap((name) => {
      const value = subject?.[name];
      return typeof value === "string" ? [valueIs(["subject", name], value)] : [];
    }),
  );
}

type Declared = LabelDeclaration | CounterDeclaration | ValuesDeclaration;

/** What makes a call trigger a declaration, and add a value where one is asked for. */
function triggers(analysed: AnalysedSet, declaration: Declared, value: Json | undefined): Formula {
  const when =
    declaration.when === undefined
      ? allOf([])
      : conditionClaim(declaration.when.expr, analysed.atoms)("true");
  const path =
    "add" in declaration && value !== undefined ? pathOf(declaration.add.expr) : undefined;
  return path === undefined || value === undefined ? when : allOf([when, valueIs(path, value)]);
}

/** Whether a call is known to trigger a declaration. */
function triggersIt({ compiled, declarations }: CompiledSet, of: Declared, call: Outcome): boolean {
  const test = (["labels", "counters", "values"] as const).flatMap((kind) => {
    const at = declarations[kind].findIndex((one) => one === of);
    return at < 0 ? [] : [compiled[kind][at]?.when];
  })[0];
  const row = call.members[0]?.row;
  return test === undefined || (row !== undefined && test(row) === true);
}

/** What of a state has to be made, by the declaration that makes it. */
function needs(
  { declarations }: CompiledSet,
  state: SessionExample,
): readonly { readonly declaration: Declared; readonly value?: Json }[] {
  const { labels, counters, values } = declarations;
  return [
    ...labels
      .filter(({ name }) => state.labels.includes(name))
      .map((declaration) => ({ declaration })),
    ...counters.flatMap((declaration) => {
      const count = state.counters[declaration.name] ?? 0;
      // in one call, or in two or three that add as much
      if (count === 0) return [];
      return [
        ...[count, count / 2, count / 3].map((value) => ({ declaration, value })),
        { declaration },
      ];
    }),
    ...values.flatMap((declaration) =>
      (state.values[declaration.name] ?? []).map((value) => ({ declaration, value })),
    ),
  ];
}

/** A draft as calls that exist and are permitted without state, or on the state that it names. */
function permittedOn(
  set: CompiledSet,
  draft: Witness,
  fits: (outcome: Outcome) => boolean,
): readonly Witness[] {
  const calls = plainCalls(set, testCall(draft.request));
  return calls.flatMap((call) => {
    for (const state of [NO_STATE, draft.state]) {
      if (!mayExist(set, { request: call, state })) continue;
      const request = approvedCall(set, call, (one) => {
        const outcome = decideSingle(set, one, state);
        return outcome.decision.permitted && fits(outcome);
      });
      if (request !== undefined) return [{ request, state }];
    }
    return [];
  });
}

/** Calls that are found for one declaration, at most. */
const FOUND = 3;

/** A call that is permitted on some state and triggers a declaration; at most a few. */
function callsFor(
  analysed: AnalysedSet,
  formula: Formula,
  set: CompiledSet,
  fits: (outcome: Outcome) => boolean,
): readonly Witness[] {
  const found: Witness[] = [];
  searchModels<true>(allOf([formula, permittedCalls(analysed), existingWorld(set)]), {
    infer: analysed.facts,
    work: new Work({ question: WORK, run: WORK }),
    visits: 6,
    visit: (model) => {
      for (const draft of draftWitnesses(analysed, model)) {
        const { request, state } = draft;
        const timed = { request: { time: analysed.now, ...request }, state };
        found.push(...permittedOn(set, timed, fits));
        if (found.length >= FOUND) return true;
        if (found.length > 0) return undefined;
      }
      return undefined;
    },
  });
  return found;
}

/** Calls of which sessions are made that may lead to the state that a last call needs. */
function callsToward(analysed: AnalysedSet, set: CompiledSet, last: Witness): readonly Request[] {
  const calls = new Map<string, Request>();
  let open: readonly Witness[] = [last];
  for (let depth = 0; depth < DEPTH && open.length > 0; depth++) {
    const next: Witness[] = [];
    for (const { request, state } of open) {
      for (const { declaration, value } of needs(set, state)) {
        const formula = triggers(analysed, declaration, value);
        const fits = (outcome: Outcome): boolean => triggersIt(set, declaration, outcome);
        const same = callsFor(analysed, allOf([formula, sameCaller(request)]), set, fits);
        for (const call of same.length > 0 ? same : callsFor(analysed, formula, set, fits)) {
          const key = JSON.stringify(call.request);
          if (calls.size >= MAX_CALLS || calls.has(key)) continue;
          calls.set(key, call.request);
          next.push(call);
        }
      }
    }
    open = next.filter(({ state }) => !isEmptyState(state));
  }
  return [...calls.values()];
}

/** What is to be shown of the last call of a session, given how the engine decides it there. */
export type Shows = (outcome: Outcome, request: Request) => boolean;

/** Decides calls one after another; undefined where one before the last is not permitted. */
export function runSession(set: CompiledSet, calls: readonly Request[]): Outcome | undefined {
  const run = new Run(set);
  let outcome: Outcome | undefined;
  for (const [i, request] of calls.entries()) {
    outcome = run.step(request, `call ${i + 1}`);
    if (!outcome.decision.permitted && i < calls.length - 1) return undefined;
  }
  return outcome;
}

/**
 * The shortest session of permitted calls that ends with the call and shows what is asked, of those
 * that are tried; undefined: none was found, which proves nothing.
 */
export function findSession(
  analysed: AnalysedSet,
  set: CompiledSet,
  last: Witness,
  shows: Shows,
): readonly Request[] | undefined {
  const calls = callsToward(analysed, set, last);
  let left = MAX_SESSIONS;
  let level: readonly (readonly Request[])[] = [[]];
  for (let length = 0; length <= LONGEST; length++) {
    for (const before of level) {
      if (left-- <= 0) return undefined;
      const session = [...before, last.request];
      const outcome = runSession(analysed.set, session);
      if (outcome !== undefined && shows(outcome, last.request)) return session;
    }
    level = level.flatMap((before) => calls.map((call) => [...before, call]));
  }
  return undefined;
}
