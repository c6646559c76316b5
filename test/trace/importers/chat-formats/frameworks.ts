import { answers, asks, user, type Row } from "./row.ts";

const action = (id: number, name: string, args: object = {}): object => ({
  id,
  timestamp: "2026-03-02T09:00:00Z",
  source: "agent",
  message: "",
  action: name,
  args: { ...args, thought: "hm" },
});
const observation = (cause: number, kind: string, extras: object = {}): object => ({
  id: cause + 100,
  timestamp: "2026-03-02T09:00:01Z",
  source: "environment",
  cause,
  observation: kind,
  content: "x",
  extras,
});

/** Logs of frameworks: OpenHands, SWE-agent, AutoGen, CrewAI, pydantic-ai, promptfoo. */
export const FRAMEWORKS: readonly Row[] = [
  {
    of: "OpenHands: actions and observations",
    content: [
      [
        { id: 0, source: "user", action: "message", args: { content: "go" } },
        action(1, "run", { command: "ls" }),
        observation(1, "run", { metadata: { exit_code: 1 } }),
        action(3, "write", { path: "a", content: "" }),
        observation(3, "write"),
        action(5, "message", { content: "done" }),
      ],
    ],
    calls: ['run {"command":"ls"} error', 'write {"path":"a","content":""} ok'],
  },
  {
    of: "OpenHands: MCP, delegation, a rejected action",
    content: [
      action(1, "call_tool_mcp", { name: "search", arguments: { q: 1 } }),
      action(2, "delegate", { agent: "BrowsingAgent", inputs: {} }),
      action(3, "run", { command: "rm", confirmation_state: "rejected" }),
      action(4, "run", { command: "ls" }),
      observation(4, "user_rejected"),
    ],
    calls: [
      'search {"q":1}',
      'subagent_invocation delegate {"agent":"BrowsingAgent","inputs":{}}',
      'run {"command":"rm"} deny',
      'run {"command":"ls"} deny',
    ],
  },
  {
    of: "OpenHands SDK: events by kind",
    content: [
      { kind: "SystemPromptEvent", source: "agent", id: "0", tools: [{ name: "x" }] },
      {
        kind: "MessageEvent",
        source: "user",
        id: "1",
        llm_message: { role: "user", content: [{ type: "text", text: "go" }] },
      },
      {
        kind: "ActionEvent",
        source: "agent",
        id: "2",
        tool_name: "terminal",
        tool_call_id: "t1",
        action: { kind: "TerminalAction", command: "ls" },
        tool_call: { id: "t1", name: "terminal", arguments: '{"command":"ls"}' },
      },
      {
        kind: "ObservationEvent",
        source: "environment",
        id: "3",
        tool_name: "terminal",
        tool_call_id: "t1",
        action_id: "2",
        observation: {
          kind: "TerminalObservation",
          content: [{ type: "text", text: "x" }],
          is_error: true,
        },
      },
      {
        kind: "ActionEvent",
        source: "agent",
        id: "4",
        tool_name: "edit",
        tool_call_id: "t2",
        action: { kind: "EditAction", path: "a" },
      },
      {
        kind: "UserRejectObservation",
        source: "environment",
        id: "5",
        tool_name: "edit",
        tool_call_id: "t2",
        action_id: "4",
      },
    ],
    calls: ['terminal {"command":"ls"} error', 'edit {"path":"a"} deny'],
  },
  {
    of: "SWE-agent: the steps of a trajectory",
    content: [
      {
        environment: "x",
        trajectory: [
          { action: "ls\n", observation: "a", response: "r", thought: "t", state: {} },
          { action: "", observation: "", response: "r", thought: "t" },
          { action: "submit", observation: "", response: "r", thought: "t" },
        ],
        info: { exit_status: "submitted" },
      },
    ],
    calls: ['bash {"command":"ls"} ok', 'bash {"command":"submit"} ok'],
  },
  {
    of: "mini-swe-agent: the commands of messages",
    content: [
      {
        info: {},
        trajectory_format: "mini-swe-agent-1.1",
        messages: [
          { role: "system", content: "x" },
          user("go"),
          { role: "assistant", content: "```ls```", extra: { actions: [{ command: "ls" }] } },
          { role: "user", content: "a", extra: { returncode: 1 } },
        ],
      },
    ],
    calls: ['bash {"command":"ls"} error'],
  },
  {
    of: "AutoGen: requests and executions, by agent",
    content: [
      [
        { type: "TextMessage", source: "user", content: "go" },
        {
          type: "ToolCallRequestEvent",
          source: "travel",
          content: [{ id: "1", name: "a", arguments: '{"q":1}' }],
        },
        {
          type: "ToolCallExecutionEvent",
          source: "travel",
          content: [{ call_id: "1", name: "a", content: "x", is_error: true }],
        },
        {
          type: "ToolCallSummaryMessage",
          source: "travel",
          content: "x",
          tool_calls: [{ id: "1", name: "a", arguments: "{}" }],
        },
        { type: "HandoffMessage", source: "travel", target: "mailer", content: "go on" },
        { type: "TextMessage", source: "mailer", content: "done" },
      ],
    ],
    calls: ['travel: a {"q":1} error'],
  },
  {
    of: "AutoGen 0.2: names of agents, responses in a list",
    content: [
      [
        { role: "user", name: "user_proxy", content: "go" },
        {
          role: "assistant",
          name: "planner",
          content: null,
          tool_calls: [{ id: "1", type: "function", function: { name: "a", arguments: "{}" } }],
        },
        {
          role: "tool",
          name: "user_proxy",
          tool_responses: [{ tool_call_id: "1", role: "tool", content: "x" }],
          content: "x",
        },
      ],
    ],
    calls: ["planner: a {} ok"],
  },
  {
    of: "CrewAI: events of its bus",
    content: [
      {
        type: "tool_usage_started",
        event_id: "e1",
        agent_role: "buyer",
        tool_name: "a",
        tool_args: { q: 1 },
        timestamp: "2026-03-02T09:00:00Z",
      },
      {
        type: "tool_usage_finished",
        event_id: "e2",
        started_event_id: "e1",
        agent_role: "buyer",
        tool_name: "a",
        output: "x",
      },
      {
        type: "tool_usage_started",
        event_id: "e3",
        agent_role: "buyer",
        tool_name: "b",
        tool_args: "{}",
      },
      { type: "tool_usage_error", agent_role: "buyer", tool_name: "b", error: "no" },
    ],
    calls: ['buyer: a {"q":1} ok', "buyer: b {} error"],
  },
  {
    of: "pydantic-ai: parts by kind",
    content: [
      [
        {
          kind: "request",
          parts: [
            { part_kind: "system-prompt", content: "x" },
            { part_kind: "user-prompt", content: "go" },
          ],
        },
        {
          kind: "response",
          model_name: "m",
          timestamp: "2026-03-02T09:00:00Z",
          parts: [
            { part_kind: "text", content: "hm" },
            { part_kind: "tool-call", tool_name: "a", args: '{"q":1}', tool_call_id: "1" },
            { part_kind: "tool-call", tool_name: "b", args: {}, tool_call_id: "2" },
            { part_kind: "tool-call", tool_name: "c", args: {}, tool_call_id: "3" },
          ],
        },
        {
          kind: "request",
          parts: [
            {
              part_kind: "tool-return",
              tool_name: "a",
              content: "error?",
              tool_call_id: "1",
              outcome: "success",
            },
            { part_kind: "retry-prompt", tool_name: "b", content: "again", tool_call_id: "2" },
            {
              part_kind: "tool-return",
              tool_name: "c",
              content: "no",
              tool_call_id: "3",
              outcome: "denied",
            },
          ],
        },
      ],
    ],
    calls: ['a {"q":1} ok', "b {} error", "c {} deny"],
  },
  {
    of: "promptfoo: calls as an answer's output",
    content: [
      {
        evalId: "e",
        results: {
          version: 3,
          results: [
            {
              prompt: { raw: "go" },
              vars: {},
              response: {
                output: [{ id: "1", type: "function", function: { name: "a", arguments: "{}" } }],
              },
              success: true,
            },
          ],
        },
      },
    ],
    calls: ["a {}"],
  },
  {
    of: "promptfoo: calls that an agent's provider keeps",
    content: [
      {
        results: {
          results: [
            {
              prompt: { raw: "go" },
              response: {
                output: "done",
                metadata: {
                  toolCalls: [
                    {
                      id: "1",
                      name: "Bash",
                      input: { command: "ls" },
                      output: "x",
                      is_error: true,
                      parentToolUseId: null,
                    },
                  ],
                },
              },
            },
          ],
        },
      },
    ],
    calls: ['Bash {"command":"ls"} error'],
  },
  {
    of: "an agent SDK's session: chat items of one table",
    content: [{ session_id: "s-1", items: [user("go"), asks("1", "a"), answers("1")] }],
    calls: ["[s-1] a {} ok"],
  },
];
