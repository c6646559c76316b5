import { createHash } from "node:crypto";
import { isUtf8 } from "node:buffer";
import { CompiledBuilder } from "../../trace/columns/compiled-builder.ts";
import type { Layout } from "../../trace/columns/layout.ts";
import { SegmentBuilder, type ByteHost } from "../../trace/columns/segment-builder.ts";
import type { Segment } from "../../trace/columns/segment.ts";
import { BLOCK_BYTES } from "../../trace/digest.ts";
import { PieceBuffer, type Piece } from "./pieces.ts";
import type { OpenTraceFile } from "./trace-file.ts";
import { scannerModule } from "./scanner-code.ts";

function bufferOver({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

export const BYTE_HOST: ByteHost = {
  isUtf8: (bytes) => isUtf8(bytes),
  ascii: (bytes, from, to) => bufferOver(bytes).toString("latin1", from, to),
};

/** Where pieces are read to, and what makes columns of them. */
interface LineReading {
  readonly buffer: PieceBuffer;
  readonly builder: SegmentBuilder | CompiledBuilder;
}

function lineReading(layout: Layout): LineReading {
  const code = scannerModule();
  if (code === undefined)
    return { buffer: new PieceBuffer(), builder: new SegmentBuilder(layout, BYTE_HOST) };
  const builder = new CompiledBuilder(layout, BYTE_HOST, code);
  // pieces are read to where the compiled scanner finds them
  return { buffer: new PieceBuffer((length) => bufferOver(builder.input(length))), builder };
}

/** Reads pieces one after the other. */
export class PieceReader {
  readonly #layout: Layout;
  #lines: LineReading | undefined;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  /** The columns of whole lines that stand at `offset` of their file. */
  columns(bytes: Uint8Array, offset: number): Segment {
    this.#lines ??= lineReading(this.#layout);
    return this.#lines.builder.build(bytes, offset, offset === 0);
  }

  /** The columns of a piece, and the digests of its blocks. */
  read(
    file: OpenTraceFile,
    piece: Piece,
  ): { readonly segment: Segment; readonly blocks: Uint8Array } {
    // made where it is needed: pieces may all stand in an index, or in memory
    const { buffer, builder } = (this.#lines ??= lineReading(this.#layout));
    const bytes = buffer.read(file, piece);
    // hashed first: building may move the memory that the piece stands in
    const blocks = blocksOf(bytes.raw);
    return { segment: builder.build(bytes.lines, bytes.offset, bytes.offset === 0), blocks };
  }
}

function blocksOf(raw: Buffer): Uint8Array {
  const count = Math.ceil(raw.length / BLOCK_BYTES);
  const digests = new Uint8Array(32 * count);
  for (let i = 0; i < count; i++)
    digests.set(
      createHash("sha256")
        .update(raw.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES))
        .digest(),
      32 * i,
    );
  return digests;
}
