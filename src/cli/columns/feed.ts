import type { KeyedVersions } from "../../replay/columns/keyed-replay.ts";
import type { ReplayJob } from "../replay-inputs.ts";
import { PieceReader, type KeyedPiece } from "./piece-keys.ts";
import { piecesOf, type Piece } from "./pieces.ts";
import type { PlainFile } from "./plain-files.ts";

/** A piece in the order of the trace; undefined: it cannot be read as columns. */
export interface FedPiece {
  readonly piece: Piece;
  readonly keyed: KeyedPiece | undefined;
}

/** Gives the pieces of a trace in order, wherever they are read. Keys are numbered as they come. */
export interface Feed {
  pieces(): AsyncIterable<FedPiece>;
  close(): Promise<void>;
}

export interface FeedOptions {
  readonly files: readonly PlainFile[];
  readonly fds: readonly number[];
  readonly versions: KeyedVersions;
  readonly job: ReplayJob;
}

/** Reads in this thread. */
export async function openFeed({ files, fds, versions }: FeedOptions): Promise<Feed> {
  const reader = new PieceReader(versions);
  const pieces = files.flatMap(({ size }, file) => piecesOf(file, size));
  return {
    async *pieces() {
      for (const piece of pieces) yield { piece, keyed: reader.read(fds[piece.file] ?? -1, piece) };
    },
    close: () => Promise.resolve(),
  };
}
