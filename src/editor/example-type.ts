import type { Type } from "../condition/types.ts";
import { calledActionsAround } from "./call-text.ts";
import { callPath } from "./calls.ts";
import type { Step } from "./cursor.ts";
import type { EditorSet } from "./editor-set.ts";
import { actionsAround } from "./rule-text.ts";
import type { Typing } from "./typing.ts";

const ROOTS: ReadonlySet<unknown> = new Set(["subject", "action", "resource", "context", "args"]);

/** The type of a part of a call of these tools; undefined: nothing is declared of it. */
export function partType(
  set: EditorSet,
  [root, ...rest]: readonly Step[],
  actions: readonly string[] | undefined,
): Type | undefined {
  if (!ROOTS.has(root)) return undefined;
  const scope = set.scopes.rule(actions === undefined ? {} : { actions });
  let type = scope.variables.get(String(root));
  for (const step of rest) {
    if (type?.kind === "list") type = type.element;
    else type = type?.kind === "struct" ? type.fields.get(String(step)) : undefined;
  }
  return type;
}

/** The part of a call whose values a matrix gives, and what of one value; undefined: none of a matrix. */
function matrixPart(path: readonly Step[]): readonly Step[] | undefined {
  const at = path[0] === "tests" ? path.indexOf("matrix") : -1;
  const dotted = path[at + 1];
  if (at < 0 || typeof dotted !== "string") return undefined;
  return [...dotted.split("."), ...path.slice(at + 3)];
}

/**
 * The type of a part of an example call or of a call in a suite; undefined: the cursor stands in no
 * call, or nothing is declared of the part.
 */
export function exampleType(typing: Typing): Type | undefined {
  const { path } = typing.cursor;
  const call = callPath(path);
  const part = call === undefined ? matrixPart(path) : path.slice(call.length);
  if (part === undefined) return undefined;
  return partType(typing.set, part, calledActionsAround(typing) ?? actionsAround(typing));
}

/** The arguments of the call whose values a matrix gives, as a matrix names them: `args.amount`. */
export function matrixArguments(typing: Typing): readonly (readonly [string, Type])[] {
  if (typing.cursor.path.at(-1) !== "matrix") return [];
  const type = partType(typing.set, ["args"], calledActionsAround(typing));
  if (type?.kind !== "struct") return [];
  return [...type.fields].map(([name, member]) => [`args.${name}`, member] as const);
}
