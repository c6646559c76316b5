import type { ChangeImpact } from "../proof/judge-change.ts";
import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import { canonicalJson } from "../request/canonical-json.ts";
import { canonicalSchema } from "../policy/canonical-schema.ts";
import { CANNOT_TELL, joinVerdicts, NARROWS, NOTHING_MOVES, reversed, WIDENS } from "./verdict.ts";

function same(a: Json | undefined, b: Json | undefined): boolean {
  return (
    canonicalJson(a ?? null) === canonicalJson(b ?? null) && (a === undefined) === (b === undefined)
  );
}

type Compare = (before: Json, after: Json) => ChangeImpact;

/** A bound that allows less the larger (`up`) or the smaller (`down`) it is. */
function bound(towards: "up" | "down"): Compare {
  return (before, after) => {
    if (typeof before !== "number" || typeof after !== "number") return CANNOT_TELL;
    return (towards === "up") === after > before ? NARROWS : WIDENS;
  };
}

function texts(value: Json): ReadonlySet<string> {
  return new Set((Array.isArray(value) ? value : [value]).map((item: Json) => canonicalJson(item)));
}

function holdsAll(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...b].every((item) => a.has(item));
}

/** A set of what is allowed (`less`: fewer narrow) or asked for (`more`: more narrow). */
function set(narrowing: "less" | "more"): Compare {
  return (before, after) => {
    const [a, b] =
      narrowing === "less" ? [texts(before), texts(after)] : [texts(after), texts(before)];
    if (holdsAll(a, b)) return holdsAll(b, a) ? NOTHING_MOVES : NARROWS;
    return holdsAll(b, a) ? WIDENS : CANNOT_TELL;
  };
}

function either(): ChangeImpact {
  return CANNOT_TELL;
}

/** Keywords that only ever forbid; what is new among them narrows, what is gone widens. */
const ASSERTIONS: ReadonlyMap<string, Compare> = new Map<string, Compare>([
  ["maximum", bound("down")],
  ["exclusiveMaximum", bound("down")],
  ["maxLength", bound("down")],
  ["maxItems", bound("down")],
  ["maxProperties", bound("down")],
  ["minimum", bound("up")],
  ["exclusiveMinimum", bound("up")],
  ["minLength", bound("up")],
  ["minItems", bound("up")],
  ["minProperties", bound("up")],
  ["enum", set("less")],
  ["type", set("less")],
  ["required", set("more")],
  ["const", either],
  ["pattern", either],
  ["format", either],
  ["multipleOf", either],
  ["items", compareSchemas],
]);

/** Keywords without a say in what is accepted. */
const SILENT: ReadonlySet<string> = new Set(["default", "$schema", "$id"]);

function closes(schema: JsonObject): "open" | "closed" | "other" {
  const additional = schema["additionalProperties"];
  if (Object.hasOwn(schema, "patternProperties")) return "other";
  return additional === undefined || additional === true
    ? "open"
    : additional === false
      ? "closed"
      : "other";
}

function propertiesOf(schema: JsonObject): JsonObject {
  const properties = schema["properties"];
  return isJsonObject(properties) ? properties : {};
}

/**
 * A property that only one side names is judged by what the other does with those it does not name.
 */
function compareProperties(before: JsonObject, after: JsonObject): ChangeImpact {
  const [old, now] = [propertiesOf(before), propertiesOf(after)];
  const verdicts = [...new Set([...Object.keys(old), ...Object.keys(now)])].map(
    (name): ChangeImpact => {
      const [a, b] = [
        Object.hasOwn(old, name) ? old[name] : undefined,
        Object.hasOwn(now, name) ? now[name] : undefined,
      ];
      if (a !== undefined && b !== undefined) return compareSchemas(a, b);
      if (a === undefined && b !== undefined) return ofUnnamed(closes(before), b);
      return a === undefined ? NOTHING_MOVES : reversed(ofUnnamed(closes(after), a));
    },
  );
  const [from, to] = [closes(before), closes(after)];
  const additional =
    from === to
      ? from === "other" && !same(before["additionalProperties"], after["additionalProperties"])
        ? CANNOT_TELL
        : NOTHING_MOVES
      : from === "open" && to === "closed"
        ? NARROWS
        : from === "closed" && to === "open"
          ? WIDENS
          : CANNOT_TELL;
  return joinVerdicts([...verdicts, additional]);
}

function ofUnnamed(others: "open" | "closed" | "other", named: Json): ChangeImpact {
  if (others === "closed") return named === false ? NOTHING_MOVES : WIDENS;
  return others === "open" ? compareSchemas(true, named) : CANNOT_TELL;
}

/** What going from one JSON Schema to another does to the values that it accepts. */
export function compareSchemas(before: Json, after: Json): ChangeImpact {
  const [a, b] = [canonicalSchema(before), canonicalSchema(after)];
  if (same(a, b)) return NOTHING_MOVES;
  const [old, now] = [a === true ? {} : a, b === true ? {} : b];
  if (!isJsonObject(old) || !isJsonObject(now))
    return b === false ? NARROWS : a === false ? WIDENS : CANNOT_TELL;
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (name) => name !== "properties" && name !== "additionalProperties" && !SILENT.has(name),
  );
  const verdicts = names
    .filter((name) => !same(old[name], now[name]))
    .map((name): ChangeImpact => {
      const compare = ASSERTIONS.get(name);
      const [from, to] = [old[name], now[name]];
      if (compare === undefined) return CANNOT_TELL;
      if (from === undefined) return NARROWS;
      return to === undefined ? WIDENS : compare(from, to);
    });
  return joinVerdicts([...verdicts, compareProperties(old, now)]);
}
