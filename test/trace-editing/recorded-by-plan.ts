import { createHmac } from "node:crypto";
import type { RecordPlan } from "../../src/trace-editing/record-fields.ts";
import type { RecordField } from "../../src/documents/record-plan-result.ts";
import { isJsonObject, objectMember, type Json, type JsonObject } from "../../src/request/json.ts";

const ROOTS = ["subject", "action", "resource", "context", "args", "outcome"] as const;

/** How random worlds write a number that no double holds: it is no text. */
const RAW_NUMBER = "\u0000=";

const digest = (text: string): string =>
  `h:${createHmac("sha256", "key").update(text).digest("hex").slice(0, 16)}`;

/** Another number of the same range; whole numbers stay whole, and others do not become whole. */
export function sameRange(value: number, bounds: readonly number[]): number {
  if (bounds.includes(value) || Math.abs(value) > Number.MAX_SAFE_INTEGER) return value;
  const low = bounds.filter((bound) => bound < value).at(-1);
  const high = bounds.find((bound) => bound > value);
  if (Number.isInteger(value))
    return low !== undefined ? Math.floor(low) + 1 : high !== undefined ? Math.ceil(high) - 1 : 0;
  if (low !== undefined) return (low + Math.min(high ?? Infinity, Math.floor(low) + 1)) / 2;
  return high === undefined ? 0.5 : (high + Math.ceil(high) - 1) / 2;
}

/** What a gateway that follows a plan records of events; `data`: that of the catalogs. */
export class PlannedRecorder {
  readonly #fields: ReadonlyMap<string, RecordField>;
  readonly #paths: readonly string[];
  readonly #data: JsonObject;
  /** How many values were left out or are other ones than before. */
  changed = 0;

  constructor({ always, fields }: RecordPlan, data: JsonObject) {
    const all = [...always, ...fields].filter(({ only }) => only === null);
    this.#fields = new Map(all.map((field) => [field.path, field]));
    this.#paths = [...this.#fields.keys()];
    this.#data = data;
  }

  record(event: JsonObject): JsonObject {
    const approvals = objectMember(event, "context")?.["approvals"];
    const isBound = approvals !== undefined && approvals !== null;
    const left: string[] = [];
    const entries = ROOTS.flatMap((root): [string, Json][] => {
      const value = event[root];
      if (value === undefined || (root === "args" && isBound)) return [];
      const recorded = this.#value(value, root, left);
      return recorded === undefined ? [] : [[root, recorded]];
    });
    const before = event["unrecorded"];
    return {
      ...event,
      ...Object.fromEntries(entries),
      ...(left.length > 0 && {
        unrecorded: [...(Array.isArray(before) ? before : []), ...new Set(left)],
      }),
    };
  }

  #value(value: Json, path: string, left: string[]): Json | undefined {
    const field = this.#fields.get(path);
    if (field?.as === "value" || value === null) return value;
    if (field !== undefined && field.as !== "presence") return this.#coarse(value, field);
    if (this.#paths.some((other) => other.startsWith(`${path}.`))) {
      if (Array.isArray(value))
        return value.map((item: Json) => this.#value(item, path, []) ?? { gone: true });
      if (isJsonObject(value)) return this.#members(value, path, left);
    }
    this.changed++;
    if (field !== undefined || (path.startsWith("args.") && this.#fields.has("args.*")))
      return typeof value === "string" && value.startsWith(RAW_NUMBER) ? value : "there";
    // a root stays, so that nobody takes all of it for unrecorded
    if (!path.includes(".")) return isJsonObject(value) ? {} : value;
    left.push(path);
    return undefined;
  }

  #members(value: JsonObject, path: string, left: string[]): JsonObject {
    const entries = Object.entries(value).flatMap(([name, inner]): [string, Json][] => {
      // AuthZEN's `properties` stand for members of the entity itself
      const below = name === "properties" && !path.includes(".") ? path : `${path}.${name}`;
      const recorded = this.#value(inner ?? null, below, left);
      return recorded === undefined ? [] : [[name, recorded]];
    });
    return Object.fromEntries(entries);
  }

  #coarse(value: Json, field: RecordField): Json {
    if (typeof value === "string") return this.#text(value, field);
    if (typeof value === "number") {
      const other = field.as === "range" ? sameRange(value, field.bounds) : value;
      if (other !== value) this.changed++;
      return other;
    }
    if (Array.isArray(value)) return value.map((item: Json) => this.#coarse(item, field));
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [
        this.#text(name, field),
        this.#coarse(inner ?? null, field),
      ]),
    );
  }

  #text(text: string, { except, exceptData }: RecordField): string {
    if (except.includes(text) || text.startsWith(RAW_NUMBER)) return text;
    const isKnown = exceptData.some((name) => {
      const data = this.#data[name];
      return Array.isArray(data)
        ? data.includes(text)
        : isJsonObject(data) && Object.hasOwn(data, text);
    });
    if (isKnown) return text;
    this.changed++;
    return digest(text);
  }
}
