import { UserError } from "../diagnostics/user-error.ts";
import { memberPath } from "../policy/node.ts";
import type { Json, JsonObject } from "../request/json.ts";

/** As deep as a value of a trace may be. */
const MAX_DEPTH = 1000;

function refuse(path: string, what: string): never {
  throw new UserError("request", `\`${path}\` of the request is ${what}, which is not JSON`, {
    help: "a request may contain texts, numbers, booleans, null, lists and plain objects",
  });
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** An object from another realm (a worker, a `vm`) has an `Object.prototype` of its own. */
function isForeignPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    typeof prototype === "object" &&
    prototype !== null &&
    Object.getPrototypeOf(prototype) === null &&
    Object.hasOwn(prototype, "isPrototypeOf")
  );
}

function plainObject(value: object, path: string, depth: number): JsonObject {
  if (!isPlain(value) && !isForeignPlain(value)) return refuse(path, "an object of a class");
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
      inner === undefined ? [] : [[key, plainJson(inner, memberPath(path, key), depth + 1)]],
    ),
  );
}

/**
 * A copy of a JSON value, so that what the caller does to it later changes nothing; members that are
 * undefined are left out. What is not JSON (a function, a `Date`, `NaN`, a value within itself) is a
 * `UserError` that names its path.
 */
export function plainJson(value: unknown, path: string, depth = 0): Json {
  if (depth > MAX_DEPTH) return refuse("$", `nested deeper than ${MAX_DEPTH} levels`);
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number")
    return Number.isFinite(value) ? value : refuse(path, `\`${value}\``);
  if (Array.isArray(value))
    return Array.from(value, (item: unknown, i) => plainJson(item, `${path}[${i}]`, depth + 1));
  if (typeof value === "object") return plainObject(value, path, depth);
  return refuse(path, value === undefined ? "undefined" : `a ${typeof value}`);
}
