import { isJsonObject, type Json } from "../request/json.ts";
import { REQUEST_PARTS } from "../request/request.ts";
import type { TraceEvent } from "../trace/event.ts";
import type { RecordField, UnneededField } from "../documents/record-plan-result.ts";

/** More distinct fields than these count as one: a map's names are no fields. */
const MOST_FIELDS = 10_000;
const SHOWN = 200;
const DEEPEST = 6;

/** Counts by field what the calls of a trace record, held against a plan. */
export class RecordedFields {
  readonly #needed: ReadonlySet<string>;
  readonly #above: ReadonlySet<string>;
  readonly #counts = new Map<string, number>();
  readonly #unneeded = new Map<string, number>();
  #more = 0;

  constructor(fields: readonly RecordField[]) {
    const paths = fields.filter(({ only }) => only === null).map(({ path }) => path);
    this.#needed = new Set(paths);
    this.#above = new Set(paths.flatMap(pathsAbove));
  }

  add({ request, timeText, session, parent, decision }: TraceEvent): void {
    const found = new Set<string>();
    const unneeded = new Set<string>();
    const members = { time: timeText, session, parent };
    for (const [name, value] of Object.entries(members)) if (value !== undefined) found.add(name);
    for (const name of ["id", "type"]) found.add(name);
    for (const name of Object.keys(decision ?? {})) found.add(`decision.${name}`);
    for (const root of REQUEST_PARTS)
      this.#walk(request[root], root, { found, unneeded, depth: 0 });
    for (const path of found) this.#counts.set(path, (this.#counts.get(path) ?? 0) + 1);
    for (const path of unneeded) this.#count(path);
  }

  #count(path: string): void {
    const known = this.#unneeded.get(path);
    if (known === undefined && this.#unneeded.size >= MOST_FIELDS) this.#more++;
    else this.#unneeded.set(path, (known ?? 0) + 1);
  }

  #walk(value: Json | undefined, path: string, seen: Seen): void {
    if (value === undefined || value === null) return;
    const isNeeded = this.#needed.has(path);
    if (isNeeded) seen.found.add(path);
    if (this.#above.has(path)) this.#below(value, path, seen);
    else if (!isNeeded && seen.depth > 0) seen.unneeded.add(path);
    else if (!isNeeded) this.#below(value, path, seen);
  }

  #below(value: Json, path: string, seen: Seen): void {
    const deeper = { ...seen, depth: seen.depth + 1 };
    if (Array.isArray(value) && seen.depth < DEEPEST)
      for (const item of value) this.#walk(item, path, deeper);
    else if (isJsonObject(value))
      for (const [name, inner] of Object.entries(value))
        this.#walk(inner, `${path}.${name}`, deeper);
  }

  /** Calls that record something at a path of the plan. */
  recorded(path: string): number {
    return this.#counts.get(path) ?? 0;
  }

  /** Fields that no policy reads, those of most calls first, and how many more there are. */
  unneeded(): { readonly shown: readonly UnneededField[]; readonly more: number } {
    const all = [...this.#unneeded]
      .map(([path, calls]) => ({ path, calls }))
      .sort((a, b) => b.calls - a.calls || (a.path < b.path ? -1 : 1));
    return { shown: all.slice(0, SHOWN), more: Math.max(0, all.length - SHOWN) + this.#more };
  }
}

interface Seen {
  readonly found: Set<string>;
  readonly unneeded: Set<string>;
  readonly depth: number;
}

function pathsAbove(path: string): readonly string[] {
  const names = path.split(".");
  return names.slice(1).map((_, i) => names.slice(0, i + 1).join("."));
}
