import { answers, asks, user, type Row } from "../chat-formats/row.ts";
import { reversed, secondsAfter } from "./trace.ts";

const event = (id: number, source: string, more: object): object => ({
  id,
  timestamp: secondsAfter(id),
  source,
  message: "",
  ...more,
});
const act = (id: number, action: string, args: object = {}, more: object = {}): object =>
  event(id, "agent", { action, args: { ...args, thought: "hm" }, ...more });
const seen = (cause: number, observation: string, extras: object = {}): object =>
  event(cause + 100, "environment", { cause, observation, content: "x", extras });
const exit = (exit_code: number): object => ({ metadata: { exit_code } });
const GO = event(0, "user", { action: "message", args: { content: "go" } });
const RUN = [act(1, "run", { command: "ls" }), seen(1, "run", exit(0))];
const RAN = 'run {"command":"ls"} ok';

const sdk = (kind: string, source: string, more: object): object => ({
  kind,
  id: "e",
  timestamp: secondsAfter(1),
  source,
  ...more,
});
const sdkAction = (id: string, name: string, args: object, more: object = {}): object =>
  sdk("ActionEvent", "agent", {
    id: `a-${id}`,
    thought: [],
    action: { kind: "X", ...args },
    tool_name: name,
    tool_call_id: id,
    tool_call: { id, name, arguments: JSON.stringify(args), origin: "completion" },
    llm_response_id: "r",
    security_risk: "LOW",
    ...more,
  });
const sdkSeen = (id: string, more: object = {}): object =>
  sdk("ObservationEvent", "environment", {
    tool_name: "x",
    tool_call_id: id,
    action_id: `a-${id}`,
    observation: { kind: "X", content: [{ type: "text", text: "x" }], is_error: false, ...more },
  });

/** OpenHands: events (0.9 to 0.62), its evaluation's output, and its SDK (1.0 to 1.20). */
export const OPEN_HANDS: readonly Row[] = [
  { of: "a list of events", content: [[GO, ...RUN]], calls: [RAN] },
  { of: "an event a line", content: [GO, ...RUN], calls: [RAN] },
  { of: "a trajectory of the API", content: [{ trajectory: [GO, ...RUN] }], calls: [RAN] },
  { of: "members in the other order", content: [[GO, ...RUN].map(reversed)], calls: [RAN] },
  {
    of: "an evaluation's output",
    content: [
      {
        instance_id: "i-1",
        instruction: "go",
        metadata: { agent_class: "CodeActAgent" },
        history: [GO, ...RUN],
        test_result: {},
      },
    ],
    calls: [RAN],
  },
  {
    of: "an older evaluation's output: pairs of an action and what came of it",
    content: [
      {
        instance_id: "i-1",
        instruction: "go",
        history: [[GO, event(9, "agent", { observation: "null", content: "", extras: {} })], RUN],
      },
    ],
    calls: [RAN],
  },
  {
    of: "commands that failed, by their exit and by an error",
    content: [
      [
        ...[1, 2].map((id) => act(id, "run", { command: `c${id}` })),
        seen(1, "run", exit(2)),
        seen(2, "error"),
      ],
    ],
    calls: ['run {"command":"c1"} error', 'run {"command":"c2"} error'],
  },
  {
    of: "each kind of action",
    content: [
      [
        act(1, "read", { path: "a" }),
        act(2, "edit", { path: "a", content: "ä" }),
        act(3, "run_ipython", { code: "1" }),
        act(4, "browse", { url: "https://x" }),
        act(5, "browse_interactive", { browser_actions: "noop()" }),
        act(6, "delegate", { agent: "B", inputs: {} }),
        act(7, "call_tool_mcp", { name: "find", arguments: { q: 1 } }),
      ],
    ],
    calls: [
      'read {"path":"a"}',
      'edit {"path":"a","content":"ä"}',
      'run_ipython {"code":"1"}',
      'browse {"url":"https://x"}',
      'browse_interactive {"browser_actions":"noop()"}',
      'subagent_invocation delegate {"agent":"B","inputs":{}}',
      'find {"q":1}',
    ],
  },
  {
    of: "actions that change nothing, and a command of the user's own",
    content: [
      [
        GO,
        ...[
          "think",
          "finish",
          "recall",
          "message",
          "system",
          "change_agent_state",
          "condensation",
        ].map((action, index) => act(index + 10, action, { content: "x" })),
        event(20, "user", { action: "run", args: { command: "mine" } }),
        ...RUN,
      ],
    ],
    calls: [RAN],
  },
  {
    of: "actions that waited for the user, and were refused",
    content: [
      [
        act(1, "run", { command: "a", confirmation_state: "awaiting_confirmation" }),
        act(2, "run", { command: "b", confirmation_state: "rejected" }),
        act(3, "run", { command: "c", confirmation_state: "confirmed" }),
        seen(3, "run", exit(0)),
        act(4, "run", { command: "d" }),
        seen(4, "user_rejected"),
      ],
    ],
    calls: [
      'run {"command":"a"} require_approval',
      'run {"command":"b"} deny',
      'run {"command":"c"} ok',
      'run {"command":"d"} deny',
    ],
  },
  {
    of: "the model's own call beside the action is one",
    content: [
      [
        act(
          1,
          "run",
          { command: "ls" },
          {
            tool_call_metadata: {
              function_name: "execute_bash",
              tool_call_id: "t1",
              model_response: {
                choices: [{ message: Object(asks("t1", "execute_bash", '{"command":"ls"}')) }],
              },
              total_calls_in_response: 1,
            },
          },
        ),
        seen(1, "run", exit(0)),
      ],
    ],
    calls: [RAN],
  },
  {
    of: "SDK: calls at once, one that failed, one without its result",
    content: [
      sdk("SystemPromptEvent", "agent", { tools: [{ name: "terminal" }] }),
      sdk("MessageEvent", "user", {
        llm_message: { role: "user", content: [{ type: "text", text: "go" }] },
      }),
      sdkAction("1", "terminal", { command: "a" }),
      sdkAction("2", "edit", { path: "ä" }),
      sdkAction("3", "browse", {}),
      sdkSeen("2"),
      sdkSeen("1", { is_error: true }),
    ],
    calls: ['terminal {"command":"a"} error', 'edit {"path":"ä"} ok', "browse {}"],
  },
  {
    of: "SDK: refused by the user, broken, thought and finished",
    content: [
      sdkAction("1", "terminal", { command: "a" }),
      sdk("UserRejectObservation", "environment", {
        tool_name: "terminal",
        tool_call_id: "1",
        action_id: "a-1",
        rejection_reason: "no",
      }),
      sdkAction("2", "terminal", { command: "b" }),
      sdk("AgentErrorEvent", "agent", {
        tool_name: "terminal",
        tool_call_id: "2",
        error: "no such tool",
      }),
      sdkAction("3", "think", { thought: "x" }),
      sdkAction("4", "finish", { message: "x" }),
    ],
    calls: ['terminal {"command":"a"} deny', 'terminal {"command":"b"} error'],
  },
  {
    of: "SDK: a page of the server's events",
    content: [
      { items: [sdkAction("1", "terminal", { command: "a" }), sdkSeen("1")], next_page_id: null },
    ],
    calls: ['terminal {"command":"a"} ok'],
  },
  {
    of: "SDK: states, pauses and condensations are no calls",
    content: [
      ...[
        "ConversationStateUpdateEvent",
        "PauseEvent",
        "Condensation",
        "CondensationRequest",
        "TokenEvent",
      ].map((kind) => sdk(kind, "environment", {})),
      sdkAction("1", "terminal", { command: "a" }),
    ],
    calls: ['terminal {"command":"a"}'],
  },
];

const step = (action: string, more: object = {}): object => ({
  action,
  observation: "x",
  response: "r",
  thought: "t",
  execution_time: 0.1,
  state: { open_file: "n/a" },
  ...more,
});
const trajectory = (...steps: readonly object[]): object => ({
  environment: "swe_main",
  trajectory: steps,
  info: { exit_status: "submitted", submission: "diff" },
});
const mini = (...messages: readonly object[]): object => ({
  info: { exit_status: "Submitted", submission: "x", model_stats: {}, mini_version: "1.17.3" },
  messages: [{ role: "system", content: "x" }, user("go"), ...messages],
  trajectory_format: "mini-swe-agent-1.1",
});
const does = (...actions: readonly unknown[]): object => ({
  role: "assistant",
  content: "```bash\nls\n```",
  extra: { actions, response: {} },
});
const output = (returncode: number): object => ({
  role: "user",
  content: "x",
  extra: { returncode },
});

/** SWE-agent's trajectories (0.7 to 1.1), and those of mini-swe-agent (1.0 to 2.1). */
export const SWE_AGENT: readonly Row[] = [
  {
    of: "steps of the shell",
    content: [trajectory(step("ls\n"), step("edit 1:2\nä\nend_of_edit"))],
    calls: ['bash {"command":"ls"} ok', 'bash {"command":"edit 1:2\\nä\\nend_of_edit"} ok'],
  },
  {
    of: "a step that did nothing",
    content: [trajectory(step(""), step("ls"))],
    calls: ['bash {"command":"ls"} ok'],
  },
  {
    of: "members in the other order",
    content: [reversed(trajectory(reversed(step("ls"))))],
    calls: ['bash {"command":"ls"} ok'],
  },
  {
    of: "trajectories, a line each",
    content: [trajectory(step("a")), trajectory(step("b"))],
    calls: ['[log/0] bash {"command":"a"} ok', '[log/1] bash {"command":"b"} ok'],
  },
  {
    of: "the file's own ending",
    file: "django-1.traj",
    content: [trajectory(step("ls"))],
    calls: ['[django-1] bash {"command":"ls"} ok'],
  },
  {
    of: "the history of a model that calls tools",
    content: [
      {
        ...trajectory(step("ls"), step("submit")),
        history: [
          { role: "system", content: "x", agent: "main", message_type: "system_prompt" },
          { role: "user", content: "go", agent: "main" },
          {
            ...asks("c1", "bash", '{"command":"ls"}'),
            agent: "main",
            action: "ls",
            message_type: "action",
          },
          {
            role: "tool",
            content: "x",
            agent: "main",
            tool_call_ids: ["c1"],
            message_type: "observation",
          },
          { ...asks("c2", "submit"), agent: "main", action: "submit" },
        ],
      },
    ],
    calls: ['main: bash {"command":"ls"} ok', "main: submit {}"],
  },
  {
    of: "the history of a model that writes commands",
    content: [
      {
        ...trajectory(step("ls")),
        history: [
          { role: "user", content: "go", agent: "primary" },
          { role: "assistant", content: "```ls```", thought: "t", action: "ls", agent: "primary" },
          { role: "user", content: "x", agent: "primary" },
        ],
      },
    ],
    calls: ['bash {"command":"ls"} ok'],
  },
  {
    of: "several attempts at one task",
    content: [{ attempts: [trajectory(step("a")), trajectory(step("b"))], info: {} }],
    calls: ['[log/0] bash {"command":"a"} ok', '[log/1] bash {"command":"b"} ok'],
  },
  {
    of: "mini: commands of messages, one that failed",
    content: [mini(does({ command: "ls" }), output(0), does({ command: "x" }), output(1))],
    calls: ['bash {"command":"ls"} ok', 'bash {"command":"x"} error'],
  },
  {
    of: "mini: commands as texts, and the message of its end",
    content: [mini(does("ls"), output(0), { role: "exit", content: "done" })],
    calls: ['bash {"command":"ls"} ok'],
    causes: ["a message has no known role"],
  },
  {
    of: "mini 2: calls of the model",
    content: [
      mini(
        {
          ...asks("c1", "bash", '{"command":"ls"}'),
          extra: { actions: [{ command: "ls", tool_call_id: "c1" }] },
        },
        { ...answers("c1"), extra: { returncode: 2 } },
      ),
    ],
    calls: ['bash {"command":"ls"} error'],
  },
  {
    of: "mini 2: calls at once, and an action without its command",
    content: [
      mini(
        {
          role: "assistant",
          content: null,
          tool_calls: ["c1", "c2"].map((id) => ({
            id,
            type: "function",
            function: { name: "bash", arguments: '{"command":"ls"}' },
          })),
        },
        answers("c2"),
        answers("c1"),
        does({ cmd: "x" }),
      ),
    ],
    calls: ['bash {"command":"ls"} ok', 'bash {"command":"ls"} ok'],
    kinds: ["1 an action has no command"],
  },
];

const called = (name: string, args = "{}", id = "1"): object => ({
  id,
  type: "function",
  function: { name, arguments: args },
});
const tested = (output: unknown, more: object = {}): object => ({
  id: "x",
  prompt: { raw: "go", label: "go" },
  promptIdx: 0,
  testIdx: 0,
  provider: { id: "openai:m" },
  vars: {},
  testCase: { vars: {} },
  success: true,
  score: 1,
  response: { output, tokenUsage: {}, cached: false, ...more },
});
const evaluation = (...results: readonly object[]): object => ({
  evalId: "eval-x",
  results: { version: 3, timestamp: secondsAfter(0), prompts: [], results, stats: {} },
  config: { tools: [{ name: "not_called", parameters: {} }] },
  shareableUrl: null,
  metadata: { promptfooVersion: "0.120.0" },
});

/** promptfoo's results (versions 2 and 3 of its output, 0.100 to 0.122). */
export const PROMPTFOO: readonly Row[] = [
  {
    of: "an answer that is a list of calls",
    content: [evaluation(tested([called("a")]))],
    calls: ["a {}"],
  },
  {
    of: "the same, indented over many lines",
    content: JSON.stringify(evaluation(tested([called("a")])), undefined, 2),
    calls: ["a {}"],
  },
  {
    of: "members in the other order",
    content: [reversed(evaluation(reversed(tested([called("a")]))))],
    calls: ["a {}"],
  },
  {
    of: "an answer's calls as JSON text",
    content: [evaluation(tested(JSON.stringify([called("a", '{"q":1}')])))],
    calls: ['a {"q":1}'],
  },
  {
    of: "calls at once, of two tests",
    content: [evaluation(tested([called("a"), called("b", "{}", "2")]), tested([called("c")]))],
    calls: ["[log/0] a {}", "[log/0] b {}", "[log/1] c {}"],
  },
  {
    of: "the second version of the output",
    content: [
      {
        results: {
          version: 2,
          timestamp: "x",
          results: [tested([called("a")])],
          table: { head: {}, body: [] },
          stats: {},
        },
      },
    ],
    calls: ["a {}"],
  },
  {
    of: "JSONL: a result a line",
    content: [tested([called("a")]), tested("text"), tested([called("b")])],
    calls: ["[log/0] a {}", "[log/2] b {}"],
  },
  {
    of: "a call of Anthropic's as the answer's text",
    content: [
      evaluation(tested(JSON.stringify({ type: "tool_use", id: "t", name: "a", input: { q: 1 } }))),
    ],
    calls: ['a {"q":1}'],
  },
  {
    of: "text before a call of Anthropic's",
    content: [
      evaluation(
        tested(
          `I look.\n\n${JSON.stringify({ type: "tool_use", id: "t", name: "a", input: { q: 1 } })}`,
        ),
      ),
    ],
    calls: ['a {"q":1}'],
  },
  {
    of: "the message as the answer: a text beside the calls",
    content: [evaluation(tested({ role: "assistant", content: "hm", tool_calls: [called("a")] }))],
    calls: ["a {}"],
  },
  {
    of: "the older call of a function",
    content: [evaluation(tested({ name: "a", arguments: '{"q":1}' }))],
    calls: ['a {"q":1}'],
  },
  {
    of: "Gemini's parts",
    content: [
      evaluation(tested([{ text: "hm" }, { functionCall: { name: "a", args: { q: 1 } } }])),
    ],
    calls: ['a {"q":1}'],
  },
  {
    of: "calls that an agent's provider keeps, one of which failed",
    content: [
      evaluation(
        tested("done", {
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
              {
                id: "2",
                name: "Read",
                input: { path: "ä" },
                output: "x",
                is_error: false,
                parentToolUseId: null,
              },
            ],
          },
        }),
      ),
    ],
    calls: ['Bash {"command":"ls"} error', 'Read {"path":"ä"} ok'],
  },
  {
    of: "a test that failed has no answer",
    content: [
      evaluation(
        { ...tested(undefined), response: undefined, error: "timeout", success: false },
        tested([called("a")]),
      ),
    ],
    calls: ["[log/0] a {}"],
  },
];
