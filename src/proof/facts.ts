import { NoValue, isList, isPlainMap, Timestamp, type Value } from "../condition/value.ts";
import type { CompiledSet } from "../engine/compile-set.ts";
import { describeSubject } from "../engine/identify.ts";
import {
  ABSENT,
  BOX,
  BROKEN,
  FALSE,
  HOLDS,
  LACKS,
  MASKED,
  NUMBER,
  onlyValue,
  TEXT,
  TIME,
  TRUE,
  OTHER,
  type Cell,
  type CellTest,
} from "./cell.ts";
import type { Literal, Variable } from "./formula.ts";
import { numbersWhere } from "./intervals.ts";
import type { Infer } from "./solver.ts";
import type { Model } from "./model.ts";
import { oneOf } from "./text-machine.ts";
import { attribute } from "./variables.ts";

/**
 * The test that only `value` passes, as far as cells tell values apart; `cell` says which elements
 * are asked for.
 */
export function valueTests(value: Value, cell: Cell): readonly CellTest[] {
  if (typeof value === "string")
    return [{ kinds: TEXT, text: { test: oneOf([value]), wanted: true } }];
  if (typeof value === "boolean") return [{ kinds: value ? TRUE : FALSE }];
  if (typeof value === "number") return [{ kinds: NUMBER, numbers: numbersWhere("==", value) }];
  if (value instanceof Timestamp)
    return [{ kinds: TIME, times: numbersWhere("==", Number(value.nanos / 1_000_000n)) }];
  if (!isList(value)) return [{ kinds: isPlainMap(value) ? BOX : OTHER }];
  const held = new Set(value.map((element) => JSON.stringify(element)));
  return [
    { kinds: BOX },
    ...[...cell.holdings.keys()].map((key) => ({
      kinds: BOX,
      holding: { key, mask: held.has(key) ? HOLDS : LACKS },
    })),
  ];
}

const SUBJECT_TYPE = JSON.stringify(["subject", "type"]);
const SUBJECT_ID = JSON.stringify(["subject", "id"]);
const PERSON = ["context", "on_behalf_of"];
const PERSON_TYPE = JSON.stringify([...PERSON, "type"]);
const PERSON_ID = JSON.stringify([...PERSON, "id"]);
const SERVER = JSON.stringify(["action", "server"]);
const NAME = JSON.stringify(["action", "name"]);
const RESOURCE = JSON.stringify(["resource"]);
const RESOURCE_TYPE = JSON.stringify(["resource", "type"]);
const RESOURCE_ID = JSON.stringify(["resource", "id"]);

function textIn(model: Model, key: string): string | undefined {
  const found = model.get(key);
  const value = found === undefined ? undefined : onlyValue(found.cell);
  return typeof value === "string" ? value : undefined;
}

/** The direct members of an entity that a model asks for, but for its identity. */
function membersOf(
  model: Model,
  root: readonly string[],
): readonly { readonly name: string; readonly variable: Variable; readonly cell: Cell }[] {
  return [...model.values()].flatMap(({ variable, cell }) => {
    const path = variable.path ?? [];
    const name = path[root.length];
    const isOf = path.length === root.length + 1 && root.every((key, i) => path[i] === key);
    return isOf && name !== undefined ? [{ name, variable, cell }] : [];
  });
}

function literalsOf(
  model: Model,
  root: readonly string[],
  known: ReadonlyMap<string, Value | NoValue>,
): readonly Literal[] {
  return membersOf(model, root).flatMap(({ name, variable, cell }) => {
    const value = name === "id" || name === "type" ? undefined : known.get(name);
    if (value === undefined || value instanceof NoValue) return [];
    return valueTests(value, cell).map((test): Literal => ({ kind: "literal", variable, test }));
  });
}

function subjectFacts({ catalog }: CompiledSet, model: Model): readonly Literal[] {
  const [type, id] = [textIn(model, SUBJECT_TYPE), textIn(model, SUBJECT_ID)];
  if (type === undefined || id === undefined) return [];
  return literalsOf(model, ["subject"], describeSubject(catalog, type, id).known);
}

function personFacts({ catalog }: CompiledSet, model: Model): readonly Literal[] {
  const [type, id] = [textIn(model, PERSON_TYPE), textIn(model, PERSON_ID)];
  return type === undefined || id === undefined
    ? []
    : literalsOf(model, PERSON, describeSubject(catalog, type, id).known);
}

function actionFacts({ catalog }: CompiledSet, model: Model): readonly Literal[] {
  const [server, name] = [textIn(model, SERVER), textIn(model, NAME)];
  const record =
    server === undefined || name === undefined ? undefined : catalog.tools.get(`${server}/${name}`);
  if (record === undefined) return [];
  const { resource } = record.tool;
  const there =
    resource === undefined
      ? []
      : [
          {
            kind: "literal" as const,
            variable: attribute(["resource"]),
            test: { kinds: resource === "none" ? ABSENT : BOX },
          },
        ];
  return [...literalsOf(model, ["action"], record.attributes), ...there];
}

function resourceFacts({ context }: CompiledSet, model: Model): readonly Literal[] {
  const gone = model.get(RESOURCE)?.cell.kinds === ABSENT;
  if (gone)
    return membersOf(model, ["resource"]).map(({ variable }) => ({
      kind: "literal",
      variable,
      test: { kinds: ABSENT | BROKEN | MASKED },
    }));
  const type = textIn(model, RESOURCE_TYPE);
  return type === undefined
    ? []
    : literalsOf(model, ["resource"], context.resources.describe(type, textIn(model, RESOURCE_ID)));
}

/**
 * What the catalog says of the agents, people, tools and resources that a model has settled on
 * (design 2.7: it beats what an event claims).
 */
export function catalogFacts(set: CompiledSet): Infer {
  return (model) => [
    ...subjectFacts(set, model),
    ...personFacts(set, model),
    ...actionFacts(set, model),
    ...resourceFacts(set, model),
  ];
}
