import { hideSecrets } from "../text/hide-secrets.ts";
import { hideNamedSecrets, namedSecrets } from "../text/named-secrets.ts";
import { placedJson, type PlacedJson } from "../text/placed-json.ts";
import { isSecretName } from "../text/secret-names.ts";
import type { Span } from "../text/span.ts";
import { spliced } from "../text/splice.ts";
import { memberPath } from "./attribute-path.ts";
import { isJsonObject, member, type Json, type JsonObject } from "./json.ts";

/** What is left of a value that has secrets. */
export interface WithoutSecrets {
  /** Undefined: nothing. */
  readonly value: Json | undefined;
  /** Where something was left out or replaced. */
  readonly paths: readonly string[];
}

/** What is put in the place of secrets. */
interface Style {
  /** In the place of a text that contains some; undefined: it is left out. */
  readonly text: (text: string, texts: number) => string | undefined;
  /** In the place of a value that is secret by its name; undefined: it is left out. */
  readonly value: Json | undefined;
}

const STARS_ALONE = "********";
const LEFT_OUT: Style = { text: () => undefined, value: undefined };
const STARS: Style = {
  text: (text, texts) => hideSecrets(hideNamedSecrets(starsInJson(text, texts))),
  value: STARS_ALONE,
};

interface Walk {
  readonly style: Style;
  /** Paths of containers whose members are no values under their names. */
  readonly nameless: ReadonlySet<string>;
  /** In how many texts of JSON it stands. */
  readonly texts: number;
}

/** Where a value stands. WHY no text: most values are no secret, and nobody is told where they are. */
interface Place {
  readonly parent: Place | undefined;
  /** The name of the member that stands there; of the first one its path. */
  readonly key: string;
  /** Whether names count below. */
  readonly named: boolean;
}

/**
 * A value without the texts that contain a secret by their form, and without what is secret by its
 * name (`isSecretName`), wherever it stands: as a member, as a pair of a name and a value, as an
 * option of a command line. Inside the containers `nameless` names do not count. A list with a secret
 * is left out as a whole, and so is a map that has one as the name of a member: `paths` would tell it.
 * Undefined: there is none.
 */
export function withoutSecrets(
  value: Json,
  path: string,
  nameless: ReadonlySet<string>,
): WithoutSecrets | undefined {
  const place = { parent: undefined, key: path, named: true };
  return cleaned(value, place, { style: LEFT_OUT, nameless, texts: 0 });
}

/** Whether a value has secrets that {@link withoutSecrets} would leave out. */
export function hasSecrets(value: Json): boolean {
  return withoutSecrets(value, "", NONE) !== undefined;
}

/** As {@link withoutSecrets}, for people: everything is there, and secrets are stars. */
export function withStars(value: Json): Json {
  const clean = cleaned(value, ROOT, { style: STARS, nameless: NONE, texts: 0 });
  return clean === undefined ? value : (clean.value ?? null);
}

const NONE: ReadonlySet<string> = new Set();
const ROOT: Place = { parent: undefined, key: "", named: true };

function pathOf({ parent, key }: Place): string {
  return parent === undefined ? key : memberPath(pathOf(parent), key);
}

/** What is left of a value; undefined: all of it. */
function cleaned(value: Json, place: Place, walk: Walk): WithoutSecrets | undefined {
  if (typeof value === "string") return cleanText(value, place, walk);
  if (typeof value !== "object" || value === null) return undefined;
  return isJsonObject(value) ? cleanMap(value, place, walk) : cleanList(value, place, walk);
}

/** The shortest text with a secret in it has so many characters: `a://:b@`. */
const SHORTEST = 7;
/** A name as programs write it, too short for a secret by its form. */
const PLAIN_NAME = /^\w{1,14}$/;

function isOpen(text: string): boolean {
  return text.length < SHORTEST || PLAIN_NAME.test(text) || hideSecrets(text) === text;
}

/** Whether a text gives the name of a secret to a value in it, such as `--password hunter2`. */
function namesOne(text: string): boolean {
  return text.length >= SHORTEST && namedSecrets(text).length > 0;
}

function cleanText(text: string, place: Place, walk: Walk): WithoutSecrets | undefined {
  const hasOne = !isOpen(text) || (place.named && (namesOne(text) || jsonHasOne(text, walk)));
  return hasOne ? { value: walk.style.text(text, walk.texts), paths: [pathOf(place)] } : undefined;
}

/** JSON in a text in a text; deeper, a text is only a text. */
const MOST_TEXTS = 2;

/** What a text of JSON is, if it is one. */
function jsonIn(text: string, texts: number): PlacedJson | undefined {
  if (texts >= MOST_TEXTS || !/^[\s\uFEFF]{0,1000}[[{]/.test(text)) return undefined;
  const placed = placedJson(text);
  return "brokenAt" in placed ? undefined : placed;
}

/** Of what stands in a text of JSON: there is nothing else. */
function isJson(value: unknown): value is Json {
  return value !== undefined;
}

function cleanJson(value: unknown, style: Style, texts: number): Json | undefined {
  if (!isJson(value)) return undefined;
  const clean = cleaned(value, ROOT, { style, nameless: NONE, texts: texts + 1 });
  return clean && (clean.value ?? null);
}

/** Whether a text is JSON that has secrets where {@link withoutSecrets} leaves them out. */
function jsonHasOne(text: string, { texts }: Walk): boolean {
  const placed = jsonIn(text, texts);
  if (placed === undefined) return false;
  return cleanJson(placed.value, LEFT_OUT, texts) !== undefined || hidesOne(placed, texts);
}

/** Whether a member that another one of its name hides has a secret. */
function hidesOne({ members = [], items = [] }: PlacedJson, texts: number): boolean {
  const last = new Map(members.map((one) => [one.key, one]));
  return (
    items.some((item) => hidesOne(item, texts)) ||
    members.some(
      (one) =>
        hidesOne(one.value, texts) ||
        (one !== last.get(one.key) &&
          cleanJson({ [one.key]: one.value.value }, LEFT_OUT, texts) !== undefined),
    )
  );
}

/**
 * A text of JSON with stars in it as in a value; the rest of it stays as it is written. Where a member
 * that another one of its name hides has a secret, stars are all of it.
 */
function starsInJson(text: string, texts: number): string {
  const placed = jsonIn(text, texts);
  if (placed !== undefined && hidesOne(placed, texts)) return STARS_ALONE;
  const clean = placed && cleanJson(placed.value, STARS, texts);
  if (placed === undefined || clean === undefined) return text;
  return spliced(text, changes(placed, clean), ({ by }) => by);
}

/** The parts of a text of JSON that are otherwise in `clean`, and what is there. */
function changes(placed: PlacedJson, clean: Json): readonly (Span & { readonly by: string })[] {
  const { value, items, members, start, end } = placed;
  if (items !== undefined && Array.isArray(clean))
    return items.flatMap((item, i) => changes(item, clean[i] ?? null));
  if (
    members !== undefined &&
    isJsonObject(clean) &&
    members.every(({ key }) => Object.hasOwn(clean, key))
  )
    return members.flatMap((one) => changes(one.value, member(clean, one.key) ?? null));
  return value === clean ? [] : [{ start, end, by: JSON.stringify(clean) }];
}

function cleanList(list: readonly Json[], place: Place, walk: Walk): WithoutSecrets | undefined {
  const hidden = { value: walk.style.value, paths: [] };
  const items = list.map((item, i) =>
    place.named && isSecretItem(list, i) ? hidden : cleaned(item, place, walk),
  );
  if (items.every((item) => item === undefined)) return undefined;
  const kept = list.map((item, i) => {
    const clean = items[i];
    return clean === undefined ? item : (clean.value ?? null);
  });
  return {
    value: walk.style.value === undefined ? undefined : kept,
    paths: [pathOf(place)],
  };
}

function cleanMap(map: JsonObject, place: Place, walk: Walk): WithoutSecrets | undefined {
  const { style, texts } = walk;
  const found = new Map<string, WithoutSecrets>();
  const isPair = place.named && namesSecret(map);
  for (const key of Object.keys(map)) {
    if (!isOpen(key) && style.text(key, texts) === undefined)
      return { value: undefined, paths: [pathOf(place)] };
    const value = map[key] ?? null;
    const below = placeOf(place, key, walk);
    const clean =
      place.named && isSecretMember(value, below, isPair)
        ? { value: style.value, paths: [pathOf(below)] }
        : cleaned(value, below, walk);
    if (clean !== undefined) found.set(key, clean);
    else if (!isOpen(key)) found.set(key, { value, paths: [pathOf(place)] });
  }
  if (found.size === 0) return undefined;
  const entries = Object.entries(map).flatMap(
    ([key, value]): readonly (readonly [string, Json])[] => {
      const clean = found.get(key);
      const left = clean === undefined ? (value ?? null) : clean.value;
      return left === undefined
        ? []
        : [[isOpen(key) ? key : (style.text(key, texts) ?? key), left]];
    },
  );
  return {
    value: Object.fromEntries(entries),
    paths: [...found.values()].flatMap(({ paths }) => paths),
  };
}

/** Deeper than that nothing is `nameless`. */
function placeOf(parent: Place, key: string, { nameless }: Walk): Place {
  const isShallow = parent.parent === undefined && nameless.size > 0;
  const named = parent.named && !(isShallow && nameless.has(`${parent.key}.${key}`));
  return { parent, key, named };
}

/** Members whose value is the name of what stands in another member of the same map. */
const NAMING = new Set([
  ...["name", "key", "header", "field", "param", "parameter", "variable", "var", "label"],
  ...["element", "selector", "property", "attribute", "setting", "option", "placeholder", "id"],
]);
/** Members with the value of such a name. */
const VALUE = new Set(["value", "val", "values", "content", "data", "text", "string", "v"]);

/** Whether a member of a map names a secret, whose value is in another one. */
function namesSecret(map: JsonObject): boolean {
  return Object.keys(map).some((key) => {
    const name = map[key];
    return typeof name === "string" && NAMING.has(key.toLowerCase()) && isSecretName(name);
  });
}

/** Whether what stands at a place is secret by a name; `isPair`: another member names a secret. */
function isSecretMember(value: Json, { key, parent }: Place, isPair: boolean): boolean {
  const isNamed =
    isSecretName(key) || (isPair && VALUE.has(key.toLowerCase())) || areCodes(key, value);
  if (!isNamed || !isTold(value) || isCount(key, value)) return false;
  // a schema only says that there may be such a member
  if (SCHEMAS.has(parent?.key ?? "") && isSchema(value)) return false;
  // what is known of it, and no secret (design 3.2)
  return !(
    parent?.key === "subject" &&
    parent.parent === undefined &&
    isKnownCredential(key, value)
  );
}

function isKnownCredential(key: string, value: Json): boolean {
  return key === "credential" && isJsonObject(value);
}

/** Whether a value can be a secret: that there is one (`password: true`) tells nothing of it. */
function isTold(value: Json): boolean {
  return value !== null && typeof value !== "boolean" && value !== "";
}

/** `pins` are codes where each has as many digits as one; `[17, 18]` are places on a board. */
function areCodes(key: string, value: Json): boolean {
  if (!Array.isArray(value) || !/s$/i.test(key) || !isSecretName(key.slice(0, -1))) return false;
  return value.some((item) => /^\d{4,}$/.test(String(item)));
}

/** Of tokens there is a number where texts are counted. */
function isCount(key: string, value: Json): boolean {
  return typeof value === "number" && /tokens$/i.test(key);
}

/** Members under which names are those of what there may be. */
const SCHEMAS: ReadonlySet<string> = new Set(["properties", "schema"]);
const SCHEMA_TYPES: ReadonlySet<Json> = new Set([
  ...["string", "number", "integer", "boolean", "object", "array", "null"],
]);

function isSchema(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  const type = member(value, "type") ?? null;
  const types: readonly Json[] = Array.isArray(type) ? type : [type];
  return (
    types.every((one) => SCHEMA_TYPES.has(one)) ||
    ["$ref", "anyOf", "oneOf", "allOf"].some((key) => Object.hasOwn(value, key))
  );
}

const OPTION = /^--?(?<name>[A-Za-z][\w.-]{0,100})$/;
/** An option of curl, before a user and a password. */
const USER = /^(?:-u|-U|--user|--proxy-user)$/;
const USER_PASSWORD = /^[^\s:/]{1,100}:(?!\d{1,9}$|\/\/)\S/;
/** An option, a variable of an environment or a header with its value. */
const ASSIGNED = /^(?:--?)?(?<name>[A-Za-z][\w.-]{0,100})\s?[:=]\s?(?<value>\S[^]*)$/;

/** Whether the item before is a name to which this one is given: `["config", "set", "password", "x"]`. */
function isSetBefore(list: readonly Json[], at: number): boolean {
  const verb = list[at - 2];
  // `["password", "email"]` are names
  if (list.length === 2) return !/^[A-Za-z_]+$/.test(String(list[at]));
  return typeof verb === "string" && /^(?:h?set|setx|put)$/i.test(verb);
}

/** Whether an item of a list is secret by a name before it, or in it. */
function isSecretItem(list: readonly Json[], at: number): boolean {
  const item = list[at] ?? null;
  const before = list[at - 1];
  if (typeof before === "string" && isTold(item)) {
    const option = OPTION.exec(before)?.groups?.["name"];
    if (option !== undefined && isSecretName(option)) return true;
    if (USER.test(before) && typeof item === "string" && USER_PASSWORD.test(item)) return true;
    if (isSetBefore(list, at) && isSecretName(before)) return true;
  }
  if (Array.isArray(item)) {
    const [name, value = null] = item;
    return item.length === 2 && typeof name === "string" && isSecretName(name) && isTold(value);
  }
  const assigned = typeof item === "string" ? ASSIGNED.exec(item)?.groups : undefined;
  return assigned !== undefined && isSecretName(assigned["name"] ?? "");
}
