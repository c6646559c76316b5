import { Duration, Failure, Unknown, type Bad, type Value } from "../condition/value.ts";
import { compileEntityGlob, literalLength, type EntityGlob } from "../policy/glob.ts";
import type { Document, ResourceEntry } from "../policy/model.ts";
import type { Json } from "../request/json.ts";

/** What the catalog knows of a resource; a tie that disagrees is a failure, what hangs on an unknown id is unknown. */
export type ResourceAttributes = ReadonlyMap<string, Value | Bad>;

interface Given {
  readonly glob: EntityGlob;
  readonly weight: number;
  readonly attributes: ReadonlyMap<string, Json | Duration>;
  readonly fields: ReadonlyMap<string, string>;
}

function attributesOf(entry: ResourceEntry): ReadonlyMap<string, Json | Duration> {
  const map = new Map<string, Json | Duration>();
  for (const [name, value] of Object.entries(entry.attributes)) if (value !== undefined && value !== null) map.set(name, value);
  for (const name of ["classification", "environment", "owner", "tenant", "scope"] as const) {
    const value = entry[name];
    if (value !== undefined) map.set(name, value);
  }
  if (entry.retain !== undefined) map.set("retain", new Duration(BigInt(entry.retain) * 1_000_000n));
  return map;
}

function same(a: unknown, b: unknown): boolean {
  if (a instanceof Duration && b instanceof Duration) return a.nanos === b.nanos;
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The most specific value of one attribute among the entries that fit, by most literal characters (design 2.5). */
function strongest<T>(fitting: readonly Given[], read: (given: Given) => T | undefined): T | "tie" | undefined {
  let best: T | undefined;
  let weight = -1;
  let tie = false;
  for (const given of fitting) {
    const value = read(given);
    if (value === undefined || given.weight < weight) continue;
    if (given.weight === weight) tie ||= !same(best, value);
    else {
      best = value;
      weight = given.weight;
      tie = false;
    }
  }
  return tie ? "tie" : best;
}

/** Whether every entry that may fit and gives the attribute gives one value, and one of them fits for certain. */
function agreed(maybe: readonly Given[], certain: readonly Given[], name: string): boolean {
  const values = maybe.map((given) => given.attributes.get(name)).filter((value) => value !== undefined);
  return certain.some((given) => given.attributes.has(name)) && values.every((value) => same(value, values[0]));
}

const LIMIT = 50_000;

/** Resource attributes by `type:id`, remembered; `describe(type, undefined)` answers for an id that is not known. */
export class ResourceIndex {
  readonly #given: readonly Given[];
  readonly #memo = new Map<string, ResourceAttributes>();
  /** What is known by which patterns fit: resources of one kind share theirs. */
  readonly #byFit = new Map<string, ResourceAttributes>();

  constructor(documents: readonly Document[]) {
    this.#given = documents
      .flatMap((d) => (d.kind === "Catalog" ? d.resources : []))
      .map((entry) => ({
        glob: compileEntityGlob(entry.match),
        weight: literalLength(entry.match),
        attributes: attributesOf(entry),
        fields: new Map(Object.entries(entry.fields ?? {})),
      }));
  }

  describe(type: string | undefined, id: string | undefined): ResourceAttributes {
    const key = type === undefined || id === undefined ? undefined : `${type}:${id}`;
    const known = key === undefined ? undefined : this.#memo.get(key);
    if (known !== undefined) return known;
    const fits = this.fits(type, id);
    const described = this.#byFit.get(fits) ?? this.#compute(type, id);
    this.#byFit.set(fits, described);
    if (key !== undefined) {
      if (this.#memo.size >= LIMIT) this.#memo.clear();
      this.#memo.set(key, described);
    }
    return described;
  }

  /** Which of the catalog's patterns fit, as a text: two resources of one text have the same attributes. */
  fits(type: string | undefined, id: string | undefined): string {
    let text = "";
    for (const { glob } of this.#given) {
      const fit = glob.fits(type, id);
      text += fit === undefined ? "?" : fit ? "1" : "0";
    }
    return text;
  }

  /** As {@link fits}, for the ids of one type: patterns on other types are left out. */
  fitsOfType(type: string): (id: string) => string {
    const globs = this.#given.map(({ glob }) => glob).filter((glob) => glob.fits(type, undefined) !== false);
    return (id) => {
      let text = "";
      for (const glob of globs) text += glob.fits(type, id) === true ? "1" : "0";
      return text;
    };
  }

  #compute(type: string | undefined, id: string | undefined): ResourceAttributes {
    const certain = this.#given.filter((given) => given.glob.fits(type, id) === true);
    const maybe = this.#given.filter((given) => given.glob.fits(type, id) !== false);
    const result = new Map<string, Value | Bad>();
    for (const name of new Set(maybe.flatMap((given) => [...given.attributes.keys()]))) {
      result.set(name, this.#attribute({ certain, maybe, name }));
    }
    if (maybe.some((given) => given.fields.size > 0)) result.set("fields", this.#fields(certain, maybe));
    return result;
  }

  #attribute(of: { certain: readonly Given[]; maybe: readonly Given[]; name: string }): Value | Bad {
    if (of.maybe.length > of.certain.length && !agreed(of.maybe, of.certain, of.name)) return new Unknown([`resource.${of.name}`]);
    const value = strongest(of.certain, (given) => given.attributes.get(of.name));
    if (value === "tie") return new Failure(`equally specific resource patterns disagree on resource.${of.name}`);
    return value ?? new Unknown([`resource.${of.name}`]);
  }

  #fields(certain: readonly Given[], maybe: readonly Given[]): Value | Bad {
    if (maybe.length > certain.length && maybe.some((given) => given.fields.size > 0 && !certain.includes(given))) {
      return new Unknown(["resource.fields"]);
    }
    const fields: { [path: string]: string } = Object.create(null);
    for (const path of new Set(certain.flatMap((given) => [...given.fields.keys()]))) {
      const value = strongest(certain, (given) => given.fields.get(path));
      if (value === "tie") return new Failure("equally specific resource patterns disagree on resource.fields");
      if (value !== undefined) fields[path] = value;
    }
    return fields;
  }
}
