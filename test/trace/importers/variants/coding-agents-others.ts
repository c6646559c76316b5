import type { Variant } from "../import-all.ts";

const block = (name: string, input: object = { a: 1 }, id = "c1"): object => ({
  type: "tool_use",
  id,
  name,
  input,
});
const answer = (content: unknown, more: object = {}): object => ({
  type: "tool_result",
  tool_use_id: "c1",
  content,
  ...more,
});
const timestamp = "2026-03-02T09:00:00.000Z";
const droid = (role: string, ...content: readonly object[]): object => ({
  type: "message",
  id: "m",
  timestamp,
  message: { role, content },
});
const start = { type: "session_start", id: "s1", title: "t", owner: "ann", version: 2, cwd: "/w" };
const text = (said: string): object => ({ type: "text", text: said });

const clineSession = (messages: readonly object[], more: object = {}): readonly object[] => [
  {
    version: 1,
    agent: "lead",
    sessionId: "s1",
    origin: { source: "cli", mode: "user", sessionId: "s1", version: "3.0.65" },
    messages,
    ...more,
  },
];
const clineSays = (...content: readonly object[]): object => ({
  role: "assistant",
  content,
  ts: 1_772_442_000_000,
  modelInfo: { id: "m" },
});
const clineAnswers = (content: unknown): object => ({
  role: "user",
  content: [{ type: "tool_result", tool_use_id: "c1", name: "x", content }],
});

/** Sessions of Cline's command line. */
export const CLINE_SESSION_VARIANTS: readonly Variant[] = [
  {
    of: "cline's sessions: a call, for what the user said, and each command's end",
    content: clineSession([
      { role: "user", content: [{ type: "text", text: '<user_input mode="act">go</user_input>' }] },
      clineSays(block("run_commands", { commands: ["ls"] })),
      clineAnswers([{ query: "ls", result: "x", success: true }]),
    ]),
    calls: [
      {
        id: "s1/c1",
        time: timestamp,
        session: "s1",
        subject: { type: "agent", id: "cline" },
        action: { kind: "tool_call", server: "host", name: "run_commands" },
        args: { commands: ["ls"] },
        context: { request: "go", model: { name: "m" }, delegation: [] },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "cline's sessions: one of the commands failed",
    content: clineSession([
      clineSays(block("run_commands")),
      clineAnswers([
        { query: "a", result: "", success: true },
        { query: "b", result: "", error: "no", success: false },
      ]),
    ]),
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "cline's sessions: a tool that there is not, and one that may be any server's",
    content: clineSession([
      clineSays(block("jira_find")),
      clineAnswers('{"error":"no such tool"}'),
    ]),
    calls: [{ action: { kind: "tool_call", name: "jira_find" }, outcome: { status: "error" } }],
    lacks: ["action.server"],
  },
  {
    of: "cline's sessions: a sub-agent's messages are of the session that started it",
    content: clineSession([clineSays(block("editor"))], {
      agent: "subagent",
      sessionId: "s1__agent_1",
      origin: { source: "cli", mode: "subagent", parentThreadId: "s1" },
    }),
    calls: [{ id: "s1__agent_1/c1", session: "s1", context: { delegation: ["agent:cline"] } }],
    lacks: ["subject.id"],
  },
  {
    of: "cline's sessions: starting a sub-agent is an invocation",
    content: clineSession([clineSays(block("spawn_agent", { task: "x" }))]),
    calls: [{ action: { kind: "subagent_invocation", name: "spawn_agent" } }],
  },
];

/** Sessions of Factory's Droid, and what it prints. */
export const DROID_VARIANTS: readonly Variant[] = [
  {
    of: "droid: a session with its owner",
    content: [
      start,
      droid("user", text("go")),
      droid("assistant", block("Execute")),
      droid("user", answer("x")),
    ],
    calls: [
      {
        id: "s1/c1",
        time: timestamp,
        session: "s1",
        subject: { type: "agent", id: "droid" },
        action: { kind: "tool_call", server: "host", name: "Execute" },
        args: { a: 1 },
        context: {
          cwd: "/w",
          request: "go",
          on_behalf_of: { type: "human", id: "ann" },
          delegation: [],
        },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "droid: a failed call",
    content: [
      start,
      droid("assistant", block("Read")),
      droid("user", answer([text("no")], { is_error: true })),
    ],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "droid: no result",
    content: [start, droid("assistant", block("Read"))],
    calls: [{ outcome: undefined }],
  },
  {
    of: "droid: an MCP tool",
    content: [start, droid("assistant", block("jira___create_issue"))],
    calls: [{ action: { kind: "mcp_request", server: "jira", name: "create_issue" } }],
  },
  {
    of: "droid: a name that may be divided in several ways",
    content: [start, droid("assistant", block("a___b___c"))],
    calls: [{ action: { kind: "mcp_request" } }],
  },
  {
    of: "droid: a sub-droid is an invocation",
    content: [start, droid("assistant", block("Task", { subagent_type: "x" }))],
    calls: [{ action: { kind: "subagent_invocation", name: "Task" } }],
  },
  {
    of: "droid: notes of the program are no prompts",
    content: [
      start,
      droid("user", text("<system-reminder>x</system-reminder>")),
      droid("assistant", block("Read")),
    ],
    calls: [{ context: { cwd: "/w", delegation: [] } }],
  },
  {
    of: "droid: two calls in one message, answered in another order",
    content: [
      start,
      droid("assistant", block("Read"), block("Execute", {}, "c2")),
      droid(
        "user",
        { type: "tool_result", tool_use_id: "c2", content: "x", is_error: true },
        answer("y"),
      ),
    ],
    calls: [{ outcome: { status: "ok" } }, { outcome: { status: "error" } }],
  },
  {
    of: "droid: the operator's name for the user",
    options: { onBehalfOf: { type: "human", id: "jo" } },
    content: [start, droid("assistant", block("Read"))],
    calls: [{ context: { on_behalf_of: { type: "human", id: "jo" } } }],
  },
  {
    of: "droid: streamed output",
    content: [
      { type: "system", subtype: "init", cwd: "/w", session_id: "s2", tools: [], model: "m" },
      { type: "message", role: "user", id: "u", text: "go", timestamp: 1772442000000 },
      {
        type: "tool_call",
        id: "c1",
        messageId: "m",
        toolId: "Execute",
        toolName: "Execute",
        parameters: { command: "ls" },
        timestamp: 1772442000000,
        session_id: "s2",
      },
      { type: "tool_result", id: "c1", toolId: "Execute", isError: false, value: "x" },
      { type: "completion", finalText: "done" },
    ],
    calls: [
      {
        session: "s2",
        time: "2026-03-02T09:00:00.000Z",
        action: { server: "host", name: "Execute" },
        args: { command: "ls" },
        context: { cwd: "/w", model: { name: "m" }, request: "go" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "droid: streamed output of a call that failed",
    content: [
      { type: "tool_call", id: "c1", toolName: "Read", parameters: {}, session_id: "s2" },
      { type: "tool_result", id: "c1", isError: true, value: "x" },
    ],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "droid: states and ends of a session",
    content: [
      start,
      { type: "todo_state", id: "t", todos: {} },
      droid("assistant", block("Read")),
      { type: "session_end", id: "e" },
    ],
    calls: [{ action: { name: "Read" } }],
  },
];

const says = (kind: string, said: unknown, type = "say"): object => ({
  ts: 1772442000000,
  type,
  [type]: kind,
  text: typeof said === "string" ? said : JSON.stringify(said),
});

/** What Cline shows of a task. */
export const CLINE_VARIANTS: readonly Variant[] = [
  {
    of: "cline: a command and its output",
    content: [says("task", "go"), says("command", "ls"), says("command_output", "x")],
    calls: [
      {
        time: "2026-03-02T09:00:00.000Z",
        session: "log",
        subject: { type: "agent", id: "cline" },
        action: { kind: "tool_call", server: "host", name: "execute_command" },
        args: { command: "ls" },
        context: { request: "go", delegation: [] },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "cline: a command that the user was asked about: how it was answered is not recorded",
    content: [says("command", "rm -r xREQ_APP", "ask")],
    calls: [{ args: { command: "rm -r x" }, decision: undefined, outcome: undefined }],
  },
  {
    of: "cline: a tool",
    content: [says("tool", { tool: "readFile", path: "a" })],
    calls: [{ action: { server: "host", name: "readFile" }, args: { path: "a" } }],
  },
  {
    of: "cline: a tool that the user was asked about",
    content: [says("tool", { tool: "editedExistingFile", path: "a", diff: "x" }, "ask")],
    calls: [{ action: { name: "editedExistingFile" }, args: { path: "a", diff: "x" } }],
  },
  {
    of: "cline: a tool of an MCP server",
    content: [
      says("use_mcp_server", {
        type: "use_mcp_tool",
        serverName: "jira",
        toolName: "create",
        arguments: '{"t":1}',
      }),
      says("mcp_server_response", "x"),
    ],
    calls: [
      {
        action: { kind: "mcp_request", server: "jira", name: "create" },
        args: { t: 1 },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "cline: a resource of an MCP server",
    content: [
      says(
        "use_mcp_server",
        { type: "access_mcp_resource", serverName: "jira", uri: "x://y" },
        "ask",
      ),
    ],
    calls: [{ action: { server: "jira", name: "resources/read" }, args: { uri: "x://y" } }],
  },
  {
    of: "cline: a browser",
    content: [
      says("browser_action_launch", "http://localhost"),
      says("browser_action", { action: "click", coordinate: "1,2" }),
      says("browser_action_result", {}),
    ],
    calls: [
      { action: { name: "browser_action" }, args: { action: "launch", url: "http://localhost" } },
      { args: { action: "click", coordinate: "1,2" } },
    ],
  },
  {
    of: "cline: one list, as the file is",
    content: JSON.stringify([says("task", "go"), says("command", "ls")]),
    calls: [{ args: { command: "ls" } }],
  },
  {
    of: "cline: an output belongs to the last call alone",
    content: [
      says("command", "a"),
      says("command_output", "x"),
      says("command_output", "y"),
      says("command", "b"),
    ],
    calls: [{ outcome: { status: "ok" } }, { outcome: undefined }],
  },
  {
    of: "cline: a message that is not whole yet is told again",
    content: [
      { ...Object(says("tool", { tool: "readFile" })), partial: true },
      says("tool", { tool: "readFile", path: "a" }),
    ],
    calls: [{ args: { path: "a" } }],
  },
  {
    of: "cline: the user's words in between",
    content: [says("task", "go"), says("user_feedback", "no, b"), says("command", "b")],
    calls: [{ context: { request: "no, b" } }],
  },
  {
    of: "cline: questions and requests are no calls",
    content: [
      says("task", "go"),
      says("api_req_started", { request: "x" }),
      says("followup", { question: "?" }, "ask"),
      says("command", "ls"),
      says("completion_result", "done"),
    ],
    calls: [{ args: { command: "ls" } }],
  },
];

const cursor = (role: string, ...content: readonly object[]): object => ({
  role,
  message: { content },
});
const use = (name: string, input: object = { a: 1 }): object => ({ type: "tool_use", name, input });
const streamed = (subtype: string, tool_call: object, call_id = "c1"): object => ({
  type: "tool_call",
  subtype,
  call_id,
  tool_call,
  session_id: "s1",
});
const shell = (result?: object): object => ({
  shellToolCall: { args: { command: "ls" }, ...(result !== undefined && { result }) },
});

const T = "2026-03-02T09:00:00.000Z";
const bubble = (chat: string, id: string, value: object): object => ({
  key: `bubbleId:${chat}:${id}`,
  value: JSON.stringify({ _v: 3, bubbleId: id, createdAt: T, ...value }),
});
const stored = (name: string, more: object = {}): object => ({
  type: 2,
  toolFormerData: { name, toolCallId: "c1", rawArgs: '{"a":1}', status: "completed", ...more },
});

/** Transcripts of Cursor, what `cursor-agent` prints, and the rows of its store. */
export const CURSOR_VARIANTS: readonly Variant[] = [
  {
    of: "cursor: rows of the store, each chat with its own words",
    content: [
      bubble("s1", "1", { type: 1, text: "go", modelInfo: { modelName: "m" } }),
      bubble("s1", "2", stored("run_terminal_cmd", { result: "x" })),
      bubble("s2", "3", stored("read_file", { toolCallId: "c2" })),
    ],
    calls: [
      {
        id: "s1/c1",
        time: T,
        session: "s1",
        subject: { type: "agent", id: "cursor" },
        action: { kind: "tool_call", server: "host", name: "run_terminal_cmd" },
        args: { a: 1 },
        context: { request: "go", model: { name: "m" }, delegation: [] },
        outcome: { status: "ok" },
      },
      { id: "s2/c2", session: "s2", context: { model: { name: "m" }, delegation: [] } },
    ],
  },
  {
    of: "cursor: rows of the store as one list",
    content: JSON.stringify([bubble("s", "1", stored("grep")), bubble("s", "2", { type: 2 })]),
    calls: [{ session: "s", action: { name: "grep" } }],
  },
  {
    of: "cursor: a row whose call has no id, and its arguments under another name",
    content: [
      bubble(
        "s",
        "b7",
        stored("edit_file", { toolCallId: undefined, rawArgs: "", params: '{"b":2}' }),
      ),
    ],
    calls: [{ id: "s/b7", args: { b: 2 } }],
  },
  {
    of: "cursor: a stored call that failed, one that was rejected, one that was cancelled",
    content: [
      bubble("s", "1", stored("a", { toolCallId: "1", status: "error" })),
      bubble("s", "2", stored("b", { toolCallId: "2", userDecision: "rejected", status: "error" })),
      bubble("s", "3", stored("c", { toolCallId: "3", status: "cancelled" })),
    ],
    calls: [
      { outcome: { status: "error" } },
      { decision: { effect: "deny", pdp: "user" }, outcome: undefined },
      { outcome: undefined, decision: undefined },
    ],
  },
  {
    of: "cursor: a stored tool of an MCP server may be divided in several ways",
    content: [bubble("s", "1", stored("mcp_my_jira_create"))],
    calls: [{ action: { name: "mcp_my_jira_create" } }],
    lacks: ["action.server"],
  },
  {
    of: "cursor: a message that was taken back is no call",
    content: [{ key: "bubbleId:s:1", value: "null" }, bubble("s", "2", stored("x"))],
    calls: [{ action: { name: "x" } }],
  },
  {
    of: "cursor: a transcript has neither ids, times nor results",
    content: [
      cursor("user", text("<user_query>\ngo\n</user_query>")),
      cursor("assistant", text("ok"), use("Shell", { command: "ls" })),
    ],
    calls: [
      {
        session: "log",
        subject: { type: "agent", id: "cursor" },
        action: { kind: "tool_call", server: "host", name: "Shell" },
        args: { command: "ls" },
        context: { request: "go", delegation: [] },
        outcome: undefined,
      },
    ],
  },
  {
    of: "cursor: several calls of one message",
    content: [cursor("user", text("x")), cursor("assistant", use("Read"), use("Grep"))],
    calls: [{ action: { name: "Read" } }, { action: { name: "Grep" } }],
  },
  {
    of: "cursor: a tool of an MCP server in a transcript",
    content: [
      cursor("user", text("x")),
      cursor(
        "assistant",
        use("CallMcpTool", { server: "jira", toolName: "create", arguments: { t: 1 } }),
      ),
    ],
    calls: [{ action: { kind: "mcp_request", server: "jira", name: "create" }, args: { t: 1 } }],
  },
  {
    of: "cursor: a sub-agent is an invocation",
    content: [cursor("user", text("x")), cursor("assistant", use("Task", { prompt: "y" }))],
    calls: [{ action: { kind: "subagent_invocation", name: "Task" } }],
  },
  {
    of: "cursor: calls that have ids",
    content: [cursor("assistant", block("Shell"))],
    calls: [{ id: "log/c1" }],
  },
  {
    of: "cursor: streamed output",
    content: [
      {
        type: "system",
        subtype: "init",
        cwd: "/w",
        session_id: "s1",
        model: "m",
        permissionMode: "default",
      },
      { type: "user", message: { role: "user", content: [text("go")] }, session_id: "s1" },
      streamed("started", shell()),
      streamed("completed", shell({ success: { exitCode: 0, stdout: "x" } })),
      { type: "result", subtype: "success", session_id: "s1" },
    ],
    calls: [
      {
        id: "s1/c1",
        session: "s1",
        action: { server: "host", name: "shell" },
        args: { command: "ls" },
        context: { cwd: "/w", model: { name: "m" }, permission_mode: "default", request: "go" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "cursor: a command that failed",
    content: [streamed("completed", shell({ success: { exitCode: 1 } }))],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "cursor: a command that could not be run",
    content: [streamed("completed", shell({ failure: { exitCode: 127 } }))],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "cursor: rejected by the user, as a member says",
    content: [streamed("completed", shell({ rejected: { reason: "" } }))],
    calls: [{ decision: { effect: "deny", pdp: "user" }, outcome: undefined }],
  },
  {
    of: "cursor: not permitted, as a member says",
    content: [streamed("completed", shell({ permissionDenied: { error: "x" } }))],
    calls: [{ decision: { effect: "deny", pdp: "cursor" }, outcome: undefined }],
  },
  {
    of: "cursor: words of a rejection are none",
    content: [streamed("completed", shell({ error: { errorMessage: "rejected by user" } }))],
    calls: [{ decision: undefined, outcome: { status: "error" } }],
  },
  {
    of: "cursor: a tool of an MCP server, streamed",
    content: [
      streamed("completed", {
        mcpToolCall: {
          args: {
            name: "jira-create",
            toolName: "create",
            providerIdentifier: "jira",
            args: { t: 1 },
          },
          result: { success: { isError: true, content: [] } },
        },
      }),
    ],
    calls: [
      {
        action: { kind: "mcp_request", server: "jira", name: "create" },
        args: { t: 1 },
        outcome: { status: "error" },
      },
    ],
  },
  {
    of: "cursor: a call by its function",
    content: [streamed("started", { function: { name: "x", arguments: "{}" } })],
    calls: [{ action: { name: "x" }, args: {} }],
  },
];

const asked = (id: string, name: string, args = '{"a":1}'): object => ({
  id,
  name,
  arguments: args,
});
const shown = (more: object = {}): object => ({
  kind: "toolInvocationSerialized",
  toolId: "copilot_readFile",
  toolCallId: "c1__vscode-17",
  isComplete: true,
  isConfirmed: { type: 1 },
  source: { type: "internal" },
  ...more,
});
const request = (response: readonly object[], ...toolCalls: readonly object[]): object => ({
  requestId: "r1",
  timestamp: 1772442000000,
  message: { text: "go" },
  modelId: "copilot/m",
  response,
  result: { metadata: { toolCallRounds: [{ response: "hm", toolCalls }] } },
});
const chat = (...requests: readonly object[]): object => ({
  version: 3,
  sessionId: "s1",
  requesterUsername: "ann",
  responderUsername: "GitHub Copilot",
  creationDate: 1,
  requests,
});

/** Chat sessions of VS Code. */
export const VSCODE_VARIANTS: readonly Variant[] = [
  {
    of: "vscode: a call that rounds and the response tell of is one",
    content: JSON.stringify(chat(request([shown()], asked("c1", "read_file"))), undefined, 2),
    calls: [
      {
        id: "s1/c1",
        time: "2026-03-02T09:00:00.000Z",
        session: "s1",
        subject: { type: "agent", id: "copilot" },
        action: { kind: "tool_call", server: "host", name: "read_file" },
        args: { a: 1 },
        context: {
          model: { name: "copilot/m" },
          request: "go",
          on_behalf_of: { type: "human", id: "ann" },
          delegation: [],
        },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "vscode: confirmed by the user",
    content: [chat(request([shown({ isConfirmed: { type: 4 } })], asked("c1", "a")))],
    calls: [
      {
        decision: { effect: "require_approval", pdp: "copilot" },
        context: { approvals: [{ by: { type: "human" }, decision: "granted" }] },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "vscode: allowed by a setting",
    content: [chat(request([shown({ isConfirmed: { type: 2 } })], asked("c1", "a")))],
    calls: [{ decision: { effect: "allow", pdp: "copilot" } }],
  },
  {
    of: "vscode: denied, in the words of newer and of older versions; and skipped",
    content: [
      chat(
        request([shown({ isConfirmed: { type: 0 } })], asked("c1", "a")),
        request([shown({ toolCallId: "c2", isConfirmed: false })], asked("c2", "a")),
        request([shown({ toolCallId: "c3", isConfirmed: { type: 5 } })], asked("c3", "a")),
      ),
    ],
    calls: [
      { decision: { effect: "deny", pdp: "user" }, outcome: undefined },
      { decision: { effect: "deny" }, outcome: undefined },
      { decision: { effect: "deny" }, outcome: undefined },
    ],
  },
  {
    of: "vscode: older versions do not say who confirmed",
    content: [chat(request([shown({ isConfirmed: true })], asked("c1", "a")))],
    calls: [{ decision: undefined, outcome: { status: "ok" } }],
  },
  {
    of: "vscode: an error",
    content: [chat(request([shown({ resultDetails: { isError: true } })], asked("c1", "a")))],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "vscode: the MCP server stands beside the call",
    content: [
      chat(
        request(
          [shown({ toolId: "mcp_jira_create", source: { type: "mcp", serverLabel: "jira" } })],
          asked("c1", "mcp_jira_create"),
        ),
      ),
    ],
    calls: [{ action: { kind: "mcp_request", server: "jira", name: "create" } }],
  },
  {
    of: "vscode: an MCP tool whose server nothing tells",
    content: [chat(request([], asked("c1", "mcp_a_b_c")))],
    calls: [{ action: { kind: "tool_call", name: "mcp_a_b_c" }, outcome: undefined }],
  },
  {
    of: "vscode: a command that only the response tells of",
    content: [
      chat(
        request([
          shown({
            toolId: "run_in_terminal",
            toolSpecificData: { kind: "terminal", commandLine: { original: "ls" } },
          }),
        ]),
      ),
    ],
    calls: [{ action: { name: "run_in_terminal" }, args: { command: "ls" } }],
  },
  {
    of: "vscode: a sub-agent and its calls",
    content: [
      chat(
        request(
          [
            shown({
              toolId: "runSubagent",
              toolSpecificData: { kind: "subagent", agentName: "Plan" },
            }),
            shown({ toolCallId: "c2", subAgentInvocationId: "c1" }),
          ],
          asked("c1", "runSubagent"),
        ),
      ),
    ],
    calls: [
      { action: { kind: "subagent_invocation", name: "runSubagent" } },
      {
        parent: "s1/c1",
        subject: { type: "agent", id: "Plan" },
        context: { delegation: ["agent:copilot"] },
      },
    ],
  },
  {
    of: "vscode: lines of changes",
    content: [
      { kind: 0, v: chat() },
      { kind: 2, k: ["requests"], v: [request([], asked("c1", "a"))] },
      { kind: 2, k: ["requests", 0, "response"], v: [shown({ isConfirmed: { type: 4 } })] },
      {
        kind: 1,
        k: ["requests", 0, "result"],
        v: { metadata: { toolCallRounds: [{ toolCalls: [asked("c2", "b")] }] } },
      },
    ],
    calls: [{ decision: { effect: "require_approval" } }, { action: { name: "b" } }],
  },
  {
    of: "vscode: a call that is not over",
    content: [chat(request([shown({ isComplete: false })], asked("c1", "a")))],
    calls: [{ outcome: undefined }],
  },
  {
    of: "vscode: responses of requests whose ids a model counts anew",
    content: [
      chat(request([shown()]), request([shown()])),
      { kind: 2, k: ["requests"], v: [request([shown()])] },
      { kind: 2, k: ["requests", 2, "response"], v: [shown()] },
    ],
    calls: [{ id: "s1/c1" }, { id: "s1/c1#2" }, { id: "s1/c1#3" }],
  },
  {
    of: "vscode: rounds of one request whose ids a model counts anew",
    content: [
      chat({
        ...request([]),
        result: {
          metadata: {
            toolCallRounds: ["r1", "r2", "r2"].map((id) => ({
              id,
              toolCalls: [asked("c1", "a")],
            })),
          },
        },
      }),
    ],
    calls: [{ id: "s1/c1" }, { id: "s1/c1#2" }],
  },
];
