import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { readBytes } from "../../src/node/files.ts";
import { IMPORT_ENDINGS, TRACE_ENDINGS, expandInputs, rereadable } from "../../src/node/inputs.ts";

const root = mkdtempSync(join(tmpdir(), "agentz-inputs-"));
afterAll(() => rmSync(root, { recursive: true }));
mkdirSync(join(root, "b/deep"), { recursive: true });
for (const name of ["a.jsonl", "b/deep/c.json", "b/d.txt", "Z.ndjson"])
  writeFileSync(join(root, name), name);
writeFileSync(join(root, "b/e.jsonl.gz"), gzipSync("packed".repeat(100_000)));
writeFileSync(join(root, "b/cut.jsonl.gz"), gzipSync("packed".repeat(100_000)).subarray(0, 200));

async function textOf(path: string, files?: number): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of readBytes(path, files)) parts.push(chunk);
  return Buffer.concat(parts).toString("utf8");
}

test("folders, files and globs, each file once, in the order of names", async () => {
  const found = await expandInputs([root], IMPORT_ENDINGS);
  expect(found.map(({ relative }) => relative)).toEqual([
    "Z.ndjson",
    "a.jsonl",
    "b/cut.jsonl.gz",
    "b/deep/c.json",
    "b/e.jsonl.gz",
  ]);
  expect((await expandInputs([root], TRACE_ENDINGS)).map(({ relative }) => relative)).toEqual([
    "Z.ndjson",
    "a.jsonl",
    "b/cut.jsonl.gz",
    "b/e.jsonl.gz",
  ]);
  const twice = await expandInputs([join(root, "b/d.txt"), `${root}/b/*`, "-"], IMPORT_ENDINGS);
  expect(twice.map(({ relative }) => relative)).toEqual([
    "d.txt",
    "cut.jsonl.gz",
    "e.jsonl.gz",
    "-",
  ]);
  expect(twice[0]?.path.endsWith("/b/d.txt")).toBe(true);
});

test("design 11.3: a path that does not exist, a folder without files, a glob that fits nothing", async () => {
  await expect(expandInputs([join(root, "gone")], IMPORT_ENDINGS)).rejects.toThrow(
    /does not exist/,
  );
  expect(await expandInputs([join(root, "gone/*.json")], IMPORT_ENDINGS)).toEqual([]);
});

test("gzip is told by its bytes; what is cut off or missing is one clear error", async () => {
  expect(await textOf(join(root, "b/e.jsonl.gz"))).toBe("packed".repeat(100_000));
  expect(await textOf(join(root, "b/e.jsonl.gz"), 1000)).toBe("packed".repeat(100_000));
  expect([await textOf(join(root, "a.jsonl")), await textOf(join(root, "a.jsonl"), 1000)]).toEqual([
    "a.jsonl",
    "a.jsonl",
  ]);
  await expect(textOf(join(root, "b/cut.jsonl.gz"))).rejects.toThrow(
    /gzip data is broken or truncated/,
  );
  await expect(textOf(join(root, "gone"))).rejects.toThrow(
    /cannot read `.*gone`: it does not exist/,
  );
});

test("standard input is read once, and its bytes are there as often as they are asked for", async () => {
  let opened = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    opened++;
    yield Buffer.from("one, ");
    yield Buffer.from("two");
  }
  const [stdin, file] = rereadable([
    { name: "-", open: chunks },
    { name: "a", open: chunks },
  ]);
  const text = async (): Promise<string> => {
    const parts: Uint8Array[] = [];
    for await (const chunk of stdin?.open() ?? []) parts.push(chunk);
    return Buffer.concat(parts).toString();
  };
  expect([await text(), await text(), opened, file?.open]).toEqual([
    "one, two",
    "one, two",
    1,
    chunks,
  ]);
});
