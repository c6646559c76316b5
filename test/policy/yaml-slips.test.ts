import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadDocuments } from "../../src/policy/load.ts";
import { findSlips, withoutSlips } from "../../src/policy/yaml-slips.ts";
import { assemble } from "../lint/pages.ts";

const HEAD = "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n";
/** A rule whose own fault is found only where the rest of the document is read. */
const OTHER = '  - { id: other, effect: allow, actions: [a/b], when: "args.y == 1 && nothing" }\n';

interface Found {
  readonly code: string;
  readonly at: string;
  readonly message: string;
  readonly help: string | undefined;
}

function found(body: string): readonly Found[] {
  const text = HEAD + body;
  return assemble(text).diagnostics.map(({ code, span, message, help }) => ({
    code,
    at: text.slice(span.start, span.end),
    message,
    help,
  }));
}

const QUOTE = "put the condition in quotes, or write it as a block (`when: >-`)";

/** A condition without quotes, and what YAML stumbles over. */
const CONDITIONS: readonly (readonly [condition: string, at: string])[] = [
  ["args.n > 1 ? args.ok : false", ":"],
  ["args.s == 'a: b'", ":"],
  ['args.s == "a: b" && args.t', ":"],
  ["!(args.a || args.b)", "!"],
  ["@x == 1", "@"],
  ["%x == 1", "%"],
  ["`x` == 1", "`"],
  ["&x && args.b", "&"],
  ["[1, 2].exists(x, x == args.n)", "["],
  ["{'a': true}[args.s]", "{"],
  ["> 5.0", ">"],
  ["|| args.x", "|"],
  ["- args.x > 1.0", "-"],
];

describe("design 2.1: what YAML reads otherwise says how to write it", () => {
  test.each(CONDITIONS)("in a block: %s", (condition, at) => {
    const rows = found(
      `  - id: r\n    effect: allow\n    actions: [a/b]\n    when: ${condition}\n${OTHER}`,
    );
    expect(rows.map((row) => [row.code, row.at, row.help])).toEqual([
      ["yaml-syntax", at, QUOTE],
      ["unknown-attribute", "nothing", expect.anything()],
    ]);
  });

  test.each([...CONDITIONS, ["args.n in [1, 2]", "["], ["f(args.a, args.b)", ","]] as const)(
    "within braces: %s",
    (condition, at) => {
      const [first, ...more] = found(
        `  - { id: r, effect: allow, when: ${condition}, actions: [a/b] }\n${OTHER}`,
      );
      if (first?.code !== "yaml-syntax")
        return expect([first?.code, more.length > 0]).toEqual(["condition-syntax", true]);
      expect([first.at, first.help]).toEqual([at, QUOTE]);
      expect(more.map(({ code }) => code)).toEqual(["unknown-attribute"]);
    },
  );

  test.each([
    ["in a block", "  - id: r\n    effect: allow\n    when: !has(args.x)\n"],
    ["within braces", "  - { id: r, effect: allow, when: !has(args.x) }\n"],
  ])("a tag %s, where YAML finds no fault", (_, body) => {
    expect(found(body).map((row) => [row.code, row.at, row.help])).toEqual([
      ["unsupported-value", "!has(args.x)", QUOTE],
    ]);
  });

  test("several lines, and a comment between them", () => {
    expect(
      found(
        `  - id: r\n    effect: allow\n    when: args.n > 1 ?\n      args.ok : false\n    actions: [a/b]\n${OTHER}`,
      ).map(({ at }) => at),
    ).toEqual([":", "nothing"]);
    const rows = found(
      `  - id: r\n    effect: allow\n    when: args.a == 1\n      && args.b == 2 # why\n      && args.c == 3\n${OTHER}`,
    );
    expect(rows.map(({ at, message }) => [at, message])).toEqual([
      ["#", "` #` begins a comment in YAML, which ends the text"],
      ["nothing", expect.anything()],
    ]);
  });

  test("a condition below its key, and lines that end in CRLF", () => {
    const body = `  - id: r\n    effect: allow\n    when:\n      args.a == 1 # why\n\n      && args.c == 3\n${OTHER}`;
    for (const text of [body, body.replaceAll("\n", "\r\n")])
      expect(found(text).map(({ at, help }) => [at, help])).toEqual([
        ["#", QUOTE],
        ["nothing", expect.anything()],
      ]);
  });

  test("lines that end in CR alone", () => {
    const [first, ...more] = found("  - id: r # why\r    effect: allow\r    actions: [a/b]\n");
    expect(more).toEqual([]);
    expect([first?.code, first?.at, first?.help]).toEqual([
      "yaml-syntax",
      "\r",
      "save the file with lines that end in LF or CRLF",
    ]);
  });

  test.each([
    ["'x' in args.tags", `write \`when: "'x' in args.tags"\``],
    ['"x" in args.tags', `write \`when: '"x" in args.tags'\``],
    [
      "'it''s' == args.s",
      "write the condition as a block (`when: >-`), or each `'` within it as `''`",
    ],
  ])("quotes that end the text: %s", (condition, help) => {
    for (const body of [
      `  - id: r\n    effect: allow\n    actions: [a/b]\n    when: ${condition}\n${OTHER}`,
      `  - { id: r, effect: allow, when: ${condition}, actions: [a/b] }\n${OTHER}`,
    ])
      expect(found(body).map((row) => [row.code, row.help])).toEqual([
        ["yaml-syntax", help],
        ["unknown-attribute", expect.anything()],
      ]);
  });

  test("an escape in double quotes", () => {
    const [first, second] = found(
      `  - id: r\n    effect: allow\n    when: "args.p.matches('^\\d+$')"\n${OTHER}`,
    );
    expect(first).toEqual({
      code: "yaml-syntax",
      at: "\\d",
      message: "`\\d` is not an escape sequence in YAML's double quotes",
      help: "write it as a block (`when: >-`); in double quotes it is `\\\\d`",
    });
    expect(second?.code).toBe("unknown-attribute");
  });

  test.each(["[*]", "[a/b, *]", "[@all]", "[%x]"])("patterns: %s", (list) => {
    const [first, second] = found(`  - { id: r, effect: allow, actions: ${list} }\n${OTHER}`);
    expect([first?.code, first?.help]).toEqual([
      "yaml-syntax",
      expect.stringMatching(/^put it in quotes: `"[*@%]/),
    ]);
    expect(second?.code).toBe("unknown-attribute");
  });

  test.each(["[**]", "[*/read]", "[**/x, a/b]"])(
    "patterns that YAML takes for aliases: %s",
    (list) => {
      const [first] = found(`  - { id: r, effect: allow, actions: ${list} }\n${OTHER}`);
      expect([first?.code, first?.help]).toEqual([
        "yaml-syntax",
        expect.stringMatching(/put it in quotes: `"\*/),
      ]);
    },
  );

  test("other texts", () => {
    const [first, second] = found(
      `  - id: r\n    effect: deny\n    reason: forbidden: ask the owner\n${OTHER}`,
    );
    expect([first?.at, first?.help]).toEqual([
      ":",
      "put the text in quotes, or write it as a block (`reason: >-`)",
    ]);
    expect(second?.code).toBe("unknown-attribute");
  });

  test("what a comment cuts off", () => {
    expect(
      found("  - id: r\n    effect: allow\n    when: args.m.contains(' # ')\n").map(
        ({ code, help }) => [code, help],
      ),
    ).toEqual([
      [
        "condition-syntax",
        "YAML ends the text at ` #`: put the condition in quotes, or write it as a block (`when: >-`)",
      ],
    ]);
  });

  test.each([
    ["yes", "write `true` or `false`: YAML 1.2 reads `yes`, `no`, `on` and `off` as text"],
    ["Off", "write `true` or `false`: YAML 1.2 reads `yes`, `no`, `on` and `off` as text"],
    ["args.n > 1_000", "numbers cannot contain `_`: write only the digits"],
    ["args.n > 0o17", "there are no octal numbers: write it in decimal, or as `0x...`"],
    ["args.a and args.b", "write `&&`"],
  ])("values of other dialects: %s", (condition, help) => {
    expect(
      found(`  - { id: r, effect: allow, when: ${condition} }\n`).map((row) => row.help),
    ).toEqual([help]);
  });

  test("numbers", () => {
    const rule = (quorum: string): string =>
      `  - { id: r, effect: require_approval, approval: { quorum: ${quorum} } }\n`;
    expect(found(rule("1_0")).map(({ code, help }) => [code, help])).toEqual([
      ["wrong-type", "write it without quotes and without `_`: 10"],
    ]);
    expect(found(rule("010")).map(({ code, help }) => [code, help])).toEqual([
      ["invalid-value", "write `10`"],
    ]);
    expect(found(rule("0"))[0]?.message).toBe("`0` is less than 1");
  });

  const FIELDS = "indent the fields of one map by the same number of spaces";

  test.each([
    [
      "    effect: allow\n     actions: [a/b]\n",
      "actions",
      "`actions` is indented by 5 columns, `effect` above it by 4",
    ],
    [
      "    effect: allow\n     actions:\n      - a/b\n",
      "actions",
      "`actions` is indented by 5 columns, `effect` above it by 4",
    ],
    [
      "    actions: [a/b]\n      effect: allow\n",
      "effect",
      "`effect` is indented by 6 columns, `actions` above it by 4",
    ],
    [
      "    reason: 'a: b'\n     effect: allow\n",
      "effect",
      "`effect` is indented by 5 columns, `reason` above it by 4",
    ],
    [
      "    when: args.x\n     effect: allow\n",
      "effect",
      "`effect` is indented by 5 columns, `when` above it by 4",
    ],
    [
      "     effect: allow\n    actions: [a/b]\n",
      "effect",
      "`effect` is indented by 5 columns, `id` above it by 4",
    ],
    [
      "    effect: allow\n   when: args.x\n",
      " ",
      "`when` is indented by 3 columns, `effect` above it by 4",
    ],
    ["  effect: allow\n", " ", "`effect` is indented by 2 columns, `id` above it by 4"],
  ])("fields of one map at two columns: %j", (body, at, message) => {
    const rows = found(`  - id: r\n${body}`);
    expect(rows).toEqual([
      {
        code: "yaml-syntax",
        at,
        message,
        help: expect.stringMatching(new RegExp(`^${FIELDS}`)),
      },
    ]);
  });

  test("tabs", () => {
    expect(found("\t- id: r\n").map(({ code, help }) => [code, help])).toEqual([
      ["yaml-syntax", "indent with spaces"],
    ]);
  });

  test("what is no slip is told as it is", () => {
    const rows = found("  - id: r\n    effect: allow\n    actions: [a/b\n");
    expect(rows.map(({ code, at }) => [code, at])).toEqual([["yaml-syntax", "["]]);
  });
});

test("leaving slips out moves nothing", () => {
  const pieces = fc.constantFrom(
    "when: ",
    "add: ",
    "reason: ",
    "  - id: a\n",
    "    ",
    "\n",
    "\r\n",
    "'",
    '"',
    "{ ",
    " }",
    ", ",
    "[",
    "]",
    ": ",
    "# ",
    "*",
    "!x",
    "args.x == 1",
    ">-",
    "|",
    "\\d",
    "é",
  );
  const property = fc.property(
    fc.array(pieces, { maxLength: 40 }),
    fc.array(fc.nat(200), { maxLength: 5 }),
    (parts, offsets) => {
      const text = parts.join("");
      const slips = findSlips(
        text,
        { start: 0, end: text.length },
        offsets.filter((offset) => offset < text.length),
      );
      const left = withoutSlips(text, slips);
      expect(left.length).toBe(text.length);
      const covered = (i: number): boolean =>
        slips.some(({ span }) => i >= span.start && i < span.end);
      expect([...left].every((_, i) => covered(i) || left[i] === text[i])).toBe(true);
      expect(left.split("\n").length).toBe(text.split("\n").length);
    },
  );
  fc.assert(property, { numRuns: 2_000, seed: 24 });
});

describe("what one slip tears apart is one finding", () => {
  const rule = (text: string): string => `  - id: r\n${text}    actions: [a/b]\n    reason: x\n`;

  test.each([
    ["a tab", rule("\teffect: allow\n"), "indent with spaces"],
    [
      "a list without its bracket",
      "  - id: r\n    actions: [a/b\n    effect: allow\n    when: args.x == 1\n    reason: x\n",
      "write it; lines of a list or a map have to stand further in than its field",
    ],
    [
      "a merge conflict",
      "<<<<<<< HEAD\n  - { id: r, effect: allow }\n=======\n  - { id: r, effect: deny }\n>>>>>>> x\n",
      "keep one version, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`",
    ],
    ["a brace too many", `}\n${rule("    effect: allow\n")}`, "remove it, or write the `{`"],
    [
      "a colon without its field",
      `${rule("    effect\n: allow\n")}  - { id: q, effect: deny }\n`,
      "write `<field>: <value>`",
    ],
  ])("%s", (_, body, help) => {
    expect(found(body).map((row) => [row.code, row.help])).toEqual([["yaml-syntax", help]]);
  });

  test("a character more or less, anywhere in a document", () => {
    const text =
      "apiVersion: agentz/v1\nkind: Suite\nname: s\nfixtures:\n" +
      "  a:\n    subject: { type: agent, id: a }\n    action: { server: x, name: y }\n" +
      "  b: { use: a, args: { to: [m, n], body: hello } }\ntests:\n" +
      '  - name: one\n    call: { use: b }\n    matrix: { args.to: [[m], ["n"]] }\n' +
      "    expect: { effect: deny }\n  - name: two\n    call: { use: a }\n    expect:\n" +
      "      - { effect: deny, rule: default }\n";
    const edits = [...text].flatMap((_, i) =>
      ["", " ", '"', "[", "}", ":", "\n"].map(
        (sign) => text.slice(0, i) + sign + text.slice(sign === "" ? i + 1 : i),
      ),
    );
    const many = edits.filter((edited) => {
      const { diagnostics } = loadDocuments([{ file: "s.yaml", text: edited }]);
      return diagnostics.filter(({ code }) => code === "yaml-syntax").length > 3;
    });
    expect(many).toEqual([]);
  });

  test("two words that lack their colon are two findings", () => {
    expect(found("  - id: r\n    eff\n  - id: q\n    reas\n").map(({ at }) => at)).toEqual([
      "eff",
      "reas",
    ]);
  });

  test("a trace that is given as a policy", () => {
    const text = '{"id":"e1","action":{"name":"x"}}\n{"id":"e2","action":{"name":"x"}}\n';
    const all = assemble(text).diagnostics.map(({ code, help }) => [code, help]);
    expect(all).toEqual([["yaml-syntax", "give a trace with `--trace`"]]);
  });

  test("what stands before it is still told", () => {
    const rows = found(`  - id: "x\\d"\n${rule("\teffect: allow\n")}`);
    expect(rows.map(({ at }) => at)).toContain("\\d");
  });
});

describe("words of other products", () => {
  test.each([
    ["effect: permit", "did you mean `allow`?"],
    ["effect: xyzzy", undefined],
    ["mode: dry-run", "did you mean `shadow`?"],
    ["condition: args.x", "did you mean `when`?"],
    [
      "priority: 10",
      "the order of rules never matters: deny overrides require_approval, which overrides allow",
    ],
    [
      "enabled: false",
      "remove the rule, or write `mode: shadow`: it is then evaluated and decides nothing",
    ],
    [
      "approval: { within: 4 hours }",
      "write `4h`: a duration is a whole number and a unit: `90d`, `1h`, `30m`, `30s`, `500ms`",
    ],
    [
      "approval: { within: 30 Min. }",
      "a duration is a whole number and a unit: `90d`, `1h`, `30m`, `30s`, `500ms`",
    ],
  ])("%s", (field, help) => {
    const effect = field.startsWith("effect") ? "" : "    effect: require_approval\n";
    const rows = found(`  - id: r\n${effect}    actions: [a/b]\n    ${field}\n`);
    expect(rows.map((row) => row.help)).toEqual([help]);
  });
});

test("blanks that are no spaces, which nobody sees, are told where they make another name", () => {
  const blank = "\u00a0";
  const rows = found(
    `  - id: r\n    effect: allow\n    actions: [a/b]\n    ${blank}when: args.x\n`,
  );
  expect(rows.map(({ help }) => help)).toEqual([
    "blanks that are no spaces stand around `when`: write spaces instead",
  ]);
});

describe("what looks like nothing is wrong at its place", () => {
  const FIRST = "  - id: r\n    effect: allow\n    actions: [a/b]\n";

  test.each([
    ["in quotes", "    when: ''\n    reason: x\n", "    when: '".length],
    ["as a block", "    when: >-\n\n    reason: x\n", "    when: ".length],
    ["of blanks", "    when: '  '\n    reason: x\n", "    when: '".length],
  ])("an empty condition %s", (_, body, column) => {
    const text = `${HEAD}${FIRST}${body}`;
    const [only, ...more] = assemble(text).diagnostics;
    expect(more).toEqual([]);
    expect([only?.message, only?.help]).toEqual([
      "the condition is empty",
      "leave out the field, or write a condition",
    ]);
    const start = (HEAD + FIRST).length;
    expect(only?.span.start).toBeGreaterThanOrEqual(start + column - 1);
    expect(only?.span.start).toBeLessThanOrEqual(start + column);
  });

  test("a line that is indented by no spaces", () => {
    const [only, ...more] = found("  - id: r\n\u00a0   effect: allow\n    actions: [a/b]\n");
    expect(more).toEqual([]);
    expect([only?.at, only?.message]).toEqual([
      "\u00a0",
      "this line is indented by the character U+00A0, which is no space",
    ]);
  });

  test.each([
    ["args.x == ‘a’", "write a plain `'`"],
    ["args.n ≥ 5.0", "write `>=`"],
    ["args.n\u00a0> 5.0", "this is a no-break space: write a plain one"],
  ])("a sign of print: %s", (condition, help) => {
    expect(found(`${FIRST}    when: >-\n      ${condition}\n`).map((row) => row.help)).toEqual([
      help,
    ]);
  });

  test.each([
    ["user", "did you mean `on_behalf_of`?"],
    ["sesion", "did you mean `session`?"],
    [
      "account",
      "write session, subject, on_behalf_of, tenant, or a condition that gives a text, such as `args.account`",
    ],
  ])("the key %s of a counter", (key, help) => {
    const state = `session:\n  counters: [{ name: n, add: 1, key: ${key} }]\n`;
    const text = `${HEAD}${FIRST}${state}`;
    expect(assemble(text).diagnostics.map((one) => one.help)).toEqual([help]);
  });
});
