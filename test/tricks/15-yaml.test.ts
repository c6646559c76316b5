import { describe, expect, test as trick } from "vitest";
import { assemble, call, decide, load, refusals, verdict } from "./world.ts";

const HEAD = "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\n";

/** Line, column and YAML path of the first error. */
function place(text: string): readonly unknown[] {
  const { diagnostics } = assemble(text);
  const [first] = diagnostics;
  if (first === undefined) throw new Error("it loads");
  const before = text.slice(0, first.span.start).split("\n");
  return [first.code, before.length, (before.at(-1)?.length ?? 0) + 1, first.path];
}

describe("how policies are fooled, 15: YAML", () => {
  trick("yaml: a key written twice is an error at the second", () => {
    const text = `${HEAD}rules:\n  - id: x\n    effect: deny\n    effect: allow\n`;
    expect([refusals(text), place(text)]).toEqual([
      ["duplicate-key"],
      ["duplicate-key", 8, 5, "$.rules[0].effect"],
    ]);
    expect(refusals(`${HEAD}rules: []\nrules: [{ id: x, effect: allow }]\n`)).toEqual([
      "duplicate-key",
    ]);
    expect(refusals(`${HEAD}"rules": []\nrules: []\n`)).toEqual(["duplicate-key"]);
  });
  trick("yaml: no, on, off and yes are text, not truth values", () => {
    expect(refusals(`${HEAD}rules: [{ id: x, effect: allow, when: no }]\n`)).not.toEqual([]);
    expect(
      refusals(`${HEAD}rules: [{ id: x, effect: allow, obligations: { log: yes } }]\n`),
    ).not.toEqual([]);
    const { effect } = decide(
      load(`${HEAD}rules: [{ id: no, effect: allow, actions: [kb/on] }]\n`),
      call("kb/on", {}),
    );
    expect(effect).toBe("allow");
  });
  trick("yaml: an alias bomb is an error, and is not expanded", () => {
    const bomb =
      "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" +
      `${Array.from(
        { length: 30 },
        (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(", ")}]`,
      ).join("\n")}\n`;
    expect(refusals(`${HEAD}${bomb}rules: []\n`)).toContain("alias-limit");
    expect(refusals(`${HEAD}rules: &r [*r]\n`)).toContain("alias-limit");
    expect(refusals(`${HEAD}rules: *nothing\n`)).toEqual(["yaml-syntax"]);
    expect(refusals(`${HEAD}rules: ${"[".repeat(20_000)}\n`)).toEqual(["nesting-limit"]);
  });
  trick("yaml: octal is written 0o17; a leading zero is an error", () => {
    const quorum = (n: string): readonly string[] =>
      assemble(
        `${HEAD}rules: [{ id: x, effect: require_approval, approval: { quorum: ${n} } }]\n`,
      ).set?.rules.map(({ rule }) => String(rule.approval?.quorum)) ?? ["refused"];
    expect([
      quorum("2"),
      quorum("010"),
      quorum("0o10"),
      quorum("1_0"),
      quorum("0b10"),
      quorum("'2'"),
    ]).toEqual([["2"], ["refused"], ["8"], ["refused"], ["refused"], ["refused"]]);
  });
  trick("yaml: tabs for indentation are an error with a place", () => {
    const text = `${HEAD}rules:\n\t- id: x\n\t  effect: allow\n`;
    expect([refusals(text), place(text).slice(0, 2)]).toEqual([
      ["yaml-syntax"],
      ["yaml-syntax", 6],
    ]);
  });
  trick("yaml: every document of a file counts, and a broken one does not hide the others", () => {
    const two =
      `${HEAD}rules: [{ id: x, effect: allow }]\n---\n` +
      `${HEAD.replace("name: p", "name: q")}rules: [{ id: y, effect: deny, actions: [kb/write] ` +
      "}]\n";
    expect([
      verdict(decide(load(two), call("kb/write", {}))),
      verdict(decide(load(two), call("kb/read", {}))),
    ]).toEqual(["deny", "allow"]);
    expect(refusals(`${two}---\nnonsense\n`)).toEqual(["unknown-document"]);
    expect(
      refusals(
        `${two}...\n${HEAD.replace("name: p", "name: r")}rules: [{ id: z, effect: permit }]\n`,
      ),
    ).not.toEqual([]);
    expect(
      refusals(
        `${HEAD}rules: ["\n---\n${HEAD}rules: [{ id: x, effect: deny }, { id: x, effect: deny }]\n`,
      ),
    ).toEqual(expect.arrayContaining(["yaml-syntax"]));
  });
  trick(
    "yaml: a byte order mark is not part of the first key; elsewhere it is an error or text",
    () => {
      expect(load(`\uFEFF${HEAD}rules: [{ id: x, effect: allow }]\n`).rules).toHaveLength(1);
      expect(refusals(`${HEAD}\uFEFFrules: []\n`)).not.toEqual([]);
    },
  );
  trick("yaml: a field that the grammar does not have is an error with a suggestion", () => {
    for (const [field, text] of [
      ["effects", `${HEAD}rules: [{ id: x, effects: allow }]\n`],
      ["wen", `${HEAD}rules: [{ id: x, effect: allow, wen: "false" }]\n`],
      ["action", `${HEAD}rules: [{ id: x, effect: allow, action: [kb/read] }]\n`],
      ["Rules", `${HEAD}Rules: []\n`],
    ] as const) {
      const found = assemble(text).diagnostics.find(({ code }) => code === "unknown-field");
      expect([
        field,
        found?.message.includes(`\`${field}\``),
        found?.help?.includes("did you mean"),
      ]).toEqual([field, true, true]);
    }
  });
  trick(
    "yaml: merge keys, tags, other versions and values that JSON does not have are errors",
    () => {
      for (const text of [
        "<<: { rules: [] }\n",
        "rules: !!set {}\n",
        "rules: [{ id: x, effect: !!js/function 'x' }]\n",
        "rules: [{ id: x, effect: allow, labels: [.nan] }]\n",
        "? [a]\n: b\nrules: []\n",
      ])
        expect([text, refusals(`${HEAD}${text}`).length > 0]).toEqual([text, true]);
      expect(refusals(`%YAML 1.1\n---\n${HEAD}rules: []\n`)).toEqual(["yaml-syntax"]);
    },
  );
});
