import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { BYTE_HOST } from "../../src/api/replay/piece-reader.ts";
import { ParquetTable, parquetLines } from "../../src/node/parquet.ts";
import type { JsonObject } from "../../src/request/json.ts";
import { textOf } from "../../src/trace/columns/dictionary.ts";
import { layoutFor, type Layout } from "../../src/trace/columns/layout.ts";
import { SegmentBuilder } from "../../src/trace/columns/segment-builder.ts";
import type { Segment } from "../../src/trace/columns/segment.ts";
import { tableOf } from "../fuzz/tables.ts";

const root = mkdtempSync(join(tmpdir(), "agentz-columns-"));
afterAll(() => rmSync(root, { recursive: true }));
const path = join(root, "t.parquet");
const folder = fileURLToPath(new URL("parquet", import.meta.url));

const text = fc.constantFrom(
  "a",
  "b",
  "",
  'q"\\n',
  "é\u{1f600}",
  "\u0000\t",
  "call",
  "x".repeat(70),
);
const number = fc.constantFrom(0, 1, -3, 2.5, 1e300, 2 ** 53 + 2, -(2 ** 60), 0.1, -0);
const any = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 3, arbitrary: number },
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.option(text), { maxLength: 3 }),
  fc.record({ a: fc.option(number), b: text }, { requiredKeys: [] }),
);
const some = <T>(shape: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<unknown> =>
  fc.record(shape, { requiredKeys: [] });

/** Mostly of one type under each name, so that tables get columns of it. */
const usual = {
  id: text,
  type: fc.constantFrom("call", "call", "prompt", "strange"),
  time: fc.nat(10 ** 9).map((ms) => new Date(1.7e12 + ms).toISOString()),
  session: text,
  parent: text,
  subject: some({ type: text, id: text, team: text, credential: some({ kind: text, id: text }) }),
  action: some({ kind: text, server: text, name: text }),
  resource: some({ type: text, id: text, owner: text }),
  args: some({
    amount: number,
    note: text,
    flag: fc.boolean(),
    deep: some({ a: number, b: text }),
    tags: fc.array(fc.option(text), { maxLength: 3 }),
    any,
  }),
  context: some({
    surface: text,
    delegation: fc.array(some({ type: text, id: text }), { maxLength: 2 }),
    on_behalf_of: some({ type: text, id: text }),
    approvals: fc.array(text, { maxLength: 2 }),
  }),
  decision: some({ effect: fc.constantFrom("allow", "deny", "no"), rule: text, ms: number }),
  labels: some({ incident: fc.option(fc.boolean()), note: text }),
  complete: fc.array(text, { maxLength: 2 }),
  unrecorded: fc.array(text, { maxLength: 2 }),
  outcome: some({ status: text }),
  more: any,
};
const names = fc.uniqueArray(fc.constantFrom(...Object.keys(usual)), { maxLength: 3 });
const events = fc.tuple(names, fc.nat(9)).chain(([wrong, often]) => {
  // a few names have values of any type
  const shape = { ...usual, ...Object.fromEntries(wrong.map((name) => [name, any])) };
  return fc.array(some(often < 5 ? usual : shape), { minLength: 1, maxLength: 30 });
});
const paths = fc.subarray([
  ["args", "amount"],
  ["args", "deep"],
  ["args", "note", "x"],
  ["args", "flag"],
  ["args", "tags"],
  ["args", "any"],
  ["args", "missing", "y"],
  ["context", "surface"],
  ["context", "x", "y"],
  ["subject", "team"],
  ["resource", "owner"],
  ["decision", "ms"],
]);

/** What a segment says of each of its rows, however it numbers values. */
function said({
  codes,
  dictionaries,
  times,
  has,
  whole,
  lines,
}: Segment): readonly { readonly line: number }[] {
  return Array.from(lines, (line, row) => ({
    line,
    whole: whole[row],
    time: times[row],
    has: has[row],
    columns: codes.map((column, at) => {
      const [code, dictionary] = [column[row] ?? 0, dictionaries[at]];
      if (code === 0 || dictionary === undefined) return null;
      return code >= dictionary.size ? code : [dictionary.depths[code], textOf(dictionary, code)];
    }),
  }));
}

/** What a table was read as. */
interface Seen {
  readonly usual: number;
  readonly unusual: number;
}

/** Holds the columns of a table to those of its lines; undefined: only its lines tell its events. */
function compare(file: string, layout: Layout): Seen | undefined {
  const lines = Buffer.concat([...parquetLines(file)]);
  const expected = new SegmentBuilder(layout, BYTE_HOST).build(lines, 0, true);
  const table = new ParquetTable(file, layout);
  const found: unknown[] = [];
  const malformed: unknown[] = [];
  const own: string[] = [];
  let usual = 0;
  try {
    for (const piece of table.pieces()) {
      if ("lines" in piece) return undefined;
      const { segment, group, from } = piece;
      const before = own.length;
      own.push(...table.lines(group, from, from + segment.lineCount));
      for (const row of said(segment)) found.push({ ...row, line: row.line + before });
      for (const { line, cause } of segment.malformed)
        malformed.push({ line: before + line, cause });
      usual += segment.whole.filter((one) => one === 0).length;
    }
  } finally {
    table.close();
  }
  expect(found).toEqual(said(expected));
  expect(malformed).toEqual(expected.malformed);
  expect(own.map((line) => `${line}\n`).join("")).toBe(lines.toString());
  return { usual, unusual: own.length - usual };
}

describe("design 16.2: columns of a table", () => {
  test("say the same as the lines of its rows, and a row's line is the same", () => {
    const seen = { tables: 0, usual: 0, unusual: 0 };
    fc.assert(
      fc.property(events, paths, fc.boolean(), fc.boolean(), (all, read, ids, isTimed) => {
        const rows: readonly JsonObject[] = JSON.parse(JSON.stringify(all));
        writeFileSync(path, tableOf(rows, isTimed));
        const found = compare(path, layoutFor(read, { ids }));
        if (found !== undefined) seen.tables++;
        seen.usual += found?.usual ?? 0;
        seen.unusual += found?.unusual ?? 0;
      }),
      { numRuns: 100, seed: 11 },
    );
    expect(Math.min(seen.tables, seen.usual, seen.unusual)).toBeGreaterThan(30);
  });

  const fixtures = readdirSync(folder).filter((name) => /^(bytes|duck|ev-.*|odd)\./.test(name));
  test.each(fixtures)("of another writer do too: %s", (name) => {
    const read = [
      ["args", "amount"],
      ["args", "tags"],
      ["args", "note"],
      ["context", "x"],
    ];
    const found = compare(join(folder, name), layoutFor(read, { ids: true }));
    // the arguments of this one are JSON, so only its lines tell them
    if (name.startsWith("duck")) expect(found).toBeUndefined();
    else if (name.startsWith("ev-")) expect(found).toEqual({ usual: 5, unusual: 0 });
    else expect(found?.usual).toBe(0);
  });

  test("whatever the types of columns that nobody reads, only rows of unusual values are unusual", () => {
    const layout = layoutFor([["args", "amount"]], { ids: true });
    expect(compare(join(folder, "types.parquet"), layout)).toEqual({ usual: 3, unusual: 9 });
  });
});
