import { UNKNOWN_ENTITY, type Entity } from "../../engine/entity.ts";
import {
  identifyAction,
  identifyResource,
  subjectEntity,
  type IdentifiedAction,
} from "../../engine/identify.ts";
import type { EvaluationContext, StateView } from "../../engine/evaluation-context.ts";
import { isJsonObject, type Json, type JsonObject } from "../../request/json.ts";
import type { Request } from "../../request/request.ts";
import { COLUMN, ENTITY, entityColumns, type Layout } from "../../trace/columns/layout.ts";
import type { ValueCache } from "../../trace/columns/value-cache.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import {
  RECORDED_EFFECTS,
  unwrapProperties,
  type RecordedDecision,
  type TraceEvent,
} from "../../trace/event.ts";
import { PartialList, Unknown } from "../../condition/value.ts";
import type { CompiledSet } from "../../engine/compile-set.ts";
import { HAS } from "../../trace/columns/line-scanner.ts";
import type { Frame } from "./frame.ts";

/** Columns of `args`, `context` and `outcome`: the others are read by their own names. */
export function isPathColumn({ columns }: Layout, column: number): boolean {
  const spec = columns[column];
  return spec?.keep === "value" && PATH_ROOTS.has(spec.path[0] ?? "");
}

const PATH_ROOTS: ReadonlySet<string> = new Set(["args", "context", "outcome"]);

const STATE = new Unknown(["session"]);
/** State of which nothing is known: what a condition comes to on it, it comes to on every state. */
export const VEILED_STATE: StateView = {
  label: () => STATE,
  counter: () => STATE,
  values: () => new PartialList([], STATE),
};

type Tree = { [key: string]: Json | Tree };

function plant(tree: Tree, path: readonly string[], value: Json | undefined): void {
  let at: Tree = tree;
  for (let i = 0; i < path.length - 1; i++) {
    const key = path[i] ?? "";
    const next: unknown = Object.hasOwn(at, key) ? at[key] : undefined;
    const inner: Tree = isTree(next) ? next : {};
    if (inner !== next) define(at, key, inner);
    at = inner;
  }
  const last = path[path.length - 1] ?? "";
  if (value !== undefined) define(at, last, value);
  else if (!Object.hasOwn(at, last)) define(at, last, {});
}

/** WHY: a member called `__proto__` is an ordinary one (design 3.8). */
function define(tree: Tree, key: string, value: Json | Tree): void {
  if (key === "__proto__")
    Object.defineProperty(tree, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  else tree[key] = value;
}

function isTree(value: unknown): value is Tree {
  return isJsonObject(value);
}

function entityMember(value: Json | undefined): JsonObject | undefined {
  if (!isJsonObject(value)) return undefined;
  return Object.hasOwn(value, "properties") ? unwrapProperties(value) : value;
}

/** The columns of an entity: of its first members, of the whole, and of members that are read. */
interface EntityColumns {
  readonly first: readonly { readonly column: number; readonly name: string }[];
  readonly rest: number;
  readonly read: readonly number[];
}

function columnsOfEntity(layout: Layout, root: keyof typeof ENTITY): EntityColumns {
  const fixed: readonly number[] = ENTITY[root];
  return {
    first: fixed.flatMap((column) => {
      const name = layout.columns[column]?.path[1];
      return name === undefined ? [] : [{ column, name }];
    }),
    rest: fixed.at(-1) ?? 0,
    read: entityColumns(layout, root).filter((column) => !fixed.includes(column)),
  };
}

/** Rows of one segment as requests: whole ones, or only what certain columns tell. */
export class RowViews {
  readonly segment: Segment;
  readonly cache: ValueCache;
  readonly #all: readonly number[];
  /** By column: the member of a root that it holds; undefined: it lies deeper. */
  readonly #memberOf: readonly ({ readonly root: string; readonly name: string } | undefined)[];
  readonly #entities: { readonly [root in keyof typeof ENTITY]: EntityColumns };

  constructor(segment: Segment, cache: ValueCache) {
    this.segment = segment;
    this.cache = cache;
    const { layout } = segment;
    this.#memberOf = layout.columns.map(({ path: [root, name, ...deeper], keep }) =>
      root === undefined ||
      name === undefined ||
      name === "__proto__" ||
      deeper.length > 0 ||
      keep !== "value"
        ? undefined
        : { root, name },
    );
    this.#all = [...layout.columns.keys()].filter((column) => isPathColumn(layout, column));
    this.#entities = {
      subject: columnsOfEntity(layout, "subject"),
      action: columnsOfEntity(layout, "action"),
      resource: columnsOfEntity(layout, "resource"),
    };
  }

  code(column: number, row: number): number {
    return this.segment.codes[column]?.[row] ?? 0;
  }

  /** Whether a row says of its own record what it holds, or does not. */
  saysOfRecord(row: number): boolean {
    return this.code(COLUMN.complete, row) !== 0 || this.code(COLUMN.unrecorded, row) !== 0;
  }

  /** One number for a row's codes of some columns; -1 where none is exact. */
  place(columns: readonly number[], row: number): number {
    let place = 0;
    let places = 1;
    for (const column of columns) {
      const size = this.segment.dictionaries[column]?.size ?? 1;
      place = place * size + this.code(column, row);
      places *= size;
    }
    return places <= Number.MAX_SAFE_INTEGER ? place : -1;
  }

  /** A request that holds what `columns` tell of a row (design 3.1), and what its frame says. */
  request(row: number, columns: readonly number[], frame: Frame): Request {
    const tree: Tree = {};
    const has = this.segment.has[row] ?? 0;
    if ((has & HAS.args) !== 0) tree["args"] = {};
    if ((has & HAS.context) !== 0) tree["context"] = {};
    if ((has & HAS.outcome) !== 0) tree["outcome"] = {};
    for (const column of columns) this.#put(tree, column, row);
    return finish(tree, frame);
  }

  /** WHY two ways: a member of a root is what nearly every condition reads. */
  #put(tree: Tree, column: number, row: number): void {
    const code = this.code(column, row);
    if (code === 0) return;
    const member = this.#memberOf[column];
    const dictionary = this.segment.dictionaries[column];
    const root = member === undefined ? undefined : tree[member.root];
    const isWhole =
      dictionary?.depths[code] === 2 && dictionary.offsets[code] !== dictionary.offsets[code + 1];
    if (member !== undefined && isWhole && isTree(root))
      root[member.name] = this.cache.value(column, code);
    else this.#plant(tree, column, code);
  }

  /**
   * What a row has in the column of a member, where that is a text, a number or a bool of its own;
   * undefined: it has none, or anything else.
   */
  scalar(column: number, row: number): string | number | boolean | undefined {
    const code = this.code(column, row);
    if (code === 0 || this.#memberOf[column] === undefined) return undefined;
    const dictionary = this.segment.dictionaries[column];
    const value = dictionary?.depths[code] === 2 ? this.cache.value(column, code) : undefined;
    return value === null || typeof value === "object" ? undefined : value;
  }

  has(row: number, member: keyof typeof HAS): boolean {
    return ((this.segment.has[row] ?? 0) & HAS[member]) !== 0;
  }

  /** The entity of a row as the event gives it; undefined: the event has none. */
  entity(root: keyof typeof ENTITY, row: number): JsonObject | undefined {
    const { first, rest, read } = this.#entities[root];
    const whole = this.code(rest, row);
    if (whole !== 0) return entityMember(this.cache.value(rest, whole));
    if (((this.segment.has[row] ?? 0) & HAS[root]) === 0) return undefined;
    const entity: { [key: string]: Json } = {};
    for (const { column, name } of first) {
      const code = this.code(column, row);
      if (code !== 0) entity[name] = this.cache.value(column, code);
    }
    return read.length === 0 ? entity : this.#withRead(entity, read, { root, row });
  }

  /** An entity with the members that have columns of their own. */
  #withRead(
    entity: { [key: string]: Json },
    read: readonly number[],
    { root, row }: { readonly root: string; readonly row: number },
  ): JsonObject {
    const tree: Tree = { [root]: entity };
    for (const column of read) this.#plant(tree, column, this.code(column, row));
    return entity;
  }

  /**
   * The text of a column that names something (a session, a parent); undefined where there is none.
   */
  name(column: number, row: number): string | undefined {
    const code = this.code(column, row);
    const value = code === 0 ? undefined : this.cache.value(column, code);
    return typeof value === "string" ? value : undefined;
  }

  /** Milliseconds with their fraction; undefined: none. */
  time(row: number): number | undefined {
    const time = this.segment.times[row] ?? NaN;
    return Number.isNaN(time) ? undefined : time;
  }

  /** The request of a row with its time, session and parent, holding what `columns` tell. */
  live(row: number, columns: readonly number[], frame: Frame): Request {
    const draft: Draft = this.timed(row, columns, frame);
    for (const root of ENTITIES) {
      const entity = this.entity(root, row);
      if (entity !== undefined) draft[root] = entity;
    }
    return draft;
  }

  /**
   * A request that holds what `columns` tell of a row, and when, in which session and under which
   * call it was made.
   */
  timed(row: number, columns: readonly number[], frame: Frame): Request {
    const draft: Draft = this.request(row, columns, frame);
    const time = this.segment.times[row] ?? NaN;
    const session = this.name(COLUMN.session, row);
    const parent = this.name(COLUMN.parent, row);
    if (!Number.isNaN(time)) draft.time = Math.floor(time);
    if (session !== undefined) draft.session = session;
    if (parent !== undefined) draft.parent = parent;
    return draft;
  }

  /** The event of a row as far as all its columns tell; its id and place are not among them. */
  event(row: number, frame: Frame): TraceEvent {
    const request = this.live(row, this.#all, frame);
    const { time, session, parent } = request;
    const exact = this.time(row);
    const decision = this.#decision(row);
    const labels = this.cache.value(COLUMN.labels, this.code(COLUMN.labels, row));
    return {
      id: "",
      type: this.name(COLUMN.type, row) ?? "call",
      file: "",
      line: 0,
      request,
      ...(time === undefined || exact === undefined ? {} : { time: exact }),
      ...(session === undefined ? {} : { session }),
      ...(parent === undefined ? {} : { parent }),
      ...(decision === undefined ? {} : { decision }),
      ...(this.code(COLUMN.labels, row) !== 0 && isJsonObject(labels) ? { labels } : {}),
    };
  }

  #decision(row: number): RecordedDecision | undefined {
    const effect = RECORDED_EFFECTS.find((one) => one === this.name(COLUMN.effect, row));
    if (effect === undefined) return undefined;
    const [rule, pdp] = [this.name(COLUMN.rule, row), this.name(COLUMN.pdp, row)];
    return {
      effect,
      ...(rule === undefined ? {} : { rule }),
      ...(pdp === undefined ? {} : { pdp }),
    };
  }

  /** A request that holds only what one column has at `code`. */
  single(column: number, code: number, frame: Frame): Request {
    const tree: Tree = {};
    this.#plant(tree, column, code);
    return finish(tree, frame);
  }

  #plant(tree: Tree, column: number, code: number): void {
    const spec = this.segment.layout.columns[column];
    const dictionary = this.segment.dictionaries[column];
    if (code === 0 || spec === undefined || dictionary === undefined || spec.keep === "presence")
      return;
    const depth = dictionary.depths[code] ?? 0;
    const empty = dictionary.offsets[code] === dictionary.offsets[code + 1];
    plant(
      tree,
      depth === spec.path.length ? spec.path : spec.path.slice(0, depth),
      empty ? undefined : this.cache.value(column, code),
    );
  }
}

type Draft = { -readonly [K in keyof Request]: Request[K] };
const ROOTS = ["args", "context", "outcome"] as const;
const ENTITIES = ["subject", "action", "resource"] as const;

function finish(tree: Tree, frame: Frame): Request {
  const draft: Draft = { ...frame.request };
  for (const name of ROOTS) {
    const value: unknown = tree[name];
    if (isJsonObject(value)) draft[name] = value;
  }
  return draft;
}

/** A call of which only its request and what one version makes of it are at hand. */
export function rowFor(
  request: Request,
  frame: Frame,
  entities: {
    readonly subject?: Entity;
    readonly action?: IdentifiedAction;
    readonly resource?: Entity;
  },
): EvaluationContext {
  return {
    request,
    mask: frame.mask,
    subject: entities.subject ?? UNKNOWN_ENTITY,
    action: entities.action?.entity ?? UNKNOWN_ENTITY,
    resource: entities.resource ?? UNKNOWN_ENTITY,
    state: VEILED_STATE,
    outcomeKnown: false,
  };
}

export function subjectOf(set: CompiledSet, request: Request, frame: Frame): Entity {
  return subjectEntity(set.catalog, request, frame.mask);
}

export function actionOf(set: CompiledSet, request: Request, frame: Frame): IdentifiedAction {
  return identifyAction(set.catalog, request, frame.mask);
}

export function resourceOf(
  set: CompiledSet,
  request: Request,
  named: { readonly action: IdentifiedAction; readonly frame: Frame },
): Entity {
  return identifyResource(set.context, request, { action: named.action, mask: named.frame.mask });
}
