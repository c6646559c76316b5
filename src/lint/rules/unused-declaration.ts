import type { Expr } from "../../condition/ast.ts";
import { visitAll } from "../../condition/walk.ts";
import { quoted } from "../../policy/log.ts";
import type { LabelDeclaration } from "../../policy/model.ts";
import { allConditions, readingsOf } from "../conditions.ts";
import type { LintContext } from "../context.ts";
import type { Problem, SetRule } from "../rule.ts";

/** What conditions read by name; a whole map that is read reads all that is in it. */
interface Uses {
  readonly labels: Set<string>;
  readonly names: Set<string>;
}

const ALL = "*";

function noteLabels(expr: Expr, uses: Uses): void {
  const counted = new Set<Expr>();
  visitAll(expr, (node) => {
    if (node.kind !== "binary" || node.op !== "in" || node.left.kind !== "literal" || node.left.literal.type !== "string") return;
    uses.labels.add(node.left.literal.value);
    counted.add(node.right);
  });
  for (const { path, expr: read } of readingsOf(expr)) if (path.join(".") === "session.labels" && !counted.has(read)) uses.labels.add(ALL);
}

function noteNames(expr: Expr, uses: Uses): void {
  for (const { path } of readingsOf(expr)) {
    const [root, kind, name] = path;
    if (root === "data") uses.names.add(`data.${kind ?? ALL}`);
    if (root === "session" && (kind === "counters" || kind === "values")) uses.names.add(`${kind}.${name ?? ALL}`);
    if (root === "session" && kind === undefined) for (const one of ["counters", "values"]) uses.names.add(`${one}.${ALL}`);
    if (root === "session" && kind === undefined) uses.labels.add(ALL);
  }
}

function usesOf(context: LintContext): Uses {
  const uses: Uses = { labels: new Set(), names: new Set() };
  for (const { expr } of allConditions(context.of.documents)) {
    noteLabels(expr, uses);
    noteNames(expr, uses);
  }
  return uses;
}

function isUsed(names: ReadonlySet<string>, kind: string, name: string): boolean {
  return names.has(`${kind}.${name}`) || names.has(`${kind}.${ALL}`);
}

function unused({ name, place }: Pick<LabelDeclaration, "name" | "place">, what: string): Problem {
  return { place, message: `no condition reads the ${what} ${quoted(name)}`, help: "remove it, or read it where it was meant to matter" };
}

function check(context: LintContext): readonly Problem[] {
  const uses = usesOf(context);
  const sessions = context.policies.map((policy) => policy.session);
  return [
    ...sessions.flatMap(({ labels }) => labels).filter(({ name }) => !uses.labels.has(name) && !uses.labels.has(ALL)).map((one) => unused(one, "session label")),
    ...sessions.flatMap(({ counters }) => counters).filter(({ name }) => !isUsed(uses.names, "counters", name)).map((one) => unused(one, "session counter")),
    ...sessions.flatMap(({ values }) => values).filter(({ name }) => !isUsed(uses.names, "values", name)).map((one) => unused(one, "session values")),
    ...context.catalogs.flatMap(({ data }) => data).filter(({ name }) => !isUsed(uses.names, "data", name)).map((one) => unused(one, "data")),
  ];
}

export const unusedDeclaration: SetRule = {
  code: "unused-declaration",
  level: "warning",
  kind: "fault",
  needs: "set",
  // WHY: a catalog alone cannot know which policies read it
  run: (context) => (context.policies.length === 0 ? [] : check(context)),
};
