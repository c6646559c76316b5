import { isJsonObject, member, type Json, type JsonObject } from "../request/json.ts";
import { ABSENT, ANYTHING, BOX, FALSE, NO_VALUE, NUMBER, OTHER, TEXT, TIME, TRUE } from "./cell.ts";
import type { CellTest } from "./cell.ts";
import { allOf, literal, type Formula } from "./formula.ts";
import { intersectIntervals, numbersWhere, type Intervals } from "./intervals.ts";
import { oneOf } from "./text-machine.ts";
import { attribute } from "./variables.ts";

/** WHY more than a number or a text: a declared type may make something else of it. */
const KINDS: ReadonlyMap<string, number> = new Map([
  ["number", NUMBER | OTHER],
  ["integer", NUMBER | OTHER],
  ["string", TEXT | TIME | OTHER],
  ["boolean", TRUE | FALSE],
  ["array", BOX | OTHER],
  ["object", BOX | OTHER],
]);

const BOUNDS = [
  ["minimum", ">="],
  ["exclusiveMinimum", ">"],
  ["maximum", "<="],
  ["exclusiveMaximum", "<"],
] as const;

function kindsOf(type: Json | undefined): number {
  const names = Array.isArray(type) ? type : [type];
  const kinds = names.map((name) => (typeof name === "string" ? KINDS.get(name) : undefined));
  // null is no member at all on the way in
  const known = kinds.filter((_, i) => names[i] !== "null");
  return known.some((kind) => kind === undefined)
    ? ANYTHING
    : known.reduce<number>((all, kind) => all | (kind ?? 0), NO_VALUE);
}

function choicesTest(schema: JsonObject): CellTest | undefined {
  const choices =
    member(schema, "enum") ?? (schema["const"] === undefined ? [] : [schema["const"]]);
  const words = Array.isArray(choices) ? choices.filter((one) => typeof one === "string") : [];
  return words.length === 0 || !Array.isArray(choices) || words.length < choices.length
    ? undefined
    : { kinds: TEXT | TIME | OTHER | NO_VALUE, text: { test: oneOf(words), wanted: true } };
}

function boundsTest(schema: JsonObject): CellTest | undefined {
  const limits = BOUNDS.flatMap(([keyword, op]): readonly Intervals[] => {
    const bound = member(schema, keyword);
    return typeof bound === "number" ? [numbersWhere(op, bound)] : [];
  });
  const [first, ...rest] = limits;
  return first === undefined
    ? undefined
    : { kinds: ANYTHING, numbers: rest.reduce(intersectIntervals, first) };
}

function propertyClaim(name: string, schema: JsonObject): readonly Formula[] {
  // what stands beside a reference may be left out by it
  if (schema["$ref"] !== undefined) return [];
  const variable = attribute(["args", name]);
  const tests = [
    { kinds: kindsOf(member(schema, "type")) },
    choicesTest(schema),
    boundsTest(schema),
  ];
  return tests.flatMap((test) =>
    test === undefined || (test.kinds === ANYTHING && !("numbers" in test))
      ? []
      : [literal(variable, test)],
  );
}

/**
 * What arguments fulfil that a JSON Schema surely takes. INVARIANT: only what follows from the
 * schema; keywords that are not looked at make it wider.
 */
export function schemaClaim(schema: JsonObject | undefined): Formula {
  if (schema === undefined || schema["$ref"] !== undefined) return allOf([]);
  const [properties, required] = [member(schema, "properties"), member(schema, "required")];
  const names = Array.isArray(required) ? required : [];
  return allOf([
    ...Object.entries(isJsonObject(properties) ? properties : {}).flatMap(([name, one]) =>
      isJsonObject(one) ? propertyClaim(name, one) : [],
    ),
    ...names.flatMap((name) =>
      typeof name === "string"
        ? [literal(attribute(["args", name]), { kinds: ANYTHING & ~ABSENT })]
        : [],
    ),
  ]);
}
