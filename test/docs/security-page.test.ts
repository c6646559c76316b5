import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../e2e/agentz.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const page = read("docs/security.md");

/** The rows of the page's tables, without their heads. */
const ROWS = page
  .split("\n")
  .filter((line) => /^\| (?!---)/.test(line) && !/^\| (?:input|what) \|/.test(line))
  .map((line) => line.slice(2, -2).split(" | "));

describe("docs/security.md", () => {
  it("has a row for each input and output, and each says what holds it", () => {
    expect(ROWS.length).toBeGreaterThan(15);
    for (const row of ROWS)
      expect([row[0], row.length, row.at(-1)]).toEqual([
        row[0],
        4,
        expect.stringMatching(/`test\/|the same/),
      ]);
  });

  it("names tests and statements that are there", () => {
    const tests = [...page.matchAll(/`(test\/[^`]+)`/g)].flatMap(([, path]) => path ?? []);
    expect(tests.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const semantics = read("docs/semantics.md");
    const numbers = [...page.matchAll(/semantics ([\d., ]+)/g)].flatMap(
      ([, list = ""]) => list.match(/\d+\.\d+/g) ?? [],
    );
    expect(numbers.filter((number) => !semantics.includes(`\n${number} `))).toEqual([]);
  });

  it("SECURITY.md names no address, and links to what is there", () => {
    const text = read("SECURITY.md");
    expect(text).not.toMatch(/@\w|https?:/);
    for (const [, path = ""] of text.matchAll(/\]\(([^)#]+)\)/g))
      expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
  });
});
