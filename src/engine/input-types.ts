import { judgeWord } from "../condition/check/words.ts";
import { typeText, type StringType, type StructType, type Type } from "../condition/types.ts";
import { parseDuration, parseTimestamp } from "../condition/value.ts";
import { quoted } from "../policy/log.ts";
import { memberPath } from "../policy/node.ts";
import type { Reads } from "../policy/reads.ts";
import { isJsonObject, type Json, type JsonObject } from "../request/json.ts";
import { slippedFrom } from "../text/slip.ts";
import { listedWords, type InputProblem } from "./input-problem.ts";

/** Where a value stands: its YAML path, and the attribute that it is. */
export interface InputPlace {
  readonly path: string;
  readonly keys: readonly string[];
}

/** What a call's members are held against. */
export interface InputTypes {
  readonly reads: Reads;
  /** What the arguments are of: `the tool \`bank/pay\``; undefined where that is not known. */
  readonly tool: string | undefined;
}

/** A path, and the member or the place in a list below it. */
export function pathInto(path: string, key: string): string {
  return /^\d+$/.test(key) ? `${path}[${key}]` : memberPath(path, key);
}

/** An attribute as a path of it is written: `context.approvals[0].by`. */
function nameOf([root = "", ...keys]: readonly string[]): string {
  return keys.reduce(pathInto, root);
}

/** Where the format takes a name as well as a map. */
const NAMES: ReadonlySet<string> = new Set(["context.on_behalf_of", "context.delegation"]);

/**
 * WHY: what tools return and what outsiders add is of any shape; of these only a slip of the pen is
 * told.
 */
function isFree([root]: readonly string[], { open }: StructType): boolean {
  return root === "outcome" || (root === "args" && open);
}

function warning(
  place: InputPlace,
  part: InputProblem["part"],
  message: string,
  help?: string,
): InputProblem {
  return { code: "unknown-input", severity: "warning", path: place.path, part, message, help };
}

function below(place: InputPlace, key: string): InputPlace {
  return { path: memberPath(place.path, key), keys: [...place.keys, key] };
}

/** Values of arguments and outcomes are never quoted: they may be secret (design 11.5). */
function isQuotable([root]: readonly string[]): boolean {
  return root !== "args" && root !== "outcome";
}

function wordProblems(
  word: string,
  { among }: StringType,
  place: InputPlace,
): readonly InputProblem[] {
  const judged =
    among === undefined || among.lists.length === 0 ? undefined : judgeWord(word, among);
  if (judged === undefined) return [];
  const name = nameOf(place.keys);
  const is = isQuotable(place.keys)
    ? `${quoted(name)} is ${quoted(word)}, which is`
    : `${quoted(name)} is`;
  return [warning(place, "value", `${is} not ${judged.list.one}`, judged.help)];
}

function describe(value: Json): string {
  if (Array.isArray(value)) return "a list";
  return isJsonObject(value)
    ? "a map"
    : ({ string: "a text", number: "a number", boolean: "true or false" }[String(typeof value)] ??
        "nothing");
}

const WANTED: Readonly<Partial<Record<Type["kind"], string>>> = {
  bool: "true or false",
  int: "a number",
  double: "a number",
  string: "a text",
  timestamp: "a time with its zone, as 2026-05-18T09:00:00Z",
  duration: "a duration, as 90d",
  list: "a list",
  map: "a map",
  struct: "a map",
};

function isOfType(value: Json, type: Type): boolean {
  switch (type.kind) {
    case "bool":
      return typeof value === "boolean";
    case "int":
    case "double":
      return typeof value === "number";
    case "string":
      return typeof value === "string";
    case "timestamp":
      return typeof value === "string" && parseTimestamp(value) !== undefined;
    case "duration":
      return typeof value === "string" && parseDuration(value) !== undefined;
    case "list":
      return Array.isArray(value);
    case "map":
    case "struct":
      return isJsonObject(value);
    default:
      return true;
  }
}

function typeProblem(value: Json, type: Type, place: InputPlace): InputProblem {
  const wanted = WANTED[type.kind] ?? typeText(type);
  return warning(
    place,
    "value",
    `${quoted(nameOf(place.keys))} is ${describe(value)}, and is declared as ${wanted}`,
  );
}

/**
 * The member that a name most likely stands for. WHY also where that one is there: in a test a
 * fixture gives it.
 */
function meantMember(
  key: string,
  { struct, place }: Members,
  known: ReadonlySet<string>,
): string | undefined {
  const meant = slippedFrom(key, known);
  return meant !== undefined && isFree(place.keys, struct) && isOneOfMany(key, meant)
    ? undefined
    : meant;
}

/**
 * WHY: tools have `path` as well as `paths`, and of such arguments nobody has declared which are
 * there.
 */
function isOneOfMany(a: string, b: string): boolean {
  return `${a}s` === b || a === `${b}s`;
}

interface Members {
  readonly object: JsonObject;
  readonly struct: StructType;
  readonly place: InputPlace;
}

/** Of more names than these nobody looks for what each was meant to be. */
const MOST_NAMES = 200;
const LISTED = 10;

function isClosedArgs({ place, struct }: Members): boolean {
  return place.keys[0] === "args" && !struct.open;
}

/** A member that looks like a slip for another. */
function slip(
  members: Members,
  key: string,
  { known, tool }: { readonly known: ReadonlySet<string>; readonly tool: string | undefined },
): InputProblem | undefined {
  const meant = meantMember(key, members, known);
  if (meant === undefined) return undefined;
  const at = below(members.place, key);
  const name = quoted(nameOf(at.keys));
  const message = isClosedArgs(members)
    ? `${name} is not an argument of ${tool ?? "the tool"}`
    : `no policy reads ${name}`;
  return warning(at, "key", message, `did you mean ${quoted(meant)}?`);
}

/** Members that look like no other, all together. */
function idleProblems(
  members: Members,
  keys: readonly string[],
  { tool }: InputTypes,
): readonly InputProblem[] {
  const { place, struct } = members;
  const [first] = keys;
  if (first === undefined || isFree(place.keys, struct)) return [];
  const names = keys.slice(0, LISTED).map((key) => quoted(nameOf([...place.keys, key])));
  const all =
    keys.length > LISTED
      ? `${names.join(", ")} and ${keys.length - LISTED} more`
      : names.join(", ");
  const [is, it] = keys.length === 1 ? ["is", "it"] : ["are", "them"];
  const at = below(place, first);
  if (isClosedArgs(members)) {
    const what = keys.length === 1 ? "not an argument" : "not arguments";
    return [
      warning(
        at,
        "key",
        `${all} ${is} ${what} of ${tool ?? "the tool"}`,
        listedWords("declared", struct.fields.keys()),
      ),
    ];
  }
  const message = `${all} ${is} read by no policy and declared by no catalog, so no decision depends on ${it}`;
  return [
    warning(at, "key", message, "leave it out, or declare it under `attributes` in a catalog"),
  ];
}

/** The members of which nobody knows: each that looks like a slip, and all others together. */
function strangers(
  members: Members,
  keys: readonly string[],
  types: InputTypes,
): readonly InputProblem[] {
  if (keys.length === 0) return [];
  const { struct, place } = members;
  const known = new Set([...struct.fields.keys(), ...types.reads.membersOf(place.keys)]);
  const slips = keys
    .slice(0, MOST_NAMES)
    .map((key) => ({ key, found: slip(members, key, { known, tool: types.tool }) }));
  const meant = new Set(slips.flatMap(({ key, found }) => (found === undefined ? [] : [key])));
  const idle = keys.filter((key) => !meant.has(key));
  return [...slips.flatMap(({ found }) => found ?? []), ...idleProblems(members, idle, types)];
}

function structProblems(members: Members, types: InputTypes): readonly InputProblem[] {
  const { object, struct, place } = members;
  const keys = Object.keys(object).filter(
    (key) => object[key] !== null && object[key] !== undefined,
  );
  const closed = isClosedArgs(members);
  const unknown = keys.filter(
    (key) => !struct.fields.has(key) && (closed || !types.reads.has(...place.keys, key)),
  );
  const inner = keys.flatMap((key) => {
    const type = struct.fields.get(key);
    return type === undefined
      ? []
      : valueProblems(object[key] ?? null, type, { place: below(place, key), types });
  });
  return [...strangers(members, unknown, types), ...inner];
}

/**
 * What of a value is not of its type, or is a word or a member that nobody knows, at any depth.
 * Nulls count as not there.
 */
export function valueProblems(
  value: Json,
  type: Type,
  { place, types }: { readonly place: InputPlace; readonly types: InputTypes },
): readonly InputProblem[] {
  if (value === null) return [];
  if (!isOfType(value, type))
    return NAMES.has(place.keys.slice(0, 2).join(".")) ? [] : [typeProblem(value, type, place)];
  if (type.kind === "string" && typeof value === "string") return wordProblems(value, type, place);
  if (type.kind === "struct" && isJsonObject(value))
    return structProblems({ object: value, struct: type, place }, types);
  if (type.kind === "map" && isJsonObject(value)) {
    return Object.entries(value).flatMap(([key, item]) =>
      valueProblems(item ?? null, type.value, { place: below(place, key), types }),
    );
  }
  if (type.kind !== "list" || !Array.isArray(value)) return [];
  return value.flatMap((item: Json, i) => {
    const at = { path: `${place.path}[${i}]`, keys: [...place.keys, String(i)] };
    return valueProblems(item, type.element, { place: at, types });
  });
}
