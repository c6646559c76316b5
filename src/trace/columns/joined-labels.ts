import { isJsonObject, type JsonObject } from "../../request/json.ts";
import type { LabelTable } from "../labels.ts";
import { DictionaryBuilder, textOf, type Dictionary } from "./dictionary.ts";
import { COLUMN } from "./layout.ts";
import type { Segment } from "./segment.ts";
import { valueOf } from "./value-cache.ts";

const encoder = new TextEncoder();
/** How many hashes are told apart; a power of two. */
const HASHES = 1 << 20;

/** WHY: of each id of a trace only those are decoded that may be one of the table. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) & (HASHES - 1);
}

/** The codes of a segment's labels, which grow by what is joined to them. */
class LabelCodes {
  readonly #before: Dictionary;
  readonly #builder = new DictionaryBuilder();
  /** By row: the codes before, and those of what is joined. */
  readonly #rows: Uint32Array;
  readonly codes: Uint32Array;

  constructor({ dictionaries, codes }: Segment) {
    const before = (this.#before = dictionaries[COLUMN.labels] ?? this.#builder);
    // WHY not the same codes: in an index two of them may have the same text
    const interned = Array.from({ length: before.size }, (_, code) =>
      code === 0 ? 0 : this.#intern(textOf(before, code)),
    );
    this.#rows = codes[COLUMN.labels] ?? new Uint32Array(0);
    this.codes = this.#rows.map((code) => interned[code] ?? 0);
  }

  join(row: number, labels: JsonObject): void {
    const code = this.#rows[row] ?? 0;
    const own = code === 0 ? undefined : valueOf(textOf(this.#before, code));
    const joined = isJsonObject(own) ? { ...own, ...labels } : labels;
    this.codes[row] = this.#intern(JSON.stringify(joined));
  }

  dictionary(): Dictionary {
    return this.#builder.freeze();
  }

  #intern(text: string): number {
    const bytes = encoder.encode(text);
    return this.#builder.intern(bytes, 0, bytes.length, 1);
  }
}

/** Labels that are joined to the events of a trace by their ids, where these are columns. */
export class JoinedLabels {
  readonly #table: LabelTable;
  /** By hash: 1 where an id of the table has it. */
  readonly #hashes = new Uint8Array(HASHES);

  constructor(table: LabelTable) {
    this.#table = table;
    for (const id of table.ids()) {
      const bytes = encoder.encode(JSON.stringify(id));
      this.#hashes[hashOf(bytes, 0, bytes.length)] = 1;
    }
  }

  /**
   * A segment with the labels of its rows joined to those that they carry; `named` is the id of a
   * row that has none of its own.
   */
  join(segment: Segment, named: (row: number) => string): Segment {
    const ids = segment.dictionaries[COLUMN.id];
    if (ids === undefined || segment.layout.columns[COLUMN.id]?.keep !== "value")
      throw new Error("labels are joined to rows without ids");
    const found = this.#labelled(ids);
    const labels = new LabelCodes(segment);
    segment.codes[COLUMN.id]?.forEach((code, row) => {
      const given = code === 0 ? this.#table.take(named(row)) : found.get(code);
      if (given !== undefined) labels.join(row, given);
    });
    return {
      ...segment,
      codes: segment.codes.with(COLUMN.labels, labels.codes),
      dictionaries: segment.dictionaries.with(COLUMN.labels, labels.dictionary()),
    };
  }

  /** The labels of the ids of a segment that are in the table, by the codes of these. */
  #labelled(ids: Dictionary): ReadonlyMap<number, JsonObject> {
    const { pool, offsets, size } = ids;
    const found = new Map<number, JsonObject>();
    for (let code = 1; code < size; code++) {
      if (this.#hashes[hashOf(pool, offsets[code] ?? 0, offsets[code + 1] ?? 0)] === 0) continue;
      const labels = this.#table.take(String(valueOf(textOf(ids, code))));
      if (labels !== undefined) found.set(code, labels);
    }
    return found;
  }
}
