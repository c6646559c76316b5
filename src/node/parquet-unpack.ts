import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { compressors } from "hyparquet-compressors";
import { DamagedParquet } from "./parquet-bytes.ts";

type Unpack = (input: Uint8Array, length: number) => Uint8Array;

/** Unpacks by Node, and never more than is asked for. */
function byNode(
  unpacked: (input: Uint8Array, options: { maxOutputLength: number }) => Buffer,
): Unpack {
  return (input, length) => unpacked(input, { maxOutputLength: length });
}

const OWN: { readonly [codec: string]: Unpack } = {
  ...compressors,
  // WHY: several times as fast
  GZIP: byNode(gunzipSync),
  BROTLI: byNode(brotliDecompressSync),
};

/** What is broken is said alike, whoever unpacks. */
function checked(unpacked: Unpack): Unpack {
  return (input, length) => {
    // WHY no empty ones: an empty page of LZ4 is one byte, which its reader takes for the start of
    // a longer one
    if (length === 0) return new Uint8Array(0);
    try {
      return unpacked(input, length);
    } catch (cause) {
      throw new DamagedParquet("a page of it cannot be unpacked", { cause });
    }
  };
}

/** Unpacks pages, by codec; what is broken is a {@link DamagedParquet}. */
export const unpack: typeof compressors = Object.fromEntries(
  Object.entries(OWN).map(([codec, unpacked]) => [codec, checked(unpacked)]),
);
