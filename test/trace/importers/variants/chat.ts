import type { Variant } from "../import-all.ts";

const T = "2026-01-02T10:00:00Z";
const user = (content: unknown): object => ({ role: "user", content });
const call = (id: string, name: string, args: unknown = "{}"): object => ({
  id,
  type: "function",
  function: { name, arguments: args },
});
const asks = (...tool_calls: readonly unknown[]): object => ({
  role: "assistant",
  content: null,
  tool_calls,
});
const answer = (tool_call_id: string, content: unknown): object => ({
  role: "tool",
  tool_call_id,
  content,
});
const run = (...messages: readonly object[]): object => ({ messages });
const says = (...content: readonly object[]): object => ({ role: "assistant", content });

/**
 * OpenAI's chat completions, Anthropic's messages, the AI SDK's model messages, LangChain's,
 * AgentDojo, tau-bench and tau2-bench.
 */
export const CHAT_VARIANTS: readonly Variant[] = [
  {
    of: "a call with its result",
    content: [run(user("go"), asks(call("c1", "refund", '{"amount":5}')), answer("c1", "done"))],
    calls: [
      {
        id: "log/0",
        session: "log",
        action: { kind: "tool_call", name: "refund" },
        args: { amount: 5 },
        context: { request: "go" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "several calls at once, answered in another order",
    content: [
      run(
        user("go"),
        asks(call("c1", "a"), call("c2", "b")),
        answer("c2", "Error: no"),
        answer("c1", "fine"),
      ),
    ],
    calls: [
      { action: { name: "a" }, outcome: { status: "ok" } },
      { action: { name: "b" }, outcome: { status: "error" } },
    ],
  },
  {
    of: "the older function_call",
    content: [
      run(
        user("go"),
        { role: "assistant", content: null, function_call: { name: "old", arguments: '{"a":1}' } },
        { role: "function", name: "old", content: "done" },
      ),
    ],
    calls: [{ action: { name: "old" }, args: { a: 1 }, outcome: { status: "ok" } }],
  },
  {
    of: "a custom tool, whose input is a text",
    content: [
      run(
        user("go"),
        asks({ id: "c1", type: "custom", custom: { name: "shell", input: "ls -l" } }),
        answer("c1", "a.txt"),
      ),
    ],
    calls: [{ action: { name: "shell" }, args: { input: "ls -l" }, outcome: { status: "ok" } }],
  },
  {
    of: "developer and system messages are no prompts; refusals and names are no calls",
    content: [
      run(
        { role: "developer", content: "be kind" },
        { role: "system", content: "x" },
        { role: "user", name: "ann", content: "go" },
        { role: "assistant", content: null, refusal: "no" },
      ),
    ],
    calls: [],
  },
  {
    of: "content in parts",
    content: [
      run(
        user([
          { type: "text", text: "refund" },
          { type: "image_url", image_url: { url: "data:" } },
          { type: "text", text: "4711" },
        ]),
        asks(call("c1", "a")),
        answer("c1", [{ type: "text", text: "error: gone" }]),
      ),
    ],
    calls: [{ context: { request: "refund\n4711" }, outcome: { status: "error" } }],
  },
  {
    of: "training examples: messages beside tools, one a line",
    content: [
      {
        ...run(user("go"), asks(call("c1", "a"))),
        tools: [{ type: "function", function: { name: "a", parameters: {} } }],
        parallel_tool_calls: false,
      },
      run(user("go"), asks(call("c1", "b"))),
    ],
    calls: [
      { id: "log/0/0", session: "log/0" },
      { id: "log/1/0", action: { name: "b" } },
    ],
  },
  {
    of: "Anthropic: tool_use and tool_result parts",
    content: [
      run(
        user("go"),
        says(
          { type: "text", text: "let me see" },
          { type: "tool_use", id: "t1", name: "get", input: { q: 1 } },
        ),
        user([{ type: "tool_result", tool_use_id: "t1", is_error: true, content: "no" }]),
      ),
    ],
    calls: [
      {
        action: { kind: "tool_call", name: "get" },
        args: { q: 1 },
        context: { request: "go" },
        outcome: { status: "error" },
      },
    ],
  },
  {
    of: "Anthropic: tools that its servers run, and those of an MCP server",
    content: [
      run(
        user("go"),
        says(
          { type: "server_tool_use", id: "s1", name: "web_search", input: { query: "x" } },
          {
            type: "web_search_tool_result",
            tool_use_id: "s1",
            content: { type: "web_search_tool_result_error", error_code: "max_uses_exceeded" },
          },
          { type: "mcp_tool_use", id: "m1", name: "issue", server_name: "tracker", input: {} },
          {
            type: "mcp_tool_result",
            tool_use_id: "m1",
            is_error: false,
            content: [{ type: "text", text: "ok" }],
          },
        ),
      ),
    ],
    calls: [
      {
        action: { kind: "tool_call", name: "web_search" },
        args: { query: "x" },
        outcome: { status: "error" },
      },
      {
        action: { kind: "mcp_request", server: "tracker", name: "issue" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "AI SDK: calls and results as parts",
    content: [
      [
        user("go"),
        says(
          { type: "tool-call", toolCallId: "c1", toolName: "get", input: { q: 1 } },
          { type: "tool-call", toolCallId: "c2", toolName: "put", input: {} },
        ),
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              toolCallId: "c1",
              toolName: "get",
              output: { type: "json", value: {} },
            },
            {
              type: "tool-result",
              toolCallId: "c2",
              toolName: "put",
              output: { type: "error-text", value: "no" },
            },
          ],
        },
      ],
    ],
    calls: [
      { action: { name: "get" }, args: { q: 1 }, outcome: { status: "ok" } },
      { outcome: { status: "error" } },
    ],
  },
  {
    of: "AI SDK, as it was before: args, result and isError",
    content: [
      [
        user("go"),
        says({ type: "tool-call", toolCallId: "c1", toolName: "get", args: { q: 1 } }),
        {
          role: "tool",
          content: [
            { type: "tool-result", toolCallId: "c1", toolName: "get", result: "no", isError: true },
          ],
        },
      ],
    ],
    calls: [{ args: { q: 1 }, outcome: { status: "error" } }],
  },
  {
    of: "LangChain: types for roles, flat calls",
    content: [
      {
        messages: [
          { type: "human", content: "go" },
          {
            type: "ai",
            content: "",
            tool_calls: [{ name: "get", args: { q: 1 }, id: "c1", type: "tool_call" }],
            invalid_tool_calls: [],
          },
          { type: "tool", name: "get", content: "broken", tool_call_id: "c1", status: "error" },
        ],
      },
    ],
    calls: [
      {
        action: { name: "get" },
        args: { q: 1 },
        context: { request: "go" },
        outcome: { status: "error" },
      },
    ],
  },
  {
    of: "LangChain: messages as they are stored, and serialised",
    content: [
      [
        { type: "human", data: { content: "go" } },
        { type: "ai", data: { content: "", tool_calls: [{ name: "get", args: {}, id: "c1" }] } },
        { type: "tool", data: { content: "fine", tool_call_id: "c1", status: "success" } },
      ],
      {
        messages: [
          {
            lc: 1,
            type: "constructor",
            id: ["langchain", "schema", "messages", "HumanMessage"],
            kwargs: { content: "go" },
          },
          {
            lc: 1,
            type: "constructor",
            id: ["langchain", "schema", "messages", "AIMessage"],
            kwargs: { content: "", tool_calls: [{ name: "put", args: {}, id: "c2" }] },
          },
        ],
      },
    ],
    calls: [
      { action: { name: "get" }, outcome: { status: "ok" } },
      { action: { name: "put" }, context: { request: "go" } },
    ],
  },
  {
    of: "AgentDojo: flat calls with empty ids, the suite as server",
    content: JSON.stringify(
      {
        suite_name: "slack",
        pipeline_name: "m-1",
        user_task_id: "user_task_2",
        injection_task_id: null,
        attack_type: null,
        messages: [
          { role: "system", content: "x" },
          user("go"),
          {
            role: "assistant",
            content: "",
            tool_calls: [{ function: "get", args: { q: 1 }, id: "", placeholder_args: null }],
          },
          { role: "tool", content: "", tool_call_id: "", tool_call: {}, error: "ValueError: no" },
        ],
      },
      undefined,
      2,
    ),
    calls: [
      {
        session: "m-1/slack/user_task_2/none/none",
        action: { server: "slack", name: "get" },
        args: { q: 1 },
        context: { task: { id: "user_task_2" }, model: { name: "m-1" } },
        outcome: { status: "error" },
      },
    ],
  },
  {
    of: "tau-bench: a list of trials, each for its customer",
    content: JSON.stringify([
      {
        task_id: 3,
        trial: 1,
        reward: 1,
        info: { task: { user_id: "mia" } },
        traj: [
          user("go"),
          { ...asks(call("c1", "get", '{"id":"1"}')), function_call: null },
          { ...answer("c1", "Error: flight not found"), name: "get" },
        ],
      },
    ]),
    calls: [
      {
        id: "log/3/1/0",
        session: "log/3/1",
        args: { id: "1" },
        context: { on_behalf_of: { type: "human", id: "mia" }, task: { id: "3" } },
        outcome: { status: "error" },
      },
    ],
  },
  {
    of: "tau2-bench: what the user's own tools did is no call of the agent",
    content: [
      {
        timestamp: T,
        info: {},
        tasks: [],
        simulations: [
          {
            id: "x",
            task_id: "7",
            trial: 0,
            messages: [
              {
                role: "user",
                content: null,
                tool_calls: [{ id: "u1", name: "toggle", arguments: {}, requestor: "user" }],
                turn_idx: 0,
                timestamp: T,
              },
              { id: "u1", role: "tool", content: "on", requestor: "user", error: false },
              {
                role: "assistant",
                content: null,
                tool_calls: [
                  { id: "a1", name: "get", arguments: { q: 1 }, requestor: "assistant" },
                ],
                timestamp: T,
              },
              {
                role: "tool",
                tool_messages: [
                  {
                    id: "a1",
                    role: "tool",
                    tool_call_id: "a1",
                    content: "x",
                    requestor: "assistant",
                    error: true,
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
    calls: [
      {
        id: "log/7/0/0",
        time: T,
        action: { name: "get" },
        args: { q: 1 },
        outcome: { status: "error" },
      },
    ],
  },
  {
    of: "a log's own session, model and times",
    content: [
      {
        id: "x",
        model: "m-1",
        conversation_id: "c-9",
        messages: [
          { ...user("go"), created_at: T },
          { ...asks(call("c1", "a")), created_at: T },
        ],
      },
    ],
    calls: [{ id: "c-9/0", time: T, session: "c-9", context: { model: { name: "m-1" } } }],
  },
  {
    of: "a message a line, with its id before the role",
    content: [
      { id: "1", created: 5, ...user("go") },
      { id: "2", created: 6, ...asks(call("c1", "a")) },
      { id: "3", created: 7, ...answer("c1", "ok") },
    ],
    calls: [{ id: "log/0", outcome: { status: "ok" } }],
  },
  {
    of: "a list of messages over several lines",
    content: JSON.stringify([user("go"), asks(call("c1", "a"))], undefined, 2),
    calls: [{ id: "log/0", action: { name: "a" } }],
  },
  {
    of: "runs that are documents one behind the other",
    content:
      `${JSON.stringify(run(user("go"), asks(call("c1", "a"))), undefined, 2)}\n` +
      `${JSON.stringify(run(user("go"), asks(call("c1", "b"))), undefined, 2)}\n`,
    calls: [{ session: "log/0" }, { session: "log/1" }],
  },
  {
    of: "flags say what the log does not",
    options: { subject: { type: "agent", id: "x" }, server: "crm", model: "m" },
    content: [run(user("go"), asks(call("c1", "a")))],
    calls: [{ subject: { id: "x" }, action: { server: "crm" }, context: { model: { name: "m" } } }],
  },
  {
    of: "what cannot be read is counted",
    content: [
      run(
        user("go"),
        asks(call("c1", "a", "{broken"), call("c2", "b", [1]), 7, {
          id: "c4",
          type: "function",
          function: { arguments: "{}" },
        }),
        answer("zz", "x"),
        { role: "narrator" },
      ),
      5,
      { x: 1 },
    ],
    calls: [{ action: { name: "a" } }, { action: { name: "b" } }, { args: {} }],
    causes: [
      "a message has no known role",
      "a result belongs to no call",
      "a tool call has no name",
      "a tool call's arguments are not JSON",
      "a tool call's arguments are not an object",
      "a value is not a run: it is not an object",
      "an object has no list of messages",
    ],
  },
  {
    of: "SWE-agent: the calls of the history",
    content: JSON.stringify({
      trajectory: [{ action: "ls -la\n", observation: "x", response: "r", state: "{}" }],
      history: [
        { role: "user", content: "fix", agent: "main" },
        { ...asks(call("c1", "bash", '{"command":"ls -la"}')), agent: "main", action: "ls -la\n" },
        { role: "tool", content: "x", agent: "main", tool_call_ids: ["c1"] },
      ],
      info: { exit_status: "submitted" },
    }),
    calls: [{ subject: { id: "main" }, action: { name: "bash" }, args: { command: "ls -la" } }],
  },
  {
    of: "SWE-agent: models that make no calls give lines for the shell",
    content: JSON.stringify({
      trajectory: [
        { action: "ls -la\n", observation: "x", response: "r", state: "{}" },
        { action: "open a.py", observation: "y", response: "r" },
        { action: "", observation: "", response: "r" },
      ],
      history: [
        { role: "user", content: "fix", agent: "primary" },
        { role: "assistant", content: "DISCUSSION", action: "ls -la\n", agent: "primary" },
      ],
      info: {},
    }),
    calls: [
      {
        action: { kind: "tool_call", name: "bash" },
        args: { command: "ls -la" },
        outcome: { status: "ok" },
      },
      { args: { command: "open a.py" } },
    ],
  },
  {
    of: "messages of one list name the sessions and users that they are of",
    content: [
      run(
        { role: "system", content: "x" },
        { ...user("go"), session_id: "s1", user_id: "ann" },
        { ...asks(call("c1", "a")), session_id: "s1" },
        { ...user("go"), session_id: "s2", user_id: "bob" },
        { ...asks(call("c1", "b")), session_id: "s2" },
        { ...answer("c1", "x"), session_id: "s1" },
        { ...answer("c1", "error: no"), session_id: "s2" },
      ),
    ],
    calls: [
      {
        session: "s1",
        action: { name: "a" },
        context: { on_behalf_of: { id: "ann" } },
        outcome: { status: "ok" },
      },
      {
        session: "s2",
        action: { name: "b" },
        context: { on_behalf_of: { id: "bob" } },
        outcome: { status: "error" },
      },
    ],
  },
  {
    of: "messages of a list that agree on one session; the record's own name is another's",
    content: [
      run({ ...user("go"), thread_id: "t1" }, asks(call("c1", "a"))),
      { session_id: "t2", messages: [{ ...asks(call("c1", "b")), thread_id: "other" }] },
    ],
    calls: [{ session: "t1" }, { session: "t2" }],
  },
  {
    of: "messages one a line: of the users of a session several are none",
    content: [
      { ...asks(call("c1", "a")), session_id: "s1", user_id: "ann" },
      { ...asks(call("c2", "b")), session_id: "s1", user_id: "bob" },
      { ...asks(call("c3", "c")), session_id: "s2", user_id: "bob", model: "m" },
    ],
    calls: [
      { session: "s1" },
      { session: "s1" },
      { session: "s2", context: { on_behalf_of: { id: "bob" }, model: { name: "m" } } },
    ],
  },
  {
    of: "ids that are numbers",
    content: [
      run(
        {
          role: "assistant",
          tool_calls: [1, 2].map((id) => ({ id, function: { name: `t${id}`, arguments: "{}" } })),
        },
        { role: "tool", tool_call_id: 2, content: "error: no" },
        { role: "tool", tool_call_id: 1, content: "ok" },
        says(
          { type: "tool_use", id: 7, name: "a", input: {} },
          { type: "tool_use", id: 8, name: "b", input: {} },
        ),
        user([{ type: "tool_result", tool_use_id: 8, is_error: true, content: "x" }]),
      ),
    ],
    calls: [
      { action: { name: "t1" }, outcome: { status: "ok" } },
      { action: { name: "t2" }, outcome: { status: "error" } },
      { action: { name: "a" }, outcome: undefined },
      { action: { name: "b" }, outcome: { status: "error" } },
    ],
  },
];
