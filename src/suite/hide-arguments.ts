import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import type { ConditionNode, Edit, ExplainResult, RuleTree, StateEntry, ValueShown } from "./result.ts";

const HIDDEN = "(hidden)";

/** What a call's arguments are in, or were read into: the arguments, the resource's name, values kept, the outcome, a macro's variable. */
function holdsArguments(path: string): boolean {
  return /^(args|outcome|session\.values|resource|resource\.id)\b/.test(path) || /^[A-Za-z_]\w*$/.test(path.replace(/^(subject|action|now)$/, "a.b"));
}

function value(shown: ValueShown): ValueShown {
  return shown.state === "value" && holdsArguments(shown.path) && !/^resource\.(?!id)/.test(shown.path) ? { ...shown, state: "hidden", value: null } : shown;
}

function node(of: ConditionNode): ConditionNode {
  return { ...of, values: of.values.map(value), children: of.children.map(node) };
}

function rule(tree: RuleTree): RuleTree {
  return { ...tree, conditions: tree.conditions.map(node) };
}

/** All members there, none of their values. */
function masked(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.keys(object).map((key) => [key, HIDDEN]));
}

function call(of: Json): Json {
  if (!isJsonObject(of)) return of;
  const { args, resource, context } = of;
  const said = isJsonObject(context) && Object.hasOwn(context, "request") ? { context: { ...context, request: HIDDEN } } : {};
  return { ...of, ...said, ...(isJsonObject(args) ? { args: masked(args) } : {}), ...(isJsonObject(resource) ? { resource: { ...resource, id: HIDDEN } } : {}) };
}

/** WHY a scalar stays: it comes from the policy's own constants; a list may repeat what the call held. */
function edit(of: Edit): Edit {
  if (!/^(args|resource\.id|session\.values|outcome)\b/.test(of.path)) return of;
  const to = Array.isArray(of.to) || isJsonObject(of.to) ? HIDDEN : of.to;
  return { ...of, from: of.from === null ? null : HIDDEN, to };
}

/** An explanation without argument values (design 11.5). */
export function hideArguments(result: ExplainResult): ExplainResult {
  const values: readonly StateEntry[] = result.state.values.map((entry) => ({ ...entry, value: HIDDEN }));
  return {
    ...result,
    call: call(result.call),
    tree: result.tree.map(rule),
    deciding: result.deciding.map((one) => ({ ...one, because: one.because.map(node) })),
    state: { ...result.state, values },
    flip: result.flip === null ? null : { ...result.flip, edits: result.flip.edits.map(edit) },
    argumentsShown: false,
  };
}
