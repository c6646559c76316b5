import { describe, expect, test } from "vitest";
import { formatExpression } from "../../src/condition/format-expression.ts";

describe("a condition is laid out", () => {
  test.each([
    ["a>1&&b", "a > 1 && b"],
    ["!a||-b<3", "!a || -b < 3"],
    ["a - -b-1", "a - -b - 1"],
    ["a . b( c ,d )", "a.b(c, d)"],
    ["[1,2,-3][0]", "[1, 2, -3][0]"],
    ["{'a':1,\"b\" : x?1:2}", "{'a': 1, \"b\": x ? 1 : 2}"],
    ["{?'a':b}", "{?'a': b}"],
    ["[a,?b]", "[a, ?b]"],
    ["a.?b[?'c'].orValue( -1 )", "a.?b[?'c'].orValue(-1)"],
    ["x in['a']", "x in ['a']"],
    ["!(x in y)", "!(x in y)"],
    ["a?b:c?d:e", "a ? b : c ? d : e"],
    ["( a )&&( b||c )", "(a) && (b || c)"],
    ["xs.exists( x,x>1 )", "xs.exists(x, x > 1)"],
    ["r'\\d'==x", "r'\\d' == x"],
    ["a.`b-c`  ==  1u", "a.`b-c` == 1u"],
    ["a\n&&\n  b", "a && b"],
    ["'  a  b '==c", "'  a  b ' == c"],
  ])("%s", (text, laid) => {
    expect(formatExpression(text, 100)).toBe(laid);
    expect(formatExpression(laid, 100)).toBe(laid);
  });

  test.each([
    ["a == 1 && (b || c) && d.exists(x, x && y)", "a == 1\n&& (b || c)\n&& d.exists(x, x && y)"],
    ["a && b || c && d", "a && b\n|| c && d"],
    ["a == 'xxxxxxxxxxxxxxx' ? b : c || d", "a == 'xxxxxxxxxxxxxxx'\n? b\n: c || d"],
    [
      "f(aaaaaaaaaaaaaaaaaaaaaaa && bbbbbbbbbbbbbbb)",
      "f(aaaaaaaaaaaaaaaaaaaaaaa && bbbbbbbbbbbbbbb)",
    ],
  ])("over several lines where it has no room: %s", (text, laid) => {
    expect(formatExpression(text, 12)).toBe(laid);
    expect(formatExpression(laid, 12)).toBe(laid);
  });

  test.each(["a &&", "", "a // why", "// why\na", "a == 'x"])(
    "what is no condition, or holds a comment, is not: %j",
    (text) => expect(formatExpression(text, 100)).toBeUndefined(),
  );

  test("a text of several lines stays as it is", () => {
    expect(formatExpression("'''x\n  y'''==a", 5)).toBe("'''x\n  y''' == a");
  });
});
