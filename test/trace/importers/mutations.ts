import type { Json, JsonObject } from "../../../src/request/json.ts";
import { isJsonObject } from "../../../src/request/json.ts";

/** Every place of a value where a member stands. */
export function places(
  value: Json,
  path: readonly (string | number)[] = [],
): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    return [...(Array.isArray(value) ? [] : [at]), ...places(inner ?? null, at)];
  });
}

/** `value` with the object that holds the place's member changed. */
export function changed(
  value: Json,
  [key, ...rest]: readonly (string | number)[],
  change: (holder: JsonObject, key: string) => JsonObject,
): Json {
  if (typeof value !== "object" || value === null || key === undefined) return value;
  if (Array.isArray(value))
    return value.map((item, index) => (index === key ? changed(item, rest, change) : item));
  if (!isJsonObject(value)) return value;
  if (rest.length === 0) return change(value, String(key));
  const inner = Object.entries(value).map(([name, held]) => [
    name,
    name === key ? changed(held ?? null, rest, change) : held,
  ]);
  return Object.fromEntries(inner);
}

/** `value` with all members, and the elements' own, in the other order. */
export function reversed(value: Json): Json {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, reversed(inner ?? null)])
      .toReversed(),
  );
}

/** `value` with the member at `place` called otherwise. */
export function renamedAt(value: Json, place: readonly (string | number)[]): Json {
  return changed(value, place, (holder, key) =>
    Object.fromEntries(
      Object.entries(holder).map(([name, held]) => [name === key ? `${name}Zz` : name, held]),
    ),
  );
}

/** `value` without the member at `place`, where that is no object: what holds calls stays. */
export function droppedAt(value: Json, place: readonly (string | number)[]): Json {
  return changed(value, place, (holder, key) => {
    const { [key]: left, ...kept } = holder;
    return holdsMore(left) ? holder : kept;
  });
}

/** `value` with null for what {@link droppedAt} leaves out: programs write what they lack so. */
export function nulledAt(value: Json, place: readonly (string | number)[]): Json {
  return changed(value, place, (holder, key) => {
    const left = holder[key];
    return holdsMore(left) ? holder : { ...holder, [key]: null };
  });
}

/** An object, JSON text or a stream of events: what stands in it cannot be told once it is gone. */
function holdsMore(held: Json | undefined): boolean {
  return typeof held === "object" || (typeof held === "string" && /^\s*(?:[[{]|data:)/.test(held));
}
