import { digestOfJson, type JsonDigest } from "../../request/json-digest.ts";
import { hexOf } from "../../text/text-numbers.ts";
import { membersOf } from "./json-bytes.ts";

const encoder = new TextEncoder();

function digestOf(bytes: Uint8Array): JsonDigest | undefined {
  return digestOfJson(bytes, 0, bytes.length);
}

/**
 * What stands for the content of a part, from the bytes of its JSON: sixteen hexadecimal digits, the
 * same for all layouts and orders of members, whatever its member `digest` says. Undefined: the bytes
 * are no JSON, or deeper than any part.
 */
export function partDigest(bytes: Uint8Array): string | undefined {
  try {
    const members = [...membersOf(bytes)]
      .filter(({ name }) => name !== "digest")
      .map(({ name, value }) => ({ name, digest: digestOf(value) }));
    if (members.some(({ digest }) => digest === undefined)) return undefined;
    const sorted = members.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    const all = digestOf(encoder.encode(JSON.stringify(sorted)));
    return all && hexOf([all.high, all.low]);
  } catch {
    // WHY: a text that JSON does not know throws where it is read
    return undefined;
  }
}

/** A part's JSON, on one line and without a digest, with it as the last member. */
export function withDigest(json: string): string {
  return `${json.slice(0, -1)},"digest":${JSON.stringify(partDigest(encoder.encode(json)))}}`;
}
