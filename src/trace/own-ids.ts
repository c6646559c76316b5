import { hashAscii, hashesOf } from "../text/text-numbers.ts";
import { type Dictionary, textOf } from "./columns/dictionary.ts";
import { COLUMN, keepsIds } from "./columns/layout.ts";
import type { Segment } from "./columns/segment.ts";
import { valueOf } from "./columns/value-cache.ts";

const QUOTE = 34;

/** The ids that the events of a piece have of their own, by the codes of their column. */
export interface OwnIds {
  /** By row: the code of its id; 0: it has none. */
  readonly codes: Uint32Array;
  /** By row: its line in the piece, counted from 0. */
  readonly lines: Uint32Array;
  readonly texts: Dictionary;
}

/** The ids of a segment's rows; undefined: its layout keeps none. */
export function ownIdsOf({ layout, dictionaries, codes, lines }: Segment): OwnIds | undefined {
  const [texts, own] = [dictionaries[COLUMN.id], codes[COLUMN.id]];
  if (!keepsIds(layout) || texts === undefined || own === undefined) return undefined;
  return { codes: own, lines, texts };
}

/** Writes the two hashes of the id that a code stands for. */
export function hashId(texts: Dictionary, code: number, into: Uint32Array): void {
  const { pool, offsets } = texts;
  const [start, end] = [offsets[code] ?? 0, offsets[code + 1] ?? 0];
  if (pool[start] === QUOTE && hashAscii(pool, start + 1, end - 1, into)) return;
  into.set(hashesOf(idOf(texts, code)));
}

/** The id that a code stands for. */
export function idOf(texts: Dictionary, code: number): string {
  return String(valueOf(textOf(texts, code)));
}
