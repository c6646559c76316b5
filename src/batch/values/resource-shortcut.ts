import { normalId, type IdentifiedAction } from "../../engine/identify.ts";
import type { ResourceName } from "../../replay/seen-call.ts";
import { COLUMN } from "../../trace/columns/layout.ts";
import { textOf, type Dictionary } from "../../trace/columns/dictionary.ts";
import { CodeMemo, TextMemo } from "./code-memo.ts";
import type { Frame } from "./frame.ts";
import { IdClasses } from "./id-classes.ts";
import type { ClassParts } from "./class-parts.ts";
import type { EntityMemory } from "./entity-memory.ts";
import { segmentCodes, type SegmentCodes } from "./value-codes.ts";
import { columnOf } from "./probe-plan.ts";
import { patternsText } from "./resource-class.ts";
import { valueOf } from "../../trace/columns/value-cache.ts";
import type { Ids, Way } from "./resource-way.ts";
import type { RowViews } from "./views.ts";

const encoder = new TextEncoder();
const QUOTE = 34;
const BACKSLASH = 92;

const UNTOLD = -2;
/**
 * INVARIANT: more ways and classes of ids than this are not known here, so that what distinguishes
 * them fits into 31 bits.
 */
const MOST = 1 << 20;
const MOST_WAYS = 1 << 18;
/** Where the steps of names start. INVARIANT: it is no number of a step. */
const NAMED = -1;

/**
 * A catalog tells resources apart by patterns on their type and id. What the patterns make of an id
 * is worked out once for each id; then a resource's class hangs on that, on its type, and on
 * whether the event names the same one.
 */
export class ResourceShortcut {
  readonly #parts: ClassParts;
  readonly #views: RowViews;
  readonly #claimed = new Map<number, Ids>();
  /** By code of an id: what is known of it. */
  readonly #ids = new Map<Ids, CodeMemo>();
  readonly #memory: EntityMemory;
  readonly #types: SegmentCodes;
  readonly #actionsOf: (row: number, frame: Frame) => readonly IdentifiedAction[];

  /** `actionsOf`: what each version makes of a row's action. */
  constructor(
    parts: ClassParts,
    views: RowViews,
    actionsOf: (row: number, frame: Frame) => readonly IdentifiedAction[],
  ) {
    this.#parts = parts;
    this.#actionsOf = actionsOf;
    this.#views = views;
    this.#memory = parts.memory;
    this.#types = segmentCodes(parts.memory, views, COLUMN.resourceType);
  }

  /**
   * A small number, above 0, that is the same only for rows of which a resource is named alike, by
   * events or arguments; -1: it is not known this way.
   */
  key(row: number, action: number, frame: Frame): number {
    if (frame.number !== 0 || this.#views.code(COLUMN.resourceRest, row) !== 0) return -1;
    const way = this.#way(action, row, frame);
    if (way === null || way.number >= MOST_WAYS) return -1;
    const type = this.#views.code(COLUMN.resourceType, row);
    const claimed = this.#views.code(COLUMN.resourceId, row);
    const read = way.column < 0 ? 0 : this.#reading(way.column, row);
    const same = claimed !== 0 && read === 2 ? this.#same(way.column, row, claimed) : 0;
    const id =
      read === 2
        ? this.#idOf(way, way.column, this.#views.code(way.column, row))
        : this.#claim(type, claimed);
    if (read < 0 || same < 0 || id < 0) return -1;
    const has = this.#views.has(row, "resource") ? 1 : 0;
    const kind = ((way.number * 2 + (claimed === 0 ? 0 : 1)) * 4 + read) * 4 + same * 2 + has;
    const { names } = this.#memory;
    return names.step(names.step(names.step(NAMED, kind), this.#types.at(row)), id);
  }

  /**
   * How the candidate names the resource of a row that has a {@link key}; undefined: the arguments
   * do not give it.
   */
  name(row: number, action: number, frame: Frame): ResourceName | undefined {
    const way = this.#way(action, row, frame);
    if (way === null) return undefined;
    if (way.column >= 0)
      return this.#reading(way.column, row) === 2
        ? { type: way.types.at(-1), id: this.#views.name(way.column, row) }
        : undefined;
    const { tool, entity } = this.#actionsOf(row, frame).at(-1) ?? {};
    if (tool?.tool.resource === "none") return { type: undefined, id: undefined };
    if (entity === undefined || (tool === undefined && entity.veiled.size > 0)) return undefined;
    return {
      type: this.#views.name(COLUMN.resourceType, row),
      id: this.#views.name(COLUMN.resourceId, row),
    };
  }

  #way(action: number, row: number, frame: Frame): Way | null {
    const { ways, waysByTools } = this.#memory;
    const known = ways.get(action);
    if (known !== undefined) return known;
    const actions = this.#actionsOf(row, frame);
    const tools = JSON.stringify(
      actions.map(({ tool, entity }) =>
        tool === undefined ? entity.veiled.size > 0 : [tool.tool.server, tool.tool.name],
      ),
    );
    let way = waysByTools.get(tools);
    if (way === undefined) {
      way = this.#findWay(actions) ?? null;
      waysByTools.set(tools, way);
    }
    return ways.set(action, way);
  }

  #findWay(actions: readonly IdentifiedAction[]): Way | undefined {
    const specs = actions.map((action) => action.tool?.tool.resource);
    const derived = specs.flatMap((spec) => (spec === undefined || spec === "none" ? [] : [spec]));
    const number = this.#memory.waysByTools.size;
    if (derived.length === 0) return { number, column: -1, ...this.#idsOf([]) };
    const paths = new Set(derived.map(({ id }) => id.text.trim()));
    const [path] = paths;
    // only a plain path, the same in every version, gives the id itself
    if (
      derived.length < specs.length ||
      paths.size !== 1 ||
      path === undefined ||
      !/^args(\.[A-Za-z_][A-Za-z0-9_]*)+$/.test(path)
    )
      return undefined;
    const keys = path.split(".");
    const column = columnOf(this.#parts.layout, keys);
    if (column < 0 || this.#parts.layout.columns[column]?.path.length !== keys.length)
      return undefined;
    return { number, column, ...this.#idsOf(derived.map(({ type }) => type)) };
  }

  #idsOf(types: readonly (string | undefined)[]): Ids {
    const name = JSON.stringify(types);
    const sets = this.#parts.versions.map(({ set }) => set);
    const known = this.#parts.resourceIds.get(name) ?? {
      known: new TextMemo(),
      classes: IdClasses.of(sets, types, this.#parts.idTests),
    };
    this.#parts.resourceIds.set(name, known);
    return { types, ...known };
  }

  /** What is known of the resource that the event itself names. */
  #claim(type: number, id: number): number {
    if (id === 0) return 0;
    // without a type, the id alone may tell that a pattern does not fit (design 2.6)
    if (type === 0) return UNTOLD;
    const named = this.#views.cache.value(COLUMN.resourceType, type);
    const known = this.#claimed.get(type);
    const way =
      known ??
      this.#idsOf(this.#parts.versions.map(() => (typeof named === "string" ? named : undefined)));
    if (known === undefined) this.#claimed.set(type, way);
    return this.#idOf(way, COLUMN.resourceId, id);
  }

  #idOf(way: Ids, column: number, code: number): number {
    const ids = this.#ids.get(way) ?? new CodeMemo();
    if (ids.get(0, code) !== -1) return ids.get(0, code);
    this.#ids.set(way, ids);
    const dictionary = this.#views.segment.dictionaries[column];
    const make = (): number => this.#byText(way, dictionary, code);
    const number =
      (dictionary === undefined ? undefined : way.classes?.number(dictionary, code, make)) ??
      make();
    ids.set(0, code, number);
    return number;
  }

  #byText(way: Ids, dictionary: Dictionary | undefined, code: number): number {
    const text = dictionary === undefined ? "" : textOf(dictionary, code);
    const number =
      way.known.get(text) ?? this.#classify(String(text === "" ? {} : valueOf(text)), way.types);
    way.known.set(text, number);
    return number;
  }

  /**
   * What every version's patterns make of an id. One that its form writes otherwise is not decided
   * here: the event may name either.
   */
  #classify(id: string, types: readonly (string | undefined)[]): number {
    const texts = this.#parts.versions.map(({ set }, version) => {
      const type = types[version];
      return type === undefined || normalId(set.context, type, id) !== id
        ? undefined
        : patternsText(set, type, id);
    });
    if (texts.includes(undefined) || /\p{Surrogate}/u.test(id)) return UNTOLD;
    const bytes = encoder.encode(id);
    const asked = this.#parts.idTests.map((test) => (test(bytes, 0, bytes.length) ? "1" : "0"));
    const number = this.#parts.text.code([...texts, ...asked].join("\u0001"));
    return number < MOST ? number : UNTOLD;
  }

  /** How the arguments give the id: 0 not there at all, 1 absent, 2 a text; -1: anything else. */
  #reading(column: number, row: number): number {
    const code = this.#views.code(column, row);
    if (code === 0) return 0;
    const dictionary = this.#views.segment.dictionaries[column];
    if (dictionary === undefined) return -1;
    const [start, end] = [dictionary.offsets[code] ?? 0, dictionary.offsets[code + 1] ?? 0];
    if (start === end) return 1;
    return dictionary.depths[code] === this.#parts.layout.columns[column]?.path.length &&
      dictionary.pool[start] === QUOTE
      ? 2
      : -1;
  }

  /**
   * 1 where the event names the id that the arguments give, 0 where another; -1: their texts do not
   * tell.
   */
  #same(column: number, row: number, claimed: number): number {
    const { dictionaries } = this.#views.segment;
    const [read, event] = [dictionaries[column], dictionaries[COLUMN.resourceId]];
    return read === undefined || event === undefined
      ? -1
      : sameText(read, this.#views.code(column, row), { dictionary: event, code: claimed });
  }
}

function sameText(
  a: Dictionary,
  code: number,
  b: { readonly dictionary: Dictionary; readonly code: number },
): number {
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
