import { user, type Row } from "./row.ts";

const call = (call_id: string, name: string, args = "{}"): object => ({
  type: "function_call",
  id: `fc_${call_id}`,
  call_id,
  name,
  arguments: args,
  status: "completed",
});
const output = (call_id: string, text: unknown = "ok"): object => ({
  type: "function_call_output",
  call_id,
  output: text,
});
const said = {
  type: "message",
  role: "assistant",
  content: [{ type: "output_text", text: "done", annotations: [] }],
};
const response = (id: string, items: object[], more: object = {}): object => ({
  id,
  object: "response",
  created_at: 1_767_348_000,
  model: "m-1",
  output: items,
  ...more,
});

/** Items as the Responses API and the Agents SDK's sessions keep them. */
export const RESPONSES: readonly Row[] = [
  {
    of: "a list of items, with reasoning and a call of an MCP server",
    content: [
      [
        user("go"),
        { type: "reasoning", id: "rs_1", summary: [] },
        call("c1", "refund", '{"amount":40}'),
        output("c1"),
        {
          type: "mcp_call",
          id: "mcp_1",
          server_label: "crm",
          name: "close",
          arguments: '{"case":7}',
          output: "closed",
          error: null,
        },
        said,
      ],
    ],
    calls: ['refund {"amount":40} ok', 'mcp_request crm/close {"case":7} ok'],
  },
  {
    of: "an item a line",
    content: [user("go"), call("c1", "a"), output("c1"), said],
    calls: ["a {} ok"],
  },
  {
    of: "a list that begins with reasoning",
    content: [[{ type: "reasoning", id: "rs", summary: [] }, call("c1", "a"), output("c1")]],
    calls: ["a {} ok"],
  },
  {
    of: "a call without its output has no outcome; parallel calls are answered by id",
    content: [[user("go"), call("c1", "a"), call("c2", "b"), output("c2"), call("c3", "c")]],
    calls: ["a {}", "b {} ok", "c {}"],
  },
  {
    of: "MCP: an error, a failure, and one that is not over",
    content: [
      [
        { type: "mcp_list_tools", id: "l", server_label: "crm", tools: [{ name: "x" }] },
        { type: "mcp_call", id: "1", server_label: "s", name: "a", arguments: "{}", error: "no" },
        {
          type: "mcp_call",
          id: "2",
          server_label: "s",
          name: "b",
          arguments: "{}",
          status: "failed",
        },
        { type: "mcp_call", id: "3", server_label: "s", name: "c", arguments: "{}" },
      ],
    ],
    calls: ["mcp_request s/a {} error", "mcp_request s/b {} error", "mcp_request s/c {}"],
  },
  {
    of: "MCP approvals: granted and run, refused, still open",
    content: [
      [
        { type: "mcp_approval_request", id: "q1", server_label: "s", name: "a", arguments: "{}" },
        { type: "mcp_approval_response", approval_request_id: "q1", approve: true },
        {
          type: "mcp_call",
          id: "m1",
          server_label: "s",
          name: "a",
          arguments: "{}",
          output: "x",
          approval_request_id: "q1",
        },
        { type: "mcp_approval_request", id: "q2", server_label: "s", name: "b", arguments: "{}" },
        { type: "mcp_approval_response", approval_request_id: "q2", approve: false, reason: "no" },
        { type: "mcp_approval_request", id: "q3", server_label: "s", name: "c", arguments: "{}" },
      ],
    ],
    calls: [
      "mcp_request s/a {} require_approval granted ok",
      "mcp_request s/b {} deny refused",
      "mcp_request s/c {} require_approval",
    ],
  },
  {
    of: "a custom tool takes a text",
    content: [
      [
        { type: "custom_tool_call", call_id: "c1", name: "sql", input: "select 1" },
        { type: "custom_tool_call_output", call_id: "c1", output: "1" },
      ],
    ],
    calls: ['sql {"input":"select 1"} ok'],
  },
  {
    of: "tools that the provider runs",
    content: [
      [
        {
          type: "web_search_call",
          id: "w",
          status: "completed",
          action: { type: "search", query: "x" },
        },
        { type: "file_search_call", id: "f", status: "failed", queries: ["x"] },
        {
          type: "code_interpreter_call",
          id: "i",
          status: "completed",
          code: "1",
          container_id: "k",
        },
      ],
    ],
    calls: [
      'web_search {"type":"search","query":"x"} ok',
      'file_search {"queries":["x"]} error',
      'code_interpreter {"code":"1","container_id":"k"} ok',
    ],
  },
  {
    of: "shells, patches and computers, whose outputs are items",
    content: [
      [
        { type: "shell_call", call_id: "s", status: "completed", action: { commands: ["ls"] } },
        {
          type: "shell_call_output",
          call_id: "s",
          output: [{ stdout: "", stderr: "no", outcome: { type: "exit", exit_code: 2 } }],
        },
        { type: "local_shell_call", call_id: "l", action: { type: "exec", command: ["ls"] } },
        { type: "local_shell_call_output", call_id: "l", output: "a" },
        { type: "apply_patch_call", call_id: "p", operation: { type: "delete_file", path: "a" } },
        { type: "apply_patch_call_output", call_id: "p", status: "failed", output: "no" },
        { type: "computer_call", call_id: "k", status: "completed", action: { type: "click" } },
      ],
    ],
    calls: [
      'shell {"commands":["ls"]} error',
      'local_shell {"type":"exec","command":["ls"]} ok',
      'apply_patch {"type":"delete_file","path":"a"} error',
      'computer {"type":"click"}',
    ],
  },
  {
    of: "stored responses: the one goes on from the other",
    content: [
      response("r1", [call("c1", "a")], { input: "go" }),
      response("r2", [said], { previous_response_id: "r1", input: [output("c1")] }),
      response("r3", [call("c1", "b")]),
    ],
    calls: ["[log/0] a {} ok", "[log/1] b {}"],
  },
  {
    of: "a conversation's name is the session's, and `user` is for whom",
    content: [response("r1", [call("c1", "a")], { conversation: { id: "conv_1" }, user: "u-1" })],
    calls: ["[conv_1] for u-1 a {}"],
  },
  {
    of: "a batch: requests, and results",
    content: [
      {
        custom_id: "1",
        method: "POST",
        url: "/v1/responses",
        body: { model: "m", input: [user("go"), call("c1", "a"), output("c1")] },
      },
      {
        id: "b",
        custom_id: "2",
        response: { status_code: 200, body: response("r9", [call("c1", "b")]) },
        error: null,
      },
    ],
    calls: ["[log/0] a {} ok", "[log/1] b {}"],
  },
  {
    of: "items of an unknown kind, and those that only have a name, are counted",
    content: [
      [
        user("go"),
        { type: "teleport_call", call_id: "c1", name: "a" },
        { type: "item_reference", id: "fc_9" },
        call("c2", "b"),
      ],
    ],
    calls: ["b {}"],
    kinds: [
      "1 a part of a message has an unknown kind: `teleport_call`",
      "1 an item has only an id, and may be a call",
    ],
  },
  {
    of: "a page of stored completions",
    content: [
      {
        object: "list",
        data: [
          {
            id: "chatcmpl-1",
            object: "chat.completion",
            model: "m",
            metadata: { user_id: "u-2" },
            choices: [
              {
                index: 0,
                message: {
                  role: "assistant",
                  content: null,
                  tool_calls: [
                    { id: "c1", type: "function", function: { name: "a", arguments: "{}" } },
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
    calls: ["for u-2 a {}"],
  },
];
