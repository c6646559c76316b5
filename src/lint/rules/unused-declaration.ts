import { isOnOnePath, pathsRead } from "../../condition/paths.ts";
import { allConditions } from "../../policy/conditions.ts";
import { quoted } from "../../policy/log.ts";
import { nearestWord } from "../../text/edit-distance.ts";
import { isUsed, usesOf, type UsedKind } from "../uses.ts";
import type { LintContext } from "../context.ts";
import type { Problem, SetRule } from "../rule.ts";

const KINDS: readonly (readonly [UsedKind & ("labels" | "counters" | "values"), string])[] = [
  ["labels", "session label"],
  ["counters", "session counter"],
  ["values", "session values"],
];

/** The attributes that conditions read, as their paths are written. */
function pathsOf(context: LintContext): readonly (readonly string[])[] {
  return allConditions(context.analysed.documents).flatMap(({ expr }) => pathsRead(expr));
}

/**
 * Attributes that a catalog declares and no condition reads, beside one that a condition reads and no
 * catalog declares. WHY only these: a catalog often serves several sets.
 */
function* attributes(context: LintContext): Generator<Problem> {
  const all = context.catalogs.flatMap((catalog) => catalog.attributes);
  if (all.length === 0) return;
  const read = pathsOf(context);
  const declared = new Set(all.map(({ path }) => path));
  const others = read.map((path) => path.join(".")).filter((path) => !declared.has(path));
  for (const { path, place } of all) {
    if (read.some((one) => isOnOnePath(one, path.split(".")))) continue;
    const near = nearestWord(path, new Set(others));
    if (near === undefined) continue;
    const message = `no condition reads the declared attribute ${quoted(path)}`;
    yield { place, message, help: `did you mean ${quoted(near)}?` };
  }
}

function* state(context: LintContext): Generator<Problem> {
  if (context.policies.every(({ session }) => KINDS.every(([kind]) => session[kind].length === 0)))
    return;
  const uses = usesOf(context);
  for (const { session } of context.policies) {
    for (const [kind, what] of KINDS) {
      for (const { name, place } of session[kind]) {
        if (isUsed(uses, kind, name)) continue;
        yield {
          place,
          message: `no condition reads the ${what} ${quoted(name)}`,
          help: "remove it, or read it in a condition",
        };
      }
    }
  }
}

export const unusedDeclaration: SetRule = {
  code: "unused-declaration",
  level: "warning",
  kind: "fault",
  needs: "set",
  whole: ["policies"],
  run: function* (context) {
    yield* state(context);
    yield* attributes(context);
  },
};
