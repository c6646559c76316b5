import { isJsonObject, member, type Json, type JsonObject } from "../../request/json.ts";
import type { TraceEvent } from "../event.ts";
import { DictionaryBuilder } from "./dictionary.ts";
import { COLUMN, type ColumnSpec, type Layout } from "./layout.ts";
import { HAS } from "./line-scanner.ts";
import { Malformed, Rows, segmentOf } from "./rows.ts";
import type { Segment } from "./segment.ts";

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);

/** The codes of one column: values that came before need no text. */
class ColumnCodes {
  readonly dictionary = new DictionaryBuilder();
  readonly #texts = new Map<string, number>();
  readonly #others = new Map<string, number>();
  readonly #depth: number;

  constructor({ path }: ColumnSpec) {
    this.#depth = path.length;
  }

  /** The code of a value, followed to `depth`: by default to the end of the path. */
  code(value: Json, depth = this.#depth): number {
    if (typeof value === "string" && depth === this.#depth)
      return this.#known(this.#texts, value, { value, depth });
    const text = Object.is(value, -0) ? "-0" : JSON.stringify(value);
    return this.#known(this.#others, `${depth} ${text}`, { value: text, depth, isText: true });
  }

  /** The code of a path that an object ended at `depth`. */
  ended(depth: number): number {
    const known = this.#others.get(`${depth} `);
    return (
      known ?? this.#add(this.#others, `${depth} `, this.dictionary.intern(NOTHING, 0, 0, depth))
    );
  }

  #known(
    codes: Map<string, number>,
    key: string,
    {
      value,
      depth,
      isText,
    }: { readonly value: string; readonly depth: number; readonly isText?: true },
  ): number {
    const known = codes.get(key);
    if (known !== undefined) return known;
    const bytes = encoder.encode(isText === true ? value : JSON.stringify(value));
    return this.#add(codes, key, this.dictionary.intern(bytes, 0, bytes.length, depth));
  }

  #add(codes: Map<string, number>, key: string, code: number): number {
    codes.set(key, code);
    return code;
  }
}

const ENTITIES = [
  {
    root: "subject",
    rest: COLUMN.subjectRest,
    members: [
      ["type", COLUMN.subjectType],
      ["id", COLUMN.subjectId],
      ["credential", COLUMN.credential],
    ],
  },
  {
    root: "action",
    rest: COLUMN.actionRest,
    members: [
      ["kind", COLUMN.kind],
      ["server", COLUMN.server],
      ["name", COLUMN.name],
    ],
  },
  {
    root: "resource",
    rest: COLUMN.resourceRest,
    members: [
      ["type", COLUMN.resourceType],
      ["id", COLUMN.resourceId],
    ],
  },
] as const;

/** The members of an event that conditions read by paths. */
const ROOTS = ["args", "context", "outcome"] as const;

/** One row that is filled: its number, and the codes of all columns. */
interface Filling {
  readonly row: number;
  readonly columns: readonly ColumnCodes[];
  readonly rows: Rows;
}

function put({ row, columns, rows }: Filling, column: number, value: Json | undefined): void {
  if (value === undefined || value === null) return;
  const [codes, own] = [rows.codes[column], columns[column]];
  if (codes !== undefined && own !== undefined) codes[row] = own.code(value);
}

/** Follows a path of a row's arguments, context or outcome as far as it goes. */
function follow(
  { row, columns, rows }: Filling,
  { column, path, from }: { column: number; path: readonly string[]; from: JsonObject },
): void {
  const [codes, own] = [rows.codes[column], columns[column]];
  if (codes === undefined || own === undefined) return;
  let at: Json = from;
  for (let depth = 1; depth < path.length; depth++) {
    if (!isJsonObject(at)) return void (codes[row] = own.code(at, depth));
    const next: Json | undefined = Object.hasOwn(at, path[depth] ?? "")
      ? at[path[depth] ?? ""]
      : undefined;
    // a null member is not there (design 3.5)
    if (next === undefined || next === null) return void (codes[row] = own.ended(depth));
    at = next;
  }
  codes[row] = own.code(at);
}

/** Whether an entity's columns tell it. */
function fillEntity(
  filling: Filling,
  entity: JsonObject,
  spec: (typeof ENTITIES)[number],
): boolean {
  const names = new Set<string>();
  for (const [name, column] of spec.members) {
    names.add(name);
    if (Object.hasOwn(entity, name)) put(filling, column, entity[name]);
  }
  if (Object.keys(entity).some((name) => !names.has(name))) put(filling, spec.rest, entity);
  return !Object.hasOwn(entity, "properties");
}

function hasOf({ request, decision, session, parent }: TraceEvent): number {
  const there = (value: unknown, bit: number): number => (value === undefined ? 0 : bit);
  return (
    there(request.action, HAS.action) |
    there(request.subject, HAS.subject) |
    there(request.resource, HAS.resource) |
    there(request.args, HAS.args) |
    there(request.unrecorded, HAS.unrecorded) |
    there(request.outcome, HAS.outcome) |
    there(decision, HAS.decision) |
    there(parent, HAS.parent) |
    there(session, HAS.session) |
    there(request.context, HAS.context)
  );
}

/**
 * Makes columns of events that were read: what a `SegmentBuilder` makes of their lines, so that
 * events of whatever source are evaluated in one way. The ids of events stay with them.
 */
export class EventBuilder {
  readonly #layout: Layout;
  /** The columns of paths, by the member of the event in which these lie. */
  readonly #paths: readonly (readonly [
    root: (typeof ROOTS)[number],
    columns: readonly { readonly column: number; readonly path: readonly string[] }[],
  ])[];

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#paths = ROOTS.map((root) => [
      root,
      layout.columns.flatMap(({ path }, column) =>
        column > COLUMN.id && path[0] === root ? [{ column, path }] : [],
      ),
    ]);
  }

  /** The columns of some events, a row each; no row has a line. */
  build(events: readonly TraceEvent[]): Segment {
    const columns = this.#layout.columns.map((spec) => new ColumnCodes(spec));
    const rows = new Rows(columns.length);
    rows.reserve(events.length);
    events.forEach((event, row) => this.#fill({ row, columns, rows }, event));
    rows.length = events.length;
    return segmentOf(rows, {
      layout: this.#layout,
      dictionaries: columns.map(({ dictionary }) => dictionary.freeze()),
      offset: 0,
      bytes: 0,
      lineCount: events.length,
      malformed: new Malformed(),
    });
  }

  #fill(filling: Filling, event: TraceEvent): void {
    const { row, rows } = filling;
    const { request, decision, labels } = event;
    rows.times[row] = event.time ?? NaN;
    rows.has[row] = hasOf(event);
    rows.lines[row] = row;
    put(filling, COLUMN.session, event.session);
    put(filling, COLUMN.type, event.type);
    put(filling, COLUMN.parent, event.parent);
    put(filling, COLUMN.labels, labels);
    put(filling, COLUMN.complete, request.complete);
    put(filling, COLUMN.unrecorded, request.unrecorded);
    put(filling, COLUMN.effect, decision?.effect);
    put(filling, COLUMN.rule, decision?.rule);
    put(filling, COLUMN.pdp, decision?.pdp);
    put(filling, COLUMN.delegation, member(request.context, "delegation"));
    put(filling, COLUMN.onBehalfOf, member(request.context, "on_behalf_of"));
    put(filling, COLUMN.status, member(request.outcome, "status"));
    const approvals = rows.codes[COLUMN.approvals];
    if (approvals !== undefined && member(request.context, "approvals") !== undefined)
      approvals[row] = 1;
    for (const spec of ENTITIES) {
      const entity = request[spec.root];
      if (entity !== undefined && !fillEntity(filling, entity, spec)) rows.whole[row] = 1;
    }
    for (const [root, paths] of this.#paths) {
      const from = request[root];
      if (from !== undefined)
        for (const { column, path } of paths) follow(filling, { column, path, from });
    }
  }
}
