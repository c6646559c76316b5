import { describe, expect, it } from "vitest";
import { parseExpression } from "../../src/condition/parse.ts";
import type { Expr } from "../../src/condition/ast.ts";
import { rewriting } from "../../src/proof/rewriting.ts";
import { evaluator } from "./oracle/world.ts";

function parse(text: string): Expr {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.expr;
}

const TEXTS = ["", "a", "ab", "b", "ba", "a/b", "/a", "a.b", "axb", "aab", "x-ab", "abc"];
const LISTS = [[], ["a"], ["b", "a"], ["c"]];

describe("design 17.2: what stood in the way of a proof is written so that it does not", () => {
  it.each<[string, string, readonly unknown[]]>([
    ["args.s.indexOf('b') == 0", 'args.s.startsWith("b")', TEXTS],
    ["args.s.indexOf('b') != -1", 'args.s.contains("b")', TEXTS],
    ["args.s.indexOf('b') == -1", '!args.s.contains("b")', TEXTS],
    ["args.s.split('/')[0] == 'a'", 'args.s == "a" || args.s.startsWith("a/")', TEXTS],
    ["string(args.s) == 'a'", 'args.s == "a"', TEXTS],
    ["double(args.n) > 2.0", "args.n > 2.0", [1, 2, 3]],
    ["args.s.exists(e, e == 'a')", '"a" in args.s', LISTS],
    ["args.s.exists(e, e in ['a', 'c'])", '"a" in args.s || "c" in args.s', LISTS],
    ["args.s.all(e, e != 'a')", '!("a" in args.s)', LISTS],
    ["[args.s, args.s].exists(v, v == 'a')", 'args.s == "a" || args.s == "a"', TEXTS],
  ])("%s", (from, to, values) => {
    expect(rewriting(parse(from))).toBe(to);
    const [before, after] = [evaluator(parse(from)), evaluator(parse(to))];
    for (const value of values) {
      const row = new Map([[from.includes("args.n") ? "args.n" : "args.s", json(value)]]);
      expect(after(row)).toBe(before(row));
    }
  });

  it("substring is as the beginning where the text is long enough", () => {
    expect(rewriting(parse("args.s.substring(0, 2) == 'ab'"))).toBe('args.s.startsWith("ab")');
    expect(rewriting(parse("args.s.substring(0, 3) == 'ab'"))).toBeUndefined();
  });

  it.each([
    "args.s.split('')[0] == 'a'",
    "args.s.split('/')[1] == 'a'",
    "(args.s + 'x').indexOf('a') == 0",
    "args.s.exists(e, e.startsWith('a'))",
    "args.s.indexOf('a') == 2",
    "double(args.n + args.m) > 2.0",
  ])("nothing is at hand for %s", (text) => expect(rewriting(parse(text))).toBeUndefined());
});

function json(value: unknown): string | number | readonly string[] {
  if (typeof value === "string" || typeof value === "number") return value;
  return Array.isArray(value) ? value.map(String) : "";
}
