import type { Variant } from "../import-all.ts";

const timestamp = "2026-03-02T09:00:00.000Z";
const line = (type: string, more: object): object => ({
  uuid: "u",
  sessionId: "s1",
  timestamp,
  type,
  cwd: "/w",
  version: "0.15.10",
  ...more,
});
const asks = (id: string, name: string, args: object = {}): object =>
  line("assistant", {
    model: "m",
    message: { role: "model", parts: [{ functionCall: { id, name, args } }] },
  });
const answers = (id: string, toolCallResult: object, given: object = { output: "x" }): object =>
  line("tool_result", {
    message: { role: "user", parts: [{ functionResponse: { id, name: "t", response: given } }] },
    toolCallResult: { callId: id, ...toolCallResult },
  });
const event = (name: string, more: object = {}, args: object = {}): object =>
  line("system", {
    subtype: "ui_telemetry",
    systemPayload: {
      uiEvent: {
        "event.name": "qwen-code.tool_call",
        function_name: name,
        function_args: args,
        success: true,
        prompt_id: "p1",
        ...more,
      },
    },
  });
const prompt = line("user", { message: { role: "user", parts: [{ text: "go" }] } });

/** Sessions of Qwen Code. */
export const QWEN_VARIANTS: readonly Variant[] = [
  {
    of: "qwen: a call, its decision and its result",
    content: [
      prompt,
      asks("c1", "read_file", { p: 1 }),
      event("read_file", { decision: "auto_accept" }, { p: 1 }),
      answers("c1", { status: "success" }),
    ],
    calls: [
      {
        id: "s1/c1",
        time: timestamp,
        session: "s1",
        subject: { type: "agent", id: "qwen-code" },
        action: { kind: "tool_call", server: "host", name: "read_file" },
        args: { p: 1 },
        context: { cwd: "/w", model: { name: "m" }, request: "go", delegation: [] },
        decision: { effect: "allow", pdp: "qwen-code" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "qwen: a failed call",
    content: [asks("c1", "a"), answers("c1", { status: "error" }, { error: "no" })],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "qwen: a result without a status is told by its member `error`",
    content: [asks("c1", "a"), answers("c1", {}, { error: "no" })],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "qwen: accepted by the user",
    content: [
      asks("c1", "a"),
      event("a", { decision: "accept" }),
      answers("c1", { status: "success" }),
    ],
    calls: [
      {
        decision: { effect: "require_approval", pdp: "qwen-code" },
        context: { approvals: [{ by: { type: "human" }, decision: "granted" }] },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "qwen: changed and accepted by the user",
    content: [asks("c1", "a"), event("a", { decision: "modify" })],
    calls: [{ decision: { effect: "require_approval" } }],
  },
  {
    of: "qwen: rejected by the user",
    content: [
      asks("c1", "a"),
      event("a", { decision: "reject", success: false }),
      answers("c1", { status: "cancelled" }, { error: "x" }),
    ],
    calls: [{ decision: { effect: "deny", pdp: "user" }, outcome: undefined }],
  },
  {
    of: "qwen: denied by a rule, as a field says",
    content: [
      asks("c1", "a"),
      answers("c1", { status: "error", errorType: "execution_denied" }, { error: "x" }),
    ],
    calls: [{ decision: { effect: "deny", pdp: "qwen-code" }, outcome: undefined }],
  },
  {
    of: "qwen: words of a denial are none",
    content: [
      asks("c1", "a"),
      answers(
        "c1",
        { status: "error", errorType: "shell_execute_error" },
        { error: "permission was declined" },
      ),
    ],
    calls: [{ decision: undefined, outcome: { status: "error" } }],
  },
  {
    of: "qwen: cancelled has no outcome",
    content: [asks("c1", "a"), answers("c1", { status: "cancelled" })],
    calls: [{ outcome: undefined }],
  },
  {
    of: "qwen: a sub-agent's calls stand in its events alone",
    content: [
      asks("c1", "agent", { subagent_type: "worker" }),
      event(
        "run_shell_command",
        { prompt_id: "s1#worker-a1b2c3#0", decision: "auto_accept" },
        {
          command: "ls",
        },
      ),
      event("x", { prompt_id: "s1#worker-a1b2c3#1", success: false }),
      answers("c1", { status: "success" }),
    ],
    calls: [
      { action: { kind: "subagent_invocation", name: "agent" }, outcome: { status: "ok" } },
      {
        parent: "s1/c1",
        subject: { type: "agent", id: "worker" },
        args: { command: "ls" },
        context: { delegation: ["agent:qwen-code"] },
        decision: { effect: "allow" },
        outcome: { status: "ok" },
      },
      { outcome: { status: "error" } },
    ],
  },
  {
    of: "qwen: an MCP tool",
    content: [asks("c1", "mcp__jira__create"), asks("c2", "mcp__a__b__c")],
    calls: [
      { action: { kind: "mcp_request", server: "jira", name: "create" } },
      { action: { kind: "mcp_request" } },
    ],
  },
  {
    of: "qwen: two equal calls have a decision each",
    content: [
      asks("c1", "a"),
      asks("c2", "a"),
      event("a", { decision: "auto_accept" }),
      event("a", { decision: "reject" }),
    ],
    calls: [{ decision: { effect: "allow" } }, { decision: { effect: "deny" } }],
  },
  {
    of: "qwen: thoughts, and records of no call",
    content: [
      line("assistant", { message: { role: "model", parts: [{ text: "hm", thought: true }] } }),
      line("system", { subtype: "chat_compression", systemPayload: {} }),
      asks("c1", "a"),
    ],
    calls: [{ action: { name: "a" } }],
  },
];
