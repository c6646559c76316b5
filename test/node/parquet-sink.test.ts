import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { afterAll, describe, expect, test } from "vitest";
import type { LineSink } from "../../src/node/line-sink.ts";
import { parquetLines } from "../../src/node/parquet.ts";
import { parquetSink } from "../../src/node/parquet-sink.ts";
import type { Cell, RowTable } from "../../src/node/row-table.ts";
import { EVENT_COLUMN } from "../../src/trace/event-line.ts";

const root = mkdtempSync(join(tmpdir(), "agentz-parquet-out-"));
afterAll(() => rmSync(root, { recursive: true }));

/** A sink in memory. */
function memory(): LineSink<Uint8Array> & { readonly bytes: () => Buffer } {
  let all: Buffer[] = [];
  return {
    write: (bytes) => void all.push(Buffer.from(bytes)),
    rewind: () => void (all = []),
    close: () => Promise.resolve(),
    bytes: () => Buffer.concat(all),
  };
}

async function written(table: RowTable, lines: readonly string[], before = 0): Promise<Buffer> {
  const inner = memory();
  const sink = parquetSink(inner, table);
  sink.write(lines.slice(0, before).join("\n"));
  if (before > 0) sink.rewind?.();
  sink.write(lines.map((line) => `${line}\n`).join(""));
  await sink.close();
  return inner.bytes();
}

async function readBack(bytes: Buffer): Promise<readonly string[]> {
  const path = join(root, "back.parquet");
  writeFileSync(path, bytes);
  const pieces: Uint8Array[] = [];
  for await (const piece of parquetLines(path)) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8").split("\n").slice(0, -1);
}

const EVENTS: RowTable = {
  columns: [
    { name: "length", type: "text" },
    { name: EVENT_COLUMN, type: "text" },
  ],
  cellsOf: (line) => [String(line.length), line],
};

describe("design 16.2: what is written as Parquet is read back", () => {
  test("any lines, with more than one group of rows, and after a new start", async () => {
    const line = fc
      .oneof(fc.json(), fc.json({ stringUnit: "binary" }), fc.string({ unit: "grapheme" }))
      .map((text) => JSON.stringify(text));
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 50 }), fc.nat(50), async (lines, before) => {
        expect(await readBack(await written(EVENTS, lines, before))).toEqual(lines);
      }),
      { numRuns: 20 },
    );
  });

  test("groups of rows are bounded by rows and by text", async () => {
    const many = Array.from({ length: 60_000 }, (_, i) => `{"id":"${i}"}`);
    expect(await readBack(await written(EVENTS, many))).toEqual(many);
    const long = Array.from({ length: 10 }, (_, i) => `{"id":"${i}","a":"${"x".repeat(2e6)}"}`);
    expect(await readBack(await written(EVENTS, long))).toEqual(long);
  });

  test("a table without the column of events is read as its columns", async () => {
    const rows: readonly (readonly Cell[])[] = [
      ["a", ["x", "é"], true, 1_767_225_600_000_001n],
      [undefined, [], undefined, undefined],
      ["", ["y"], false, -1n],
    ];
    const table: RowTable = {
      columns: [
        { name: "text", type: "text" },
        { name: "texts", type: "texts" },
        { name: "truth", type: "boolean" },
        { name: "time", type: "time" },
      ],
      cellsOf: (line) => rows[Number(line)] ?? [],
    };
    const bytes = await written(table, ["0", "1", "2"]);
    expect(await readBack(bytes)).toEqual([
      '{"text":"a","texts":["x","é"],"truth":true,"time":"2026-01-01T00:00:00.000001Z"}',
      '{"texts":[]}',
      '{"text":"","texts":["y"],"truth":false,"time":"1969-12-31T23:59:59.999999Z"}',
    ]);
    const file = new Uint8Array(bytes).buffer;
    expect(await parquetReadObjects({ file, compressors })).toHaveLength(3);
  });

  test("no line at all is a file without rows", async () => {
    expect(await readBack(await written(EVENTS, []))).toEqual([]);
  });

  test("an event that a join left out is a malformed line, not another one", async () => {
    const table: RowTable = { ...EVENTS, cellsOf: (line) => [line, undefined] };
    expect(await readBack(await written(table, ["1"]))).toEqual(["?"]);
  });
});
