/**
 * What of an event a trace's columns keep: each path of the canonical event (design 7.1) is one
 * column.
 */
export interface ColumnSpec {
  readonly path: readonly string[];
  /**
   * `presence`: only that something is there, not its text; `rest`: the whole object, where it has
   * members that are no columns.
   */
  readonly keep: "value" | "presence" | "rest";
}

/** The columns of a segment, in their order; the first ones are always those of {@link COLUMN}. */
export interface Layout {
  readonly columns: readonly ColumnSpec[];
  /**
   * What an index keeps of the values that every layout has, sorted: what stands at these paths and
   * below them.
   */
  readonly members: readonly (readonly string[])[];
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

/**
 * The columns of each entity that every layout has; the last one holds the whole entity where its
 * members do not tell it: where it has `properties`, or is read as a whole and has members that
 * are no columns.
 */
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

/**
 * Columns whose values are objects of any members; {@link Layout.members} says which of those an
 * index keeps.
 */
export const OBJECTS = [
  COLUMN.credential,
  COLUMN.subjectRest,
  COLUMN.actionRest,
  COLUMN.resourceRest,
  COLUMN.onBehalfOf,
  COLUMN.delegation,
] as const;

/** What deciding and counting read by name, whatever conditions say. */
const READ_BY_NAME: readonly (readonly string[])[] = [
  ...["type", "id", "tenant", "registered"].map((name) => ["subject", name]),
  ...["id", "kind"].map((name) => ["subject", "credential", name]),
  ...["kind", "server", "name", "effects", "definition_digest"].map((name) => ["action", name]),
  ...["type", "id", "classification", "environment", "tenant", "owner", "scope"].map((name) => [
    "resource",
    name,
  ]),
  ...["type", "id", "tenant", "registered"].map((name) => ["context", "on_behalf_of", name]),
  ...["type", "id"].map((name) => ["context", "delegation", name]),
];

const ENTITY_ROOTS: ReadonlySet<string> = new Set(Object.keys(ENTITY));
const ROOTS: ReadonlySet<string> = new Set(["args", "context", "outcome"]);

function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((key, i) => path[i] === key);
}

/** Of paths that begin with one another only the shortest: it holds the others. */
function shortest(paths: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const sorted = [...paths].sort(
    (a, b) => a.length - b.length || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1),
  );
  const kept: (readonly string[])[] = [];
  for (const path of sorted) if (!kept.some((prefix) => startsWith(path, prefix))) kept.push(path);
  return kept;
}

/**
 * The members of entities that have columns of their own: all that is read of one, but for what its
 * first columns hold; none of an entity that is read as a whole.
 */
function memberColumns(members: readonly (readonly string[])[]): readonly ColumnSpec[] {
  return members
    .filter((path) => ENTITY_ROOTS.has(path[0] ?? "") && path.length > 1 && !isFixed(path))
    .map((path) => value(...path));
}

/**
 * The columns that tell an entity: those that every layout has, then one for each member that is
 * read.
 */
export function entityColumns({ columns }: Layout, root: keyof typeof ENTITY): readonly number[] {
  return columns.flatMap(({ path }, column) => (path[0] === root ? [column] : []));
}

/** Whether something reads an entity as a whole, so that no member of it may be left out. */
export function readsWhole({ members }: Layout, root: string): boolean {
  return members.some((path) => path.length === 1 && path[0] === root);
}

function liesInObject(path: readonly string[]): boolean {
  return OBJECTS.some((column) => startsWith(path, FIXED[column]?.path ?? []));
}

/**
 * Whether a column can hold what a condition reads at a path: no root as a whole, nor what lies
 * across a column that every layout has.
 */
export function isKept(path: readonly string[]): boolean {
  const [root] = path;
  if (root === undefined || !ROOTS.has(root)) return true;
  if (path.length < 2) return false;
  if (isFixed(path)) return true;
  return !FIXED.some((fixed) => startsWith(fixed.path, path) || startsWith(path, fixed.path));
}

function isFixed(path: readonly string[]): boolean {
  return FIXED.some((fixed) => fixed.keep === "value" && startsWith(path, fixed.path));
}

/**
 * The layout that keeps what conditions read, as far as columns can ({@link isKept}). `ids` keeps the
 * id of every event.
 */
export function layoutFor(
  paths: readonly (readonly string[])[],
  options: { readonly ids: boolean },
): Layout {
  const own = paths.filter((path) => ROOTS.has(path[0] ?? "") && isKept(path) && !isFixed(path));
  const members = shortest([...READ_BY_NAME, ...paths.filter(liesInObject)]);
  const columns = [
    ...FIXED,
    { path: ["id"], keep: options.ids ? ("value" as const) : ("presence" as const) },
    ...shortest(own).map((path) => value(...path)),
    ...(paths.some(isAnswerTime) ? [value(...ANSWER_TIME)] : []),
    ...memberColumns(members),
  ];
  return { columns, members };
}

/** How long a decision point took, where somebody asks for that. */
const ANSWER_TIME = ["decision", "ms"] as const;

function isAnswerTime(path: readonly string[]): boolean {
  return path.length === 2 && startsWith(path, ANSWER_TIME);
}

/** Every path that a layout was asked for. */
function pathsOf({ columns, members }: Layout): readonly (readonly string[])[] {
  return [...columns.slice(COLUMN.id + 1).map(({ path }) => path), ...members];
}

/** The layout that keeps what two others keep, and the ids only where they are asked for. */
export function unitedLayout(
  one: Layout,
  other: Layout,
  options: { readonly ids: boolean },
): Layout {
  return layoutFor([...pathsOf(one), ...pathsOf(other)], options);
}

/** Whether a layout keeps the id of every event. */
export function keepsIds({ columns }: Layout): boolean {
  return columns[COLUMN.id]?.keep === "value";
}

/** Whether a layout keeps what another asks for; ids can be read off the trace. */
export function coversLayout(held: Layout, asked: Layout): boolean {
  const kept = new Set(held.columns.map(({ path, keep }) => JSON.stringify([path, keep])));
  const columns = asked.columns.every(
    ({ path, keep }) => path[0] === "id" || kept.has(JSON.stringify([path, keep])),
  );
  return (
    columns && asked.members.every((path) => held.members.some((own) => startsWith(path, own)))
  );
}
