import { describe, expect, it, test } from "vitest";
import { logfmtOf } from "../../src/mapping/text-records.ts";
import { importFileOf } from "../trace/bytes.ts";
import { importFiles } from "../trace/importers/import-all.ts";
import { mapped } from "../trace/importers/variants/generic.ts";

describe("a line of logfmt", () => {
  it.each([
    ["a=1 b=x", { a: 1, b: "x", words: [] }],
    ['a="x y" b="\\"z\\""', { a: "x y", b: '"z"', words: [] }],
    ["info request a.b=c", { "a.b": "c", words: ["info", "request"] }],
    ['path="/x role=admin" role=user', { path: "/x role=admin", role: "user", words: [] }],
    ["role=user role=admin", { words: [] }],
    ["a= b=2", { a: "", b: 2, words: [] }],
    ["id=9007199254740993", { id: "\u0000=9007199254740993", words: [] }],
    ['broken="x role=admin', { broken: '"x role=admin', words: [] }],
    ["__proto__=1", { ["__proto__"]: 1, words: [] }],
  ])("%s", (line, expected) => {
    expect(Object.entries(logfmtOf(line)).sort()).toEqual(Object.entries(expected).sort());
  });
});

test("`format` reads lines of text, and `where` leaves out elements, counted", async () => {
  const importer = mapped(
    { action: { name: "word" } },
    { format: "text", each: { word: "record.text.split(' ')" }, where: "word != 'no'" },
  );
  const { calls, report } = await importFiles(importer, [
    importFileOf("a.log", "pay no\nmail\n\n"),
  ]);
  expect(calls.map(({ action }) => action)).toEqual([{ name: "pay" }, { name: "mail" }]);
  expect(report.leftOut).toEqual([
    { kind: "elements for which the mapping's `where` is not true", count: 1 },
  ]);
  expect(report.lines).toBe(3);
});
