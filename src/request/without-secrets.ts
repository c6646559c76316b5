import { hideSecrets } from "../text/hide-secrets.ts";
import { hideNamedSecrets, namedSecrets } from "../text/named-secrets.ts";
import { isSecretName } from "../text/secret-names.ts";
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
  readonly text: (text: string) => string | undefined;
  /** In the place of a value that is secret by its name; undefined: it is left out. */
  readonly value: Json | undefined;
}

const LEFT_OUT: Style = { text: () => undefined, value: undefined };
const STARS: Style = {
  text: (text) => hideSecrets(hideNamedSecrets(text)),
  value: "********",
};

interface Walk {
  readonly style: Style;
  /** Paths of containers whose members are no values under their names. */
  readonly nameless: ReadonlySet<string>;
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
  return cleaned(value, place, { style: LEFT_OUT, nameless });
}

/** Whether a value has secrets that {@link withoutSecrets} would leave out. */
export function hasSecrets(value: Json): boolean {
  return withoutSecrets(value, "", NONE) !== undefined;
}

/** As {@link withoutSecrets}, for people: everything is there, and secrets are stars. */
export function withStars(value: Json): Json {
  const place = { parent: undefined, key: "", named: true };
  const clean = cleaned(value, place, { style: STARS, nameless: NONE });
  return clean === undefined ? value : (clean.value ?? null);
}

const NONE: ReadonlySet<string> = new Set();

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

function cleanText(text: string, place: Place, { style }: Walk): WithoutSecrets | undefined {
  if (isOpen(text) && !(place.named && namesOne(text))) return undefined;
  return { value: style.text(text), paths: [pathOf(place)] };
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
  const { style } = walk;
  const found = new Map<string, WithoutSecrets>();
  const isPair = place.named && namesSecret(map);
  for (const key of Object.keys(map)) {
    if (!isOpen(key) && style.text(key) === undefined)
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
      return left === undefined ? [] : [[isOpen(key) ? key : (style.text(key) ?? key), left]];
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
  const isNamed = isSecretName(key) || (isPair && VALUE.has(key.toLowerCase()));
  if (!isNamed || !isTold(value) || isCount(key, value)) return false;
  // a schema only says that there may be such a member
  if (parent?.key === "properties" && isSchema(value)) return false;
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

/** Of tokens there is a number where texts are counted. */
function isCount(key: string, value: Json): boolean {
  return typeof value === "number" && /tokens$/i.test(key);
}

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
/** An option, a variable of an environment or a header with its value. */
const ASSIGNED = /^(?:--?)?(?<name>[A-Za-z][\w.-]{0,100})\s?[:=]\s?(?<value>\S[^]*)$/;

/** Whether an item of a list is secret by a name before it, or in it. */
function isSecretItem(list: readonly Json[], at: number): boolean {
  const item = list[at] ?? null;
  const before = list[at - 1];
  if (typeof before === "string" && isTold(item)) {
    const option = OPTION.exec(before)?.groups?.["name"];
    if (option !== undefined && isSecretName(option)) return true;
  }
  if (Array.isArray(item)) {
    const [name, value = null] = item;
    return item.length === 2 && typeof name === "string" && isSecretName(name) && isTold(value);
  }
  const assigned = typeof item === "string" ? ASSIGNED.exec(item)?.groups : undefined;
  return assigned !== undefined && isSecretName(assigned["name"] ?? "");
}
