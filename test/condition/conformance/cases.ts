import { getConformanceSuite } from "@bufbuild/cel-spec/testdata/tests.js";
import { anyUnpack, DurationSchema } from "@bufbuild/protobuf/wkt";
import type { Value as SpecValue } from "@bufbuild/cel-spec/cel/expr/value_pb.js";
import { hasField, select } from "../../../src/condition/access.ts";
import { compileCondition, type Host } from "../../../src/condition/compile.ts";
import { parseExpression } from "../../../src/condition/parse.ts";
import {
  NoValue,
  CelMap,
  Duration,
  Failure,
  isList,
  mapKey,
  TypeValue,
  typeName,
  Uint,
  type MapKey,
  type Value,
} from "../../../src/condition/value.ts";

/** One case of the public suite that needs no protobuf messages and no container. */
export interface Case {
  readonly file: string;
  /** `file/section/name`, with a number where the suite uses a name twice. */
  readonly id: string;
  readonly expr: string;
  readonly checked: boolean;
  readonly bindings: ReadonlyMap<string, Value>;
  /** undefined: an error is expected. */
  readonly expected: Value | undefined;
}

type Suite = ReturnType<typeof getConformanceSuite>;
type SpecTest = Suite["tests"][number];

class NeedsMessages extends Error {}

function celMap(
  entries: readonly { key?: SpecValue | undefined; value?: SpecValue | undefined }[],
): CelMap {
  const map = new Map<MapKey, { key: Value; value: Value }>();
  for (const entry of entries) {
    const key = entry.key === undefined ? null : toValue(entry.key);
    map.set(mapKey(key) ?? "", {
      key,
      value: entry.value === undefined ? null : toValue(entry.value),
    });
  }
  return new CelMap(map);
}

function toValue(spec: SpecValue): Value {
  switch (spec.kind.case) {
    case "nullValue":
      return null;
    case "boolValue":
    case "int64Value":
    case "doubleValue":
    case "stringValue":
    case "bytesValue":
      return spec.kind.value;
    case "uint64Value":
      return new Uint(spec.kind.value);
    case "listValue":
      return spec.kind.value.values.map(toValue);
    case "mapValue":
      return celMap(spec.kind.value.entries);
    case "typeValue":
      return new TypeValue(spec.kind.value);
    case "objectValue": {
      const duration = anyUnpack(spec.kind.value, DurationSchema);
      if (duration === undefined) throw new NeedsMessages();
      return new Duration(duration.seconds * 1_000_000_000n + BigInt(duration.nanos));
    }
    default:
      throw new NeedsMessages();
  }
}

const MESSAGES =
  /TestAllTypes|\bcel\.expr\b|\bgoogle\.protobuf\.(?!Timestamp\b|Duration\b)|\.google\.protobuf\.\w+\{|\bproto\./;

function expectedOf(test: SpecTest): Value | undefined {
  const { resultMatcher: matcher } = test.original;
  if (matcher.case === undefined) return true;
  if (matcher.case === "value") return toValue(matcher.value);
  if (matcher.case === "typedResult" && matcher.value.result !== undefined)
    return toValue(matcher.value.result);
  return undefined;
}

function convert(test: SpecTest, file: string, id: string): Case | undefined {
  const { original } = test;
  if (original.container !== "" || original.checkOnly || MESSAGES.test(original.expr))
    return undefined;
  try {
    const bindings = new Map<string, Value>();
    for (const [name, bound] of Object.entries(original.bindings)) {
      if (bound.kind.case === "value") bindings.set(name, toValue(bound.kind.value));
    }
    return {
      file,
      id,
      expr: original.expr,
      checked: !original.disableCheck,
      bindings,
      expected: expectedOf(test),
    };
  } catch (error) {
    if (error instanceof NeedsMessages) return undefined;
    throw error;
  }
}

function collect(suite: Suite, file: string, into: Map<string, Case>): void {
  for (const test of suite.tests) {
    const name = `${file}/${suite.name === file ? "" : `${suite.name}/`}${test.original.name}`;
    const id = into.has(name)
      ? `${name}#${[...into.keys()].filter((k) => k.startsWith(name)).length}`
      : name;
    const found = convert(test, file, id);
    if (found !== undefined) into.set(id, found);
  }
  for (const inner of suite.suites) collect(inner, file, into);
}

/** Every case of the suite that this language speaks about, in the order of the suite. */
export function allCases(files: readonly string[]): readonly Case[] {
  const cases = new Map<string, Case>();
  for (const suite of getConformanceSuite().suites)
    if (files.includes(suite.name)) collect(suite, suite.name, cases);
  return [...cases.values()];
}

type Row = ReadonlyMap<string, Value>;

function resolve(row: Row, path: readonly string[]): Value | NoValue {
  for (let length = path.length; length > 0; length--) {
    const bound = row.get(path.slice(0, length).join("."));
    if (bound === undefined) continue;
    return path
      .slice(length)
      .reduce<Value | NoValue>((value, field) => select(value, field), bound);
  }
  return new Failure(`undeclared reference to ${path[0]}`);
}

function hostOf(bindings: Row): Host<Row> {
  return {
    roots: new Set([...bindings.keys()].map((name) => name.split(".")[0] ?? name)),
    read: (path) => (row) => resolve(row, path),
    has: (path) => (row) => hasField(resolve(row, path.slice(0, -1)), path[path.length - 1] ?? ""),
  };
}

/** What the shipped evaluator makes of a case; a syntax error counts as an error. */
export function evaluate(test: Case): Value | NoValue {
  const parsed = parseExpression(test.expr);
  if (!parsed.ok) return new Failure(parsed.errors[0]?.message ?? "syntax");
  return compileCondition(parsed.expr, hostOf(test.bindings))(test.bindings);
}

function entries(map: Value): CelMap["entries"] | undefined {
  return map instanceof CelMap ? map.entries : undefined;
}

/** Same type and same value; an int is no double here. */
export function identical(a: Value | NoValue, b: Value | NoValue): boolean {
  if (a instanceof NoValue || b instanceof NoValue) return false;
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((item, i) => identical(item, b[i] ?? null));
  const [left, right] = [entries(a), entries(b)];
  if (left !== undefined && right !== undefined) {
    return (
      left.size === right.size &&
      [...left].every(([key, entry]) => {
        const other = right.get(key);
        return (
          other !== undefined &&
          identical(entry.key, other.key) &&
          identical(entry.value, other.value)
        );
      })
    );
  }
  if (typeName(a) !== typeName(b)) return false;
  if (a instanceof Uint && b instanceof Uint) return a.value === b.value;
  if (a instanceof TypeValue && b instanceof TypeValue) return a.name === b.name;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return a.join() === b.join();
  return Object.is(a, b) || a === b;
}

/** Whether the case comes out as the suite wants it. Error texts are not compared. */
export function passes(test: Case): boolean {
  const actual = evaluate(test);
  return test.expected === undefined ? actual instanceof Failure : identical(actual, test.expected);
}
