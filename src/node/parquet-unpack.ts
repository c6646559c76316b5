import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { compressors } from "hyparquet-compressors";

type Unpack = (input: Uint8Array, length: number) => Uint8Array;

/** Unpacks by Node, which says by a code of its own what is broken. */
function byNode(
  unpacked: (input: Uint8Array, options: { maxOutputLength: number }) => Buffer,
): Unpack {
  return (input, length) => {
    try {
      return unpacked(input, { maxOutputLength: length });
    } catch (cause) {
      throw new Error("a page of it cannot be unpacked", { cause });
    }
  };
}

const OWN: { readonly [codec: string]: Unpack } = {
  ...compressors,
  // WHY: several times as fast
  GZIP: byNode(gunzipSync),
  BROTLI: byNode(brotliDecompressSync),
};

/**
 * Unpacks pages, by codec. WHY no empty ones: an empty page of LZ4 is one byte, which its reader
 * takes for the start of a longer one.
 */
export const unpack: typeof compressors = Object.fromEntries(
  Object.entries(OWN).map(([codec, unpacked]) => [
    codec,
    (input: Uint8Array, length: number) =>
      length === 0 ? new Uint8Array(0) : unpacked(input, length),
  ]),
);
