import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { IMPORT_ENDINGS, expandInputs } from "../../../src/node/inputs.ts";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import { autoImporter } from "../../../src/trace/importers/auto.ts";
import { outline } from "../../../src/trace/importers/outline.ts";
import { findImporter } from "../../../src/trace/importers/registry.ts";
import { importFileOf, linesOf } from "../bytes.ts";
import { importFiles } from "./import-all.ts";
import { otlp, span, tool } from "./variants/otel.ts";
import { lacks } from "../../needs.ts";

const auto = autoImporter(ALL_IMPORTERS);
const call = { id: "c1", type: "function", function: { name: "x", arguments: "{}" } };

test("files of several formats may come together; what no format knows is counted with its file", async () => {
  const files = [
    importFileOf(
      "a.jsonl",
      linesOf([{ decision_id: "d", path: "agents/allow", input: { tool: "x" }, result: true }]),
    ),
    importFileOf("b.json", JSON.stringify(otlp([span("01", tool("x"))]))),
    importFileOf(
      "c.json",
      JSON.stringify({ messages: [{ role: "assistant", content: null, tool_calls: [call] }] }),
    ),
    importFileOf(
      "d.jsonl",
      linesOf([{ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "x" } }]),
    ),
    importFileOf("e.txt", "hello"),
    importFileOf(
      "f.jsonl",
      linesOf([{ id: "s/0", session: "s", action: { name: "x" }, args: {} }]),
    ),
    importFileOf("g.json", ""),
  ];
  const { calls, report } = await importFiles(auto, files);
  expect(calls.map(({ action }) => Object(action).name)).toEqual(["x", "x", "x", "x"]);
  expect(report.unreadable).toEqual([
    { file: "e.txt", cause: "the format of the file is not recognised", count: 1 },
    {
      file: "f.jsonl",
      cause:
        "the format of the file is not recognised; the nearest is agentz's own, which needs no " +
        "import, by `action`, `args`, `session`",
      count: 1,
    },
    { file: "g.json", cause: "the file is empty", count: 1 },
  ]);
});

describe("what a call carried does not make its file another format", () => {
  const carried = [
    { resourceSpans: [] },
    { jsonrpc: "2.0", method: "tools/call" },
    { decision_id: "x", input: {} },
    { observations: ["x"] },
    { isSidechain: true },
    { type: "agent.tool_use" },
    { checkResources: { x: 1 } },
    { hook_event_name: "x" },
    { subject: { type: "x" }, resource: {}, decision: true },
    { messages: [{ role: "user" }] },
  ];
  const messages = (args: unknown): object[] => [
    { role: "user", content: `look at ${JSON.stringify(args)}` },
    {
      role: "assistant",
      content: null,
      tool_calls: [{ ...call, function: { name: "x", arguments: args } }],
    },
  ];
  const shapes: readonly (readonly [string, (args: object) => string])[] = [
    ["chat", (args) => JSON.stringify({ messages: messages(args) })],
    ["chat", (args) => JSON.stringify({ messages: messages(JSON.stringify(args)) })],
    [
      "claude-code",
      (args) =>
        linesOf([
          {
            type: "assistant",
            sessionId: "s",
            isSidechain: false,
            message: {
              role: "assistant",
              content: [{ type: "tool_use", id: "t", name: "x", input: args }],
            },
          },
        ]),
    ],
    [
      "claude-code",
      (args) =>
        linesOf([
          { session_id: "s", hook_event_name: "PreToolUse", tool_name: "x", tool_input: args },
        ]),
    ],
    [
      "mcp",
      (args) =>
        linesOf([
          { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "x", arguments: args } },
        ]),
    ],
    [
      "langfuse",
      (args) =>
        JSON.stringify(
          {
            trace: { id: "t" },
            observations: [{ id: "o", traceId: "t", type: "TOOL", name: "x", input: args }],
          },
          undefined,
          2,
        ),
    ],
    [
      "managed-agents",
      (args) => linesOf([{ type: "agent.tool_use", id: "e", name: "x", input: args }]),
    ],
    [
      "opa",
      (args) =>
        linesOf([{ decision_id: "d", path: "p", input: { tool: "x", args }, result: true }]),
    ],
    ["otel", (args) => JSON.stringify(otlp([span("01", tool("x", JSON.stringify(args)))]))],
  ];
  test.each(shapes)("%s %#", async (format, written) => {
    for (const args of carried) {
      const file = importFileOf("run.jsonl", written(args));
      const told = await importFiles(auto, [file]);
      expect(told.calls).toMatchObject([{ action: { name: "x" }, args }]);
      expect(told.text).toBe(
        (await importFiles(findImporter(format, ALL_IMPORTERS) ?? auto, [file])).text,
      );
    }
  });

  test("text that is cut off or no JSON is followed as far as it goes", () => {
    expect(outline('{"a":{"input":{"b":[1,"]}"]},"c":"input"}}')).toBe(
      '{"a":{"input":{},"c":"input"}}',
    );
    expect(outline('{"a":1,"args" : [{"b":')).toBe('{"a":1,"args" : []');
    for (const text of [
      "",
      "hello",
      '"',
      '{"args',
      '"args" x {"b":1}',
      '{"input":"x","d":{}}',
      "a,b\n1,2",
    ])
      expect(outline(text)).toBe(text);
  });
});

const traces = resolve(import.meta.dirname, "../../../../shared/traces");
describe.skipIf(lacks("shared"))("recorded files", () => {
  const folder = mkdtempSync(join(tmpdir(), "agentz-auto-"));
  beforeAll(
    () =>
      void execFileSync("tar", [
        "-xJf",
        join(traces, "agentdojo/claude-3-7-sonnet-20250219.tar.xz"),
        "-C",
        folder,
      ]),
  );
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([
    ["chat", [folder], 3800],
    ["chat", [join(traces, "tau-bench/gpt-4o-airline.json.gz")], 1164],
    ["otel", [join(traces, "otel-genai/*.otlp.json")], 4],
    ["otel", [join(traces, "otel-genai/otel_genai_tool_execution_span.json")], 1],
    ["langfuse", [join(traces, "langfuse")], 11],
    ["claude-code", [join(traces, "claude-code-hooks")], 15],
    ["managed-agents", [join(traces, "managed-agents")], 4],
    ["mcp", [join(traces, "mcp")], 1],
  ] as const)("%s: %s", async (format, paths, calls) => {
    const files = await expandInputs(paths, IMPORT_ENDINGS);
    const found = findImporter(format, ALL_IMPORTERS);
    const told = await importFiles(auto, files);
    expect(told.report.calls).toBe(calls);
    expect(told.text).toBe((await importFiles(found ?? auto, files)).text);
  });
});
