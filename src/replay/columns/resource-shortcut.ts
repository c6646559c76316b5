import type { CompiledSet } from "../../engine/compile-set.ts";
import type { IdentifiedAction } from "../../engine/identify.ts";
import { COLUMN } from "../../trace/columns/layout.ts";
import type { Dictionary } from "../../trace/columns/dictionary.ts";
import type { Frame } from "./frame.ts";
import type { KeyParts } from "./key-parts.ts";
import { columnOf } from "./probe-plan.ts";
import type { RowViews } from "./views.ts";

const QUOTE = 34;
const BACKSLASH = 92;

/** How a tool's resource id is read, where it is read off one path of the arguments; -1: as the event names it. */
interface Way {
  readonly column: number;
  /** The types that the resource may have, besides the one that the event claims. */
  readonly types: readonly string[];
}

/**
 * Most catalogs speak of resources by their type: of `order:*` it does not matter which order. Then a resource's class
 * hangs on its type, on whether it has an id, and on whether the event names the same one, and not on what the id is.
 */
export class ResourceShortcut {
  readonly #parts: KeyParts;
  readonly #views: RowViews;
  readonly #ways = new Map<number, Way | undefined>();
  readonly #plainTypes = new Map<string, boolean>();
  readonly #typeCodes = new Map<number, boolean>();
  readonly #readsId: boolean;

  constructor(parts: KeyParts, views: RowViews) {
    this.#parts = parts;
    this.#views = views;
    const { resource, joint } = parts.plan;
    this.#readsId = [...resource, ...joint.map(({ probe }) => probe)].some(({ atom }) => atom.paths.some(([root, key]) => root === "resource" && (key === undefined || key === "id")));
  }

  /** A number that is the same only for rows whose resources are alike; -1: it cannot be told this way. */
  key(row: number, of: { readonly action: number; readonly frame: Frame; readonly actions: () => readonly IdentifiedAction[] }): number {
    if (this.#readsId || of.frame.number !== 0 || this.#views.code(COLUMN.resourceRest, row) !== 0) return -1;
    const way = this.#way(of.action, of.actions);
    if (way === undefined) return -1;
    const type = this.#views.code(COLUMN.resourceType, row);
    if (!this.#isPlainClaim(type)) return -1;
    const claimed = this.#views.code(COLUMN.resourceId, row);
    const claim = claimed === 0 ? 0 : 1;
    const read = way.column < 0 ? 0 : this.#reading(way.column, row);
    if (read < 0) return -1;
    const same = claim === 1 && read === 2 ? this.#same(way.column, row, claimed) : 0;
    if (same < 0) return -1;
    const has = this.#views.has(row, "resource") ? 1 : 0;
    return ((((of.action * 64 + type) * 2 + claim) * 4 + read) * 2 + same) * 2 + has;
  }

  #way(action: number, actions: () => readonly IdentifiedAction[]): Way | undefined {
    if (this.#ways.has(action)) return this.#ways.get(action);
    const way = this.#findWay(actions());
    this.#ways.set(action, way);
    return way;
  }

  #findWay(actions: readonly IdentifiedAction[]): Way | undefined {
    const specs = actions.map((action) => action.tool?.tool.resource);
    const derived = specs.flatMap((spec) => (spec === undefined || spec === "none" ? [] : [spec]));
    const types = [...new Set(derived.map(({ type }) => type))];
    if (!types.every((type) => this.#isPlain(type))) return undefined;
    if (derived.length === 0) return { column: -1, types };
    const paths = new Set(derived.map(({ id }) => id.text.trim()));
    const [path] = paths;
    // only a plain path, the same in every version that reads one, gives the id itself
    if (paths.size !== 1 || path === undefined || !/^args(\.[A-Za-z_][A-Za-z0-9_]*)+$/.test(path)) return undefined;
    const keys = path.split(".");
    const column = columnOf(this.#parts.layout, keys);
    return column < 0 || this.#parts.layout.columns[column]?.path.length !== keys.length ? undefined : { column, types };
  }

  /** Whether the type that an event claims is plain; unclaimed ones are. */
  #isPlainClaim(code: number): boolean {
    if (code === 0) return true;
    if (code >= 64) return false;
    const known = this.#typeCodes.get(code);
    if (known !== undefined) return known;
    const type = this.#views.cache.value(COLUMN.resourceType, code);
    const plain = typeof type === "string" && this.#isPlain(type);
    this.#typeCodes.set(code, plain);
    return plain;
  }

  /** Whether no version tells resources of a type apart by their id. */
  #isPlain(type: string): boolean {
    const known = this.#plainTypes.get(type);
    if (known !== undefined) return known;
    const plain = this.#parts.versions.every(({ set }) => !set.catalog.forms.has(type) && patternsOf(set).every((pattern) => isAboutType(pattern, type)));
    this.#plainTypes.set(type, plain);
    return plain;
  }

  /** How the arguments give the id: 0 not there at all, 1 absent, 2 a text; -1: anything else. */
  #reading(column: number, row: number): number {
    const code = this.#views.code(column, row);
    if (code === 0) return 0;
    const dictionary = this.#views.segment.dictionaries[column];
    if (dictionary === undefined) return -1;
    const [start, end] = [dictionary.offsets[code] ?? 0, dictionary.offsets[code + 1] ?? 0];
    if (start === end) return 1;
    return dictionary.depths[code] === this.#parts.layout.columns[column]?.path.length && dictionary.pool[start] === QUOTE ? 2 : -1;
  }

  /** 1 where the event names the id that the arguments give, 0 where another; -1: their texts do not tell. */
  #same(column: number, row: number, claimed: number): number {
    const { dictionaries } = this.#views.segment;
    const [read, event] = [dictionaries[column], dictionaries[COLUMN.resourceId]];
    return read === undefined || event === undefined ? -1 : sameText(read, this.#views.code(column, row), { dictionary: event, code: claimed });
  }
}

function sameText(a: Dictionary, code: number, b: { readonly dictionary: Dictionary; readonly code: number }): number {
  let at = a.offsets[code] ?? 0;
  let other = b.dictionary.offsets[b.code] ?? 0;
  const end = a.offsets[code + 1] ?? 0;
  let same = end - at === (b.dictionary.offsets[b.code + 1] ?? 0) - other;
  for (; at < end; at++, other++) {
    const byte = a.pool[at];
    if (byte === BACKSLASH) return -1;
    if (same && byte !== b.dictionary.pool[other]) same = false;
  }
  return same ? 1 : 0;
}

const PATTERNS = new WeakMap<CompiledSet, readonly string[]>();

/** Every pattern on resources that a set holds. */
function patternsOf(set: CompiledSet): readonly string[] {
  const known = PATTERNS.get(set);
  if (known !== undefined) return known;
  const scopes = set.rules.flatMap(({ rule }) => [...(rule.resources ?? []), ...rule.exceptions.flatMap((exception) => exception.resources ?? [])]);
  const sources = [...set.manifests.values()].flatMap(({ manifest }) => manifest?.sources ?? []);
  const patterns = [...set.context.resources.patterns, ...scopes, ...sources];
  PATTERNS.set(set, patterns);
  return patterns;
}

/** Whether a pattern takes all resources of a type alike: it is about another type, or about any id. */
function isAboutType(pattern: string, type: string): boolean {
  if (pattern === "**") return true;
  const colon = pattern.indexOf(":");
  const ofType = pattern.slice(0, colon);
  return /^\*+$/.test(pattern.slice(colon + 1)) || (!ofType.includes("*") && ofType !== type);
}
