import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readBytes } from "../../src/node/files.ts";
import { lacks, PYTHON } from "../needs.ts";

const root = mkdtempSync(join(tmpdir(), "agentz-tables-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Writes one random table in every way, and prints its rows as this project writes them. */
const PROGRAM = `
import datetime, decimal, json, random, sys
import pyarrow as pa, pyarrow.parquet as pq
random.seed(int(sys.argv[1]))
folder = sys.argv[2]
def maybe(make): return None if random.random() < .3 else make()
LONG = "x" * 150
TEXTS = ["a", 'q"\\n', "", LONG, '{"a":1}', "\\u00e9\\U0001f600"]
def text(): return random.choice(TEXTS)
def more(): return {"t": maybe(text)}
def deep(): return {
  "n": maybe(lambda: random.choice([0, -1, 2**62 + 1, -2**63])),
  "b": maybe(lambda: random.random() < .5),
  "more": maybe(more)}
def subject(): return {"id": maybe(text), "type": maybe(text), "deep": maybe(deep)}
def row(): return {
  "id": text(),
  "subject": maybe(subject),
  "tags": maybe(lambda: [maybe(text) for _ in range(random.randint(0, 3))]),
  "day": maybe(lambda: datetime.date(2026, 1, random.randint(10, 28))),
  "i": maybe(lambda: random.randint(-2**31, 2**31 - 1)),
  "u": maybe(lambda: random.randint(0, 2**64 - 1)),
  "dec": maybe(lambda: decimal.Decimal(random.randint(1, 10**20)).scaleb(-4)),
  "few": maybe(lambda: random.choice(["x", "y"]))}
inner = pa.struct([("n", pa.int64()), ("b", pa.bool_()), ("more", pa.struct([("t", pa.string())]))])
outer = pa.struct([("id", pa.string()), ("type", pa.string()), ("deep", inner)])
schema = pa.schema([
  ("id", pa.string()), ("subject", outer), ("tags", pa.list_(pa.string())), ("day", pa.date32()),
  ("i", pa.int32()), ("u", pa.uint64()), ("dec", pa.decimal128(30, 4)), ("few", pa.string())])
rows = [row() for _ in range(random.choice([1, 7, 300]))]
table = pa.Table.from_pylist(rows, schema=schema)
for codec in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]:
  for version in ["1.0", "2.0"]:
    for words in [True, False, ["few"]]:
      pq.write_table(
        table, f"{folder}/{codec}-{version}-{words}.parquet",
        compression=codec, data_page_version=version, use_dictionary=words,
        data_page_size=random.choice([64, 1 << 20]), row_group_size=random.choice([3, 100, 10**6]),
        dictionary_pagesize_limit=random.choice([50, 1 << 20]))
def shown(value):
  if isinstance(value, dict):
    return {name: shown(one) for name, one in value.items() if one is not None}
  if isinstance(value, decimal.Decimal): return "dec" + str(value)
  if isinstance(value, datetime.date): return value.isoformat()
  return value
for one in rows: print(json.dumps(shown(one), ensure_ascii=False, separators=(",", ":")))
`;

async function linesOf(path: string): Promise<readonly string[]> {
  const parts: Uint8Array[] = [];
  for await (const chunk of readBytes(path)) parts.push(chunk);
  return Buffer.concat(parts).toString("utf8").split("\n").slice(0, -1);
}

describe.skipIf(lacks("parquet-readers"))("design 16.2: tables of other writers", () => {
  test.each([1, 2, 3, 4])(
    "are read alike, however they are packed and encoded: %i",
    async (seed) => {
      const folder = mkdtempSync(join(root, "t-"));
      const { stdout, stderr } = spawnSync(PYTHON, ["-c", PROGRAM, String(seed), folder], {
        encoding: "utf8",
      });
      expect(stderr).toBe("");
      const rows = stdout
        .replace(/"dec(\d+\.\d+)"/g, "$1")
        .split("\n")
        .slice(0, -1);
      const files = readdirSync(folder);
      expect(files).toHaveLength(36);
      for (const file of files) expect(await linesOf(join(folder, file)), file).toEqual(rows);
    },
  );
});
