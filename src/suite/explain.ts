import type { Decided } from "./run-test.ts";
import { decidingDocuments } from "./deciding.ts";
import { findFlip, type Flippable } from "./flip.ts";
import { omit } from "./omit.ts";
import { probeJson, stateExample } from "./probe.ts";
import type { ExplainResult, RuleTree, StateEntry } from "./result.ts";
import { ruleTree, type Explaining } from "./rule-tree.ts";
import { stateReader } from "./session-state.ts";
import type { StateHistory } from "./state-history.ts";
import type { StateView } from "../engine/row.ts";

/** The part of the result document that a decision gives. */
export type Explanation = Pick<ExplainResult, "call" | "decision" | "tree" | "deciding" | "state" | "flip">;

function entries(names: readonly string[], of: { kind: keyof StateHistory; history: StateHistory; read: (name: string) => StateEntry["value"] }): readonly StateEntry[] {
  return names.flatMap((name) => {
    const value = of.read(name);
    const empty = value === false || value === 0 || (Array.isArray(value) && value.length === 0);
    return empty ? [] : [{ name, value: value ?? "unknown", setBy: of.history[of.kind].get(name) ?? [] }];
  });
}

function stateOf(of: Explaining, decided: Pick<Flippable, "call">, at: { view: StateView; history: StateHistory }): Explanation["state"] {
  const reader = stateReader(of.set, decided.call, at.view);
  const { labels, counters, values } = of.set.declarations;
  const { history } = at;
  return {
    labels: entries(labels.map((d) => d.name), { kind: "labels", history, read: (name) => reader.label(name) ?? null }),
    counters: entries(counters.map((d) => d.name), { kind: "counters", history, read: (name) => reader.counter(name) ?? null }),
    values: entries(values.map((d) => d.name), { kind: "values", history, read: (name) => reader.values(name) ?? null }),
  };
}

const ORDER: readonly RuleTree["outcome"][] = ["matched", "error", "unknown", "excepted", "not matched"];

/** Every rule whose scope may fit, as each member asked it: those that decided first, then by how they came out. */
function treeOf(of: Explaining, { call, outcome }: Flippable): readonly RuleTree[] {
  const { rules } = outcome.decision;
  const trees = outcome.members.flatMap((member) => member.plan.map(({ rule }) => ruleTree(rule, member, { ...of, call, rules })));
  const rank = (tree: RuleTree): number => (tree.decided ? -1 : ORDER.indexOf(tree.outcome));
  return [...trees].sort((a, b) => rank(a) - rank(b) || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0));
}

/** Explains a decided call on the state before it. `history` says which events set that state. */
export function explainCall(of: Explaining, flippable: Flippable, history: StateHistory): Explanation {
  const { call, outcome } = flippable;
  const view = flippable.history.state;
  const shown = omit(probeJson({ request: call.request, state: stateExample(of.set, call, view) }), "session");
  const flip = findFlip(flippable);
  return {
    call: shown,
    decision: outcome.decision,
    tree: treeOf(of, flippable),
    deciding: decidingDocuments(of, call, outcome),
    state: stateOf(of, flippable, { view, history }),
    flip: flip === null ? null : { edits: flip.edits, effect: flip.effect, permitted: flip.permitted, rules: flip.rules },
  };
}

/** A call of a walk, to be decided again. */
export function flippable(of: Explaining, { call, outcome, run }: Pick<Decided, "call" | "outcome" | "run">): Flippable {
  return { set: of.set, call, outcome, history: run, prepare: (request) => run.prepare(request), decide: (other, history) => run.decideOn(other, history) };
}
