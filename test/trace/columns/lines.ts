import fc from "fast-check";
import { isUtf8 } from "node:buffer";
import { layoutFor } from "../../../src/trace/columns/layout.ts";

/** What the columns of these tests keep. */
export const PATHS = [
  ["args", "amount"],
  ["args", "to"],
  ["args", "deep", "flag"],
  ["context", "task", "type"],
  ["context", "tags"],
  ["outcome", "result", "card"],
];
/** Entities of which some members are read. */
export const LAYOUT = layoutFor(
  [
    ...PATHS,
    ["subject", "team"],
    ["subject", "credential", "kind"],
    ["action", "effects"],
    ["resource", "owner", "team"],
    ["resource", "meta", "deep", "team"],
  ],
  { ids: true },
);
/** Entities that are read as a whole. */
export const WHOLE = layoutFor([...PATHS, ["subject"], ["action"], ["resource"]], { ids: true });
export const HOST = {
  isUtf8: (bytes: Uint8Array) => isUtf8(bytes),
  ascii: (bytes: Uint8Array, from: number, to: number) =>
    Buffer.from(bytes.subarray(from, to)).toString("latin1"),
};

const members = (count: number, last: string): string =>
  `${Array.from({ length: count }, (_, i) => `"member-${i}":${i}`).join()},"${last}":1`;

/** Lines in which a member stands twice: each is malformed. */
export const REPEATED: readonly string[] = [
  '{"id":"1","args":{},"id":"2"}',
  '{"args":{"amount":null,"amount":2}}',
  '{"args":{"amount":1,"\\u0061mount":2}}',
  '{"args":{"amount":{"a":1,"a":2}}}',
  '{"args":{"other":1,"other":2}}',
  '{"args":{"other":1,"b":[{}],"other":2}}',
  '{"args":{"to":[1,{"a":{},"b":1,"a":[]}]}}',
  '{"args":{"to":[{"a":1},{"a":1,"a":1}]}}',
  '{"args":{"x":{"y":{"z":1,"z":1}}}}',
  '{"args":{"a name of more than eight bytes":1,"a name of more than eight bytes":1}}',
  '{"args":{"":1,"":2}}',
  '{"args":{"__proto__":1,"__proto__":{}}}',
  '{"args":{"1":1,"1":2}}',
  '{"args":{},"extra":1,"extra":1}',
  '{"args":{},"extra":{"b":1,"b":1}}',
  '{"args":{"\\"":1,"\\"":1}}',
  '{"args":{"\\\\":1,"\\u005c":1}}',
  '{"args":{"é":1,"\\u00e9":1}}',
  '{"args" : {"other" : 1 , "other" : 1}}',
  '{"subject":{"type":"agent","id":"a","team":"x","team":"y"}}',
  '{"context":{"task":{"type":"x","project":1,"project":2}},"args":{}}',
  '{"args":{},"labels":{"incident":false,"incident":true}}',
  '{"args":{},"decision":{"effect":"allow","x":1,"x":2}}',
  '{"args":{},"outcome":{"result":{"card":1,"card":2}}}',
  `{"args":{"deep":{${members(10, "member-3")}}}}`,
  `{"args":{${members(70, "member-69")}}}`,
  `{"args":{"to":{${members(70, "member-0")}}}}`,
];

/** Lines in which members are only alike. */
export const ALIKE: readonly string[] = [
  '{"args":{"a":{"a":{"a":1}}}}',
  '{"args":{"to":[{"a":1},{"a":1}]}}',
  '{"args":{"other":"other","b":"other:"}}',
  '{"args":{"a":"\\"b\\":1","b":"{\\"b\\":1,\\"b\\":2}"}}',
  '{"args":{"A":1,"a":1,"\\u0041 ":1}}',
  '{"args":{"a name of more than eight bytes":1,"a name of more than eight byt.s":1,"a name, ' +
    'more than eight bytes":1}}',
  '{"args":{"12345678":1,"1234567":1,"123456789":1}}',
  `{"args":{${members(70, "member")}}}`,
  `{"args":{"to":{${members(64, "member")}},"deep":{${members(63, "member")}}}}`,
  '{"extra":{"a":1,"b":1},"args":{"a":1,"b":1},"context":{"a":1,"b":1}}',
  '{"args":{"\\\\":":","b":"\\\\"}}',
];

/** Lines that are unusual in one way each. */
export const NASTY: readonly string[] = [
  ...REPEATED,
  ...ALIKE,
  "",
  " ",
  "\t\r",
  "{}",
  "[]",
  "null",
  "1",
  '"x"',
  "{",
  "}",
  '{"subject":{"type":"agent","id":"a"}',
  '{"subject":{"type":"agent","id":"a"}}x',
  '{"subject":{"type":"agent","id":"a"},"subject":{"type":"agent","id":"b"}}',
  '{"\\u0073ubject":{"id":"a"},"args":{}}',
  '{"args":{"amount":1,"amount":2}}',
  '{"args":{"amount":1},"args":{}}',
  '{"args":{"__proto__":{"amount":5},"constructor":1}}',
  '{"__proto__":{"x":1},"args":{}}',
  '{"args":null,"subject":{"id":null,"type":"agent"}}',
  '{"args":{"amount":null}}',
  '{"args":{"deep":{"flag":null}}}',
  '{"args":{"deep":5}}',
  '{"args":{"deep":[]}}',
  '{"args":{"deep":{}}}',
  '{"args":[]}',
  '{"args":"x"}',
  '{"context":1}',
  '{"outcome":[]}',
  '{"decision":{}}',
  '{"decision":{"effect":"allow"}}',
  '{"args":{},"decision":{"effect":"maybe"}}',
  '{"args":{},"decision":{"effect":"allow","rule":1}}',
  '{"args":{},"decision":{"effect":"deny","rule":null,"ms":"1"}}',
  '{"args":{},"decision":{"effect":"deny","ms":-1.5e-3,"policy":"p","pdp":"x"}}',
  '{"args":{},"decision":{"effect":"deny","policy":2}}',
  '{"args":{},"time":"2026-05-18T09:00:00.000Z"}',
  '{"args":{},"time":"2026-05-18T09:00:00Z"}',
  '{"args":{},"time":"2026-05-18T09:00:00.123456+02:00"}',
  '{"args":{},"time":"2026-02-30T09:00:00.000Z"}',
  '{"args":{},"time":"2016-12-31T23:59:60.000Z"}',
  '{"args":{},"time":5}',
  '{"args":{},"time":""}',
  '{"time":"","id":"x","args":{}}',
  '{"args":{},"time":"\\u0032026-05-18T09:00:00.000Z"}',
  '{"args":{},"time":null}',
  '{"args":{},"time":"2026-05-18T24:00:00.000Z"}',
  '{"args":{},"session":""}',
  '{"args":{},"session":"a\\u0062"}',
  '{"args":{},"session":"ab"}',
  '{"args":{},"session":7}',
  '{"args":{},"id":"","parent":""}',
  '{"args":{},"type":""}',
  '{"type":"prompt"}',
  '{"type":"session_end","session":"s"}',
  '{"type":"call"}',
  '{"type":"call","unrecorded":["args"]}',
  '{"complete":"x","args":{}}',
  '{"complete":[1],"args":{}}',
  '{"complete":["context"],"args":{}}',
  '{"labels":[],"args":{}}',
  '{"labels":{"incident":true},"args":{}}',
  '{"labels":{"incident":"yes"},"args":{}}',
  '{"labels":{"incident":1,"note":"x"},"args":{}}',
  '{"labels":{"incident":{}},"args":{}}',
  '{"labels":{"incident":null,"Incident":"yes"},"args":{}}',
  '{"labels":{"\\u0069ncident":"no"},"args":{}}',
  '{"type":"prompt","labels":{"incident":"true"}}',
  '{"subject":{"type":1}}',
  '{"subject":{"type":"agent","properties":{"team":"x","id":"p"}}}',
  '{"subject":{"properties":5,"id":"a"}}',
  '{"subject":{"id":"a","team":"x","credential":{"kind":"k","id":"c"}}}',
  '{"subject":"a"}',
  '{"resource":{"id":"r","type":"t","classification":"public"}}',
  '{"resource":{"id":["r"]}}',
  '{"action":{"server":"s","name":"n","kind":"k","effects":["read"]}}',
  '{"action":{"server":{}}}',
  '{"args":{"amount":01}}',
  '{"args":{"amount":1.}}',
  '{"args":{"amount":.5}}',
  '{"args":{"amount":-}}',
  '{"args":{"amount":-0}}',
  '{"args":{"amount":1e5}}',
  '{"args":{"amount":1E+05}}',
  '{"args":{"amount":1e}}',
  '{"args":{"amount":+1}}',
  '{"args":{"amount":12345678901234567890}}',
  '{"args":{"amount":tru}}',
  '{"args":{"amount":true}}',
  '{"args":{"amount":NaN}}',
  '{"args":{"to":"a\\"b\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d"}}',
  '{"args":{"to":"\\x"}}',
  '{"args":{"to":"\\u12g4"}}',
  '{"args":{"to":"a\tb"}}',
  '{"args":{"to":"é漢😀"}}',
  '{"args":{"to":[1,[2,{"a":[]}],null]}}',
  '{"args":{"to":[1,]}}',
  '{"args":{"to":{,}}}',
  '{"args":{"to":{"a"}}}',
  '{"args":{"to":1,}}',
  "{'args':{}}",
  '{"args":{} ,"context" : { "task":{"type":"x" } } }  ',
  '{"args":{}}\r',
  '{"extra":1,"args":{}}',
  '{"extra":null,"args":{}}',
  '{"args":{"a":"\u0000"}}',
  `{"args":{"to":${"[".repeat(300)}${"]".repeat(300)}}}`,
  `{"args":{"to":${"[".repeat(1200)}${"]".repeat(1200)}}}`,
  `{"args":{"to":"${"y".repeat(300)}"}}`,
];

const json = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    "1e400",
    "-0",
    "1.50",
    '"\\u0061"',
    "{}",
    "[]",
    "null",
    '{"type":"x"}',
    '{"flag":true}',
  ),
);
const key = fc.constantFrom(
  "id",
  "type",
  "time",
  "session",
  "parent",
  "subject",
  "action",
  "resource",
  "args",
  "context",
  "outcome",
  "decision",
  "labels",
  "complete",
  "unrecorded",
  "extra",
  "__proto__",
);
const entity = fc.dictionary(
  fc.constantFrom("type", "id", "credential", "kind", "server", "name", "team", "properties"),
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('"agent"', '"a-1"', '"é"', "null") },
    { weight: 1, arbitrary: json },
  ),
);
const inner = fc.dictionary(
  fc.constantFrom(
    "amount",
    "to",
    "deep",
    "task",
    "tags",
    "result",
    "status",
    "delegation",
    "on_behalf_of",
    "approvals",
    "effect",
    "rule",
  ),
  json,
);
const written = (members: { readonly [name: string]: string }): string =>
  `{${Object.entries(members)
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    .join(",")}}`;
const KEYS = ["amount", "to", "other", "\\u0061mount", "é", "a name of more than eight bytes"];
/** Objects in which a member may stand twice. */
const repeating = fc
  .array(fc.tuple(fc.constantFrom(...KEYS), json), { minLength: 2, maxLength: 4 })
  .map((pairs) => `{${pairs.map(([name, text]) => `"${name}":${text}`).join()}}`);
const value = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.oneof(
      repeating,
      repeating.map((text) => `{"deep":[${text}]}`),
    ),
  },
  { weight: 3, arbitrary: entity.map(written) },
  { weight: 3, arbitrary: inner.map(written) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '"s-1"',
      '"call"',
      '"2026-05-18T09:12:04.120Z"',
      '["context"]',
      '{"effect":"allow","rule":"p/r","ms":0.5}',
    ),
  },
  { weight: 1, arbitrary: json },
);
/** Lines that are events, or nearly. */
export const line = fc
  .array(fc.tuple(key, value), { minLength: 1, maxLength: 9 })
  .map(
    (members) => `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`,
  );
const named = fc.dictionary(
  fc.constantFrom("type", "id", "kind", "server", "name", "team"),
  fc.constantFrom('"agent"', '"a-1"', '"é"', '"of two words"'),
);
const KINDS: { readonly [name: string]: fc.Arbitrary<string> } = {
  id: fc.constantFrom('"e-1"', '"e-2"', '""'),
  type: fc.constantFrom('"call"', '"prompt"', "null"),
  time: fc.constantFrom(
    '"2026-05-18T09:12:04.120Z"',
    '"2026-05-18T10:12:04Z"',
    '"2026-05-19T09:12:04.12Z"',
    '"2026-05-18T09:12:04+02:00"',
  ),
  session: fc.constantFrom('"s-1"', '"s-2"', '"a session of a long name, é"', '""'),
  parent: fc.constantFrom('"s-1"', "null"),
  subject: named.map(written),
  action: named.map(written),
  resource: named.map(written),
  args: inner.map(written),
  context: inner.map(written),
  outcome: inner.map(written),
  decision: fc.constantFrom(
    '{"effect":"allow","rule":"p/r","ms":0.5}',
    '{"effect":"deny","pdp":"x"}',
  ),
  labels: fc.constantFrom(
    '{"incident":true}',
    "{}",
    '{"incident":"yes"}',
    '{"incident":null}',
    '{"note":"x","incident":0}',
  ),
  extra: json,
};
/** Lines whose members are of the right kinds, in any order, with and without spaces. */
export const usual = fc
  .tuple(
    fc.shuffledSubarray(Object.keys(KINDS), { minLength: 4 }),
    fc.constantFrom("", "", " ", "\t "),
    fc.record(KINDS),
  )
  .map(
    ([names, gap, values]) =>
      `${gap}{${gap}${names
        .map((name) => `${JSON.stringify(name)}${gap}:${gap}${values[name] ?? "1"}`)
        .join(`${gap},${gap}`)}${gap}}${gap}`,
  );
/** Lines that were damaged. */
export const mutated = fc
  .tuple(
    fc.oneof(line, usual, fc.constantFrom(...NASTY)),
    fc.nat(400),
    fc.constantFrom(
      "",
      '"',
      "\\",
      "{",
      "}",
      "[",
      ",",
      ":",
      "0",
      " ",
      "\u0001",
      "\ud800",
      "é",
      "null",
    ),
  )
  .map(
    ([text, place, put]) =>
      text.slice(0, place % (text.length + 1)) +
      put +
      text.slice((place % (text.length + 1)) + (place % 3)),
  );
