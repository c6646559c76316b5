import { expect, test } from "vitest";
import { ImportTally } from "../../../src/trace/importers/import-tally.ts";
import { readJson } from "../../../src/trace/importers/read-json.ts";
import { importFileOf } from "../bytes.ts";

/** What is read of a text, and how it is refused. */
async function read(text: string): Promise<{ items: unknown[]; causes: unknown; lines: number }> {
  const tally = new ImportTally();
  const items: unknown[] = [];
  for await (const found of readJson(importFileOf("file.json", text), tally)) items.push(...found);
  return { items, causes: tally.report().unreadable, lines: tally.lines };
}

/** So many blanks that a document which has them is cut into its values, not parsed whole. */
const BLANKS = " ".repeat(8 * 1024 * 1024);

test.each([
  ['{"a":1}'],
  ['\n\n {"a":{"b":[1,{"c":2}]}}\n'],
  ['[\n{"a":1},\n\n{"b":"\\n"},\n[3]\n]'],
  ['[{"a":1,"a":2},\n{"b":1}]'],
  ['[\n{"a":9007199254740993}, {"b":0.1, "c":1e400}\n]\n'],
  ['[{"a":1},\n2,\n"three"]'],
  ['{"a":1}\n{"b":'],
  ['[{"a":1},\n{"b":'],
  ["[]"],
  ["7"],
  [`${"[".repeat(1002)}${"]".repeat(1002)}`],
])("design 7.2: %j is the same read whole and cut into its values", async (text) => {
  expect(await read(`${BLANKS}${text}`)).toEqual(await read(text));
});

test("the line of each element of a list is that of its first byte", async () => {
  const { items, lines } = await read('[\n {"a":[{"x":1}]}, {"b":"\\n"},\n\n\t[\n1]\n]\n');
  expect(items).toEqual([
    { value: { a: [{ x: 1 }] }, line: 2, list: 0 },
    { value: { b: "\n" }, line: 2, list: 0 },
    { value: [1], line: 4, list: 0 },
  ]);
  expect(lines).toBe(6);
});

test.each([
  ["9007199254740993", true],
  ["-1e400", true],
  ["1.00000000000000000001", true],
  ["123456789012345", false],
  ["0.0035475000000000003", false],
  ["1e3", false],
])("design 3.4: %s is kept as it was written: %s", async (number, kept) => {
  const { items } = await read(`[{"n":${number},"m":[1,${number}]}]`);
  const value = kept ? `\u0000=${number}` : Number(number);
  expect(items).toEqual([{ value: { n: value, m: [1, value] }, line: 1, list: 0 }]);
});
