/** A JSON value as `JSON.parse` gives it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/**
 * A JSON object. Only own properties are ever read: `__proto__`, `constructor` and the like are
 * ordinary keys. A member that is null or undefined counts as not there (design 3.5); nulls in
 * lists stay.
 */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The names of what every object inherits. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** The own member `key` of `object`; undefined where it is missing or null. */
export function member(object: JsonObject | undefined, key: string): Json | undefined {
  const value = object?.[key];
  // what an object inherits is an object or a function, so whose member a scalar is need not be asked
  if (typeof value !== "object" && typeof value !== "function") return value;
  const isOwn = !INHERITED.has(key) || (object !== undefined && Object.hasOwn(object, key));
  return isOwn ? (value ?? undefined) : undefined;
}

/** The own member `key` if it is a string. */
export function stringMember(object: JsonObject | undefined, key: string): string | undefined {
  const value = member(object, key);
  return typeof value === "string" ? value : undefined;
}

/** The own member `key` if it is an object. */
export function objectMember(object: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = member(object, key);
  return isJsonObject(value) ? value : undefined;
}
