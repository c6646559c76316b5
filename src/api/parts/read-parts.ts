import type { TraceCounts } from "../../coverage/trace-part.ts";
import { UserError } from "../../diagnostics/user-error.ts";
import type { PartResult } from "../../documents/part-result.ts";
import type { GroupPart } from "../../documents/trace-part.ts";
import { expandInputs } from "../../node/inputs.ts";
import { isJsonObject, member, stringMember } from "../../request/json.ts";
import { MAX_LINE_BYTES } from "../../trace/read-lines.ts";
import { elementsOf, listAt, type ListPlace } from "./json-bytes.ts";
import { linesOf } from "./line-bytes.ts";
import { partDigest } from "./part-digest.ts";
import { isGroup, isPart, PART_FORMAT } from "./part-form.ts";

/** What a folder of parts is searched for. */
const ENDINGS = ["json", "jsonl", "ndjson", "txt"];
/** Where a part lists its groups, which are most of it. */
const GROUPS = ["counts", "replay", "groups"];

/** A part whose groups are read one by one, once, as they are merged. */
export interface ReadPart extends Omit<PartResult, "counts"> {
  readonly counts: TraceCounts;
}

/** A part, and what messages call it: its file, and its line where a file has several. */
export interface NamedPart {
  readonly name: string;
  readonly part: ReadPart;
}

/** WHY it keeps a byte order mark: one is part of a text, but where a file begins. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A value of JSON; undefined: the bytes are none. */
function parsed(...bytes: readonly Uint8Array[]): unknown {
  try {
    return JSON.parse(bytes.map((piece) => decoder.decode(piece)).join(""));
  } catch {
    return undefined;
  }
}

/**
 * The part that a line holds, whose bytes must not change until its groups were read. A `UserError`
 * where it holds none, or, while its groups are read, where one of them is damaged. `name`: what
 * messages call it.
 */
export function partIn(bytes: Uint8Array, name: string): ReadPart {
  const list = listAt(bytes, GROUPS);
  const part = parsed(...(list === undefined ? [bytes] : around(bytes, list)));
  if (!isPart(part)) throw unusable(name, whyNone(part));
  if (partDigest(bytes) !== part.digest) throw unusable(name, CHANGED);
  if (list === undefined) return part;
  const { counts } = part;
  const groups = groupsIn(bytes, list, name);
  return { ...part, counts: { ...counts, replay: { ...counts.replay, groups } } };
}

/** The bytes of a part before and after what a list has. */
function around(bytes: Uint8Array, { start, end }: ListPlace): readonly [Uint8Array, Uint8Array] {
  return [bytes.subarray(0, start + 1), bytes.subarray(end)];
}

/** WHY one by one: as objects, all groups of a part take some four times its bytes. */
function* groupsIn(bytes: Uint8Array, list: ListPlace, name: string): Generator<GroupPart> {
  for (const element of elementsOf(bytes, list)) {
    const group = parsed(element);
    if (!isGroup(group)) throw unusable(name, group === undefined ? NO_JSON : DAMAGED);
    yield group;
  }
}

const NO_JSON = "it is not JSON; a part that was cut off is no part";
const DAMAGED = "it is damaged";
const CHANGED = "it is damaged: its content is not what its digest was made of";

/** Why a value is no part. */
function whyNone(value: unknown): string {
  if (value === undefined) return NO_JSON;
  if (!isJsonObject(value) || stringMember(value, "command") !== "part") return "it is not a part";
  const format = member(value, "format");
  return format === PART_FORMAT
    ? DAMAGED
    : `it has format ${JSON.stringify(format)}, and this agentz reads format ${PART_FORMAT}`;
}

function unusable(name: string, why: string): UserError {
  return new UserError("unreadable-part", `\`${name}\` cannot be merged: ${why}`, {
    help: "a part is one line that `agentz part` of the same version wrote; make it again",
  });
}

/** Reads parts one after the other, each line one; empty lines and files hold none. */
export async function* readParts(paths: readonly string[]): AsyncGenerator<NamedPart> {
  // WHY all at once: only what lines fill is ever taken from the machine, and no copies are left behind
  const held = new Uint8Array(MAX_LINE_BYTES);
  for (const file of await expandInputs(paths, ENDINGS)) {
    const tooLong = (line: number): UserError =>
      unusable(`${file.name}:${line}`, `the line is longer than ${MAX_LINE_BYTES} bytes`);
    for await (const { bytes, line } of linesOf(file.open(), held, tooLong)) {
      const own = line === 1 ? withoutMark(bytes) : bytes;
      const name = line === 1 ? file.name : `${file.name}:${line}`;
      if (!isEmpty(own)) yield { name, part: partIn(own, name) };
    }
  }
}

/** The bytes of a line without a byte order mark. */
function withoutMark(bytes: Uint8Array): Uint8Array {
  return MARK.every((byte, i) => bytes[i] === byte) ? bytes.subarray(MARK.length) : bytes;
}

const MARK = [0xef, 0xbb, 0xbf];
const SPACES = new Set([0x20, 0x09, 0x0d]);

function isEmpty(bytes: Uint8Array): boolean {
  return bytes.every((byte) => SPACES.has(byte));
}
