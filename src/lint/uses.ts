import type { Expr } from "../condition/ast.ts";
import { pathsRead } from "../condition/paths.ts";
import { allConditions } from "../policy/conditions.ts";
import type { LintContext } from "./context.ts";

export type UsedKind = "labels" | "counters" | "values" | "data";

/**
 * What conditions read by name, as `<kind>.<name>`; a whole list or map that is read reads all that
 * is in it.
 */
export type Uses = ReadonlySet<string>;

const ALL = "*";

function noteNames(expr: Expr, uses: Set<string>): void {
  for (const [root, kind, name] of pathsRead(expr)) {
    if (root === "data") uses.add(`data.${kind ?? ALL}`);
    if (root === "session" && kind !== undefined) uses.add(`${kind}.${name ?? ALL}`);
    if (root === "session" && kind === undefined)
      for (const one of ["labels", "counters", "values"]) uses.add(`${one}.${ALL}`);
  }
}

/** What the conditions of a set read, and the labels that its invariants name. */
export function usesOf(context: LintContext): Uses {
  const uses = new Set<string>();
  for (const { expr } of allConditions(context.analysed.documents)) noteNames(expr, uses);
  for (const document of context.analysed.documents)
    if (document.kind === "Invariant")
      for (const { after } of document.rules)
        if (after !== undefined) uses.add(`labels.${after.label}`);
  return uses;
}

export function isUsed(uses: Uses, kind: UsedKind, name: string): boolean {
  return uses.has(`${kind}.${name}`) || uses.has(`${kind}.${ALL}`);
}
