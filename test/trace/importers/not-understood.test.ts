import { describe, expect, test } from "vitest";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import { autoImporter } from "../../../src/trace/importers/auto.ts";
import { callShapes } from "../../../src/trace/importers/call-shapes.ts";
import { ImportTally } from "../../../src/trace/importers/import-tally.ts";
import { importedFiles } from "../../../src/trace/importers/run-import.ts";
import { agentz, jsonl, scratch } from "../../e2e/agentz.ts";
import { importFileOf, readAll } from "../bytes.ts";
import { importAll, importFiles } from "./import-all.ts";

const CALL = {
  messages: [
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "1", function: { name: "x", arguments: "{}" } }],
    },
  ],
};
const OVERLOOKED = {
  messages: [{ role: "user", content: "go" }],
  steps: [
    { toolName: "x", args: { a: 1 } },
    { toolName: "y", args: {} },
  ],
};

describe("what looks like a call: nothing of an input vanishes (design 7.7)", () => {
  const places = (value: unknown, loose = false): Record<string, number> =>
    Object.fromEntries(
      [...callShapes(value, { loose })].map(([place, { count }]) => [place, count]),
    );

  test.each<[what: string, value: unknown, places: Record<string, number>]>([
    ["a type that says so", { items: [{ type: "web_search_call", id: "w" }] }, { "items[]": 1 }],
    ["a type of a use", [{ type: "mcp_tool_use" }, { type: "server_tool_use" }], { "[]": 2 }],
    ["an event's kind", { event: "tool-call", data: {} }, { "a record": 1 }],
    ["a name beside arguments", { a: { b: { name: "x", arguments: {} } } }, { "a.b": 1 }],
    ["arguments as text", { name: "x", arguments: '{"a":1}' }, { "a record": 1 }],
    [
      "OpenAI's function",
      { tool_calls: [{ type: "function_call", function: { name: "x", arguments: "{}" } }] },
      { "tool_calls[].function": 1 },
    ],
    ["JSON in a text", { message: '{"calls":[{"tool":"x","args":{}}]}' }, { "message.calls[]": 1 }],
    ["a result", { type: "function_call_output", output: "x" }, {}],
    ["a result of a tool", { type: "custom_tool_call_result" }, {}],
    ["a definition", { name: "x", arguments: { type: "object", properties: {} } }, {}],
    ["prose", { type: "text", text: "a tool call" }, {}],
    ["a model's request", { name: "gpt", input: { messages: [] } }, {}],
    ["no object", "tool_call", {}],
  ])("%s", (_, value, expected) => expect(places(value)).toEqual(expected));

  test("loosely, other names of arguments count too", () =>
    expect(places({ name: "x", input: { a: 1 } }, true)).toEqual({ "a record": 1 }));
});

test("calls in a file of which an importer takes none are counted by place, with its line", async () => {
  const { calls, report } = await importAll([
    importFileOf("a.json", JSON.stringify(OVERLOOKED)),
    importFileOf("b.json", JSON.stringify(CALL)),
  ]);
  expect(calls).toHaveLength(1);
  expect(report.notUnderstood).toEqual([{ kind: "`steps[]` looks like a call", count: 2 }]);
});

test("no format ends with success and without a call where a file holds what may be one", async () => {
  const file = importFileOf("a.jsonl", jsonl([OVERLOOKED]));
  for (const importer of [...ALL_IMPORTERS, autoImporter(ALL_IMPORTERS)]) {
    const { calls, report } = await importFiles(importer, [file]);
    const counted = report.notUnderstood.map(({ count }) => count);
    expect([importer.name, calls.length, counted]).toEqual([importer.name, 0, [2]]);
  }
});

test("standard input, which comes once, is looked at all the same", async () => {
  let opened = 0;
  const file = importFileOf("-", JSON.stringify(OVERLOOKED));
  const once = { ...file, path: "-", open: () => (opened++, file.open()) };
  const { report } = await importAll([once]);
  expect([opened, report.notUnderstood]).toEqual([
    1,
    [{ kind: "`steps[]` looks like a call", count: 2 }],
  ]);
});

test("a replay that imports counts them as undecided events", async () => {
  const [importer] = ALL_IMPORTERS.filter(({ name }) => name === "chat");
  const { files } = await importedFiles(
    importer ?? autoImporter([]),
    [importFileOf("a.json", JSON.stringify(OVERLOOKED))],
    { results: false },
  );
  const { events, report } = await readAll(files);
  expect(report.undecided).toBe(2);
  expect(report.undecidedList.map(({ type }) => type)).toEqual(
    Array.from({ length: 2 }, () => "not understood: `steps[]` looks like a call"),
  );
  expect(events.filter(({ type }) => type === "call")).toEqual([]);
});

test("kinds are cut, and beyond a thousand they are one: a hostile file costs no memory", () => {
  const tally = new ImportTally();
  tally.addNotUnderstood("x".repeat(1000), "a");
  for (let i = 0; i < 2000; i++) tally.addNotUnderstood(`kind ${i}`, "a");
  const { notUnderstood } = tally.report();
  expect(notUnderstood).toHaveLength(1001);
  expect(notUnderstood[0]).toEqual({ kind: "of other kinds", count: 1001 });
  expect(notUnderstood.find(({ kind }) => kind.startsWith("xx"))?.kind).toHaveLength(120);
});

test("the command refuses, with the formats there are and the way out", () => {
  const cwd = scratch({ "a.json": JSON.stringify(OVERLOOKED) });
  const { status, stderr } = agentz(["import", "chat", "a.json"], { cwd });
  expect(status).toBe(2);
  expect(stderr).toContain("2 not understood: `steps[]` looks like a call");
  expect(stderr).toContain("authzen, auto, cerbos");
  expect(stderr).toContain("agentz import --suggest a.json");
});
