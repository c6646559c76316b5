import type { PreparedCall } from "../engine/prepared-call.ts";
import { CLASSIFICATIONS, TOOL_EFFECTS } from "../policy/closed-lists.ts";

/** What stands for a class or an effect that is not known: it may be any of them. */
export const UNKNOWN_TRAIT = "?";

function isAmong(list: readonly string[], value: string): boolean {
  return list.includes(value);
}

/**
 * The effects of a call's tool as a version's catalog knows them, or as the event claims them for a
 * tool that the catalog lists without effects; undefined where neither tells, and where what is
 * claimed is no list of effects. A trace cannot make an unlisted tool harmless.
 */
export function effectsOfCall(call: PreparedCall): readonly string[] | undefined {
  if (call.action.tool === undefined) return undefined;
  const known = call.action.tool.tool.effects ?? call.action.entity.direct?.["effects"];
  if (!Array.isArray(known)) return undefined;
  const effects = known.filter(
    (effect) => typeof effect === "string" && isAmong(TOOL_EFFECTS, effect),
  );
  return effects.length === known.length ? effects.map(String) : undefined;
}

/** What a gate limits a call by as `effect:` (its tool's effects; `?` where nobody knows them). */
export function effectTraits(call: PreparedCall | undefined): readonly string[] {
  const effects = call === undefined ? undefined : effectsOfCall(call);
  return [...new Set(effects ?? [UNKNOWN_TRAIT])].map((effect) => `effect:${effect}`);
}

/**
 * What a gate limits a call by as `class:` (its resource's class; `?` where it has a resource and
 * nobody knows its classification).
 */
export function classTraits(
  call: PreparedCall | undefined,
  resourceClass: string | null,
): readonly string[] {
  if (call?.resource.absent === true) return [];
  const known = resourceClass !== null && isAmong(CLASSIFICATIONS, resourceClass);
  return [`class:${known ? resourceClass : UNKNOWN_TRAIT}`];
}
