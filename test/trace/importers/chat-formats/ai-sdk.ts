import { user, type Row } from "./row.ts";

const ui = (...parts: object[]): object => ({ id: "m", role: "assistant", parts });
const part = (name: string, state: string, more: object = {}): object => ({
  type: `tool-${name}`,
  toolCallId: `id-${name}-${state}`,
  state,
  input: { q: 1 },
  ...more,
});
const chat = (...messages: object[]): readonly unknown[] => [{ id: "chat-1", messages }];
const asked = { id: "u", role: "user", parts: [{ type: "text", text: "go" }] };

/** UI messages and model messages of versions 4, 5 and 6. */
export const AI_SDK: readonly Row[] = [
  {
    of: "parts named after their tool, and dynamic ones",
    content: chat(
      asked,
      ui({ type: "step-start" }, part("refund", "output-available", { output: { ok: true } }), {
        type: "dynamic-tool",
        toolName: "mail",
        toolCallId: "c2",
        state: "output-error",
        input: { to: "x" },
        errorText: "smtp down",
      }),
    ),
    calls: ['refund {"q":1} ok', 'mail {"to":"x"} error'],
  },
  {
    of: "parts as JSON text, as data bases export them",
    content: [
      {
        messages: [
          { ...asked, parts: JSON.stringify(asked.parts) },
          {
            role: "assistant",
            parts: JSON.stringify([part("refund", "output-available", { output: 1 })]),
          },
          {
            role: "assistant",
            content: "",
            toolInvocations: JSON.stringify([
              { toolName: "old", toolCallId: "o", args: {}, state: "result", result: 1 },
            ]),
          },
          {
            role: "assistant",
            content: null,
            tool_calls: JSON.stringify([{ id: "t", function: { name: "pay", arguments: "{}" } }]),
          },
        ],
      },
    ],
    calls: ['refund {"q":1} ok', "old {} ok", "pay {}"],
  },
  {
    of: "parts that cannot be read are counted, plain words are not",
    content: chat(
      ...['[{"type":"tool-refund","toolCallId":"c1"', { type: "tool-refund" }, "hello"].map(
        (parts) => ({ role: "assistant", parts }),
      ),
    ),
    calls: [],
    kinds: ["2 `parts` is not a list"],
  },
  {
    of: "the output of a tool of an MCP server that is an error",
    content: chat(
      ui(
        part("a", "output-available", { output: { content: [], isError: true } }),
        part("b", "output-available", { output: { content: [], isError: false } }),
        {
          type: "tool-invocation",
          toolInvocation: {
            toolName: "c",
            toolCallId: "c",
            args: {},
            state: "result",
            result: { isError: true },
          },
        },
        { type: "tool-call", toolCallId: "d", toolName: "d", input: {} },
        { type: "tool-call", toolCallId: "e", toolName: "e", input: {} },
      ),
      {
        role: "tool",
        content: [
          {
            type: "tool-result",
            toolCallId: "d",
            toolName: "d",
            output: { type: "json", value: { content: [], isError: true } },
          },
          { type: "tool-result", toolCallId: "e", toolName: "e", result: { isError: true } },
        ],
      },
    ),
    calls: ['a {"q":1} error', 'b {"q":1} ok', "c {} error", "d {} error", "e {} error"],
  },
  {
    of: "a denied call has a decision and no outcome",
    content: chat(
      asked,
      ui(part("del", "output-denied", { approval: { id: "a1", approved: false, reason: "no" } })),
    ),
    calls: ['del {"q":1} deny refused'],
  },
  {
    of: "approvals: asked for, answered, run after it",
    content: chat(
      ui(
        part("a", "approval-requested", { approval: { id: "1" } }),
        part("b", "approval-responded", { approval: { id: "2", approved: true } }),
        part("c", "approval-responded", { approval: { id: "3", approved: false } }),
        part("d", "output-available", { approval: { id: "4", approved: true }, output: 1 }),
      ),
    ),
    calls: [
      'a {"q":1} require_approval',
      'b {"q":1} require_approval granted',
      'c {"q":1} deny refused',
      'd {"q":1} require_approval granted ok',
    ],
  },
  {
    of: "a call that waits for its output, and one whose output goes on",
    content: chat(
      ui(
        part("a", "input-available"),
        part("b", "output-available", { output: 1, preliminary: true }),
      ),
    ),
    calls: ['a {"q":1}', 'b {"q":1}'],
  },
  {
    of: "a call whose input was still being written is counted",
    content: chat(
      asked,
      ui(part("a", "input-streaming"), part("b", "output-available", { output: 1 })),
    ),
    calls: ['b {"q":1} ok'],
    kinds: ["1 a tool call was incomplete when it was recorded"],
  },
  {
    of: "an input that did not fit its schema stands in rawInput",
    content: chat(
      ui({
        type: "tool-a",
        toolCallId: "c",
        state: "output-error",
        rawInput: { z: 1 },
        errorText: "bad input",
      }),
    ),
    calls: ['a {"z":1} error'],
  },
  {
    of: "version 4: tool invocations of a message",
    content: chat(user("go"), {
      role: "assistant",
      content: "",
      toolInvocations: [
        { state: "result", toolCallId: "c1", toolName: "a", args: { q: 1 }, result: "x" },
        { state: "call", toolCallId: "c2", toolName: "b", args: {} },
        { state: "partial-call", toolCallId: "c3", toolName: "c", args: {} },
      ],
    }),
    calls: ['a {"q":1} ok', "b {}"],
    kinds: ["1 a tool call was incomplete when it was recorded"],
  },
  {
    of: "version 4.2: the same call in a part and in the list counts once",
    content: chat(user("go"), {
      role: "assistant",
      content: "",
      toolInvocations: [{ state: "result", toolCallId: "c1", toolName: "a", args: {}, result: 1 }],
      parts: [
        {
          type: "tool-invocation",
          toolInvocation: { state: "result", toolCallId: "c1", toolName: "a", args: {}, result: 1 },
        },
      ],
    }),
    calls: ["a {} ok"],
  },
  {
    of: "a list of UI messages, and one a line",
    content: [asked, ui(part("a", "output-available", { output: 1 }))],
    calls: ['a {"q":1} ok'],
  },
  {
    of: "files, sources, reasoning and data are no calls",
    content: chat(
      asked,
      ui(
        { type: "reasoning", text: "x" },
        { type: "source-url", sourceId: "1", url: "https://x.example" },
        { type: "source-document", sourceId: "2", mediaType: "a/b", title: "t" },
        { type: "file", mediaType: "a/b", url: "data:" },
        { type: "data-weather", data: { city: "x" } },
        part("a", "output-available", { output: 1 }),
      ),
    ),
    calls: ['a {"q":1} ok'],
  },
  {
    of: "a chat that is saved again and again: what came of a call is told later",
    content: [
      ...chat(asked, ui(part("a", "x", { state: "approval-requested", approval: { id: "1" } }))),
      ...chat(
        asked,
        ui(
          part("a", "x", {
            state: "output-available",
            output: 1,
            approval: { id: "1", approved: true },
          }),
        ),
      ),
    ].map((each) => ({ ...Object(each), chatId: "k", threadId: "t-1" })),
    calls: ['[t-1] a {"q":1} require_approval granted ok'],
  },
  {
    of: "model messages: results with types, a refusal among them",
    content: [
      [
        user("go"),
        {
          role: "assistant",
          content: [
            { type: "tool-call", toolCallId: "1", toolName: "a", input: {} },
            { type: "tool-call", toolCallId: "2", toolName: "b", input: {} },
            { type: "tool-call", toolCallId: "3", toolName: "c", input: {} },
          ],
        },
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              toolCallId: "1",
              toolName: "a",
              output: { type: "text", value: "error: x" },
            },
            {
              type: "tool-result",
              toolCallId: "2",
              toolName: "b",
              output: { type: "error-json", value: {} },
            },
            {
              type: "tool-result",
              toolCallId: "3",
              toolName: "c",
              output: { type: "execution-denied", reason: "no" },
            },
          ],
        },
      ],
    ],
    calls: ["a {} ok", "b {} error", "c {} deny"],
  },
  {
    of: "model messages: approvals in parts of their own",
    content: [
      [
        {
          role: "assistant",
          content: [
            { type: "tool-call", toolCallId: "1", toolName: "a", input: {} },
            { type: "tool-approval-request", approvalId: "q", toolCallId: "1" },
          ],
        },
        {
          role: "tool",
          content: [{ type: "tool-approval-response", approvalId: "q", approved: true }],
        },
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              toolCallId: "1",
              toolName: "a",
              output: { type: "json", value: 1 },
            },
          ],
        },
      ],
    ],
    calls: ["a {} require_approval granted ok"],
  },
  {
    of: "a part without a type, and a state that is not known, are counted",
    content: chat(
      asked,
      ui(
        { toolCallId: "c", toolName: "a", input: {} },
        part("b", "output-imagined", { output: 1 }),
      ),
    ),
    calls: ['b {"q":1} ok'],
    kinds: [
      "1 a part of a message has an unknown kind: `toolCallId`",
      "1 the state of a tool call is unknown",
    ],
  },
];
