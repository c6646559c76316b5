import { canonicalJson } from "../request/canonical-json.ts";
import type { Json } from "../request/json.ts";
import { firstNames, listed } from "../text/listed.ts";

/** A value as canonical JSON; a missing one as null. */
export function canonicalText(value: unknown): string {
  const json: Json = value === undefined ? null : JSON.parse(JSON.stringify(value));
  return canonicalJson(json);
}

/** The names of the members on which two records differ. */
export function differing(
  before: object | undefined,
  after: object | undefined,
): readonly string[] {
  const of = (record: object | undefined): ReadonlyMap<string, unknown> =>
    new Map(Object.entries(record ?? {}).filter(([, value]) => value !== undefined));
  const [a, b] = [of(before), of(after)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter(
      (name) =>
        canonicalText(a.get(name)) !== canonicalText(b.get(name)) || a.has(name) !== b.has(name),
    )
    .sort();
}

/** Values that are named; of more, the others are counted. */
const NAMED = 3;

/** Some values, as they are written; empty for none. */
function valuesText(verb: string, values: readonly string[]): readonly string[] {
  if (values.length === 0) return [];
  const quoted = values.map((value) => `\`${value}\``);
  return [`${verb} ${listed(firstNames(quoted, NAMED))}`];
}

/** A word or a number as it is written; undefined for a longer value. */
function shortText(value: unknown): string | undefined {
  if (value === undefined) return "none";
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
    return undefined;
  const text = String(value);
  return text.length <= 40 ? text : undefined;
}

/** What a list gains and loses; empty where only its order changed. */
function listTexts(before: readonly unknown[], after: readonly unknown[]): readonly string[] {
  const written = (list: readonly unknown[]): readonly string[] =>
    list.map((one) => shortText(one) ?? JSON.stringify(one));
  const [a, b] = [written(before), written(after)];
  const [gained, lost] = [b.filter((one) => !a.includes(one)), a.filter((one) => !b.includes(one))];
  return [...valuesText("gains", gained), ...valuesText("loses", lost)];
}

/** Characters that a record inside a record may take; a longer one is only named. */
const INSIDE = 120;

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What changed inside a field that is a record, where that is short: `fields (iban from `a` to `b`)`. */
function insideText(field: string, before: object, after: object): string {
  const parts = differing(before, after).map((name) => fieldText(name, before, after));
  const said = firstNames(parts, NAMED).join(", ");
  return parts.length === 0 || said.length > INSIDE ? field : `${field} (${said})`;
}

const ORDER = "the order of its values";

/** A field that changed, with both values where they are short, and what a list gains and loses. */
function fieldText(field: string, before: object, after: object): string {
  const values: readonly unknown[] = [before, after].map((record) => Reflect.get(record, field));
  const [old, now] = values;
  if (Array.isArray(old) && Array.isArray(now))
    return `${field} (${listTexts(old, now).join(", ") || ORDER})`;
  if (values.some(isRecord) && values.every((one) => one === undefined || isRecord(one)))
    return insideText(field, Object(old), Object(now));
  const [from, to] = values.map(shortText);
  return from === undefined || to === undefined ? field : `${field} from \`${from}\` to \`${to}\``;
}

/** What became of a record or a list of a catalog, in words; `before`, `after` undefined: it is new, or gone. */
export function changedText(name: string, before: unknown, after: unknown): string {
  if (before === undefined) return `${name} is new`;
  if (after === undefined) return `${name} was removed`;
  if (Array.isArray(before) && Array.isArray(after))
    return `${name} ${listTexts(before, after).join(", and ") || `changes: ${ORDER}`}`;
  const [a, b] = [Object(before), Object(after)];
  return `${name} changes: ${differing(a, b)
    .filter((field) => field !== "place")
    .map((field) => fieldText(field, a, b))
    .join(", ")}`;
}
