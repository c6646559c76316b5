/** What of an event a trace's columns keep: each path of the canonical event (design 7.1) is one column. */
export interface ColumnSpec {
  readonly path: readonly string[];
  /** `presence`: only that something is there; its text is not kept. */
  readonly keep: "value" | "presence";
}

/** The columns of a segment, in their order; the first ones are always those of {@link COLUMN}. */
export interface Layout {
  readonly columns: readonly ColumnSpec[];
}

/** The columns that every replay needs, by their index. */
export const COLUMN = {
  session: 0,
  type: 1,
  parent: 2,
  subject: 3,
  action: 4,
  resource: 5,
  labels: 6,
  complete: 7,
  unrecorded: 8,
  effect: 9,
  rule: 10,
  pdp: 11,
  delegation: 12,
  onBehalfOf: 13,
  approvals: 14,
  status: 15,
  id: 16,
} as const;

const value = (...path: readonly string[]): ColumnSpec => ({ path, keep: "value" });
const presence = (...path: readonly string[]): ColumnSpec => ({ path, keep: "presence" });

const FIXED: readonly ColumnSpec[] = [
  value("session"),
  value("type"),
  value("parent"),
  value("subject"),
  value("action"),
  value("resource"),
  value("labels"),
  value("complete"),
  value("unrecorded"),
  value("decision", "effect"),
  value("decision", "rule"),
  value("decision", "pdp"),
  value("context", "delegation"),
  value("context", "on_behalf_of"),
  presence("context", "approvals"),
  value("outcome", "status"),
];

const ROOTS: ReadonlySet<string> = new Set(["args", "context", "outcome"]);

function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((key, i) => path[i] === key);
}

/** Of paths that begin with one another only the shortest: it holds the others. */
function shortest(paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const sorted = [...paths].sort((a, b) => a.length - b.length || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  const kept: (readonly string[])[] = [];
  for (const path of sorted) if (!kept.some((prefix) => startsWith(path, prefix))) kept.push(path);
  return kept;
}

/**
 * The layout that keeps what conditions read: `paths` start at `args`, `context` or `outcome` and name a member.
 * Undefined where one of them is a root as a whole, or lies across a column that every layout has (so that one would
 * hold the other): such a set is decided on whole events. `ids` keeps the id of every event.
 */
export function layoutFor(paths: readonly (readonly string[])[], options: { readonly ids: boolean }): Layout | undefined {
  const asked = paths.filter(([root]) => root !== undefined && ROOTS.has(root));
  if (asked.some((path) => path.length < 2)) return undefined;
  const own = asked.filter((path) => !FIXED.some((fixed) => fixed.keep === "value" && startsWith(path, fixed.path)));
  if (own.some((path) => FIXED.some((fixed) => startsWith(fixed.path, path) || startsWith(path, fixed.path)))) return undefined;
  return { columns: [...FIXED, { path: ["id"], keep: options.ids ? "value" : "presence" }, ...shortest(own).map((path) => value(...path))] };
}
