import fc from "fast-check";
import { closeSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { PieceBuffer, piecesOf, PIECE_BYTES } from "../../../src/api/replay/pieces.ts";
import { OpenTraceFile } from "../../../src/api/replay/trace-file.ts";
import { CompiledBuilder } from "../../../src/trace/columns/compiled-builder.ts";
import { layoutFor, type Layout } from "../../../src/trace/columns/layout.ts";
import { SegmentBuilder } from "../../../src/trace/columns/segment-builder.ts";
import type { Segment } from "../../../src/trace/columns/segment.ts";
import { HOST, LAYOUT, line, mutated, NASTY, PATHS, usual, WHOLE } from "./lines.ts";

const RUNS = Number(process.env["AGENTZ_READER_RUNS"] ?? 1500);
const SEED = Number(process.env["AGENTZ_READER_SEED"] ?? 11);
const { scannerCode } = await import(
  new URL("../../../scripts/scanner-code.mjs", import.meta.url).href
);
const code = new WebAssembly.Module(Buffer.from(await scannerCode(), "base64"));

/** Both readers over many layouts' worth of bytes, each kept as a thread keeps it. */
class Both {
  readonly #layout: Layout;
  readonly #reference: SegmentBuilder;
  readonly compiled: CompiledBuilder;
  whole = 0;
  rows = 0;

  constructor(layout: Layout) {
    this.#layout = layout;
    this.#reference = new SegmentBuilder(layout, HOST);
    this.compiled = new CompiledBuilder(layout, HOST, code);
  }

  compare(bytes: Uint8Array, first = true): void {
    this.hold(this.#reference.build(bytes, 5, first), this.compiled.build(bytes, 5, first));
  }

  hold(wanted: Segment, got: Segment): void {
    expect(got.layout).toBe(this.#layout);
    expect(comparable(got)).toEqual(comparable(wanted));
    this.rows += wanted.rows;
    for (const one of wanted.whole) this.whole += one;
  }
}

/** Everything of a segment as one text for each list, so that what differs is found fast. */
function comparable({ layout: _, codes, dictionaries, ...rest }: Segment): unknown {
  const text = (numbers: Iterable<number>): string => [...numbers].join();
  return {
    codes: codes.map(text),
    dictionaries: dictionaries.map(({ size, pool, offsets, depths }) => [
      size,
      Buffer.from(pool).toString("latin1"),
      text(offsets),
      text(depths),
    ]),
    ...Object.fromEntries(
      Object.entries(rest).map(([name, value]) => [
        name,
        ArrayBuffer.isView(value) ? text(value as Uint8Array) : value,
      ]),
    ),
  };
}

const NO_IDS = layoutFor([], { ids: false });
if (NO_IDS === undefined) throw new Error("no paths make no layout");
const WIDE = layoutFor(
  [
    ...PATHS,
    ...Array.from({ length: 700 }, (_, i) => [
      "args",
      `member-${i}`,
      `of a long name ${"x".repeat(i % 40)}`,
    ]),
  ],
  { ids: true },
);
if (WIDE === undefined) throw new Error("many paths make no layout");
const layouts = [LAYOUT, WHOLE, NO_IDS, WIDE].map((layout) => new Both(layout));
const texts = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: usual },
    { weight: 2, arbitrary: line },
    { weight: 2, arbitrary: mutated },
    { weight: 1, arbitrary: fc.constantFrom(...NASTY) },
  ),
  { minLength: 1, maxLength: 12 },
);

describe("the compiled reader of lines", () => {
  it("makes the same segment of every unusual line as the reader in JavaScript", () => {
    for (const both of layouts) {
      for (const text of NASTY)
        both.compare(Buffer.from(`${text}\n{"args":{"amount":1}}\n${text}`));
      both.compare(Buffer.from(NASTY.join("\r\n")));
      both.compare(Buffer.from(""));
      both.compare(Buffer.from("\n\n\r\n"));
    }
  });

  it("takes bytes that are no UTF-8, and a byte order mark only where a file begins", () => {
    const good = Buffer.from(
      '{"session":"s","args":{"amount":1},"subject":{"type":"agent","id":"\u00e4"}}\n',
    );
    for (const both of layouts) {
      for (const first of [true, false]) {
        both.compare(Buffer.concat([Buffer.from("\uFEFF"), good, good]), first);
        both.compare(
          Buffer.concat([
            good,
            Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 10]),
            good,
            Buffer.from([10, 0x22, 0x80]),
            good.subarray(0, 20),
          ]),
          first,
        );
        both.compare(
          Buffer.concat([
            good,
            Buffer.from('{"args":{"to":"'),
            Buffer.from([0xe9]),
            Buffer.from('"}}\n'),
            good,
          ]),
          first,
        );
      }
    }
  });

  it("takes random and damaged lines alike, also where bytes are damaged", () => {
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom(0, 0, 0, 0, 1, 1, 1, 2),
        fc.option(fc.tuple(fc.nat(5000), fc.nat(255)), { freq: 3 }),
        fc.boolean(),
        (lines, which, damage, first) => {
          const bytes = Buffer.from(lines.map((text) => text.replaceAll("\n", " ")).join("\n"));
          if (damage !== null && bytes.length > 0) bytes[damage[0] % bytes.length] = damage[1];
          layouts[which]?.compare(bytes, first);
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
    const [rows, whole] = [
      layouts.reduce((sum, both) => sum + both.rows, 0),
      layouts.reduce((sum, both) => sum + both.whole, 0),
    ];
    console.log(`${rows} rows compared, ${whole} of them read by JSON.parse`);
    expect(rows - whole).toBeGreaterThan(RUNS);
    expect(whole).toBeGreaterThan(RUNS / 4);
  });

  it("takes texts of every length, with what ends them at every place", () => {
    for (const both of layouts.slice(0, 2)) {
      const lines: string[] = [];
      for (let length = 0; length < 70; length++) {
        for (const end of ["", "\\n", "\\u00e9", "\u0001", "\\", "\u00e9", "\u007f"]) {
          const text = `${"a".repeat(length)}${end}`;
          lines.push(
            `{"session":"${text}","args":{"to":"${text}b","amount":${"1".repeat(length + 1)},` +
              `"${text}":{"${text}":["${text}"]}},"context":{"tags":{"a":"${text}"}}}`,
          );
        }
      }
      both.compare(Buffer.from(`${lines.join("\n")}\n`));
    }
  });

  it("takes many rows, many values of a column and a long line", () => {
    const both = layouts[0];
    const lines = Array.from(
      { length: 9000 },
      (_, i) =>
        `{"id":"e-${i}",` +
        `"time":"2026-05-${10 + (i % 3)}T09:00:${i % 70}${i % 5 === 0 ? "" : ".120"}Z",` +
        `"session":"s-${i % 4000}","args":{"amount":${i % 7000},` +
        `"to":["${i}"]}${i % 1500 === 7 ? ',"args":{}' : ""}}`,
    );
    lines.splice(5000, 0, `{"args":{"to":"${"y".repeat(3_000_000)}"}}`);
    const bytes = Buffer.from(lines.join("\n"));
    both?.compare(bytes);
    both?.compare(bytes.subarray(0, 40_000));
  });

  describe("reading pieces of a file", () => {
    const folder = mkdtempSync(join(tmpdir(), "agentz-pieces-"));
    afterAll(() => rmSync(folder, { recursive: true }));

    it.each([
      ["lines across pieces", 900],
      ["lines longer than a piece", 17_000_000],
    ])("makes the same segments of %s", (name, longest) => {
      const path = join(folder, `${longest}.jsonl`);
      const parts: string[] = [];
      for (let i = 0, size = 0; size < PIECE_BYTES + 4_000_000 + longest; i++) {
        const text =
          `{"session":"s-${i % 50}","args":{"amount":${i % 90},` +
          `"note":"${"z".repeat(i === 3 ? longest : (i * 37) % 900)}"}}`;
        parts.push(text);
        size += text.length + 1;
      }
      const text = Buffer.from(parts.join("\n"));
      writeFileSync(path, text);
      const file = new OpenTraceFile({ name, path });
      const both = new Both(LAYOUT);
      const [own, inside] = [
        new PieceBuffer(),
        new PieceBuffer((length) =>
          Buffer.from(
            both.compiled.input(length).buffer,
            both.compiled.input(length).byteOffset,
            length,
          ),
        ),
      ];
      const reference = new SegmentBuilder(LAYOUT, HOST);
      for (const piece of piecesOf(0, text.length)) {
        const [there, here] = [own.read(file, piece), inside.read(file, piece)];
        expect([here.offset, here.lines.length, here.raw.equals(there.raw)]).toEqual([
          there.offset,
          there.lines.length,
          true,
        ]);
        both.hold(
          reference.build(there.lines, there.offset, there.offset === 0),
          both.compiled.build(here.lines, here.offset, here.offset === 0),
        );
      }
      closeSync(file.fd);
      expect(both.rows).toBe(parts.length);
    });
  });
});
