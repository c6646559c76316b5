import { Duration, Failure, Unknown, type NoValue, type Value } from "../condition/value.ts";
import { compileEntityGlob, literalLength, type EntityGlob } from "../policy/glob.ts";
import type { Document, ResourceEntry } from "../policy/model.ts";
import type { Json } from "../request/json.ts";
import { NO_ATTRIBUTES } from "./entity.ts";
import { NameMemo } from "./name-memo.ts";
import { showPath } from "../request/attribute-path.ts";

/**
 * What the catalog knows of a resource; a tie that disagrees is a failure, what hangs on an unknown
 * id is unknown.
 */
export type ResourceAttributes = ReadonlyMap<string, Value | NoValue>;

interface Given {
  readonly glob: EntityGlob;
  readonly weight: number;
  readonly attributes: ReadonlyMap<string, Json | Duration>;
  readonly fields: ReadonlyMap<string, string>;
}

function attributesOf(entry: ResourceEntry): ReadonlyMap<string, Json | Duration> {
  const map = new Map<string, Json | Duration>();
  for (const [name, value] of Object.entries(entry.attributes))
    if (value !== undefined && value !== null) map.set(name, value);
  for (const name of ["classification", "environment", "owner", "tenant", "scope"] as const) {
    const value = entry[name];
    if (value !== undefined) map.set(name, value);
  }
  if (entry.retain !== undefined)
    map.set("retain", new Duration(BigInt(entry.retain) * 1_000_000n));
  return map;
}

function same(a: unknown, b: unknown): boolean {
  if (a instanceof Duration && b instanceof Duration) return a.nanos === b.nanos;
  return JSON.stringify(a) === JSON.stringify(b);
}

/** An entry that gives an attribute, and whether it surely fits. */
interface Claim<T> {
  readonly value: T;
  readonly weight: number;
  readonly certain: boolean;
}

/**
 * What the entries that fit, or may, say of one attribute: the one with most literal characters
 * wins (design 2.5). One that may fit matters only where it would not lose to one that surely does.
 */
function strongest<T>(claims: readonly Claim<T>[]): T | "tie" | "unknown" {
  const floor = claims.reduce(
    (most, { weight, certain }) => (certain ? Math.max(most, weight) : most),
    -1,
  );
  const rivals = claims.filter(({ weight }) => weight >= floor);
  const [first] = rivals;
  const isCertain = rivals.some(({ certain }) => certain);
  if (first === undefined || !isCertain) return "unknown";
  if (rivals.every(({ value }) => same(value, first.value))) return first.value;
  return rivals.every(({ certain }) => certain) ? "tie" : "unknown";
}

const LIMIT = 50_000;

/**
 * Resource attributes by `type:id`, remembered; `describe(type, undefined)` answers for an id that
 * is not known.
 */
export class ResourceIndex {
  readonly #given: readonly Given[];
  readonly #memo = new NameMemo<ResourceAttributes>(LIMIT);
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
    if (this.#given.length === 0) return NO_ATTRIBUTES;
    const named = type !== undefined && id !== undefined;
    const known = named ? this.#memo.get(type, id) : undefined;
    if (known !== undefined) return known;
    const fits = this.fits(type, id);
    const described = this.#byFit.get(fits) ?? this.#compute(type, id);
    this.#byFit.set(fits, described);
    return named ? this.#memo.put(type, id, described) : described;
  }

  /**
   * Which of the catalog's patterns fit, as a text: two resources of one text have the same
   * attributes.
   */
  fits(type: string | undefined, id: string | undefined): string {
    let text = "";
    for (const { glob } of this.#given) {
      const fit = glob.fits(type, id);
      text += fit === undefined ? "?" : fit ? "1" : "0";
    }
    return text;
  }

  /** The patterns that may fit an id of a type. */
  patternsOfType(type: string): readonly EntityGlob[] {
    return this.#given
      .map(({ glob }) => glob)
      .filter((glob) => glob.fits(type, undefined) !== false);
  }

  /** As {@link fits}, for the ids of one type: patterns on other types are left out. */
  fitsOfType(type: string): (id: string) => string {
    const globs = this.patternsOfType(type);
    return (id) => {
      let text = "";
      for (const glob of globs) text += glob.fits(type, id) === true ? "1" : "0";
      return text;
    };
  }

  #compute(type: string | undefined, id: string | undefined): ResourceAttributes {
    const maybe = this.#given.flatMap((given) => {
      const fit = given.glob.fits(type, id);
      return fit === false ? [] : [{ given, certain: fit === true }];
    });
    const result = new Map<string, Value | NoValue>();
    for (const name of new Set(maybe.flatMap(({ given }) => [...given.attributes.keys()]))) {
      result.set(
        name,
        described(maybe, (given) => given.attributes.get(name), `resource.${name}`),
      );
    }
    const paths = new Set(maybe.flatMap(({ given }) => [...given.fields.keys()]));
    if (paths.size > 0) result.set("fields", fieldsOf(maybe, paths));
    return result;
  }
}

type Fitting = readonly { readonly given: Given; readonly certain: boolean }[];

function described<T extends Json | Duration>(
  fitting: Fitting,
  read: (given: Given) => T | undefined,
  name: string,
): Value | NoValue {
  const claims = fitting.flatMap(({ given, certain }) => {
    const value = read(given);
    return value === undefined ? [] : [{ value, weight: given.weight, certain }];
  });
  const value: T | "tie" | "unknown" = strongest(claims);
  if (value === "unknown") return new Unknown([name]);
  return value === "tie"
    ? new Failure(`equally specific resource patterns disagree on ${name}`)
    : value;
}

/** Field by field, as the attributes; an unknown field may be there or not. */
function fieldsOf(fitting: Fitting, paths: ReadonlySet<string>): Value | NoValue {
  if (!fitting.some(({ given, certain }) => certain && given.fields.size > 0))
    return new Unknown(["resource.fields"]);
  const fields: { [path: string]: Value | NoValue } = Object.create(null);
  for (const path of paths)
    fields[path] = described(
      fitting,
      (given) => given.fields.get(path),
      showPath(["resource", "fields", path]),
    );
  return fields;
}
