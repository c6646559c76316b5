import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkExpression } from "../../src/condition/check.ts";
import { compileCondition } from "../../src/condition/compile.ts";
import { parseExpression } from "../../src/condition/parse.ts";
import { unparse } from "../../src/condition/unparse.ts";
import { children, visitAll } from "../../src/condition/walk.ts";
import { bare, expression } from "./random-expression.ts";
import { hostFor, outcome, parsed, unknown } from "./run.ts";

function errorOf(text: string): {
  readonly message: string;
  readonly at: string;
  readonly help: string | undefined;
} {
  const result = parseExpression(text);
  const [error] = result.ok ? [] : result.errors;
  if (error === undefined) throw new Error(`${text} parses`);
  return { message: error.message, at: text.slice(error.start, error.end), help: error.help };
}

describe("design 10.1: print and parse are inverse", () => {
  it("on any tree", () => {
    fc.assert(
      fc.property(expression, (expr) => {
        const text = unparse(expr);
        const again = parseExpression(text);
        expect(again.ok ? bare(again.expr) : again.errors, text).toEqual(bare(expr));
      }),
      { numRuns: 3000 },
    );
  });
  it.each([
    ["a  &&(b||c)", "a && (b || c)"],
    ["(a&&b)||c", "a && b || c"],
    ["a-(b-c)-d", "a - (b - c) - d"],
    ["- 1 - -x", "-1 - -x"],
    ["-(1)", "-(1)"],
    ["'it''s'.size()", "error"],
    ["'a\\x41\\u00e9'", '"aAé"'],
    ["r'\\d' + '\\\\d'", '"\\\\d" + "\\\\d"'],
    ["b'\\xffa'", 'b"\\xff\\x61"'],
    ["1e3 + .5 + 0x10 + 0x10u", "1000.0 + 0.5 + 16 + 16u"],
    ["x.exists_one(i,i>1)", "x.exists_one(i, i > 1)"],
    ["x.existsOne(i, v, i > v)", "x.exists_one(i, v, i > v)"],
    ["{ 'a' : 1 , ?b : c, }[?'a'].?f", '{"a": 1, ?b: c}[?"a"].?f'],
    ["m.`content-type`", "m.`content-type`"],
    ["a ? b : c ? d : e", "a ? b : c ? d : e"],
    ["(a ? b : c) ? d : e", "(a ? b : c) ? d : e"],
    ["a // note\n && b", "a && b"],
    ["[.x].all(x, .x == x)", "[x].all(x, .x == x)"],
    ["[x].all(y, .x == y)", "[x].all(y, x == y)"],
  ])("%s", (text, want) => {
    const result = parseExpression(text);
    expect(result.ok ? unparse(result.expr) : "error").toBe(want);
  });
});

describe("a text that is no CEL is told where and why", () => {
  it.each([
    ["args.größe > 1", "write `['größe']` instead of `.größe`"],
    ["args.x == größe", "write a text in quotes: `'größe'`"],
  ])("%s says how to write the name", (text, way) => {
    const result = parseExpression(text);
    expect(result.ok ? "" : result.errors[0]?.help).toContain(way);
  });

  it.each([
    ["a ==\n b &&\n && c", "expected an expression but found `&&`", "&&"],
    ["a +", "expected an expression but found the end of the expression", ""],
    ["foo(", "expected an expression but found the end of the expression", ""],
    ["a b", "expected the end but found `b`", "b"],
    ["a = b", "unexpected character `=`", "="],
    ["'abc", "this string is not closed", "'abc"],
    ["'\\q'", "`\\q` is not an escape sequence of CEL", "\\q"],
    ["'\\ud800'", "this escape sequence names no Unicode character", "\\ud800"],
    ["9223372036854775808", "`9223372036854775808` is out of range", "9223372036854775808"],
    ["1e999", "`1e999` is out of range", "1e999"],
    ["has(a)", "`has` takes one argument that ends in a field", "has(a)"],
    ["a.all(b.c, true)", "`all` needs a plain name as its variable", "b.c"],
    ["Msg{a: 1}", "conditions cannot build messages", "Msg{"],
    ["while", "`while` is a reserved word", "while"],
    ["[1, 2", "expected `,` or `]` but found the end of the expression", ""],
    ["", "expected an expression but found the end of the expression", ""],
  ])("%s", (text, message, at) => {
    expect(errorOf(text)).toMatchObject({ message, at });
  });
});

describe("hostile texts", () => {
  it("garbage never throws, in parser, checker or compiler", () => {
    const piece = fc.constantFrom(
      "a",
      "args",
      ".",
      "(",
      ")",
      "[",
      "]",
      "{",
      "}",
      "?",
      ":",
      ",",
      "&&",
      "||",
      "!",
      "-",
      "==",
      "in",
      "'x'",
      "1",
      "2u",
      "`q`",
      "all",
      "has",
      "b''",
      "\\",
      '"',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 12 }).map((p) => p.join(" ")),
        ),
        (text) => {
          const result = parseExpression(text);
          if (!result.ok) {
            expect(result.errors[0]?.start).toBeLessThanOrEqual(text.length);
            return;
          }
          checkExpression(result.expr, { variables: new Map() }, "bool");
          compileCondition(result.expr, hostFor(["args", "a"]))({ args: unknown("args"), a: 1 });
        },
      ),
      { numRuns: 3000 },
    );
  });
  it("any tree checks and compiles without an exception", () => {
    fc.assert(
      fc.property(expression, (expr) => {
        checkExpression(expr, { variables: new Map() }, "any");
        compileCondition(expr, hostFor(["args", "a"]))({ args: { a: [1, "x"] }, a: true });
      }),
      { numRuns: 1000 },
    );
  });
  it.each(["&&", "||", "+", "-", "in", "==", "&& a ||"])(
    "10,000 operands of %s need no deep stack",
    (op) => {
      const text = `a${` ${op} a`.repeat(Math.floor(65_000 / (op.length + 3)))}`;
      const expr = parsed(text);
      expect(unparse(expr)).toBe(text);
      checkExpression(expr, { variables: new Map() }, "any");
      outcome(compileCondition(expr, hostFor(["a"]))({ a: true }));
      let count = 0;
      visitAll(expr, (node) => {
        if (children(node).length === 0) count++;
      });
      expect(count).toBeGreaterThan(5000);
    },
  );
  it.each([
    "(",
    "[",
    "{1:",
    "!",
    "-",
    "f(",
    "a[",
    "a.all(x, ",
    "a?",
    "a?b:",
    "cel.bind(x, ",
    "1+(",
  ])("deep nesting of %s is refused", (piece) => {
    const result = parseExpression(piece.repeat(Math.floor(65_000 / piece.length)));
    expect(result.ok).toBe(false);
  });
  it("takes what CEL demands: 32 terms, 24 conditionals, 12 levels", () => {
    for (const text of [
      `${"a || ".repeat(31)}a`,
      `${"a ? a : ".repeat(24)}a`,
      `${"(".repeat(12)}a${")".repeat(12)}`,
      `a${".b".repeat(12)}`,
    ]) {
      expect(parseExpression(text).ok).toBe(true);
    }
  });
  it("refuses texts beyond 64 KiB", () => {
    expect(errorOf(`'${"x".repeat(70_000)}'`).message).toBe(
      "this expression is longer than 65536 characters",
    );
  });
});
