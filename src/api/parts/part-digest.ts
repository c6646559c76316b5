import type { TraceCounts } from "../../coverage/trace-part.ts";
import type { PartResult } from "../../documents/part-result.ts";
import { digestOfJson } from "../../request/json-digest.ts";
import { hexOf } from "../../text/text-numbers.ts";

/** What a part says; its groups may be read one by one, once, as they are merged. */
export interface PartContent extends Omit<PartResult, "counts" | "digest"> {
  readonly counts: TraceCounts;
}

const encoder = new TextEncoder();

/** The bytes of a value's JSON. */
export function jsonBytes(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}

/** Two hashes of JSON; not a number: it is deeper than any part. */
function hashesOf(bytes: Uint8Array): readonly [high: number, low: number] {
  const { high, low } = digestOfJson(bytes, 0, bytes.length) ?? { high: NaN, low: NaN };
  return [high, low];
}

/**
 * What stands for a part's content: sixteen hexadecimal digits, the same for all layouts and orders
 * of members. `groups`: the JSON of each, since they are most of a part, and nobody holds them all as
 * objects.
 */
export function partDigest(part: PartContent, groups: Iterable<Uint8Array>): string {
  const { counts } = part;
  const rest = { ...part, counts: { ...counts, replay: { ...counts.replay, groups: [] } } };
  const hashes = [hashesOf(jsonBytes(rest))];
  for (const group of groups) hashes.push(hashesOf(group));
  return hexOf(hashesOf(jsonBytes(hashes)));
}
