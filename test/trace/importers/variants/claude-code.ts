import type { Variant } from "../import-all.ts";

const T = "2026-02-03T10:00:00.000Z";
const base = { sessionId: "s", isSidechain: false, cwd: "/w", timestamp: T, version: "2.1.0" };
/** An assistant's line. */
export const assistant = (content: unknown, more: object = {}): object => ({
  ...base,
  type: "assistant",
  uuid: `a${JSON.stringify(content).length}`,
  message: { role: "assistant", model: "m-1", content },
  ...more,
});
/** A call in it. */
export const use = (id: string, name: string, input: unknown = {}): object => ({
  type: "tool_use",
  id,
  name,
  input,
});
/** The line with its result. */
export const result = (
  id: string,
  content: unknown,
  is_error?: boolean,
  more: object = {},
): object => ({
  ...base,
  type: "user",
  uuid: `r${id}`,
  message: {
    role: "user",
    content: [
      {
        type: "tool_result",
        tool_use_id: id,
        content,
        ...(is_error !== undefined && { is_error }),
      },
    ],
  },
  ...more,
});
const user = (content: unknown, more: object = {}): object => ({
  ...base,
  type: "user",
  uuid: "u",
  message: { role: "user", content },
  ...more,
});
const attachment = (held: object): object => ({ ...base, type: "attachment", attachment: held });
const hookPrinted = (toolUseID: string, permissionDecision: string): object =>
  attachment({
    type: "hook_success",
    hookEvent: "PreToolUse",
    toolUseID,
    stdout: JSON.stringify({ hookSpecificOutput: { permissionDecision } }),
  });
const hook = (hook_event_name: string, more: object = {}): object => ({
  session_id: "h",
  cwd: "/w",
  hook_event_name,
  tool_name: "Bash",
  tool_input: { command: "ls" },
  ...more,
});

/** Session transcripts, hook events and streamed output. */
export const CLAUDE_CODE_VARIANTS: readonly Variant[] = [
  {
    of: "a call with its result",
    content: [assistant([use("t1", "Bash", { command: "ls" })]), result("t1", "a.txt")],
    calls: [
      {
        id: "s/t1",
        time: T,
        session: "s",
        subject: { type: "agent", id: "claude-code" },
        action: { kind: "tool_call", server: "host", name: "Bash" },
        args: { command: "ls" },
        context: { cwd: "/w", model: { name: "m-1" }, delegation: [] },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "a failed call",
    content: [assistant([use("t1", "Read")]), result("t1", "ENOENT", true)],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "a call without a result",
    content: [assistant([use("t1", "Read")])],
    calls: [{ action: { name: "Read" } }],
  },
  {
    of: "an MCP tool",
    content: [assistant([use("t1", "mcp__git_hub__create_issue", { title: "x" })])],
    calls: [{ action: { kind: "mcp_request", server: "git_hub", name: "create_issue" } }],
  },
  ...["mcp__github__evil__create_issue", "mcp__github___create_issue", "mcp__a__b____c"].map(
    (name) => ({
      of: `an MCP tool whose server its name does not tell: ${name}`,
      content: [assistant([use("t1", name, { title: "x" })])],
      calls: [{ action: { kind: "mcp_request" } }],
    }),
  ),
  {
    of: "a user's rejection is a recorded deny",
    content: [
      assistant([use("t1", "Edit")]),
      result(
        "t1",
        "The user doesn't want to proceed with this tool use. The tool use was rejected.",
        true,
      ),
    ],
    calls: [
      {
        decision: { effect: "deny", pdp: "user" },
        context: { approvals: [{ by: { type: "human" }, decision: "refused" }] },
      },
    ],
  },
  {
    of: "a rejection with the operator's name for the user",
    options: { approver: { type: "human", id: "jo" } },
    content: [
      assistant([use("t1", "Edit")]),
      result("t1", "The user doesn’t want to take this action right now.", true),
    ],
    calls: [{ decision: { effect: "deny" }, context: { approvals: [{ by: "human:jo" }] } }],
  },
  {
    of: "the words of a rejection in a result that is no error",
    content: [
      assistant([use("t1", "Read")]),
      result("t1", "The user doesn't want to proceed with this tool use."),
    ],
    calls: [{ outcome: { status: "ok" } }],
  },
  {
    of: "a permission prompt that nobody answered",
    content: [
      assistant([use("t1", "WebSearch")]),
      result(
        "t1",
        "Claude requested permissions to use WebSearch, but you haven't granted it yet.",
        true,
      ),
    ],
    calls: [{ decision: { effect: "require_approval", pdp: "claude-code" } }],
  },
  {
    of: "a command that requires approval",
    content: [assistant([use("t1", "Bash")]), result("t1", "This command requires approval", true)],
    calls: [{ decision: { effect: "require_approval" } }],
  },
  {
    of: "a permission rule that denies",
    content: [
      assistant([use("t1", "Bash", { command: "rm" })]),
      result("t1", "Permission to use Bash with command rm has been denied.", true),
    ],
    calls: [{ decision: { effect: "deny", pdp: "claude-code" } }],
  },
  {
    of: "a hook that denies",
    content: [
      assistant([use("t1", "Bash")]),
      result("t1", "PreToolUse:Bash hook error: blocked by policy", true),
    ],
    calls: [{ decision: { effect: "deny", pdp: "claude-code" } }],
  },
  ...[
    "Permission to use Bash with command rm has been denied.",
    "Exit code 1\nThis command requires approval",
    "GraphQL: Pull request requires approval from a code owner (mergePullRequest)",
    "ERROR: Permission to acme/app.git denied to ci-bot.",
    "Error: run denied by policy check no-public-buckets",
    "User denied: invalid credentials",
    "The user rejected the request",
    "Claude requested permissions to use Read, but you haven't granted it yet.",
    "remote: hook declined: PreToolUse:Bash hook error",
    "cat in '/etc' was blocked. For security, Claude Code may only list files",
    "pre-receive hook blocked the push",
  ].map((printed) => ({
    of: `what a command prints of permission is no verdict: ${printed}`,
    content: [
      assistant([use("t1", "Bash", { command: "git push" })]),
      result("t1", printed, true, { toolUseResult: `Error: ${printed}` }),
    ],
    calls: [{ decision: undefined, outcome: { status: "error" } }],
  })),
  {
    of: "a result with what the tool gave is no refusal, whatever it says",
    content: [
      assistant([use("t1", "Bash", { command: "x" })]),
      result("t1", "This command requires approval", true, { toolUseResult: { stdout: "" } }),
    ],
    calls: [{ decision: undefined, outcome: { status: "error" } }],
  },
  {
    of: "a file that may not be read, by its path",
    content: [
      assistant([use("t1", "Read", { file_path: "/k" }), use("t2", "Read", { file_path: "/l" })]),
      result("t1", "Permission to read /k has been denied.", true),
      result("t2", "Permission to read /k has been denied.", true),
    ],
    calls: [{ decision: { effect: "deny" }, outcome: undefined }, { outcome: { status: "error" } }],
  },
  {
    of: "a denial in a field of its own, whatever the words",
    content: [
      assistant([use("t1", "Bash"), use("t2", "Bash"), use("t3", "Edit")]),
      result("t1", "no", true, { toolDenialKind: "user-rejected" }),
      result("t2", "no", true, { toolDenialKind: "automode-blocked" }),
      result("t3", "stop", true, { toolUseResult: "User rejected tool use" }),
    ],
    calls: [
      {
        decision: { effect: "deny", pdp: "user" },
        context: { approvals: [{ decision: "refused" }] },
        outcome: undefined,
      },
      { decision: { effect: "deny", pdp: "claude-code" }, outcome: undefined },
      { decision: { effect: "deny", pdp: "user" }, outcome: undefined },
    ],
  },
  ...(
    [
      ["allow", { effect: "allow", pdp: "hook" }],
      ["deny", { effect: "deny", pdp: "hook" }],
    ] as const
  ).map(([decision, expected]) => ({
    of: `a hook's own decision stands in an attachment: ${decision}`,
    content: [
      { type: "permission-mode", permissionMode: "plan", sessionId: "s" },
      assistant([use("t1", "Bash")]),
      attachment({ type: "hook_permission_decision", decision, toolUseID: "t1" }),
      result("t1", "x", decision === "deny"),
    ],
    calls: [
      {
        decision: expected,
        outcome: decision === "deny" ? undefined : { status: "ok" },
        context: { permission_mode: "plan" },
      },
    ],
  })),
  {
    of: "what a hook printed, and one that stopped the call",
    content: [
      assistant([use("t1", "Bash"), use("t2", "Bash"), use("t3", "Bash"), use("t4", "Bash")]),
      hookPrinted("t1", "allow"),
      result("t1", "x"),
      hookPrinted("t2", "ask"),
      result("t2", "x"),
      attachment({ type: "hook_blocking_error", hookEvent: "PreToolUse", toolUseID: "t3" }),
      result("t3", "stopped", true),
      attachment({ type: "hook_blocking_error", hookEvent: "PostToolUse", toolUseID: "t4" }),
      result("t4", "x"),
    ],
    calls: [
      { decision: { effect: "allow", pdp: "hook" }, outcome: { status: "ok" } },
      {
        decision: { effect: "require_approval", pdp: "hook" },
        context: { approvals: [{ decision: "granted" }] },
        outcome: { status: "ok" },
      },
      { decision: { effect: "deny", pdp: "hook" }, outcome: undefined },
      { decision: undefined, outcome: { status: "ok" } },
    ],
  },
  {
    of: "a rule beats the hook that allowed",
    content: [
      assistant([use("t1", "Bash", { command: "rm" })]),
      hookPrinted("t1", "allow"),
      result("t1", "Permission to use Bash with command rm has been denied.", true),
    ],
    calls: [{ decision: { effect: "deny", pdp: "claude-code" }, outcome: undefined }],
  },
  {
    of: "a hook's decision on no call is counted",
    content: [
      assistant([use("t1", "Bash")]),
      attachment({ type: "hook_permission_decision", decision: "deny", toolUseID: "t9" }),
    ],
    calls: [{ decision: undefined }],
    causes: ["a decision belongs to no call"],
  },
  {
    of: "permission modes: the prompt's, and that of sub-agents where nothing is asked",
    content: [
      user("go", { permissionMode: "bypassPermissions" }),
      assistant([use("t1", "Bash")]),
      assistant([use("t2", "Bash")], { isSidechain: true, agentId: "a1" }),
      user("go on", { permissionMode: "acceptEdits", uuid: "u2" }),
      assistant([use("t3", "Bash")]),
      assistant([use("t4", "Bash")], { isSidechain: true, agentId: "a1" }),
    ],
    calls: [
      { context: { permission_mode: "bypassPermissions" } },
      { context: { permission_mode: "bypassPermissions" } },
      { context: { permission_mode: "acceptEdits" } },
      { id: "s/t4" },
    ],
  },
  {
    of: "a workflow is an invocation, and above what its agents do",
    content: [
      assistant([use("wf", "Workflow", { script: "x" })]),
      result("wf", "started", false, { toolUseResult: { runId: "wf_1" } }),
      assistant([use("t1", "Bash")], { isSidechain: true, agentId: "ag1" }),
      assistant([use("t2", "Bash")], { isSidechain: true, agentId: "acompact-1a2b" }),
    ],
    calls: [
      { action: { kind: "subagent_invocation", name: "Workflow" } },
      { parent: "s/wf", context: { delegation: ["agent:claude-code"] } },
      { id: "s/t2", parent: undefined },
    ],
  },
  {
    of: "of two workflows none is guessed",
    content: [
      assistant([use("w1", "Workflow"), use("w2", "Workflow")]),
      result("w1", "x", false, { toolUseResult: { runId: "wf_1" } }),
      result("w2", "x", false, { toolUseResult: { runId: "wf_2" } }),
      assistant([use("t1", "Bash")], { isSidechain: true, agentId: "ag1" }),
    ],
    calls: [{}, {}, { parent: undefined }],
  },
  {
    of: "teams of agents: what starts one, and what is sent to another agent",
    content: [assistant([use("t1", "TeamCreate"), use("t2", "SendMessage", { to: "x" })])],
    calls: [
      { action: { kind: "subagent_invocation" } },
      { action: { kind: "subagent_invocation" } },
    ],
  },
  {
    of: "a sub-agent that its own lines name",
    content: [
      assistant([use("t1", "Bash")], {
        isSidechain: true,
        agentId: "ag1",
        attributionAgent: "general-purpose",
      }),
    ],
    calls: [{ subject: { type: "agent", id: "general-purpose" } }],
  },
  {
    of: "streamed output tells at its end which failed calls were refused",
    content: [
      { type: "assistant", session_id: "st", message: { content: [use("t1", "Bash")] } },
      {
        type: "user",
        session_id: "st",
        tool_use_result: "Error: no",
        message: {
          content: [{ type: "tool_result", tool_use_id: "t1", content: "no", is_error: true }],
        },
      },
      { type: "assistant", session_id: "st", message: { content: [use("t2", "Bash")] } },
      {
        type: "user",
        session_id: "st",
        message: {
          content: [{ type: "tool_result", tool_use_id: "t2", content: "x", is_error: true }],
        },
      },
      {
        type: "result",
        session_id: "st",
        permission_denials: [{ tool_name: "Bash", tool_use_id: "t1" }],
      },
    ],
    calls: [
      { decision: { effect: "deny", pdp: "claude-code" }, outcome: undefined },
      { decision: undefined, outcome: { status: "error" } },
    ],
  },
  {
    of: "one message over several lines",
    content: [
      assistant([{ type: "text", text: "hi" }]),
      assistant([use("t1", "Read")]),
      assistant([use("t2", "Grep")]),
      result("t2", "x"),
      result("t1", "y"),
    ],
    calls: [{ id: "s/t1" }, { id: "s/t2" }],
  },
  {
    of: "a line that stands twice",
    content: [assistant([use("t1", "Read")]), assistant([use("t1", "Read")]), result("t1", "x")],
    calls: [{ id: "s/t1", outcome: { status: "ok" } }],
  },
  {
    of: "the user's words are the request; meta and command lines are not",
    content: [
      user("fix it"),
      user("x", { isMeta: true }),
      user("<command-name>/clear</command-name>"),
      assistant([use("t1", "Read")]),
    ],
    calls: [{ context: { request: "fix it" } }],
  },
  {
    of: "a sub-agent in the same file, told by the task's words",
    content: [
      assistant([use("task", "Task", { prompt: "look around", subagent_type: "Explore" })]),
      user("look around", { isSidechain: true, parentUuid: null, uuid: "x1" }),
      assistant([use("t2", "Glob")], { isSidechain: true, parentUuid: "x1", uuid: "x2" }),
    ],
    calls: [
      { action: { kind: "subagent_invocation", name: "Task" } },
      {
        parent: "s/task",
        subject: { type: "agent", id: "Explore" },
        context: { delegation: ["agent:claude-code"] },
      },
    ],
  },
  {
    of: "a sub-agent by its id, once the task answered",
    options: { subject: { type: "agent", id: "coder" } },
    content: [
      assistant([use("task", "Agent", { subagent_type: "tester" })]),
      result("task", "launched", false, { toolUseResult: { agentId: "ag1" } }),
      assistant([use("t2", "Bash")], { isSidechain: true, agentId: "ag1" }),
    ],
    calls: [
      { subject: { id: "coder" }, action: { kind: "subagent_invocation" } },
      { parent: "s/task", subject: { id: "tester" }, context: { delegation: ["agent:coder"] } },
    ],
  },
  {
    of: "streamed output: sub-agent by parent_tool_use_id, denials at the end",
    content: [
      { type: "system", subtype: "init", session_id: "st" },
      {
        type: "assistant",
        session_id: "st",
        message: { content: [use("task", "Task", { subagent_type: "x" })] },
      },
      {
        type: "assistant",
        session_id: "st",
        parent_tool_use_id: "task",
        message: { content: [use("t2", "Bash")] },
      },
      {
        type: "result",
        session_id: "st",
        permission_denials: [{ tool_name: "Bash", tool_use_id: "t2" }],
      },
    ],
    calls: [{ id: "st/task" }, { parent: "st/task", decision: { effect: "deny" } }],
  },
  {
    of: "other entries say nothing of calls",
    content: [
      { type: "summary", summary: "x", leafUuid: "y" },
      { type: "file-history-snapshot", messageId: "m" },
      { type: "queue-operation", operation: "dequeue" },
      { ...base, type: "system", content: "x" },
      { ...base, type: "progress", data: {} },
    ],
    calls: [],
  },
  {
    of: "broken lines cost themselves only",
    content:
      `${JSON.stringify(assistant([use("t1", "Read")]))}\n{"type":"assistant","mess\n42\n` +
      `{"silly":1}\n${JSON.stringify({ ...base, type: "user", message: "x" })}\n`,
    calls: [{ id: "s/t1" }],
    causes: [
      "a line is neither a transcript's entry nor a hook's event",
      "a line is not an object",
      "a message is not an object",
      "the JSON text is truncated",
    ],
  },
  {
    of: "arguments that are no object, a call without a name, a result of no call",
    content: [
      assistant([
        { type: "tool_use", id: "t1", name: "A", input: [1] },
        { type: "tool_use", id: "t2", input: {} },
      ]),
      result("zz", "x"),
    ],
    calls: [{ id: "s/t1" }, { id: "s/t2" }],
    causes: [
      "a result belongs to no call",
      "a tool call has no name",
      "a tool call's arguments are not an object",
    ],
  },
  {
    of: "hooks before and after are one call",
    content: [hook("PreToolUse"), hook("PostToolUse", { tool_response: { stdout: "x" } })],
    calls: [
      {
        session: "h",
        action: { server: "host", name: "Bash" },
        args: { command: "ls" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "hooks by tool_use_id, with a log's time",
    content: [
      hook("PreToolUse", { tool_use_id: "a", timestamp: 1_770_112_800 }),
      hook("PreToolUse", { tool_use_id: "b" }),
      hook("PostToolUseFailure", { tool_use_id: "a", error: "x" }),
    ],
    calls: [
      { id: "h/a", time: "2026-02-03T10:00:00.000Z", outcome: { status: "error" } },
      { id: "h/b" },
    ],
  },
  {
    of: "a hook's permission denied",
    content: [hook("PermissionDenied", { denial_reason: "no" })],
    calls: [{ decision: { effect: "deny", pdp: "claude-code" } }],
  },
  {
    of: "a prompt that was granted",
    content: [hook("PermissionRequest"), hook("PostToolUse")],
    calls: [
      {
        decision: { effect: "require_approval" },
        context: { approvals: [{ decision: "granted" }] },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "a hook's own answer, a sub-agent's hook, other hooks",
    content: [
      hook("UserPromptSubmit", { prompt: "go" }),
      hook("PreToolUse", {
        tool_name: "mcp__db__query",
        agent_id: "x",
        agent_type: "Explore",
        hookSpecificOutput: { permissionDecision: "ask" },
      }),
      hook("Stop"),
      hook("Notification"),
    ],
    calls: [
      {
        action: { kind: "mcp_request", server: "db", name: "query" },
        subject: { id: "Explore" },
        context: { request: "go", delegation: ["agent:claude-code"] },
        decision: { effect: "require_approval", pdp: "hook" },
      },
    ],
  },
];
