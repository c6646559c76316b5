import { describe, expect, it } from "vitest";
import { cursorAt } from "../../src/editor/find-cursor.ts";

/** The cursor at `|`. */
function at(marked: string): string {
  const offset = marked.indexOf("‸");
  const cursor = cursorAt(marked.replace("‸", ""), offset);
  if (cursor === undefined) return "none";
  const { path, role, typed, siblings } = cursor;
  return `${role} ${path.join(".")} \`${typed}\`${siblings.length > 0 ? ` beside ${siblings.join(",")}` : ""}`;
}

describe("where somebody types", () => {
  it.each([
    ["nam‸", "key  `nam`"],
    ["kind: Pol‸", "value kind `Pol`"],
    ["kind: ‸", "value kind ``"],
    ["a: 1\nb‸", "key  `b` beside a"],
    ["a: 1\n‸", "key  `` beside a"],
    ["rules:\n  - id: x\n    eff‸", "key rules.0 `eff` beside id"],
    ["rules:\n  - id: x\n    ‸", "key rules.0 `` beside id"],
    ["rules:\n  - id: x\n  - ‸", "open rules.1 ``"],
    ["rules:\n- id: x\n- i‸", "open rules.1 `i`"],
    ["rules:\n- id: x\n  when: a.‸", "value rules.0.when `a.`"],
    ["rules:\n  - id: x\n    actions: [a/b, c‸", "open rules.0.actions.1 `c`"],
    ["rules:\n  - id: x\n    actions:\n      - a‸", "open rules.0.actions.0 `a`"],
    ["rules:\n  - id: x\n    actions:\n    - a\n    - b‸", "open rules.0.actions.1 `b`"],
    ["rules:\n  - id: x\n    actions:\n    - a\n    wh‸", "key rules.0 `wh` beside id,actions"],
    [
      "rules:\n  - id: x\n    when: >-\n      args.a\n      && arg‸",
      "value rules.0.when `\nargs.a\n&& arg`",
    ],
    ["rules:\n  - id: x\n    when: a &&\n      b: c‸", "value rules.0.when `a &&\nb: c`"],
    ["rules:\n  - id: x\n    when: >-\n      a\n    rea‸", "key rules.0 `rea` beside id,when"],
    ['a: "it‸', "value a `it`"],
    ['a: "it"‸', "none"],
    ["a: 'it''s‸", "value a `it's`"],
    ["a: { b: 1, c‸", "key a `c` beside b"],
    ["a: { b: ‸", "value a.b ``"],
    ["a: { b: [x, {‸", "key a.b.1 ``"],
    ["a: { b: [x]‸", "none"],
    ["a: { b: [x], ‸", "key a `` beside b"],
    ["a: { b: [x] }\nc‸", "key  `c` beside a"],
    ['a: { "b": "x, y‸', "value a.b `x, y`"],
    ["a: {\n  b: 1,\n  ‸", "key a `` beside b"],
    ["a: 1 # com‸", "none"],
    ["# com‸", "none"],
    ["a:\n  ‸", "open a ``"],
    ["a:\n  b‸", "open a `b`"],
    ["a: 1\n---\nb‸", "key  `b`"],
    ["a: 1\r\nrules:\r\n  - id: x\r\n    eff‸", "key rules.0 `eff` beside id"],
    ['rules:\n  - { id: x, when: "args.‸', "value rules.0.when `args.`"],
    ["rules:\n  - { id: x, when: a, ‸", "key rules.0 `` beside id,when"],
    ["a: http://x‸", "value a `http://x`"],
  ])("%j", (text, expected) => expect(at(text)).toBe(expected));
});
