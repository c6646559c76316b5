import { rulesDecidedBy } from "../engine/decide.ts";
import type { PreparedCall } from "../engine/prepared-call.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { overruledValues } from "../engine/contradictions.ts";
import type { StateView } from "../engine/evaluation-context.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import type { Decided } from "./run-test.ts";
import { decidingDocuments } from "./deciding.ts";
import { findSmallChange, type Flippable } from "./flip.ts";
import { omit } from "./omit.ts";
import { probeJson, stateExample } from "./probe.ts";
import type { ExplainResult, OverruledDocument, StateEntry } from "../documents/explain-result.ts";
import type { RuleTree } from "../documents/test-result.ts";
import { ruleTree, subjectName, type Explaining } from "./rule-tree.ts";
import { stateReader, type Reader } from "./session-state.ts";
import { plainValue } from "./shown-value.ts";
import type { StateHistory } from "./state-history.ts";

/** The part of the result document that a decision gives. */
export type Explanation = Pick<
  ExplainResult,
  "call" | "overruled" | "decision" | "uncounted" | "tree" | "deciding" | "state" | "flip"
>;

/**
 * Which events set the state that one of those reads whom a decision asked; undefined: nobody
 * knows.
 */
export type HistoryOf = (reader: Reader) => StateHistory;

type Kind = Exclude<keyof StateHistory, "lacks">;
type Entries = Readonly<Record<Kind, readonly StateEntry[]>>;

interface Seen {
  readonly names: readonly string[];
  readonly read: (name: string) => StateEntry["value"];
  readonly kind: Kind;
  readonly history: StateHistory;
}

function entries({ names, read, kind, history }: Seen): readonly StateEntry[] {
  return names.flatMap((name) => {
    const value = read(name);
    const empty = value === false || value === 0 || (Array.isArray(value) && value.length === 0);
    const lacks = value === null ? history.lacks.get(`${kind}.${name}`) : undefined;
    const setBy = history[kind].get(name) ?? [];
    return empty
      ? []
      : [{ name, value: value ?? "unknown", setBy, ...(lacks === undefined ? {} : { lacks }) }];
  });
}

function stateSeen(
  set: CompiledSet,
  seen: { readonly reader: Reader; readonly view: StateView },
  history: StateHistory,
): Entries {
  const reader = stateReader(set, seen.reader, seen.view);
  const names = (kind: Kind): readonly string[] =>
    set.declarations[kind].map((declaration) => declaration.name);
  return {
    labels: entries({
      names: names("labels"),
      read: (name) => reader.label(name) ?? null,
      kind: "labels",
      history,
    }),
    counters: entries({
      names: names("counters"),
      read: (name) => reader.counter(name) ?? null,
      kind: "counters",
      history,
    }),
    values: entries({
      names: names("values"),
      read: (name) => reader.values(name) ?? null,
      kind: "values",
      history,
    }),
  };
}

/** What an agent above the caller reads otherwise. */
function otherwise(
  own: readonly StateEntry[],
  theirs: readonly StateEntry[],
  subject: string,
): readonly StateEntry[] {
  const known = new Map(own.map(({ name, value }) => [name, canonicalJson(value)]));
  return theirs
    .filter(({ name, value }) => known.get(name) !== canonicalJson(value))
    .map((entry) => ({ ...entry, subject }));
}

/**
 * The state before the call, as the caller reads it, and as those above it do where that is another
 * (design 4.5, 5.3).
 */
function stateOf(
  set: CompiledSet,
  { call, outcome, history }: Flippable,
  historyOf: HistoryOf,
): Explanation["state"] {
  const seenBy = (reader: Reader): Entries =>
    stateSeen(set, { reader, view: history.state }, historyOf(reader));
  const own = seenBy({ call });
  const above = outcome.members.slice(1).map(({ row }) => ({
    subject: subjectName(row),
    seen: seenBy({ call, subject: row.subject }),
  }));
  const all = (kind: Kind): readonly StateEntry[] => [
    ...own[kind],
    ...above.flatMap(({ subject, seen }) => otherwise(own[kind], seen[kind], subject)),
  ];
  return { labels: all("labels"), counters: all("counters"), values: all("values") };
}

function overruledDocuments(call: PreparedCall): readonly OverruledDocument[] {
  return overruledValues(call).map(({ path, claimed, counted, by }) => ({
    path,
    claimed,
    catalog: counted === undefined ? null : plainValue(counted),
    counted: "catalog",
    by,
  }));
}

const ORDER: readonly RuleTree["outcome"][] = [
  "matched",
  "error",
  "unknown",
  "excepted",
  "not matched",
];

/**
 * Every rule whose scope may fit, as each member asked it: those that decided first, then by how
 * they came out.
 */
function treeOf(explaining: Explaining, { call, outcome }: Flippable): readonly RuleTree[] {
  const { decision } = outcome;
  const trees = outcome.members.flatMap((member) => {
    const rules = rulesDecidedBy(member, outcome).filter((name) => decision.rules.includes(name));
    return member.plan.map(({ rule }) => ruleTree(rule, member, { ...explaining, call, rules }));
  });
  const rank = (tree: RuleTree): number => (tree.decided ? -1 : ORDER.indexOf(tree.outcome));
  return [...trees].sort(
    (a, b) => rank(a) - rank(b) || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0),
  );
}

/** What a decided call came to, and why, on the state before it. */
export type Grounds = Pick<Explanation, "decision" | "uncounted" | "tree" | "deciding" | "state">;

/** Why a decided call came to what it did. `historyOf` says which events set the state before it. */
export function groundsOf(
  explaining: Explaining,
  flippable: Flippable,
  historyOf: HistoryOf,
): Grounds {
  const { call, outcome } = flippable;
  return {
    decision: outcome.decision,
    uncounted: outcome.uncounted,
    tree: treeOf(explaining, flippable),
    deciding: decidingDocuments(explaining, call, outcome),
    state: stateOf(explaining.set, flippable, historyOf),
  };
}

/** Explains a decided call: {@link groundsOf}, and a small change that flips the decision. */
export function explainCall(
  explaining: Explaining,
  flippable: Flippable,
  historyOf: HistoryOf,
): Explanation {
  const { call } = flippable;
  const view = flippable.history.state;
  const shown = omit(
    probeJson({ request: call.request, state: stateExample(explaining.set, call, view) }),
    "session",
  );
  const flip = findSmallChange(flippable);
  return {
    call: shown,
    overruled: overruledDocuments(call),
    ...groundsOf(explaining, flippable, historyOf),
    flip:
      flip === null
        ? null
        : {
            edits: flip.edits,
            effect: flip.effect,
            permitted: flip.permitted,
            rules: flip.rules,
            reason: flip.reason,
            note: flip.note,
          },
  };
}

/** A call of a walk, to be decided again. */
export function flippable(
  explaining: Explaining,
  { call, outcome, run }: Pick<Decided, "call" | "outcome" | "run">,
): Flippable {
  return {
    set: explaining.set,
    call,
    outcome,
    history: run,
    prepare: (request) => run.prepare(request),
    decide: (other, history) => run.decideOn(other, history),
  };
}
