import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PartialList, type NoValue, type Value } from "../../src/condition/value.ts";
import { condition, leafValue, LEAVES } from "./random-condition.ts";
import { failure, outcome, record, run, told, unknown, type Attributes } from "./run.ts";

type Kind = true | false | "U" | "E" | "X";
const KINDS: readonly Kind[] = [true, false, "U", "E", "X"];

function make(kind: Kind, path: string): Value | NoValue {
  if (kind === "U") return unknown(path);
  if (kind === "E") return failure;
  return kind === "X" ? "no boolean" : kind;
}

/**
 * The outcome by design 3.5: a deciding value, else the unknown with all its paths, else an error,
 * else the neutral value.
 */
function expected(kinds: readonly Kind[], decides: boolean): unknown {
  if (kinds.includes(decides)) return decides;
  const paths = kinds.flatMap((kind, i) => (kind === "U" ? [`p${i}`] : []));
  if (paths.length > 0) return `unknown(${paths.join(" ")})`;
  return kinds.some((kind) => kind === "E" || kind === "X") ? "error" : !decides;
}

function combinations(length: number): readonly (readonly Kind[])[] {
  if (length === 0) return [[]];
  return combinations(length - 1).flatMap((rest) => KINDS.map((kind) => [...rest, kind]));
}

describe("design 3.5: && and || absorb from either side, and unknown beats error", () => {
  it.each([
    [true, "||"],
    [false, "&&"],
  ] as const)("when %s decides: %s", (decides, op) => {
    for (const kinds of [...combinations(2), ...combinations(3)]) {
      const names = kinds.map((_, i) => `v${i}`);
      const row: Attributes = Object.fromEntries(
        kinds.map((kind, i) => [`v${i}`, make(kind, `p${i}`)]),
      );
      expect(told(names.join(` ${op} `), row), String(kinds)).toBe(expected(kinds, decides));
      const [first = "", ...rest] = names;
      expect(told(`${first} ${op} (${rest.join(` ${op} `)})`, row), String(kinds)).toBe(
        expected(kinds, decides),
      );
    }
  });
  it("! keeps what is unknown and what is broken", () => {
    expect(KINDS.map((kind) => told("!v", { v: make(kind, "p") }))).toEqual([
      false,
      true,
      "unknown(p)",
      "error",
      "error",
    ]);
  });
  it("?: runs only the chosen branch", () => {
    expect(
      KINDS.map((kind) => told("c ? a : b", { c: make(kind, "p"), a: 1, b: failure })),
    ).toEqual([1, "error", "unknown(p)", "error", "error"]);
  });
});

describe("design 3.5: macros fold like && and ||", () => {
  const row = (kinds: readonly Kind[]): Attributes => ({
    l: kinds.map((kind, i) => make(kind, `p${i}`)),
  });
  it.each([
    [true, "exists"],
    [false, "all"],
  ] as const)("where %s decides: %s", (decides, macro) => {
    for (const kinds of [
      ...combinations(0),
      ...combinations(1),
      ...combinations(2),
      ...combinations(3),
    ]) {
      expect(told(`l.${macro}(x, x)`, row(kinds)), String(kinds)).toBe(expected(kinds, decides));
    }
  });
  it("exists_one, map and filter take nothing that is unknown", () => {
    for (const kinds of combinations(3)) {
      const bad = expected(
        kinds.filter((kind) => kind !== true),
        true,
      );
      const undecided = kinds.some((kind) => typeof kind === "string");
      const paths = kinds.flatMap((kind, i) => (kind === "U" ? [`p${i}`] : []));
      const told1 = told("l.exists_one(x, x)", row(kinds));
      if (!undecided) expect(told1).toBe(kinds.filter((kind) => kind === true).length === 1);
      else
        expect(told1, String(kinds)).toBe(paths.length > 0 ? `unknown(${paths.join(" ")})` : bad);
      expect(told("l.filter(x, x)", row(kinds)) instanceof Array, String(kinds)).toBe(!undecided);
    }
    expect(told("l.map(x, x ? 1 : 2)", row([true, "U", "E"]))).toBe("unknown(p1)");
    expect(told("l.map(x, x, 1)", row([true, false, true]))).toEqual([1n, 1n]);
  });
  it("an unknown element decides nothing where the body does not read it", () => {
    expect(told("l.exists(x, true)", row(["U"]))).toBe(true);
    expect(told("l.map(x, 1)", row(["U", "E"]))).toEqual([1n, 1n]);
  });
});

describe("design 3.5: everywhere else error beats unknown", () => {
  it.each([
    "a + b",
    "a == b",
    "a < b",
    "a in [b]",
    "[a, b] == []",
    "{'k': a, 'l': b}",
    "a.contains(b)",
    "size(a + b) > 1",
    "sets.contains([a], [b])",
  ])("%s", (text) => {
    expect(told(text, { a: unknown("a"), b: failure })).toBe("error");
    expect(told(text, { a: failure, b: unknown("b") })).toBe("error");
    expect(told(text, { a: unknown("a"), b: unknown("b") })).toBe("unknown(a b)");
  });
});

describe("design 5.1: a list of which only a part is known", () => {
  const l = new PartialList(["a", "b"], unknown("rest"));
  it.each([
    ["'a' in l", true],
    ["'c' in l", "unknown(rest)"],
    ["size(l) > 1", "unknown(rest)"],
    ["l[0] == 'a'", "unknown(rest)"],
    ["l.exists(x, x == 'b')", true],
    ["l.exists(x, x == 'c')", "unknown(rest)"],
    ["l.exists(x, true)", true],
    ["[].exists(x, true)", false],
    ["l.all(x, x != 'a')", false],
    ["l.all(x, x != 'c')", "unknown(rest)"],
    ["l.all(x, true)", true],
    ["l.exists_one(x, x == 'a')", "unknown(rest)"],
    ["l.map(x, x)", "unknown(rest)"],
    ["l == ['a']", false],
    ["l == ['a', 'b']", "unknown(rest)"],
    ["l == ['a', 'c', 'd']", false],
    ["'z' in l + ['z']", true],
    ["l.join(',') == 'a,b'", "unknown(rest)"],
    ["l == 'a'", false],
  ])("%s", (text, want) => {
    expect(told(text, { l })).toBe(want);
  });
  it.each([
    ["'a' in l", true],
    ["'m' in l", "unknown(rest)"],
    ["1.0 in l", "unknown(rest)"],
    ["'z' in l", false],
    ["!('z' in l)", true],
    ["missing in l", "error"],
    ["'z' in l + ['z']", true],
    ["'y' in l + ['z']", false],
    ["'m' in ['z'] + l", "unknown(rest)"],
    ["'y' in l + l", false],
    ["'y' in l + any", "unknown(any rest)"],
    ["size(l) == 1", "unknown(rest)"],
  ])("with the only others that there may be: %s", (text, want) => {
    const others = new PartialList(["a"], unknown("rest"), ["m", 1]);
    expect(
      told(text, { l: others, any: new PartialList([], unknown("any")), missing: failure }),
    ).toBe(want);
  });
  it("with no known element, a body that is always true proves nothing", () => {
    expect(told("l.exists(x, true)", { l: new PartialList([], unknown("rest")) })).toBe(
      "unknown(rest)",
    );
    expect(told("l.all(x, false)", { l: new PartialList([], unknown("rest")) })).toBe(
      "unknown(rest)",
    );
  });
});

describe("design 3.5: records with unrecorded and masked members", () => {
  const r = record("r", { a: 1, m: unknown("r.m") });
  const closed = record("r", { a: 1, m: unknown("r.m") }, false);
  it.each([
    ["r.a == 1", true, true],
    ["r.x == 1", "unknown(r.x)", "error"],
    ["has(r.a)", true, true],
    ["has(r.x)", "unknown(r.x)", false],
    ["has(r.m)", "unknown(r.m)", "unknown(r.m)"],
    ["'a' in r", true, true],
    ["'x' in r", "unknown(r.x)", false],
    ["r['x'] == 1", "unknown(r.x)", "error"],
    ["size(r) == 2", "unknown(r r.m)", "unknown(r.m)"],
    ["r == {'a': 2}", false, false],
    ["r == {'a': 1}", "unknown(r r.m)", "unknown(r.m)"],
    ["r == {'a': 1, 'm': 2}", "unknown(r r.m)", "unknown(r.m)"],
    ["r == {'b': 1}", false, false],
    ["r.all(k, k != 'a')", false, false],
    ["r.exists(k, k == 'z')", "unknown(r r.m)", "unknown(r.m)"],
    ["r.?a.orValue(7) == 1", true, true],
    ["r.?x.orValue(7) == 7", "unknown(r.x)", true],
    ["r.?m.hasValue()", "unknown(r.m)", "unknown(r.m)"],
  ])("%s", (text, open, shut) => {
    expect(told(text, { r })).toBe(open);
    expect(told(text, { r: closed })).toBe(shut);
  });
  it("design 11.5: names no value of the call in what is missing", () => {
    expect(told("r[k] == 1", { r, k: "secret" })).toBe("unknown(r)");
    expect(told("k in r", { r, k: "secret" })).toBe("unknown(r)");
    expect(told("r == m", { r, m: { a: 1, secret: 1 } })).toBe("unknown(r r.m)");
    expect(told("[r].all(x, x['y'] == 1)", { r })).toBe("unknown(r.y)");
  });
  it("reaches into lists and records within", () => {
    expect(told("[r] == [{'a': 2}]", { r })).toBe(false);
    expect(told("l == ['x', 'y']", { l: ["x", unknown("l")] })).toBe("unknown(l)");
    expect(told("l == ['z', 'y']", { l: ["x", unknown("l")] })).toBe(false);
    expect(told("sets.contains(l, ['x'])", { l: ["x", unknown("l")] })).toBe("unknown(l)");
  });
});

function rowOf(values: readonly unknown[], hidden: readonly boolean[]): Attributes {
  const member = (i: number, path: string): readonly [string, Value | NoValue][] => {
    const name = path.slice(2);
    if (hidden[i] === true) return [[name, unknown(path)]];
    const value = values[i];
    return value === undefined ? [] : [[name, value as Value]];
  };
  const c = values[4];
  return {
    a: record("a", Object.fromEntries([...member(0, "a.x"), ...member(1, "a.y")]), false),
    b: record("b", Object.fromEntries([...member(2, "b.x"), ...member(3, "b.l")]), false),
    c: hidden[4] === true || c === undefined ? unknown("c") : (c as Value),
  };
}

describe("design 3.5: knowing less never turns an answer into its opposite", () => {
  it("with attributes hidden at random, a definite answer stays or becomes unknown", () => {
    const values = fc.array(leafValue, { minLength: LEAVES.length, maxLength: LEAVES.length });
    const hidden = fc.array(fc.boolean(), { minLength: LEAVES.length, maxLength: LEAVES.length });
    fc.assert(
      fc.property(condition, values, hidden, (text, known, less) => {
        const full = outcome(run(text, rowOf(known, [])));
        const part = outcome(run(text, rowOf(known, less)));
        if (typeof part === "boolean") expect(part, text).toBe(full);
      }),
      { numRuns: 3000 },
    );
  });
});
