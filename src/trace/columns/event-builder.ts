import { isJsonObject, member, type Json, type JsonObject } from "../../request/json.ts";
import type { TraceEvent } from "../event.ts";
import { DictionaryBuilder } from "./dictionary.ts";
import { COLUMN, entityColumns, readsWhole, type ColumnSpec, type Layout } from "./layout.ts";
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

const ENTITIES = ["subject", "action", "resource"] as const;

/** The columns of one entity. */
interface EntityColumns {
  readonly root: (typeof ENTITIES)[number];
  /** Those of its first members, and those of members that are read. */
  readonly first: readonly { readonly column: number; readonly name: string }[];
  readonly read: readonly { readonly column: number; readonly path: readonly string[] }[];
  readonly rest: number;
  readonly whole: boolean;
}

function columnsOfEntity(layout: Layout, root: (typeof ENTITIES)[number]): EntityColumns {
  const columns = entityColumns(layout, root).flatMap((column) => {
    const spec = layout.columns[column];
    return spec === undefined ? [] : [{ column, ...spec }];
  });
  return {
    root,
    first: columns.flatMap(({ column, path: [, name] }) =>
      column < COLUMN.id && name !== undefined ? [{ column, name }] : [],
    ),
    read: columns.filter(({ column }) => column > COLUMN.id),
    rest: columns.find(({ keep }) => keep === "rest")?.column ?? -1,
    whole: readsWhole(layout, root),
  };
}

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
function fillEntity(filling: Filling, entity: JsonObject, columns: EntityColumns): boolean {
  for (const { name, column } of columns.first)
    if (Object.hasOwn(entity, name)) put(filling, column, entity[name]);
  for (const { column, path } of columns.read) follow(filling, { column, path, from: entity });
  const isFirst = (name: string): boolean => columns.first.some((one) => one.name === name);
  if (columns.whole && !Object.keys(entity).every(isFirst)) put(filling, columns.rest, entity);
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

  readonly #entities: readonly EntityColumns[];

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#entities = ENTITIES.map((root) => columnsOfEntity(layout, root));
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
    for (const columns of this.#entities) {
      const entity = request[columns.root];
      if (entity !== undefined && !fillEntity(filling, entity, columns)) rows.whole[row] = 1;
    }
    for (const [root, paths] of this.#paths) {
      const from = request[root];
      if (from !== undefined)
        for (const { column, path } of paths) follow(filling, { column, path, from });
    }
  }
}
