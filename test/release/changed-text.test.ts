import { describe, expect, it } from "vitest";
import { changedText } from "../../src/release/changed-text.ts";
import { diffSets, type LoadedSet } from "../../src/release/diff.ts";
import { catalogText, policyText, setOf, sha256 } from "./sets.ts";

describe("what became of a record of a catalog, in words", () => {
  it.each([
    [{ roles: ["a"] }, { roles: ["a", "b", "c"] }, "changes: roles (gains `b` and `c`)"],
    [{ roles: ["a", "b"] }, { roles: ["c"] }, "changes: roles (gains `c`, loses `a` and `b`)"],
    [{ roles: ["a", "b"] }, { roles: ["b", "a"] }, "changes: roles (the order of its values)"],
    [
      { roles: ["a"], team: "x" },
      { roles: ["a", "d", "e", "f", "g"], team: "y" },
      "changes: roles (gains `d`, `e`, `f` and 1 more), team from `x` to `y`",
    ],
    [
      { fields: { iban: "restricted", salary: "restricted" } },
      { fields: { iban: "restricted", salary: "internal" } },
      "changes: fields (salary from `restricted` to `internal`)",
    ],
    [{}, { fields: { salary: "internal" } }, "changes: fields (salary from `none` to `internal`)"],
    [{ says: { a: "x".repeat(50) } }, { says: { a: "y" } }, "changes: says (a)"],
    [{ says: {} }, { says: { ["a".repeat(130)]: "y" } }, "changes: says"],
    [["a"], ["b"], "gains `b`, and loses `a`"],
    [["a", "b"], ["b", "a"], "changes: the order of its values"],
    [undefined, {}, "is new"],
    [{}, undefined, "was removed"],
  ])("%j -> %j: %s", (before, after, said) => {
    expect(changedText("it", before, after)).toBe(`it ${said}`);
  });

  it("of a person it says which roles are gained and lost", () => {
    const set = (roles: string): LoadedSet => {
      const rule =
        "- { id: r, effect: require_approval, actions: [x/y], approval: { approvers: ['role:sre'] } }";
      const people = `people:\n  - { id: timo, roles: [${roles}] }`;
      const loaded = setOf(`${catalogText(people)}---\n${policyText(rule)}`);
      if (loaded.set === undefined) throw new Error("does not load");
      return { ...loaded, set: loaded.set };
    };
    const { changes } = diffSets(set("junior"), set("sre"), sha256);
    expect(changes.map(({ sentence }) => sentence)).toEqual([
      "person `timo` changes: roles (gains `sre`, loses `junior`)",
    ]);
  });
});
