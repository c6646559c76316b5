import { parsePath } from "../request/attribute-path.ts";
import { isJsonObject, type Json } from "../request/json.ts";
import type { ConditionNode, RuleTree, ValueShown } from "../documents/test-result.ts";
import type {
  Edit,
  ExplainResult,
  OverruledDocument,
  StateEntry,
} from "../documents/explain-result.ts";
import { HIDDEN, isShown, namesOnly, type ShownNames } from "./shown-names.ts";

/** The keys of an attribute without the indexes of lists. */
function keysOf(path: string): readonly string[] {
  return parsePath(path).filter((key) => !/^\d+$/.test(key));
}

function value(shown: ValueShown, names: ShownNames): ValueShown {
  const keys = keysOf(shown.path);
  const { claimed, ...rest } = shown;
  const said =
    claimed === undefined ? {} : { claimed: isShown(keys, claimed, names) ? claimed : HIDDEN };
  const isOpen =
    shown.state !== "value" || isCatalogs(keys, shown, names) || isShown(keys, shown.value, names);
  return isOpen ? { ...rest, ...said } : { ...rest, ...said, state: "hidden", value: null };
}

/** What the catalog says may be shown; but a resource's id is that of the call, in another form. */
function isCatalogs(keys: readonly string[], { from }: ValueShown, names: ShownNames): boolean {
  return from === "catalog" && (names.resource || keys.join(".") !== "resource.id");
}

function node(conditionNode: ConditionNode, names: ShownNames): ConditionNode {
  return {
    ...conditionNode,
    values: conditionNode.values.map((one) => value(one, names)),
    children: conditionNode.children.map((child) => node(child, names)),
  };
}

function rule(tree: RuleTree, names: ShownNames): RuleTree {
  return { ...tree, conditions: tree.conditions.map((one) => node(one, names)) };
}

/** All members there, none of their values. */
function masked(given: Json): Json {
  return isJsonObject(given)
    ? Object.fromEntries(Object.keys(given).map((key) => [key, HIDDEN]))
    : HIDDEN;
}

function call(json: Json, names: ShownNames): Json {
  if (!isJsonObject(json)) return json;
  const entries = Object.entries(json).map(
    ([root, part]) =>
      [
        root,
        root === "args" ? masked(part ?? null) : namesOnly([root], part ?? null, names),
      ] as const,
  );
  return Object.fromEntries(entries);
}

/** Half of a number, or twice it, tells what it is. */
function isDerived({ from, to }: Edit): boolean {
  return typeof from === "number" && typeof to === "number" && (to === from / 2 || to === from * 2);
}

/**
 * WHY a scalar stays: it comes from the policy's own constants; a list may repeat what the call
 * held.
 */
function edit(change: Edit, names: ShownNames): Edit {
  const keys = keysOf(change.path);
  const isPlain = typeof change.to !== "object" || change.to === null;
  const to =
    keys.length === 1 && keys[0] === "action"
      ? change.to
      : isPlain && !isDerived(change)
        ? change.to
        : namesOnly(keys, change.to, names);
  return { ...change, from: change.from === null ? null : namesOnly(keys, change.from, names), to };
}

function overruled(overruledDocument: OverruledDocument, names: ShownNames): OverruledDocument {
  const keys = keysOf(overruledDocument.path);
  const isOwn = keys.join(".") === "resource.id";
  return {
    ...overruledDocument,
    claimed: namesOnly(keys, overruledDocument.claimed, names),
    catalog: isOwn ? namesOnly(keys, overruledDocument.catalog, names) : overruledDocument.catalog,
  };
}

type Version = Pick<ExplainResult, "tree" | "deciding" | "state">;

/** What a version tells of a call. */
function version({ tree, deciding, state }: Version, names: ShownNames): Version {
  const values: readonly StateEntry[] = state.values.map((entry) => ({ ...entry, value: HIDDEN }));
  return {
    tree: tree.map((one) => rule(one, names)),
    deciding: deciding.map((one) => ({
      ...one,
      because: one.because.map((part) => node(part, names)),
    })),
    state: { ...state, values },
  };
}

/**
 * An explanation with the names of a call alone: without its arguments, credentials and attributes
 * (design 11.5).
 */
export function hideArguments(result: ExplainResult, names: ShownNames): ExplainResult {
  const { baseline } = result;
  return {
    ...result,
    baseline: baseline === null ? null : { ...baseline, ...version(baseline, names) },
    call: call(result.call, names),
    overruled: result.overruled.map((one) => overruled(one, names)),
    ...version(result, names),
    flip:
      result.flip === null
        ? null
        : { ...result.flip, edits: result.flip.edits.map((one) => edit(one, names)) },
    argumentsShown: false,
  };
}
