import { describe, expect, test } from "vitest";
import { decodeMapping } from "../../src/mapping/mapping.ts";
import { told } from "../condition/run.ts";
import { agentz, jsonl, scratch } from "../e2e/agentz.ts";
import { importVariant, type Variant } from "../trace/importers/import-all.ts";
import { mapped } from "../trace/importers/variants/generic.ts";

interface Case extends Variant {
  readonly event: object;
  readonly more?: object;
}

const ACTION = { name: "call.name" };
const CASES: readonly Case[] = [
  {
    of: "arguments as JSON text in a list",
    more: { each: { choice: "record.choices", call: "choice.message.tool_calls" } },
    event: { action: { name: "call.function.name" }, args: "call.function.arguments" },
    content: [
      {
        choices: [{ message: { tool_calls: [{ function: { name: "x", arguments: '{"a":5}' } }] } }],
      },
    ],
    calls: [{ action: { name: "x" }, args: { a: 5 } }],
  },
  {
    of: "`json` of a name of `each`",
    more: { each: { call: "record.calls" }, json: ["call.body"] },
    event: { action: { name: "call.body.tool" }, args: "call.body.args" },
    content: [{ calls: [{ body: '{"tool":"x","args":{"a":1}}' }] }],
    calls: [{ action: { name: "x" }, args: { a: 1 } }],
  },
  {
    of: "`json` of elements that are text themselves",
    more: { each: { call: "record.calls" }, json: ["call"] },
    event: { action: ACTION },
    content: [{ calls: ['{"name":"x"}', '{"name":"y"}'] }],
    calls: [{ action: { name: "x" } }, { action: { name: "y" } }],
  },
  {
    of: "`json` through lists on the way",
    more: { each: { call: "record.steps.map(s, s.call)" }, json: ["record.steps.call"] },
    event: { action: ACTION },
    content: [{ steps: [{ call: '{"name":"x"}' }, { call: '{"name":"y"}' }] }],
    calls: [{ action: { name: "x" } }, { action: { name: "y" } }],
  },
  {
    of: "`json` as a function, below another",
    event: {
      action: { name: "json(json(record.body).call).name" },
      args: { n: "json(record.n) + 1.0" },
    },
    content: [{ body: JSON.stringify({ call: '{"name":"x"}' }), n: "41" }],
    calls: [{ action: { name: "x" }, args: { n: 42 } }],
  },
  {
    of: "text that is no JSON is counted, and the rest stays",
    event: { action: { name: "record.tool" }, args: { a: "json(record.a)" } },
    content: [{ tool: "x", a: "{" }],
    calls: [{ action: { name: "x" } }],
    causes: ["`args.a` has no value: this text is not JSON"],
  },
  {
    of: "a list of pairs to a map",
    event: {
      action: { name: "record.tool" },
      args: "record.parameters.transformMapEntry(i, p, {p.name: p.value})",
    },
    content: [
      {
        tool: "x",
        parameters: [
          { name: "n1", value: "10" },
          { name: "n2", value: 20 },
        ],
      },
    ],
    calls: [{ args: { n1: "10", n2: 20 } }],
  },
  {
    of: "OTLP's attributes, with values below their type",
    event: {
      action: { name: "record.name" },
      args: "record.attributes.transformMapEntry(i, a, a.key != 'x', {a.key: a.value.stringValue})",
    },
    content: [
      {
        name: "t",
        attributes: [
          { key: "x", value: {} },
          { key: "k", value: { stringValue: "v" } },
        ],
      },
    ],
    calls: [{ args: { k: "v" } }],
  },
  {
    of: "a map transformed",
    event: { action: { name: "record.t" }, args: "record.m.transformMap(k, v, v.value)" },
    content: [{ t: "x", m: { a: { value: 1 }, b: { value: "2" } } }],
    calls: [{ args: { a: 1, b: "2" } }],
  },
  {
    of: "a pair that comes twice is no map: nobody knows which counts",
    event: {
      action: { name: "record.t" },
      args: "record.p.transformMapEntry(i, p, {p.n: p.v})",
    },
    content: [
      {
        t: "x",
        p: [
          { n: "a", v: 1 },
          { n: "a", v: 2 },
        ],
      },
    ],
    calls: [{ action: { name: "x" } }],
    causes: ["`args` has no value: a map has the same key twice"],
  },
  {
    of: "inner lists that are missing or null are empty",
    more: { each: { message: "record.messages", call: "message.calls" } },
    event: { action: ACTION },
    content: [{ messages: [{ type: "user" }, { calls: null }, { calls: [{ name: "x" }] }] }],
    calls: [{ action: { name: "x" } }],
  },
  {
    of: "an inner list that is none costs its element, and no other",
    more: { each: { message: "record.messages", call: "message.calls" } },
    event: { action: ACTION },
    content: [{ messages: [{ calls: "none" }, { calls: [{ name: "x" }] }] }],
    calls: [{ action: { name: "x" } }],
    causes: ["`each.call` is not a list"],
  },
  {
    of: "an outcome on a later line, and a session on an earlier one",
    more: {
      join: {
        head: { from: "record.type == 'session'", key: "'session'", on: "'session'" },
        result: { from: "record.type == 'result'", key: "record.call", on: "record.id" },
      },
    },
    event: {
      action: { name: "record.tool" },
      session: "head.id",
      outcome: { status: "result.ok ? 'ok' : 'error'" },
    },
    content: [
      { type: "session", id: "s1" },
      { type: "call", id: "1", tool: "x" },
      { type: "call", id: "2", tool: "y" },
      { type: "result", call: "2", ok: false },
      { type: "result", call: "1", ok: true },
      { type: "call", id: "3", tool: "z" },
    ],
    calls: [
      { action: { name: "x" }, session: "s1", outcome: { status: "ok" } },
      { action: { name: "y" }, session: "s1", outcome: { status: "error" } },
      { action: { name: "z" }, session: "s1" },
    ],
  },
  {
    of: "an outcome for a call within a list",
    more: {
      each: { call: "record.calls" },
      when: "has(record.calls)",
      join: { result: { from: "has(record.call_id)", key: "record.call_id", on: "call.id" } },
    },
    event: { action: ACTION, outcome: { status: "result.status" } },
    content: [
      { call_id: "b", status: "ok" },
      {
        calls: [
          { id: "a", name: "x" },
          { id: "b", name: "y" },
        ],
      },
      { call_id: "a", status: "error" },
    ],
    calls: [
      { action: { name: "x" }, outcome: { status: "error" } },
      { action: { name: "y" }, outcome: { status: "ok" } },
    ],
  },
];

test.each(CASES)("$of", async ({ event, more, ...variant }) => {
  const { calls, causes } = await importVariant(mapped(event, more), variant);
  expect(calls).toMatchObject(variant.calls);
  expect([calls.length, causes]).toEqual([variant.calls.length, variant.causes ?? []]);
});

describe("a mapping is checked against the language when it is read", () => {
  const problems = (more: object): readonly string[] => {
    const decoded = decodeMapping({
      apiVersion: "agentz/v1",
      kind: "Mapping",
      event: { action: { name: "record.tool" } },
      ...more,
    });
    return "problems" in decoded
      ? decoded.problems.map(({ path, message }) => `${path}: ${message}`)
      : [];
  };
  test.each<[string, object, string]>([
    [
      "a function that there is not",
      { event: { id: "record.a.lowerASCII()" } },
      "$.event.id: there is no method `lowerASCII`; did you mean `lowerAscii`? (at character 10)",
    ],
    [
      "a function by itself",
      { when: "siz(record.a) == 1" },
      "$.when: there is no function `siz`; did you mean `size`? (at character 1)",
    ],
    ["a name that there is not", { event: { id: "recrod.id" } }, "$.event.id: "],
    [
      "a macro that is used otherwise",
      { each: { c: "record.a.map(record)" } },
      "$.each.c: `map` cannot be called",
    ],
    ["a condition that gives a text", { when: "'x'" }, "$.when: this must give true or false"],
    ["arguments of a wrong number", { event: { id: "record.a.trim(1)" } }, "$.event.id: `trim`"],
    ["a pattern that is none", { when: "record.a.matches('(')" }, "$.when: this is not a regular"],
    ["a name of `each` before it is there", { each: { a: "b.x", b: "record.b" } }, "$.each.a: "],
    [
      "a name of `each` twice",
      { each: { record: "record.b" } },
      "$.each.record: a name consists of lower-case",
    ],
    ["a place of `json`", { json: ["call.x"] }, "$.json: "],
    ["a join without its parts", { join: { r: { from: "true", key: "1" } } }, "$.join.r.on: "],
    [
      "a join that reads an element of others",
      { each: { c: "record.c" }, join: { r: { from: "c.x", key: "1", on: "c.id" } } },
      "$.join.r.from: ",
    ],
    ["a text as arguments of a member", { event: { args: { a: 1 } } }, "$.event.args.a: it has to"],
  ])("%s", (_, more, start) => expect(problems(more)).toEqual([expect.stringContaining(start)]));

  test("nothing is read then: exit status 2, with the place", () => {
    const cwd = scratch({
      "m.yaml":
        "apiVersion: agentz/v1\nkind: Mapping\nevent:\n  action: { name: record.tool.lowerASCII() }\n",
      "a.jsonl": jsonl([{ tool: "X" }]),
    });
    const { status, stdout, stderr } = agentz(
      ["import", "generic", "a.jsonl", "--mapping", "m.yaml"],
      { cwd },
    );
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("m.yaml: $.event.action.name: there is no method `lowerASCII`");
  });
});

describe("the functions are those of conditions too", () => {
  test.each<[string, unknown]>([
    ["json('{\"a\":[1,\"x\",null]}').a[1] == 'x'", true],
    ["json('1') == 1.0", true],
    ['json(\'{"a":1,"a":2}\') == 1', "error"],
    ["json('x') == 1", "error"],
    ["[{'k':'a','v':1}].transformMapEntry(i, p, {p.k: p.v}) == {'a': 1}", true],
    ["{'a': 1}.transformMap(k, v, v + 1) == {'a': 2}", true],
    ["{'a': 1, 'b': 2}.transformMap(k, v, k == 'b', v) == {'b': 2}", true],
    ["[1, 1].transformMapEntry(i, v, {v: i}) == {}", "error"],
    ["[1].transformMapEntry(i, v, 1) == {}", "error"],
    ["[5].transformMap(i, v, v) == {0: 5}", true],
  ])("%s", (text, want) => expect(told(text, {})).toBe(want));
});
