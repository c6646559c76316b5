import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { readBytes } from "../../src/node/files.ts";
import { expandInputs, TRACE_ENDINGS } from "../../src/node/inputs.ts";

const files = fileURLToPath(new URL("parquet", import.meta.url));
const bin = fileURLToPath(new URL("../../bin/agentz.js", import.meta.url));
const root = mkdtempSync(join(tmpdir(), "agentz-parquet-"));
afterAll(() => rmSync(root, { recursive: true }));

async function linesOf(path: string): Promise<readonly string[]> {
  const parts: Uint8Array[] = [];
  for await (const chunk of readBytes(path)) parts.push(chunk);
  const text = Buffer.concat(parts).toString("utf8");
  return text.split("\n").slice(0, -1);
}

const file = (name: string): string => join(files, `${name}.parquet`);

describe("design 16.2: Parquet is read as lines of its rows", () => {
  test.each(["none", "snappy", "gzip", "zstd", "lz4", "brotli", "v2"])(
    "%s: rows of nested columns, without what is null",
    async (codec) => {
      const rows = (await linesOf(file(`ev-${codec}`))).map((line): unknown => JSON.parse(line));
      expect(rows).toHaveLength(5);
      expect(rows[0]).toEqual({
        id: "e0",
        time: "2026-11-01T08:00:00Z",
        session: "s0",
        kind: "action",
        subject: { type: "agent", id: "billing-bot" },
        action: { name: "refund" },
        args: { amount: 0, note: 'é "q" \n x', tags: ["a", null] },
        resource: { type: "order", id: "o0" },
      });
      expect(rows[3]).toEqual({
        id: "e3",
        time: "2026-11-01T08:00:03.123456Z",
        session: "s1",
        kind: "action",
        subject: { type: "agent", id: "billing-bot" },
        action: { name: "refund" },
        args: { amount: 30, tags: ["a", null] },
        resource: { type: "order", id: "o3" },
      });
    },
  );

  test("numbers keep all digits, times their fraction, maps every key; a time without zone has none", async () => {
    const [first, second, third] = await linesOf(file("odd"));
    expect(first).toBe(
      '{"dec":1.10,"i64":4611686018427387905,"u64":18446744073709551615,"u8":255,"f":0.1,"f32":0.5,' +
        '"b":true,"d":"2026-01-02","tms":"1970-01-01T00:00:00.001Z","tns":"1970-01-01T00:00:00.000000001Z",' +
        '"tl":"1970-01-01T00:00:00.000001","m":{"a":1,"__proto__":2,"1":3},"mm":{"a":{"x":"y"}},' +
        '"ls":[{"x":1,"y":[1,2]},null],"st":{"p":{}}}',
    );
    // NaN is no value of JSON: the line is malformed, and counted so
    expect(second).toBe(
      '{"dec":-12345678901234567890.12,"i64":-1,"u64":0,"u8":0,"f":?,"f32":1,"b":false,' +
        '"d":"1969-12-31","tms":"1969-12-31T23:59:59.999Z","tns":"1969-12-31T23:59:59.999999999Z",' +
        '"tl":"1969-12-31T23:59:59.999999","m":{},"mm":{},"ls":[],"st":{}}',
    );
    expect(third).toBe("{}");
  });

  test("a single column of text holds the lines; what would be two lines, or none, is malformed", async () => {
    expect(await linesOf(file("lines"))).toEqual(['{"id": "x", "a": 1}', '{"id":  "y"}', "?", "?"]);
  });

  test("JSON columns, as DuckDB writes them, are values", async () => {
    expect((await linesOf(file("duck")))[2]).toContain(
      '"args":{"amount":2,"big":12345678901234567890}',
    );
  });

  test("text that is not UTF-8 makes its line malformed; an empty file has no line", async () => {
    expect(await linesOf(file("bytes"))).toEqual(['{"t":?,"id":"a"}']);
    expect(await linesOf(file("empty"))).toEqual([]);
  });
});

describe("what cannot be read is an error that says why", () => {
  const refused: readonly (readonly [string, () => Promise<string>, RegExp])[] = [
    ["a time of day", async () => file("time"), /column `t` holds TIME, which is not read/],
    ["a column that objects lose", async () => file("proto"), /named `__proto__`: rename it/],
    [
      "cut off",
      async () => {
        writeFileSync(join(root, "cut"), readFileSync(file("odd")).subarray(0, 3000));
        return join(root, "cut");
      },
      /its Parquet data is broken or not known/,
    ],
    [
      "only its mark",
      async () => {
        writeFileSync(join(root, "mark"), "PAR1");
        return join(root, "mark");
      },
      /its Parquet data is broken or not known/,
    ],
    [
      "inside gzip",
      async () => {
        writeFileSync(join(root, "packed.gz"), gzipSync(readFileSync(file("odd"))));
        return join(root, "packed.gz");
      },
      /read only from a plain file/,
    ],
  ];
  test.each(refused)("%s", async (_, path, message) => {
    await expect(linesOf(await path())).rejects.toThrow(message);
  });

  test("a page that leads back to itself", async () => {
    // its size becomes -31: the reader would come to the same page again and again
    const bytes = readFileSync(file("ev-v2"));
    bytes[bytes.indexOf(Buffer.from("15061540153c", "hex")) + 5] = 0x3d;
    writeFileSync(join(root, "back"), bytes);
    await expect(linesOf(join(root, "back"))).rejects.toThrow(
      /a page of it has an impossible size/,
    );
  });

  test("a folder of a table, whose files also hold deleted rows", async () => {
    mkdirSync(join(root, "table/_delta_log"), { recursive: true });
    writeFileSync(join(root, "table/part-0.parquet"), readFileSync(file("odd")));
    expect(await expandInputs([join(root, "table")], TRACE_ENDINGS)).toHaveLength(1);
    writeFileSync(join(root, "table/_delta_log/0000.json"), "{}");
    await expect(expandInputs([join(root, "table")], TRACE_ENDINGS)).rejects.toThrow(
      /is a table of Delta Lake or Iceberg/,
    );
  });

  test("from standard input: the way out is said", () => {
    const { status, stderr } = spawnSync(process.execPath, [bin, "trace", "stats", "-"], {
      input: readFileSync(file("odd")),
      encoding: "utf8",
    });
    expect(status).toBe(2);
    expect(stderr).toContain("it is Parquet, which is read only from a plain file");
  });
});

test("a trace in Parquet is replayed as the same trace in JSON Lines", async () => {
  const lines = join(root, "same.jsonl");
  writeFileSync(lines, `${(await linesOf(file("ev-zstd"))).join("\n")}\n`);
  const stats = (trace: string): string =>
    spawnSync(process.execPath, [bin, "trace", "stats", trace, "--format", "json"], {
      encoding: "utf8",
    }).stdout;
  const documents = [file("ev-zstd"), lines].map(stats);
  expect(documents[0]).toContain('"events": 5');
  expect(documents[0]).toBe(documents[1]);
});
