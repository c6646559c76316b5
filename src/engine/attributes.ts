import {
  Failure,
  PartialList,
  PartialRecord,
  Unknown,
  parseDuration,
  parseTimestamp,
  type NoValue,
  type Value,
} from "../condition/value.ts";
import type { Host } from "../condition/compile.ts";
import type { Document } from "../policy/model.ts";
import type { Json, JsonObject } from "../request/json.ts";
import { timestampOf, type CatalogIndex } from "./catalog-index.ts";
import { stepsOfPart } from "./condition-steps.ts";
import type { Declarations } from "./declarations.ts";
import { hasEntity, readEntity, type Entity } from "./entity.ts";
import { hasPerson, readContext, readPerson } from "./person.ts";
import {
  attributePath,
  hasRecorded,
  isOfPerson,
  readRecorded,
  wrap,
  type AttributePath,
} from "./recorded.ts";
import { showPath } from "../request/attribute-path.ts";
import type { EvaluationContext, ContextReads } from "./evaluation-context.ts";

type Reader = (row: EvaluationContext) => Value | NoValue;
type Presence = (row: EvaluationContext) => boolean | NoValue;

/** The names with which a condition's paths begin (design 3). */
export const ATTRIBUTE_ROOTS: ReadonlySet<string> = new Set([
  "subject",
  "action",
  "resource",
  "context",
  "args",
  "data",
  "session",
  "now",
  "decision",
  "outcome",
]);
/** The roots of what does not change while a call is decided. */
const KEPT: ReadonlySet<string> = new Set([
  "subject",
  "action",
  "resource",
  "context",
  "args",
  "now",
]);
const NOW = new Unknown(["now"]);

/**
 * Attributes whose declared type is not JSON's own: read as text (or number) and converted (design
 * 2.5 `attributes`).
 */
type Conversion = "timestamp" | "duration" | "int";
const BUILT_IN: ReadonlyMap<string, Conversion> = new Map([
  ["subject.credential.issued", "timestamp"],
  ["subject.credential.expires", "timestamp"],
  ["subject.expires", "timestamp"],
  ["subject.reviewed", "timestamp"],
  ["resource.retain", "duration"],
]);

function conversions(documents: readonly Document[]): ReadonlyMap<string, Conversion> {
  const map = new Map(BUILT_IN);
  for (const { path, type } of documents.flatMap((d) =>
    d.kind === "Catalog" ? d.attributes : [],
  )) {
    if (type === "timestamp" || type === "duration" || type === "int") map.set(path, type);
  }
  return map;
}

function convert(value: Value | NoValue, to: Conversion, text: string): Value | NoValue {
  if (to === "int") {
    if (typeof value !== "number") return value;
    return Number.isSafeInteger(value)
      ? BigInt(value)
      : new Failure(`${text} is declared int, but its value is not an integer within 2^53`);
  }
  if (typeof value !== "string") return value;
  const converted = to === "timestamp" ? parseTimestamp(value) : parseDuration(value);
  return converted ?? new Failure(`${text} is declared ${to}, but its value is not one`);
}

/**
 * The attribute source of compiled conditions: for each static path a reader that gives its value,
 * unknown where it is unrecorded and a failure where it is absent (design 3.5).
 */
export class AttributeHost implements Host<EvaluationContext> {
  readonly roots = ATTRIBUTE_ROOTS;
  readonly steps: number;
  readonly #catalog: CatalogIndex;
  readonly #declarations: Declarations;
  readonly #conversions: ReadonlyMap<string, Conversion>;
  /** The numbers of attributes that conditions read, by path. */
  readonly #numbers = new Map<string, number>();

  constructor(documents: readonly Document[], catalog: CatalogIndex, declarations: Declarations) {
    this.#catalog = catalog;
    this.#declarations = declarations;
    this.#conversions = conversions(documents);
    this.steps = stepsOfPart(documents);
  }

  read(keys: readonly string[]): Reader {
    const reader = this.#converted(keys);
    return KEPT.has(keys[0] ?? "") ? this.#readOnce(keys, reader) : reader;
  }

  /**
   * Whether more is made of an attribute than what a call records: it is converted, or the catalog
   * has a say.
   */
  isMade(keys: readonly string[]): boolean {
    const root = keys[0] ?? "";
    const isRecorded = root === "args" || (root === "context" && !isOfPerson(keys));
    return !isRecorded || keys.length < 2 || this.#conversions.has(keys.join("."));
  }

  /** Room for what is read of one row. */
  reads(): ContextReads {
    return { values: new Array(this.#numbers.size), person: undefined };
  }

  /** A reader that reads once a row, whatever the number of conditions that ask. */
  #readOnce(keys: readonly string[], reader: Reader): Reader {
    const path = showPath(keys);
    const number = this.#numbers.get(path) ?? this.#numbers.size;
    this.#numbers.set(path, number);
    return (row) => {
      if (row.reads === undefined) return reader(row);
      const { values } = row.reads;
      return (values[number] ??= reader(row));
    };
  }

  #converted(keys: readonly string[]): Reader {
    const conversion = this.#conversions.get(keys.join("."));
    const plain = this.#reader(attributePath(keys));
    if (conversion === undefined) return plain;
    const text = showPath(keys);
    return (row) => convert(plain(row), conversion, text);
  }

  has(keys: readonly string[]): Presence {
    const path = attributePath(keys);
    if (isOfPerson(keys)) return (row) => hasPerson(this.#catalog, row, path);
    const entity = entityOf(keys[0]);
    if (entity !== undefined)
      return (row) =>
        isComputed(keys)
          ? presence(definitionChanged(row, path))
          : hasEntity(entity(row), path, row.mask);
    const root = recordedRoot(keys[0]);
    if (root !== undefined)
      return (row) =>
        isRecorded(row, path) ? hasRecorded(root(row), path, row.mask) : path.unknown;
    const reader = this.#reader(path);
    return (row) => presence(reader(row));
  }

  contains(keys: readonly string[], literal: string): Presence | undefined {
    if (keys.length !== 2 || keys[0] !== "session" || keys[1] !== "labels") return undefined;
    const index = this.#declarations.labels.findIndex((label) => label.name === literal);
    if (index < 0) return () => false;
    return (row) => row.state.label(index, row);
  }

  #reader(path: AttributePath): Reader {
    const root = path.keys[0];
    const entity = entityOf(root);
    if (entity !== undefined) {
      return isComputed(path.keys)
        ? (row) => definitionChanged(row, path)
        : (row) => readEntity(entity(row), path, row.mask);
    }
    if (isOfPerson(path.keys)) return (row) => readPerson(this.#catalog, row, path);
    if (root === "context" && path.keys.length === 1)
      return (row) => readContext(this.#catalog, row, path);
    const recorded = recordedRoot(root);
    if (recorded !== undefined)
      return (row) =>
        isRecorded(row, path) ? readRecorded(recorded(row), path, row.mask) : path.unknown;
    if (root === "now")
      return path.keys.length > 1
        ? () => path.mistyped
        : (row) => (row.request.time === undefined ? NOW : timestampOf(row.request.time));
    if (root === "data") return constant(readClosed(this.#catalog.data, path));
    if (root === "decision") return decisionReader(path);
    return this.#sessionReader(path);
  }

  #sessionReader(path: AttributePath): Reader {
    const [, kind, name] = path.keys;
    if (path.keys.length > 3) return () => path.mistyped;
    if (kind === undefined)
      return (row) =>
        new PartialRecord(
          "session",
          new Map(["labels", "counters", "values"].map((k) => [k, this.read(["session", k])(row)])),
          false,
        );
    if (kind === "labels")
      return name === undefined ? (row) => this.#labels(row) : () => path.mistyped;
    if (kind !== "counters" && kind !== "values") return () => path.absent;
    const declared = this.#declarations[kind];
    if (name === undefined)
      return (row) =>
        new PartialRecord(
          `session.${kind}`,
          new Map(
            declared.map((d, i) => [
              d.name,
              kind === "counters" ? row.state.counter(i, row) : row.state.values(i, row),
            ]),
          ),
          false,
        );
    const index = declared.findIndex((d) => d.name === name);
    if (index < 0) return () => path.absent;
    return kind === "counters"
      ? (row) => row.state.counter(index, row)
      : (row) => row.state.values(index, row);
  }

  #labels(row: EvaluationContext): Value {
    const set: string[] = [];
    const perhaps: string[] = [];
    const unknown: string[] = [];
    this.#declarations.labels.forEach(({ name }, i) => {
      const state = row.state.label(i, row);
      if (state === true) set.push(name);
      else if (state !== false) {
        perhaps.push(name);
        unknown.push(...state.paths);
      }
    });
    return perhaps.length === 0 ? set : new PartialList(set, new Unknown(unknown), perhaps);
  }
}

function constant(value: Value | NoValue): Reader {
  return () => value;
}

function presence(value: Value | NoValue): boolean | NoValue {
  if (value instanceof Unknown) return value;
  return !(value instanceof Failure);
}

function entityOf(root: string | undefined): ((row: EvaluationContext) => Entity) | undefined {
  if (root === "subject") return (row) => row.subject;
  if (root === "action") return (row) => row.action;
  return root === "resource" ? (row) => row.resource : undefined;
}

function recordedRoot(
  root: string | undefined,
): ((row: EvaluationContext) => JsonObject | undefined) | undefined {
  if (root === "args") return (row) => row.request.args;
  if (root === "context") return (row) => row.request.context;
  return root === "outcome" ? (row) => row.request.outcome : undefined;
}

/**
 * Of a call that did not really run the outcome is unrecorded, however complete the event says it
 * is (design 5.3).
 */
function isRecorded(row: EvaluationContext, path: AttributePath): boolean {
  return row.outcomeKnown || path.keys[0] !== "outcome";
}

/**
 * `action.definition_changed` is worked out: the digest that the event saw against the catalog's.
 */
function isComputed(keys: readonly string[]): boolean {
  return keys.length === 2 && keys[0] === "action" && keys[1] === "definition_changed";
}

const SEEN_DIGEST = attributePath(["action", "definition_digest"]);

function definitionChanged(row: EvaluationContext, path: AttributePath): Value | NoValue {
  const known = row.action.known.get("definition_digest");
  const seen = readRecorded(row.action.direct, SEEN_DIGEST, row.mask);
  if (known === undefined || typeof seen !== "string")
    return seen instanceof Failure ? seen : path.unknown;
  return known !== seen;
}

function readClosed(data: JsonObject, path: AttributePath): Value | NoValue {
  let current: Json = data;
  for (const key of path.keys.slice(1)) {
    if (current === null || typeof current !== "object") return path.mistyped;
    const inner: Json | undefined = Object.hasOwn(current, key)
      ? Reflect.get(current, key)
      : undefined;
    if (inner === undefined || inner === null) return path.absent;
    current = inner;
  }
  return current;
}

function decisionReader(path: AttributePath): Reader {
  const name = path.keys[1];
  if (path.keys.length !== 2 || (name !== "effect" && name !== "permitted" && name !== "approved"))
    return () => path.absent;
  return (row) => row.verdict?.[name] ?? path.absent;
}

/** A literal value of a suite or example as session state: plain JSON is what conditions see. */
export function stateValue(value: Json): Value {
  return wrap(value, ["args"], undefined);
}
