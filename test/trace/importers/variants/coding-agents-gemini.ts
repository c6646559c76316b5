import type { Variant } from "../import-all.ts";

const timestamp = "2026-03-02T09:00:00.000Z";
const session = (more: object = {}): object => ({
  sessionId: "s1",
  projectHash: "h",
  startTime: timestamp,
  kind: "main",
  ...more,
});
const message = (toolCalls: readonly object[], more: object = {}): object => ({
  id: "m1",
  timestamp,
  type: "gemini",
  content: "",
  model: "m",
  toolCalls,
  ...more,
});
const response = (name: string, given: object): object => ({
  functionResponse: { id: "c1", name, response: given },
});
const call = (name: string, more: object = {}): object => ({
  id: "c1",
  name,
  args: { a: 1 },
  status: "success",
  timestamp,
  result: [response(name, { output: "x" })],
  ...more,
});
const failed = (status: string, error: string): object =>
  call("run_shell_command", { status, result: [response("run_shell_command", { error })] });
const host = (name: string): object => ({ kind: "tool_call", server: "host", name });

/** Sessions of Gemini CLI. */
export const GEMINI_CLI_VARIANTS: readonly Variant[] = [
  {
    of: "gemini-cli: lines, with the prompt, the model and what came of the call",
    content: [
      session(),
      { id: "u", timestamp, type: "user", content: [{ text: "go" }] },
      message([call("read_file")]),
    ],
    calls: [
      {
        id: "s1/c1",
        time: timestamp,
        session: "s1",
        subject: { type: "agent", id: "gemini-cli" },
        action: host("read_file"),
        args: { a: 1 },
        context: { model: { name: "m" }, request: "go", delegation: [] },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "gemini-cli: a message is written again when its calls are done",
    content: [
      session(),
      { id: "m1", timestamp, type: "gemini", content: "", tokens: { tool: 0 }, model: "m" },
      message([call("a", { status: undefined, result: undefined })]),
      message([call("a")]),
      { $set: { lastUpdated: timestamp } },
      { id: "u2", timestamp, type: "user", content: [response("a", { output: "x" })] },
    ],
    calls: [{ action: host("a"), outcome: { status: "ok" } }],
  },
  {
    of: "gemini-cli: one document, as older versions write it",
    content: JSON.stringify(
      session({
        messages: [{ id: "u", timestamp, type: "user", content: "go" }, message([call("a")])],
      }),
    ),
    calls: [{ session: "s1", action: host("a"), context: { request: "go" } }],
  },
  {
    of: "gemini-cli: messages that are set at once",
    content: [session(), { $set: { messages: [message([call("a")])] } }],
    calls: [{ action: host("a") }],
  },
  {
    of: "gemini-cli: a failed call",
    content: [session(), message([failed("error", "no such file")])],
    calls: [{ decision: undefined, outcome: { status: "error" } }],
  },
  {
    of: "gemini-cli: the user did not allow it",
    content: [
      session(),
      message([failed("cancelled", "[Operation Cancelled] Reason: User did not allow tool call")]),
    ],
    calls: [
      {
        decision: { effect: "deny", pdp: "user" },
        context: { approvals: [{ decision: "refused" }] },
        outcome: undefined,
      },
    ],
  },
  {
    of: "gemini-cli: cancelled while it ran is no refusal, and has no outcome",
    content: [session(), message([failed("cancelled", "User cancelled tool execution.")])],
    calls: [{ decision: undefined, outcome: undefined }],
  },
  {
    of: "gemini-cli: denied by policy",
    content: [session(), message([failed("error", "Tool execution denied by policy.")])],
    calls: [{ decision: { effect: "deny", pdp: "gemini-cli" }, outcome: undefined }],
  },
  {
    of: "gemini-cli: a command that prints of policies was not denied",
    content: [
      session(),
      message([failed("error", "remote: Tool execution denied by policy. Sorry")]),
      message([
        call("b", {
          id: "c2",
          result: [response("b", { output: "Tool execution denied by policy." })],
        }),
      ]),
    ],
    calls: [
      { decision: undefined, outcome: { status: "error" } },
      { decision: undefined, outcome: { status: "ok" } },
    ],
  },
  {
    of: "gemini-cli: the shown name tells the MCP server",
    content: [
      session(),
      message([
        call("mcp_my_jira_create_issue", { displayName: "create_issue (my_jira MCP Server)" }),
      ]),
    ],
    calls: [{ action: { kind: "mcp_request", server: "my_jira", name: "create_issue" } }],
  },
  {
    of: "gemini-cli: a name that may be divided in one way, and in several",
    content: [session(), message([call("mcp_echo_ping"), call("mcp_a_b_c", { id: "c2" })])],
    calls: [
      { action: { kind: "mcp_request", server: "echo", name: "ping" } },
      { action: { kind: "mcp_request" } },
    ],
  },
  {
    of: "gemini-cli: a sub-agent is an invocation, and has a log of its own",
    content: [
      session(),
      message([
        call("invoke_agent", { args: { agent_name: "generalist" }, agentId: "sub" }),
        call("codebase_investigator", { id: "c2" }),
      ]),
    ],
    calls: [
      { action: { kind: "subagent_invocation", name: "invoke_agent" } },
      { action: { kind: "subagent_invocation" } },
    ],
  },
  {
    of: "gemini-cli: the log of a sub-agent alone",
    content: [session({ sessionId: "sub", kind: "subagent" }), message([call("a")])],
    calls: [
      { session: "sub", subject: { type: "agent" }, context: { delegation: ["agent:gemini-cli"] } },
    ],
  },
  {
    of: "gemini-cli: notes of the program are no prompts",
    content: [
      session(),
      { id: "u", timestamp, type: "user", content: [{ text: "<session_context>x" }] },
      { id: "i", timestamp, type: "info", content: "x" },
      message([call("a")]),
    ],
    calls: [{ context: { model: { name: "m" }, delegation: [] } }],
  },
];
