import type { CallKinds } from "../../batch/kept-kinds.ts";
import type { RowKinds } from "../../batch/kept-piece.ts";
import { VERSION } from "../../node/version.ts";
import { isJsonObject } from "../../request/json.ts";
import type { Source } from "../../text/span.ts";
import { digestOf } from "./index-file.ts";
import { readAt, readSealedEnd, sealedEnd, type Seal } from "./sealed-header.ts";

/** Raised whenever what is written, or what it means, changes. */
const FORMAT = 1;

function sealBy(key: Uint8Array): Seal {
  return { magic: "agentzcl", kind: "agentz calls", key };
}

/** How the calls of a trace were decided by two versions. */
export interface StoredCalls {
  /** All that decides besides the policies: how the replay was asked for. */
  readonly options: string;
  /** The digest of the baseline's files; null: it is what was recorded. */
  readonly baseline: string | null;
  /** The files of the candidate: the next candidate is compared with it. */
  readonly candidate: readonly Source[];
  readonly kinds: CallKinds;
}

/** What a file says of itself, in front of nothing and behind the kinds of all rows. */
interface CallsHeader {
  readonly format: number;
  /** The version of agentz that wrote it. */
  readonly tool: string;
  /** The seals of the indexes of the trace's files: what columns they hold. */
  readonly indexes: readonly string[];
  readonly options: string;
  readonly baseline: string | null;
  readonly candidate: readonly Source[];
  readonly reached: CallKinds["reached"];
  readonly kinds: number;
  /** Bytes that each row's kind takes: 1, 2 or 4. */
  readonly pieces: readonly StoredPiece[];
  /** SHA-256 of the kinds of all rows, base64. */
  readonly digest: string;
}

interface StoredPiece {
  readonly first: number;
  readonly rows: number;
  readonly width: number;
}

const ARRAYS = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array } as const;

function bytesOf({ buffer, byteOffset, byteLength }: RowKinds): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** What is written of calls: the kinds of all rows, piece by piece, then a sealed header. */
export function callsBytes(
  { options, baseline, candidate, kinds }: StoredCalls,
  key: Uint8Array,
  indexes: readonly string[],
): readonly Uint8Array[] {
  const rows = Buffer.concat([...kinds.pieces.values()].map(bytesOf));
  const header: CallsHeader = {
    format: FORMAT,
    tool: VERSION,
    indexes,
    options,
    baseline,
    candidate: candidate.map(({ file, text }) => ({ file, text })),
    reached: kinds.reached,
    kinds: kinds.kinds,
    pieces: [...kinds.pieces].map(([first, own]) => ({
      first,
      rows: own.length,
      width: own.BYTES_PER_ELEMENT,
    })),
    digest: digestOf(rows),
  };
  return [rows, sealedEnd(sealBy(key), header)];
}

/** What was written with a key for a trace of these indexes; undefined: this file says nothing of it. */
export function readCalls(
  fd: number,
  key: Uint8Array,
  indexes: readonly string[],
): StoredCalls | undefined {
  const header = readSealedEnd(fd, sealBy(key))?.value;
  if (!isHeader(header) || header.indexes.join() !== indexes.join()) return undefined;
  const { options, baseline, candidate, reached, kinds } = header;
  const pieces = piecesOf(fd, header);
  return pieces && { options, baseline, candidate, kinds: { pieces, kinds, reached } };
}

/** The kinds of rows by piece; undefined: they are not what was written. */
function piecesOf(fd: number, { pieces, digest }: CallsHeader): CallKinds["pieces"] | undefined {
  const length = pieces.reduce((sum, { rows, width }) => sum + rows * width, 0);
  try {
    const bytes = readAt(fd, 0, length);
    if (digestOf(bytes) !== digest) return undefined;
    let at = 0;
    return new Map(
      pieces.map(({ first, rows, width }) => {
        const own = Uint8Array.from(bytes.subarray(at, (at += rows * width)));
        const form = width === 1 ? ARRAYS[1] : width === 2 ? ARRAYS[2] : ARRAYS[4];
        return [first, new form(own.buffer)] as const;
      }),
    );
  } catch {
    return undefined;
  }
}

/** WHY the seal is not enough: another version of agentz may have written another form with it. */
function isHeader(value: unknown): value is CallsHeader {
  return (
    isJsonObject(value) &&
    value["format"] === FORMAT &&
    value["tool"] === VERSION &&
    Array.isArray(value["indexes"]) &&
    Array.isArray(value["pieces"])
  );
}
