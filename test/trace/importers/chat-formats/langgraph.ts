import type { Row } from "./row.ts";

const human = { type: "human", content: "go", id: "h" };
const ai = (name: string, id: string, more: object = {}): object => ({
  type: "ai",
  content: "",
  id: `m-${id}`,
  tool_calls: [{ name, args: {}, id, type: "tool_call" }],
  invalid_tool_calls: [],
  additional_kwargs: {},
  response_metadata: {},
  ...more,
});
const tool = (id: string, status = "success", more: object = {}): object => ({
  type: "tool",
  content: "x",
  tool_call_id: id,
  status,
  ...more,
});
const state = (thread: string, ...messages: object[]): object => ({
  values: { messages },
  next: [],
  config: { configurable: { thread_id: thread, checkpoint_id: String(messages.length) } },
  metadata: { source: "loop", step: messages.length },
  created_at: "2026-03-02T09:00:00Z",
});
const constructor = (kind: string, kwargs: object): object => ({
  lc: 1,
  type: "constructor",
  id: ["langchain", "schema", "messages", kind],
  kwargs,
});

/** LangChain's messages and LangGraph's states and checkpoints. */
export const LANGGRAPH: readonly Row[] = [
  {
    of: "a state",
    content: [state("t-1", human, ai("a", "1"), tool("1"))],
    calls: ["[t-1] a {} ok"],
  },
  {
    of: "the history of a thread, newest first, repeats the messages",
    content: [
      [
        state("t-1", human, ai("a", "1"), tool("1"), ai("b", "2")),
        state("t-1", human, ai("a", "1"), tool("1")),
        state("t-1", human),
      ],
    ],
    calls: ["[t-1] a {} ok", "[t-1] b {}"],
  },
  {
    of: "the same, oldest first, one a line",
    content: [
      state("t-1", human),
      state("t-1", human, ai("a", "1")),
      state("t-1", human, ai("a", "1"), tool("1", "error")),
    ],
    calls: ["[t-1] a {} error"],
  },
  {
    of: "checkpoints as a saver lists them",
    content: [
      {
        config: { configurable: { thread_id: "t-1", checkpoint_ns: "" } },
        checkpoint: {
          v: 4,
          ts: "2026-03-02T09:00:00Z",
          id: "1",
          channel_values: { messages: [human, ai("a", "1")] },
        },
        metadata: {},
      },
    ],
    calls: ["[t-1] a {}"],
  },
  {
    of: "agents by the names of their messages, with a hand-off",
    content: [
      state(
        "t-1",
        human,
        ai("transfer_to_mailer", "1", { name: "supervisor" }),
        tool("1", "success", { name: "transfer_to_mailer" }),
        ai("send", "2", { name: "mailer" }),
      ),
    ],
    calls: [
      "[t-1] supervisor: subagent_invocation transfer_to_mailer {}",
      "[t-1] supervisor/mailer: send {}",
    ].map((each, index) => (index === 0 ? `${each} ok` : each)),
  },
  {
    of: "messages as they are serialised",
    content: [
      {
        thread_id: "t-1",
        messages: [
          constructor("HumanMessage", { content: "go" }),
          constructor("AIMessage", { content: "", tool_calls: [{ name: "a", args: {}, id: "1" }] }),
          constructor("ToolMessage", { content: "x", tool_call_id: "1", status: "error" }),
        ],
      },
    ],
    calls: ["[t-1] a {} error"],
  },
  {
    of: "the parts of a provider beside the calls made of them count once",
    content: [
      state(
        "t-1",
        human,
        ai("a", "1", {
          content: [
            { type: "text", text: "x" },
            { type: "tool_use", id: "1", name: "a", input: {} },
          ],
        }),
      ),
    ],
    calls: ["[t-1] a {}"],
  },
  {
    of: "the older place of calls",
    content: [
      [
        human,
        {
          type: "ai",
          content: "",
          additional_kwargs: {
            tool_calls: [{ id: "1", type: "function", function: { name: "a", arguments: "{}" } }],
          },
        },
      ],
    ],
    calls: ["a {}"],
  },
  {
    of: "content blocks of version 1",
    content: [
      [
        human,
        {
          type: "ai",
          content: [
            { type: "reasoning", reasoning: "x" },
            { type: "server_tool_call", id: "1", name: "web_search", args: { q: 1 } },
            { type: "server_tool_result", tool_call_id: "1", status: "error", output: "no" },
            { type: "tool_call", id: "2", name: "a", args: {} },
          ],
        },
      ],
    ],
    calls: ['web_search {"q":1} error', "a {}"],
  },
  {
    of: "calls that LangChain could not read are counted",
    content: [
      state(
        "t-1",
        human,
        ai("a", "1", { invalid_tool_calls: [{ name: "b", args: "{", id: "2", error: "x" }] }),
      ),
    ],
    calls: ["[t-1] a {}"],
    kinds: ["1 the framework itself could not read a tool call"],
  },
  {
    of: "two threads of one file",
    content: [state("t-1", human, ai("a", "1")), state("t-2", human, ai("a", "1"))],
    calls: ["[t-1] a {}", "[t-2] a {}"],
  },
  {
    of: "a member that is not known and may hold calls",
    content: [
      state(
        "t-1",
        human,
        { type: "ai", content: "x", calls_made: [{ name: "b", args: {} }] },
        ai("a", "1"),
      ),
    ],
    calls: ["[t-1] a {}"],
    kinds: ["1 a message has an unknown member: `calls_made`"],
  },
];
