import { hexOf } from "../../text/text-numbers.ts";
import type { HashList } from "../../documents/part-result.ts";

/** A hash of 64 bits, as two numbers. */
export type Hash = readonly [high: number, low: number];

/** Digits of half a hash. */
const HALF = 8;
/** The code of the digit for ten. */
const LETTER = 0x61;

/** The hashes of a list, two numbers each. */
export function hashesIn({ hashes }: HashList): Uint32Array {
  const halves = new Uint32Array(hashes.length / HALF);
  for (let i = 0; i < halves.length; i++) halves[i] = halfAt(hashes, HALF * i);
  return halves;
}

/** WHY digit by digit: a part has some fifty thousand hashes, and a copy of them would be garbage. */
function halfAt(hashes: string, from: number): number {
  let half = 0;
  for (let at = from; at < from + HALF; at++) {
    const code = hashes.charCodeAt(at);
    half = 16 * half + code - (code < LETTER ? 0x30 : LETTER - 10);
  }
  return half;
}

/** A list of hashes in the order given. `below`: what all that there are would go on with. */
export function hashList(halves: Uint32Array, below: Hash | undefined): HashList {
  const bytes = Buffer.alloc(4 * halves.length);
  for (let i = 0; i < halves.length; i++) bytes.writeUInt32BE(halves[i] ?? 0, 4 * i);
  return { hashes: bytes.toString("hex"), below: below === undefined ? null : hexOf(below) };
}

/** The hash at a place of two numbers each. */
export function hashAt(halves: Uint32Array, place: number): Hash {
  return [halves[2 * place] ?? 0, halves[2 * place + 1] ?? 0];
}

/** The hashes at places, in their order. */
export function hashesAt(halves: Uint32Array, places: Uint32Array): Uint32Array {
  const chosen = new Uint32Array(2 * places.length);
  places.forEach((place, i) => chosen.set(hashAt(halves, place), 2 * i));
  return chosen;
}

export function isLess([high, low]: Hash, than: Hash): boolean {
  return high === than[0] ? low < than[1] : high < than[0];
}

/** The places of hashes, the least first. */
export function hashOrder(halves: Uint32Array): Uint32Array {
  const places = Uint32Array.from({ length: halves.length / 2 }, (_, i) => i);
  const half = (at: number): number => halves[at] ?? 0;
  return places.sort((a, b) => half(2 * a) - half(2 * b) || half(2 * a + 1) - half(2 * b + 1));
}
