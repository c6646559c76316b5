import { describe, expect, it } from "vitest";
import { checkExpression, typeOf, type Expected } from "../../src/condition/check.ts";
import {
  BOOL,
  DOUBLE,
  DYN,
  listOf,
  mapOf,
  parseType,
  STRING,
  TIMESTAMP,
  typeText,
  type Type,
} from "../../src/condition/types.ts";
import { parsed } from "./run.ts";

function struct(fields: Readonly<Record<string, Type>>, open = false): Type {
  return { kind: "struct", fields: new Map(Object.entries(fields)), open };
}

const scope = {
  variables: new Map<string, Type>([
    [
      "args",
      struct({
        amount: DOUBLE,
        to: listOf(STRING),
        text: STRING,
        items: listOf(struct({ price: DOUBLE })),
        flags: mapOf(STRING, BOOL),
      }),
    ],
    ["subject", struct({ department: STRING, id: STRING }, true)],
    ["now", TIMESTAMP],
    ["data", DYN],
  ]),
};

function findings(text: string, expected: Expected = "bool"): readonly string[] {
  return checkExpression(parsed(text), scope, expected).map(
    (p) =>
      `${p.code}: ${text.slice(p.start, p.end)}: ${p.message}${p.help === undefined ? "" : ` (${p.help})`}`,
  );
}

/** Conditions that no value makes right, each with what is suggested instead. */
const REMEDIES: readonly (readonly [text: string, help: string])[] = [
  ["args.amount + 'x' == 3", "to join texts, write `string(args.amount) + 'x'`"],
  ["args.amount + '3' > 3", "write the number without quotes: `args.amount + 3.0`"],
  ["data.x + 'x' == 3", "`data.x + 'x'` is a text: compare it with a text, or add numbers"],
  ["args.amount - 'x' > 1", "`args.amount` is a number, and a text is never one"],
  [
    "args.amount / args.text > 1",
    "if the text is a number, write `args.amount / double(args.text)`",
  ],
  ["args.text * 2 > 1", "if the text is a number, write `double(args.text) * 2`"],
  ["args.amount % 'x' == 1", "`args.amount` is a number"],
  ["args.text - 'x' == ''", "`-` takes two numbers, two times, or a time and a duration"],
  ["args.to + 'x' == []", "to add one to the list, write `args.to + ['x']`"],
  [
    "args.amount + (args.text == 'a') > 1",
    "to count it, write `args.amount + (args.text == 'a' ? 1.0 : 0.0)`",
  ],
  ["now + 5 > now", "a time is moved by a duration: write `now + duration('1h')`"],
  ["now > '2026-01-01'", "write the time as `now > timestamp('2026-01-01T00:00:00Z')`"],
  ["now - now > '30d'", "write the duration as `now - now > duration('720h')`"],
  ['args.amount < "100"', "write the number without quotes: `args.amount < 100.0`"],
  ["args.amount < args.text", "if the text is a number, write `double(args.text)`"],
  ["(args.text == 'a') == 'true'", "write it without quotes: `(args.text == 'a') == true`"],
  ["args.to == 'a'", "to ask whether it is in the list, write `'a' in args.to`"],
  ["args.to != args.text", "to ask whether it is not in the list, write `!(args.text in args.to)`"],
  ["args.to < 3", "to compare how many there are, write `size(args.to) < 3`"],
  ["args.to.contains(args.text)", "to search a list, write `args.text in args.to`"],
  ["args.to.startsWith('a')", "ask each text of the list: `args.to.exists(x, x.startsWith('a'))`"],
  ["args.amount.startsWith('1')", "write `string(args.amount).startsWith('1')`"],
  ["args.text.contains(3)", "write the text in quotes: `args.text.contains('3')`"],
  ["size(args.amount) > 1", "it takes `size(string)`"],
  ["'a' in args.amount", "the right side of `in` is a list or a map"],
  ["args.amount in ['1', '2']", "write the numbers without quotes: `args.amount in [1, 2]`"],
  ["args.text in [1, 2]", "the list holds numbers: write `double(args.text) in [1, 2]`"],
  ["args.to in ['a']", "`args.to.exists(x, x in ['a'])`"],
  ["!args.text", "compare it: `(args.text == 'x')`"],
  ["true || args.amount", "compare it: `args.amount > 0.0`"],
  ["-args.text == 1.0", "write `-double(args.text)`"],
  ["args.text.exists(x, x == 'a')", "to search a text, write `args.text.contains('x')`"],
  ["args.to['a'] == ''", "to search the list, write `'a' in args.to`"],
  ["args.text.matches", "to call the method, write `args.text.matches(…)`"],
  ["args.text[0] == 'a'", "write `args.text.charAt(0)`"],
  ["args.amount < null", "to ask whether it is there, write `has(args.amount)`"],
  ["args.amount < 5 < 6", "comparisons do not chain: write `args.amount < 5 && 5 < 6`"],
];

it.each(REMEDIES)("what fits nothing says what to write: %s", (text, help) => {
  const problems = checkExpression(parsed(text), scope, "bool");
  expect(problems.map(({ code }) => code)).toContain("condition-type");
  expect(problems.map((problem) => problem.help ?? "").join("; ")).toContain(help);
  for (const problem of problems) {
    const written = /(?:write|quotes:|as|list:) `([^`…]*\w[^`…]*)`$/.exec(problem.help ?? "")?.[1];
    if (written !== undefined) expect(checkExpression(parsed(written), scope, "any")).toEqual([]);
  }
});

describe("design 3.4: conditions are checked against declared shapes", () => {
  it.each([
    "args.amount > 100.0 && args.amount <= 500",
    "args.amount + 1 > 2",
    "1 + args.amount > 2.0",
    "args.amount == 1",
    "size(args.to) == 2.0",
    "subject.tenant == 'eu'",
    "data.payees.exists(p, p.iban == args.text)",
    "args.text in data.list",
    "now - timestamp('2026-01-01T00:00:00Z') < duration('1h')",
    "args.items.all(i, i.price < 3)",
    "args.flags['x'] || args.flags.y",
    "'x' in args.flags",
    "args.amount == null",
    "type(args.text) == string",
    "args.text.matches('^a+$')",
    "[1, 'a'].exists(x, x == 1)",
    "has(args.amount) && has(subject.other)",
    "args.to == [] || args.to[0] == 'x'",
    "'amount' in args",
    "args.?amount.orValue(1.0) > 0.0",
    "args.all(k, k != 'x')",
    "host(args.text) in ['a.example']",
    "rank('public') < 2",
    "math.greatest(args.amount, 1) > 2",
    "commands(args.text).all(c, c[0] in ['ls'])",
    "subject.id == subject.department ? true : data.x",
    "args.text.charAt(0) == 'x'",
    "-args.amount < 0",
    "now.getHours('Europe/Berlin') > 8 && now.getHours('+02:00') > 8 && " +
      "now.getHours(args.text) > 8 && now.getHours('utc') > 8",
    "args.to.sort() == args.to",
  ])("%s is fine", (text) => {
    expect(findings(text)).toEqual([]);
  });
  it.each([
    [
      "args.amuont > 1.0",
      [
        "unknown-attribute: args.amuont: there is no attribute `args.amuont` (did you mean `args.amount`?)",
      ],
    ],
    [
      "has(args.amuont)",
      [
        "unknown-attribute: has(args.amuont): there is no attribute `args.amuont` (did you mean `args.amount`?)",
      ],
    ],
    [
      "args['amuont'] > 1.0",
      [
        "unknown-attribute: args['amuont']: there is no attribute `args['amuont']` (did you mean `amount`?)",
      ],
    ],
    [
      "args.items.all(i, i.prise < 3)",
      ["unknown-attribute: i.prise: there is no attribute `i.prise` (did you mean `i.price`?)"],
    ],
    [
      "subject.departmnt == 'x'",
      [
        "unknown-attribute: subject.departmnt: `subject.departmnt` is not declared (did you " +
          "mean `subject.department`? if not, declare it under `attributes` in a catalog)",
      ],
    ],
    [
      "args.to == mia",
      [
        "unknown-attribute: mia: there is no name `mia` (the names are `args`, `data`, `now`, " +
          "`subject`; a text stands in quotes: `'mia'`)",
      ],
    ],
    ["TRUE", ["unknown-attribute: TRUE: there is no name `TRUE` (did you mean `true`?)"]],
    ["arg.amount > 1.0", ["unknown-attribute: arg: there is no name `arg` (did you mean `args`?)"]],
    [
      "args.text == args.amount",
      [
        "condition-type: args.text == args.amount: `==` does not take string and double (if the " +
          "text is a number, write `double(args.text)`)",
      ],
    ],
    [
      "args.text < 1",
      [
        "condition-type: args.text < 1: `<` does not take string and int (if the text is a " +
          "number, write `double(args.text)`)",
      ],
    ],
    [
      'args.amount < "100"',
      [
        'condition-type: args.amount < "100": `<` does not take double and string (write the ' +
          "number without quotes: `args.amount < 100.0`)",
      ],
    ],
    [
      "'a100' == args.amount",
      [
        "condition-type: 'a100' == args.amount: `==` does not take string and double " +
          "(`args.amount` is a number, and a text is never one: write a number, such as `100.0`)",
      ],
    ],
    [
      "args.to.contains('a')",
      [
        "condition-type: args.to.contains('a'): `contains` does not take list<string>, string (to " +
          "search a list, write `'a' in args.to`)",
      ],
    ],
    [
      "1 == 1.0",
      [
        "condition-type: 1 == 1.0: `==` does not take int and double (write both numbers in the same way)",
      ],
    ],
    [
      "args.amount > 1 + 1.0",
      [
        "condition-type: 1 + 1.0: `+` does not take int and double (convert one side: `double(x)`, `int(x)`)",
      ],
    ],
    [
      "size(args.to) + args.amount > 2.0",
      [
        "condition-type: size(args.to) + args.amount: `+` does not take int and double " +
          "(convert one side: `double(x)`, `int(x)`)",
      ],
    ],
    [
      "args.amount % 2 == 0",
      [
        "condition-type: args.amount % 2: `%` does not take double and int (`%` needs whole " +
          "numbers: write `int(args.amount) % 2`)",
      ],
    ],
    [
      "args.text && true",
      [
        "condition-type: args.text: the left operand of `&&` must be a boolean, but this " +
          "has type string (compare it: `args.text == 'x'`)",
      ],
    ],
    [
      "!args.text",
      [
        "condition-type: args.text: the operand of `!` must be a boolean, but this has " +
          "type string (compare it: `(args.text == 'x')`)",
      ],
    ],
    [
      "args.text ? true : false",
      [
        "condition-type: args.text: the operand before `?` must be a boolean, but this has " +
          "type string (compare it: `args.text == 'x'`)",
      ],
    ],
    [
      "args.amount",
      [
        "condition-type: args.amount: this must give true or false, but it gives double " +
          "(compare it: `args.amount > 0.0`)",
      ],
    ],
    [
      "'a' in args.text",
      [
        "condition-type: 'a' in args.text: `in` does not take string and string (to search a " +
          "text, write `args.text.contains('a')`)",
      ],
    ],
    [
      "1 in args.to",
      [
        "condition-type: 1 in args.to: `in` does not take int and list<string> (the list " +
          "holds texts: write `string(1) in args.to`)",
      ],
    ],
    [
      "args.text.contians('x')",
      ["condition-type: contians: there is no method `contians` (did you mean `contains`?)"],
    ],
    [
      "args.text.contains(1)",
      [
        "condition-type: args.text.contains(1): `contains` does not take string, int " +
          "(write the text in quotes: `args.text.contains('1')`)",
      ],
    ],
    [
      "args.text.contains('a', 'b')",
      [
        "condition-type: args.text.contains('a', 'b'): `contains` takes 1 argument, but this call has 2",
      ],
    ],
    [
      "startsWith(args.text, 'a')",
      [
        "condition-type: startsWith(args.text, 'a'): there is no function `startsWith` " +
          "(write `args.text.startsWith('a')`)",
      ],
    ],
    [
      "args.text.host() == 'a'",
      ["condition-type: args.text.host(): there is no method `host` (write `host(args.text)`)"],
    ],
    [
      "args.to.all(a)",
      [
        "condition-type: args.to.all(a): `all` cannot be called like this " +
          "(write `args.to.all(x, condition)`)",
      ],
    ],
    [
      "now.getHours('Europe/Berln') > 8",
      [
        "condition-type: 'Europe/Berln': there is no time zone `Europe/Berln` (did you mean `Europe/Berlin`?)",
      ],
    ],
    [
      "now.getDayOfWeek(args.amount > 1.0 ? 'CET' : '+25:00') == 1",
      [
        "condition-type: '+25:00': there is no time zone `+25:00` (write a name such as " +
          "`Europe/Berlin`, or an offset such as `+02:00`)",
      ],
    ],
    [
      "cel.bind(z, 'berlin', now.getMinutes(z) > 1)",
      [
        "condition-type: 'berlin': there is no time zone `berlin` (write a name such as " +
          "`Europe/Berlin`, or an offset such as `+02:00`)",
      ],
    ],
    [
      "args.text.matches('(')",
      [
        "invalid-pattern: '(': this is not a regular expression: missing closing ): `(` " +
          "(patterns follow RE2: no look-around, no back-references)",
      ],
    ],
    [
      "args.text.matches('a(?=b)')",
      [
        "invalid-pattern: 'a(?=b)': this is not a regular expression: invalid or unsupported " +
          "Perl syntax: `(?=` (patterns follow RE2: no look-around, no back-references)",
      ],
    ],
    [
      "now > timestamp('2024-02-30T00:00:00Z')",
      [
        "condition-type: '2024-02-30T00:00:00Z': no such conversion: this is not a time in RFC 3339",
      ],
    ],
    [
      "rank('secret') > 1",
      ["condition-type: 'secret': `rank` needs public, internal, confidential or restricted"],
    ],
    [
      "args.amount.all(x, true)",
      [
        "condition-type: args.amount: macros need a list or a map, but this has type " +
          "double (to make a list of it, write `[args.amount]`)",
      ],
    ],
    [
      "args.to.all(a, a)",
      [
        "condition-type: a: the condition of `all` must be a boolean, but this has type " +
          "string (compare it: `a == 'x'`)",
      ],
    ],
    [
      "args.text.foo == 'x'",
      [
        "condition-type: args.text.foo: a value of type string has no member `foo` (only " +
          "records have members: compare `args.text` itself)",
      ],
    ],
    [
      "args.to['x'] == 'y'",
      [
        "condition-type: 'x': a list has no index of type string (to search the list, write `'x' in args.to`)",
      ],
    ],
    ["{1.5: 2} == {}", ["condition-type: 1.5: a map key cannot be of type double"]],
    ["{'a': 1, 'a': 2} == {}", ["condition-type: 'a': this map has the same key twice"]],
  ])("%s is found", (text, want) => {
    expect(findings(text)).toEqual(want);
  });
  it("tells all that is wrong, in the order of the text", () => {
    expect(
      findings("foo > 1 && args.amuont > 1.0 || args.text == 1.0").map(
        (finding) => finding.split(":")[1],
      ),
    ).toEqual([" foo", " args.amuont", " args.text == 1.0"]);
  });
  it.each([
    ["'x'", "string", 0],
    ["1", "string", 1],
    ["args.amount", "number", 0],
    ["data.x", "number", 0],
    ["args.text", "number", 1],
    ["args", "any", 0],
  ] as const)("%s where a %s is wanted", (text, expected, count) => {
    expect(findings(text, expected)).toHaveLength(count);
  });
});

describe("typeOf", () => {
  it.each([
    ["args.amount + 1", "double"],
    ["size(args.to)", "int"],
    ["args.to.map(a, host(a))", "list<string>"],
    ["args.to.filter(a, true)[0]", "string"],
    ["now - now", "duration"],
    ["data.x", "dyn"],
    ["true ? 1 : 2", "int"],
    ["true ? 1 : 'a'", "dyn"],
    ["{'a': 1}", "map<string, int>"],
    ["args.?text", "optional<string>"],
    ["commands(args.text)", "list<list<string>>"],
    ["links(args.text).first()", "optional<string>"],
    ["args.flags.x", "bool"],
    ["[1, 'a']", "list<dyn>"],
  ])("%s is %s", (text, want) => {
    expect(typeText(typeOf(parsed(text), scope))).toBe(want);
  });
});

describe("parseType", () => {
  it.each([
    "double",
    "list<string>",
    "map<string, dyn>",
    "list<map<string, list<int>>>",
    "timestamp",
    "duration",
    "bytes",
  ])("%s", (text) => {
    expect(typeText(parseType(text) ?? DYN)).toBe(text);
  });
  it.each([
    "",
    "text",
    "list",
    "list<>",
    "list<text>",
    "map<int, string>",
    "map<string>",
    "list<string",
    "list<string>>",
    `${"list<".repeat(200)}int${">".repeat(200)}`,
  ])("%s is none", (text) => {
    expect(parseType(text)).toBeUndefined();
  });
});
