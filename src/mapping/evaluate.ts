import type { Expr } from "../condition/ast.ts";
import { compileCondition, type Host } from "../condition/compile.ts";
import {
  NoValue,
  CelMap,
  Duration,
  Failure,
  isList,
  isPlainMap,
  Optional,
  PartialList,
  plainMember,
  PartialRecord,
  Timestamp,
  Uint,
  type Value,
} from "../condition/value.ts";
import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import { formatTime } from "../text/time.ts";
import { ROOTS, type Mapping, type Template } from "./mapping.ts";

/**
 * What the expressions of a mapping read: the record, where it stands, and the elements that `each`
 * walks over.
 */
export type Row = ReadonlyMap<string, Json>;

/** A member of an event that an expression did not give. */
export type OnMissing = (path: string, reason: string) => void;

/** How the elements of `each` are taken: with JSON texts in them read. */
export type Unpack = (name: string, value: Json) => Json;

/** A compiled mapping: the event members that a row gives. */
export interface MappingProgram {
  /**
   * The rows of one record, one for each combination of `each`; a list that is not there is empty,
   * and one that is none is told.
   */
  readonly rows: (row: Row, unpack: Unpack, onMissing: OnMissing) => readonly Row[];
  /** False for a record that the mapping leaves out. */
  readonly wants: (row: Row) => boolean;
  /** False for an element of `each` that the mapping leaves out; undefined: nobody can tell. */
  readonly keeps: (row: Row) => boolean | undefined;
  readonly joins: readonly CompiledJoin[];
  /** The members; one whose expression has no value is left out, and told. */
  readonly event: (row: Row, onMissing: OnMissing) => JsonObject;
}

/** How one kind of records is joined to others; a key is the text of its JSON. */
export interface CompiledJoin {
  readonly name: string;
  readonly from: (row: Row) => boolean;
  readonly key: (row: Row) => string | undefined;
  readonly on: (row: Row) => string | undefined;
}

type Evaluate = (row: Row) => Value | NoValue;

/** Whether an expression has no value because the record lacks what it reads. */
export function isAbsence(reason: string): boolean {
  return reason.startsWith("no such attribute") || reason.startsWith("no such key");
}

/** Compiles the expressions of a mapping. */
export function compileMapping(mapping: Mapping): MappingProgram {
  const host = new RowHost(
    new Set([
      ...ROOTS,
      ...mapping.each.flatMap(({ name }) => [name, `${name}_index`]),
      ...mapping.join.map(({ name }) => name),
    ]),
  );
  const compile = (expr: Expr): Evaluate => compileCondition(expr, host);
  const lists = mapping.each.map(({ name, expr }) => ({ name, list: compile(expr) }));
  const when = mapping.when === undefined ? undefined : compile(mapping.when);
  const where = mapping.where === undefined ? undefined : compile(mapping.where);
  const members = compileMembers(mapping.event, compile);
  return {
    rows: (row, unpack, onMissing) =>
      lists.reduce<readonly Row[]>(
        (rows, list) => rows.flatMap((outer) => unfold(outer, list, { unpack, onMissing })),
        [row],
      ),
    wants: (row) => when === undefined || when(row) === true,
    keeps: (row) => (where === undefined ? true : truthOf(where(row))),
    joins: mapping.join.map((join) => compileJoin(join, compile)),
    event: (row, onMissing) => members(row, "", onMissing),
  };
}

function compileJoin(
  { name, from, key, on }: Mapping["join"][number],
  compile: (expr: Expr) => Evaluate,
): CompiledJoin {
  const [isFrom, keyOf, onOf] = [compile(from), compile(key), compile(on)];
  return {
    name,
    from: (row) => isFrom(row) === true,
    key: (row) => keyText(keyOf(row)),
    on: (row) => keyText(onOf(row)),
  };
}

function truthOf(value: Value | NoValue): boolean | undefined {
  return value instanceof NoValue ? undefined : value === true;
}

function keyText(value: Value | NoValue): string | undefined {
  const json = value instanceof NoValue ? undefined : toJson(value);
  return json === undefined || json === null ? undefined : JSON.stringify(json);
}

function unfold(
  row: Row,
  { name, list }: { readonly name: string; readonly list: Evaluate },
  { unpack, onMissing }: { readonly unpack: Unpack; readonly onMissing: OnMissing },
): readonly Row[] {
  const found = list(row);
  const items = found instanceof NoValue ? undefined : toJson(found);
  if (items === undefined || items === null || !Array.isArray(items)) {
    const reason = found instanceof Failure ? found.message : "";
    onMissing(`each.${name}`, items === null ? "no such key" : reason);
    return [];
  }
  return items.map(
    (item, index) => new Map([...row, [name, unpack(name, item)], [`${name}_index`, index]]),
  );
}

type Build = (row: Row, path: string, onMissing: OnMissing) => JsonObject;

function compileMembers(
  members: ReadonlyMap<string, Template>,
  compile: (expr: Expr) => Evaluate,
): Build {
  const builders = [...members].map(([name, template]) => ({
    name,
    build: compileTemplate(template, compile),
  }));
  return (row, path, onMissing) => {
    const entries = builders.flatMap(({ name, build }) => {
      const value = build(row, path === "" ? name : `${path}.${name}`, onMissing);
      return value === undefined || value === null ? [] : [[name, value] as const];
    });
    return Object.fromEntries(entries);
  };
}

function compileTemplate(
  template: Template,
  compile: (expr: Expr) => Evaluate,
): (row: Row, path: string, onMissing: OnMissing) => Json | undefined {
  if (template.kind === "map") {
    const build = compileMembers(template.members, compile);
    return (row, path, onMissing) => {
      const built = build(row, path, onMissing);
      return Object.keys(built).length === 0 ? undefined : built;
    };
  }
  const evaluate = compile(template.expr);
  return (row, path, onMissing) => {
    const value = evaluate(row);
    if (!(value instanceof NoValue)) return toJson(value);
    onMissing(path, value instanceof Failure ? value.message : "it is unknown");
    return undefined;
  };
}

/**
 * Rows are plain JSON: what they lack is absent, so that reading it is an error and `has` is false.
 */
class RowHost implements Host<Row> {
  readonly roots: ReadonlySet<string>;

  constructor(roots: ReadonlySet<string>) {
    this.roots = roots;
  }

  read(path: readonly string[]): Evaluate {
    const absent = new Failure(`no such attribute: ${path.join(".")}`);
    return (row) => find(row, path) ?? absent;
  }

  has(path: readonly string[]): (row: Row) => boolean | NoValue {
    return (row) => find(row, path) !== undefined;
  }
}

function find(row: Row, [root = "", ...keys]: readonly string[]): Json | undefined {
  let current = row.get(root);
  for (const key of keys) {
    if (!isJsonObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current ?? undefined;
}

/**
 * What a condition computes, as JSON: whole numbers and times in their own text; an empty optional
 * is nothing.
 */
export function toJson(value: Value): Json | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint")
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (isList(value))
    return value.map((item) => (item instanceof NoValue ? null : (toJson(item) ?? null)));
  if (isPlainMap(value))
    return Object.fromEntries(
      Object.keys(value).map((key) => [key, inner(plainMember(value, key))]),
    );
  return boxedToJson(value);
}

function inner(value: Value | NoValue | undefined): Json | undefined {
  return value === undefined || value instanceof NoValue ? undefined : toJson(value);
}

function boxedToJson(value: Value): Json | undefined {
  if (value instanceof Uint) return toJson(value.value);
  if (value instanceof Optional) return value.value === undefined ? undefined : toJson(value.value);
  if (value instanceof Timestamp) return formatTime(Number(value.nanos / 1_000_000n));
  if (value instanceof Duration) return Number(value.nanos / 1_000_000n);
  if (value instanceof CelMap)
    return Object.fromEntries(
      [...value.entries.values()].map(({ key, value: held }) => [String(key), inner(held)]),
    );
  if (value instanceof PartialRecord)
    return Object.fromEntries([...value.members].map(([key, held]) => [key, inner(held)]));
  return value instanceof PartialList ? value.items.map((item) => inner(item) ?? null) : undefined;
}
