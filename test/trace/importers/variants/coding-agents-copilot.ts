import type { Variant } from "../import-all.ts";

const event = (type: string, data: object, more: object = {}): object => ({
  type,
  data,
  id: `e${type}`,
  timestamp: "2026-03-02T09:00:00.000Z",
  parentId: null,
  ...more,
});
const start = event("session.start", {
  sessionId: "s1",
  selectedModel: "m",
  context: { cwd: "/w" },
});
const run = (toolCallId: string, toolName: string, more: object = {}, envelope = {}): object =>
  event("tool.execution_start", { toolCallId, toolName, arguments: {}, ...more }, envelope);
const done = (toolCallId: string, more: object = { success: true }): object =>
  event("tool.execution_complete", { toolCallId, ...more });
const asked = (more: object = {}): object =>
  event("permission.requested", {
    requestId: "r1",
    permissionRequest: { kind: "shell", toolCallId: "c1" },
    ...more,
  });
const answered = (kind: string): object =>
  event("permission.completed", { requestId: "r1", result: { kind } });

/** Sessions of GitHub Copilot CLI. */
export const COPILOT_VARIANTS: readonly Variant[] = [
  {
    of: "copilot: asked for in a message, started and completed is one call",
    content: [
      start,
      event("user.message", { content: "list" }),
      event("assistant.message", {
        content: "",
        toolRequests: [{ toolCallId: "c1", name: "bash", arguments: '{"command":"ls"}' }],
      }),
      run("c1", "bash", { arguments: { command: "ls" } }),
      done("c1", { success: false, result: { content: "no" } }),
    ],
    calls: [
      {
        id: "s1/c1",
        session: "s1",
        subject: { type: "agent", id: "copilot" },
        action: { kind: "tool_call", server: "host", name: "bash" },
        args: { command: "ls" },
        context: { cwd: "/w", model: { name: "m" }, request: "list", delegation: [] },
        outcome: { status: "error" },
      },
    ],
  },
  {
    of: "copilot: asked for and never started",
    content: [
      start,
      event("assistant.message", {
        toolRequests: [{ toolCallId: "c1", name: "x", arguments: {} }],
      }),
    ],
    calls: [{ action: { name: "x" }, outcome: undefined }],
  },
  {
    of: "copilot: an MCP server in members of its own",
    content: [
      start,
      run("c1", "jira-create", { mcpServerName: "jira", mcpToolName: "create" }),
      done("c1"),
    ],
    calls: [{ action: { kind: "mcp_request", server: "jira", name: "create" } }],
  },
  {
    of: "copilot: a sub-agent by the call that started it",
    content: [
      start,
      run("c1", "task", { arguments: { prompt: "x" } }),
      event("subagent.started", { toolCallId: "c1", agentName: "explore" }),
      run("c2", "bash", { parentToolCallId: "c1" }),
      done("c2"),
      done("c1"),
    ],
    calls: [
      { action: { kind: "subagent_invocation", name: "task" } },
      {
        parent: "s1/c1",
        subject: { type: "agent", id: "explore" },
        context: { delegation: ["agent:copilot"] },
      },
    ],
  },
  {
    of: "copilot: a sub-agent by the id beside its events",
    content: [
      start,
      run("c1", "task"),
      event("subagent.started", { toolCallId: "c1", agentName: "explore" }, { agentId: "a9" }),
      run("c2", "bash", {}, { agentId: "a9" }),
    ],
    calls: [{}, { parent: "s1/c1", subject: { id: "explore" } }],
  },
  {
    of: "copilot: a sub-agent of a sub-agent",
    content: [
      start,
      run("c1", "task"),
      event("subagent.started", { toolCallId: "c1", agentName: "outer" }),
      run("c2", "task", { parentToolCallId: "c1" }),
      event("subagent.started", { toolCallId: "c2", agentName: "inner" }),
      run("c3", "bash", { parentToolCallId: "c2" }),
    ],
    calls: [
      {},
      { subject: { id: "outer" } },
      { subject: { id: "inner" }, context: { delegation: ["agent:copilot", "agent:outer"] } },
    ],
  },
  {
    of: "copilot: refused by the user",
    content: [start, run("c1", "bash"), asked(), answered("denied-interactively-by-user")],
    calls: [
      {
        decision: { effect: "deny", pdp: "user" },
        context: { approvals: [{ by: { type: "human" }, decision: "refused" }] },
        outcome: undefined,
      },
    ],
  },
  {
    of: "copilot: refused by rules, and the result that says so",
    content: [
      start,
      run("c1", "bash"),
      asked(),
      answered("denied-by-rules"),
      done("c1", { success: false, error: { message: "x", code: "denied" } }),
    ],
    calls: [{ decision: { effect: "deny", pdp: "copilot" }, outcome: undefined }],
  },
  {
    of: "copilot: approved by whom the log does not say",
    content: [start, run("c1", "bash"), asked(), answered("approved"), done("c1")],
    calls: [
      {
        decision: { effect: "require_approval", pdp: "copilot" },
        context: { approvals: [{ decision: "granted" }] },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "copilot: approved for the session, by the user",
    content: [start, run("c1", "bash"), asked(), answered("approved-for-session"), done("c1")],
    options: { approver: { type: "user", id: "ann" } },
    calls: [{ context: { approvals: [{ by: "user:ann", decision: "granted" }] } }],
  },
  {
    of: "copilot: a rejection is read from its code, never from words",
    content: [
      start,
      run("c1", "bash"),
      done("c1", { success: false, error: { message: "x", code: "rejected" } }),
      run("c2", "bash"),
      done("c2", { success: false, error: { message: "rejected by user", code: "failure" } }),
    ],
    calls: [
      { decision: { effect: "deny", pdp: "user" }, outcome: undefined },
      { decision: undefined, outcome: { status: "error" } },
    ],
  },
  {
    of: "copilot: the user ran it",
    content: [
      start,
      event("tool.user_requested", { toolCallId: "c1", toolName: "bash", arguments: {} }),
    ],
    calls: [{ subject: { type: "human" } }],
  },
  {
    of: "copilot: the model changes; a log without its beginning",
    content: [event("session.model_change", { newModel: "n" }), run("c1", "bash")],
    calls: [{ session: "log", context: { model: { name: "n" } } }],
  },
];
