import { describe, expect, it } from "vitest";
import type { Expr } from "../../src/condition/ast.ts";
import { readings } from "../../src/condition/paths.ts";
import { atoms, atomsOfBranches, conjuncts, disjuncts } from "../../src/condition/structure.ts";
import { unparse } from "../../src/condition/unparse.ts";
import { parsed } from "./run.ts";

function texts(parts: readonly Expr[]): readonly string[] {
  return parts.map(unparse);
}

describe("the structure of a condition (design 3.5)", () => {
  it.each([
    ["a", ["a"]],
    ["a && b && c", ["a", "b", "c"]],
    ["a && (b && c)", ["a", "b", "c"]],
    ["(a && b) && (c && (d && e))", ["a", "b", "c", "d", "e"]],
    ["a && (b || c)", ["a", "b || c"]],
    ["!(a && b)", ["!(a && b)"]],
    ["a ? b : c", ["a ? b : c"]],
  ])("has the conjuncts of %s", (text, wanted) => {
    expect(texts(conjuncts(parsed(text)))).toEqual(wanted);
  });

  it.each([
    ["a || (b || c)", ["a", "b", "c"]],
    ["(a || b && c) || d", ["a", "b && c", "d"]],
    ["a && b", ["a && b"]],
  ])("has the disjuncts of %s", (text, wanted) => {
    expect(texts(disjuncts(parsed(text)))).toEqual(wanted);
  });

  it.each([
    ["!a && (b || !(c && d))", ["a", "b", "c", "d"]],
    ["-x > 1.0 || y", ["-x > 1.0", "y"]],
    ["a ? b : c && d", ["a ? b : c && d"]],
    ["l.all(e, e && a) && b", ["l.all(e, e && a)", "b"]],
  ])("has the atoms of %s", (text, wanted) => {
    expect(texts(atoms(parsed(text)))).toEqual(wanted);
  });

  it("takes branches apart where they are asked for", () => {
    const found = atomsOfBranches(parsed("!(a ? b && c : (d ? e : !f)) || g"));
    expect(texts(found)).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
  });

  it("needs no deep stack for a long chain", () => {
    const chain = parsed(Array.from({ length: 10_000 }, () => "a").join(" && "));
    expect([conjuncts(chain).length, atoms(chain).length]).toEqual([10_000, 10_000]);
  });
});

describe("what an expression reads", () => {
  it.each([
    ["args.to == 'x'", [["args.to", "args.to", false]]],
    ["has(args.to)", [["args.to", "has(args.to)", true]]],
    ["args.?to.orValue('')", [["args.to", "args.?to", true]]],
    ["args['to'].first", [["args.to.first", 'args["to"].first', false]]],
    [
      "args.list[args.i].x",
      [
        ["args.list", "args.list", false],
        ["args.i", "args.i", false],
      ],
    ],
    ["'seen' in session.labels", [["session.labels.seen", '"seen" in session.labels', true]]],
  ])("has the readings of %s", (text, wanted) => {
    const found = readings(parsed(text)).map(({ path, expr, guarded }) => [
      path.join("."),
      unparse(expr),
      guarded,
    ]);
    expect(found).toEqual(wanted);
  });
});
