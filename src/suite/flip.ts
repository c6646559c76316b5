import type { Value } from "../condition/value.ts";
import { stateValue } from "../engine/attributes.ts";
import type { PreparedCall } from "../engine/prepared-call.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import type { Outcome } from "../engine/decide.ts";
import type { History } from "../engine/member.ts";
import type { StateView } from "../engine/evaluation-context.ts";
import type { Json } from "../request/json.ts";
import type { Request } from "../request/request.ts";
import { identityEdits, MADE_UP, ruleEdits } from "./neighbours.ts";
import { valueAt } from "./merge.ts";
import {
  editProbe,
  probeJson,
  shownEdit,
  stateExample,
  type Probe,
  type ProbeEdit,
} from "./probe.ts";
import type { Edit, FlipDocument } from "../documents/explain-result.ts";

/** A call on its real history, to be decided again with changes. */
export interface Flippable {
  readonly set: CompiledSet;
  readonly call: PreparedCall;
  readonly outcome: Outcome;
  readonly history: History;
  readonly prepare: (request: Request) => PreparedCall;
  readonly decide: (call: PreparedCall, history: History) => Outcome;
}

/** How many calls are decided in search of a flip. */
const BUDGET = 20_000;

/** The real state, with what edits say of it in its place. */
function overlay(
  set: CompiledSet,
  view: StateView,
  { probe, edits }: { probe: Probe; edits: readonly ProbeEdit[] },
): StateView {
  const { labels, counters, values } = set.declarations;
  const touched = new Set(edits.map(({ segments }) => segments.slice(1).join(".")));
  const { state } = probe;
  const valuesOf = (name: string): readonly Value[] => (state.values[name] ?? []).map(stateValue);
  return {
    label: (i, row) =>
      touched.has("labels") ? state.labels.includes(labels[i]?.name ?? "") : view.label(i, row),
    counter: (i, row) =>
      touched.has(`counters.${counters[i]?.name ?? ""}`)
        ? (state.counters[counters[i]?.name ?? ""] ?? 0)
        : view.counter(i, row),
    values: (i, row) =>
      touched.has(`values.${values[i]?.name ?? ""}`)
        ? valuesOf(values[i]?.name ?? "")
        : view.values(i, row),
  };
}

/**
 * Decides the call again with edits, on the real history but for the state that the edits speak of.
 */
export function decideEdited(flippable: Flippable, edits: readonly ProbeEdit[]): Outcome {
  const probe = editProbe(
    {
      request: flippable.call.request,
      state: stateExample(flippable.set, flippable.call, flippable.history.state),
    },
    edits,
  );
  const session = edits.filter(({ segments }) => segments[0] === "session");
  const { history } = flippable;
  const state =
    session.length === 0
      ? history.state
      : overlay(flippable.set, history.state, { probe, edits: session });
  return flippable.decide(flippable.prepare(probe.request), {
    state,
    used: history.used,
    contained: (call, subject) => history.contained(call, subject),
    use: (call, subject) => history.use(call, subject),
  });
}

/** The edits that some rule which may fit the call would notice, of each rule a list. */
function candidateLists(flippable: Flippable, probe: Probe): readonly (readonly ProbeEdit[])[] {
  const rules = new Map(
    flippable.outcome.members.flatMap((member) =>
      member.plan.map(({ rule }) => [rule.name, rule] as const),
    ),
  );
  const enforced = [...rules.values()].filter(({ rule }) => rule.mode === "enforce");
  return [
    ...enforced.map((rule) => ruleEdits(rule, probe, flippable.set)),
    identityEdits(probe, flippable.set),
  ];
}

function* pairs(edits: readonly ProbeEdit[]): Generator<readonly ProbeEdit[]> {
  for (const [i, first] of edits.entries())
    for (const second of edits.slice(i + 1))
      if (first.segments.join(".") !== second.segments.join(".")) yield [first, second];
}

function* triples(edits: readonly ProbeEdit[]): Generator<readonly ProbeEdit[]> {
  for (const [i, first] of edits.entries()) {
    for (const rest of pairs(edits.slice(i + 1)))
      if (rest.every(({ segments }) => segments.join(".") !== first.segments.join(".")))
        yield [first, ...rest];
  }
}

/**
 * Edits by what they change, and of numbers the nearest first. WHY half and double last: they tell
 * what the number is, so they may have to be hidden.
 */
function nearestFirst(edits: readonly ProbeEdit[], probe: Probe): readonly ProbeEdit[] {
  const json = probeJson(probe);
  const byPath = new Map<string, ProbeEdit[]>();
  for (const edit of edits) {
    const path = edit.segments.join("\u0000");
    byPath.set(path, [...(byPath.get(path) ?? []), edit]);
  }
  return [...byPath.values()].flatMap((ofPath) => {
    const current = valueAt(json, ofPath[0]?.segments ?? []);
    if (typeof current !== "number") return ofPath;
    const tells = (to: Json): boolean => to === current / 2 || to === current * 2;
    const distance = ({ to }: ProbeEdit): number =>
      typeof to !== "number" || tells(to) ? Number.MAX_VALUE : Math.abs(to - current);
    return ofPath.toSorted((a, b) => distance(a) - distance(b));
  });
}

/** Sets of edits in the order of their size: one, two of any rules, three of one rule. */
function* attempts(
  unordered: readonly (readonly ProbeEdit[])[],
  probe: Probe,
): Generator<readonly ProbeEdit[]> {
  const lists = unordered.map((list) => nearestFirst(list, probe));
  const distinct = new Map(lists.flat().map((edit) => [JSON.stringify(edit), edit]));
  const all = nearestFirst([...distinct.values()], probe);
  for (const edit of all) yield [edit];
  for (const list of lists) yield* pairs(list);
  yield* pairs(all);
  for (const list of lists) yield* triples(list);
}

/** What the made-up value of a change stands for, and what the catalog knows of such a resource. */
function noteOf(applied: readonly ProbeEdit[], { resource }: PreparedCall): string | null {
  if (!applied.some(({ to }) => JSON.stringify(to).includes(MADE_UP))) return null;
  const name = `${resource.type ?? ""}:${MADE_UP}`;
  // WHY only that: another id can hold other arguments, which may be secret
  const known =
    resource.id === MADE_UP
      ? `; no entry of a catalog names the resource \`${name}\`, so entries with a star alone say what it is`
      : "";
  return `\`${MADE_UP}\` is made up: it stands for a value that no policy names${known}`;
}

/**
 * A small change after which the call may run where it may not, or the reverse; null where none was
 * found. Nothing less was found: neither fewer values, nor nearer numbers, of those that constants of
 * the policies and counters give.
 */
export function findSmallChange(
  flippable: Flippable,
): (FlipDocument & { readonly applied: readonly ProbeEdit[] }) | null {
  const probe = {
    request: flippable.call.request,
    state: stateExample(flippable.set, flippable.call, flippable.history.state),
  };
  let tried = 0;
  for (const applied of attempts(candidateLists(flippable, probe), probe)) {
    if (++tried > BUDGET) return null;
    const { decision } = decideEdited(flippable, applied);
    if (decision.permitted === flippable.outcome.decision.permitted || decision.indeterminate)
      continue;
    const edits: readonly Edit[] = applied.map((edit) => shownEdit(probe, edit));
    return {
      edits,
      effect: decision.effect,
      permitted: decision.permitted,
      rules: decision.rules,
      reason: decision.reason,
      note: noteOf(applied, flippable.prepare(editProbe(probe, applied).request)),
      applied,
    };
  }
  return null;
}
