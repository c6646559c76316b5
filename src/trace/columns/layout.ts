/** What of an event a trace's columns keep: each path of the canonical event (design 7.1) is one column. */
export interface ColumnSpec {
  readonly path: readonly string[];
  /** `presence`: only that something is there, not its text; `rest`: the whole object, where it has members that are no columns. */
  readonly keep: "value" | "presence" | "rest";
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
  subjectType: 3,
  subjectId: 4,
  credential: 5,
  subjectRest: 6,
  kind: 7,
  server: 8,
  name: 9,
  actionRest: 10,
  resourceType: 11,
  resourceId: 12,
  resourceRest: 13,
  labels: 14,
  complete: 15,
  unrecorded: 16,
  effect: 17,
  rule: 18,
  pdp: 19,
  delegation: 20,
  onBehalfOf: 21,
  approvals: 22,
  status: 23,
  id: 24,
} as const;

/** The columns of each entity; the last one holds the whole entity where it has other members than the ones before. */
export const ENTITY = {
  subject: [COLUMN.subjectType, COLUMN.subjectId, COLUMN.credential, COLUMN.subjectRest],
  action: [COLUMN.kind, COLUMN.server, COLUMN.name, COLUMN.actionRest],
  resource: [COLUMN.resourceType, COLUMN.resourceId, COLUMN.resourceRest],
} as const;

const value = (...path: readonly string[]): ColumnSpec => ({ path, keep: "value" });
const presence = (...path: readonly string[]): ColumnSpec => ({ path, keep: "presence" });
const rest = (root: string): ColumnSpec => ({ path: [root], keep: "rest" });

const FIXED: readonly ColumnSpec[] = [
  value("session"),
  value("type"),
  value("parent"),
  value("subject", "type"),
  value("subject", "id"),
  value("subject", "credential"),
  rest("subject"),
  value("action", "kind"),
  value("action", "server"),
  value("action", "name"),
  rest("action"),
  value("resource", "type"),
  value("resource", "id"),
  rest("resource"),
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
