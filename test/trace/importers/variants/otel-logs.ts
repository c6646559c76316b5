import { expect } from "vitest";
import type { Variant } from "../import-all.ts";

let sequence = 0;
type Held = { readonly [name: string]: unknown };

const pairs = (held: Held): object[] =>
  Object.entries(held).map(([key, value]) => ({ key, value: valueOf(value) }));
const valueOf = (value: unknown): object =>
  typeof value === "boolean" ? { boolValue: value } : { stringValue: String(value) };

/** A log record of an agent's event. */
const record = (app: string, name: string, held: Held): object => ({
  timeUnixNano: String(1_772_442_000_000_000_000n + BigInt(++sequence) * 1_000_000_000n),
  body: { stringValue: `${app}.${name}` },
  attributes: pairs({ "event.name": name, ...held }),
});
const logs = (service: string, logRecords: readonly object[]): object => ({
  resourceLogs: [
    {
      resource: { attributes: pairs({ "service.name": service }) },
      scopeLogs: [{ scope: { name: "events" }, logRecords }],
    },
  ],
});
const WHO = { "session.id": "5e55-1", "user.email": "dev@example.com", "user.id": "hash" };
const claude = (name: string, held: Held): object =>
  record("claude_code", name, { ...WHO, ...held });
const claudeLogs = (...records: readonly object[]): object => logs("claude-code", records);
const codex = (name: string, held: Held): object => ({
  ...record("codex", name, {
    "conversation.id": "c-1",
    "user.account_id": "acc",
    model: "m-1",
    ...held,
    "event.name": `codex.${name}`,
  }),
  body: undefined,
});
const codexLogs = (...records: readonly object[]): object => logs("codex_cli_rs", records);
const gemini = (held: Held): object =>
  record("gemini_cli", "tool_call", {
    "session.id": "g-1",
    "user.email": "dev@example.com",
    ...held,
    "event.name": "gemini_cli.tool_call",
  });
const geminiLogs = (...records: readonly object[]): object => logs("gemini-cli", records);
/** A call that has no such member. */
const without = (name: string): object =>
  expect.not.objectContaining({ [name]: expect.anything() });
const byUser = (decision: string): object => ({
  approvals: [{ by: "human:dev@example.com", decision }],
});

/** Log events of coding agents, from their documentation and source. */
export const OTEL_LOG_VARIANTS: readonly Variant[] = [
  {
    of: "Claude Code: allowed by configuration, denied and granted by the user",
    content: [
      claudeLogs(
        claude("tool_decision", {
          tool_name: "Bash",
          tool_use_id: "t1",
          decision: "accept",
          source: "config",
        }),
        claude("tool_result", {
          tool_name: "Bash",
          tool_use_id: "t1",
          success: "true",
          tool_parameters: '{"bash_command":"git","full_command":"git status"}',
        }),
        claude("tool_decision", {
          tool_name: "Bash",
          tool_use_id: "t2",
          decision: "reject",
          source: "user_reject",
        }),
        claude("tool_decision", {
          tool_name: "mcp__jira__create_issue",
          tool_use_id: "t3",
          decision: "accept",
          source: "user_temporary",
        }),
        claude("tool_result", {
          tool_name: "mcp__jira__create_issue",
          tool_use_id: "t3",
          success: "false",
        }),
      ),
    ],
    calls: [
      {
        id: "5e55-1/t1",
        session: "5e55-1",
        subject: { type: "agent", id: "claude-code" },
        action: { kind: "tool_call", server: "host", name: "Bash" },
        args: { command: "git status" },
        context: { on_behalf_of: { type: "human", id: "dev@example.com" } },
        decision: { effect: "allow", pdp: "claude-code" },
        outcome: { status: "ok" },
      },
      { decision: { effect: "deny", pdp: "user" }, context: byUser("refused") },
      {
        action: { kind: "mcp_request", server: "jira", name: "create_issue" },
        decision: { effect: "require_approval" },
        context: byUser("granted"),
        outcome: { status: "error" },
      },
    ],
  },
  {
    of: "what the user aborted did not run, whatever the result says",
    content: [
      claudeLogs(
        claude("tool_decision", {
          tool_name: "Edit",
          tool_use_id: "t1",
          decision: "reject",
          source: "user_abort",
        }),
        claude("tool_result", {
          tool_name: "Edit",
          tool_use_id: "t1",
          success: "false",
          decision_type: "reject",
          decision_source: "user_abort",
        }),
      ),
    ],
    calls: [without("outcome")],
  },
  {
    of: "a hook that denied; a rule that the user had made for good",
    content: [
      claudeLogs(
        claude("tool_decision", {
          tool_name: "Bash",
          tool_use_id: "t1",
          decision: "reject",
          source: "hook",
        }),
        claude("tool_decision", {
          tool_name: "Bash",
          tool_use_id: "t2",
          decision: "accept",
          source: "user_permanent",
        }),
      ),
    ],
    calls: [
      { decision: { effect: "deny", pdp: "claude-code", rule: "hook" } },
      { decision: { effect: "require_approval" }, context: byUser("granted") },
    ],
  },
  {
    of: "a result alone tells of the decision too",
    content: [
      claudeLogs(
        claude("tool_result", {
          tool_name: "Read",
          tool_use_id: "t1",
          success: "true",
          decision_type: "accept",
          decision_source: "config",
          tool_input: '{"file_path":"a.txt"}',
        }),
      ),
    ],
    calls: [
      { args: { file_path: "a.txt" }, decision: { effect: "allow" }, outcome: { status: "ok" } },
    ],
  },
  {
    of: "older versions have no ids: session and tool tell, in their order",
    content: [
      claudeLogs(
        claude("tool_decision", { tool_name: "Bash", decision: "accept", source: "config" }),
        claude("tool_decision", { tool_name: "Bash", decision: "accept", source: "config" }),
        claude("tool_result", { tool_name: "Bash", success: "true" }),
        claude("tool_result", { tool_name: "Bash", success: "false" }),
        claude("tool_result", { tool_name: "Read", success: "true" }),
      ),
    ],
    calls: [
      { outcome: { status: "ok" } },
      { outcome: { status: "error" } },
      { action: { name: "Read" } },
    ],
  },
  {
    of: "tools of MCP servers whose names are hidden, and told by parameters",
    content: [
      claudeLogs(
        claude("tool_result", {
          tool_name: "mcp_tool",
          tool_use_id: "t1",
          success: "true",
          tool_parameters: '{"mcp_server_name":"jira","mcp_tool_name":"search"}',
        }),
      ),
    ],
    calls: [{ action: { kind: "mcp_request", server: "jira", name: "search" } }],
  },
  {
    of: "a hidden name that nothing tells is unrecorded",
    content: [
      claudeLogs(
        claude("tool_result", { tool_name: "mcp_tool", tool_use_id: "t1", success: "true" }),
      ),
    ],
    calls: [{ action: { kind: "mcp_request" } }],
    causes: ["a tool call has no name"],
  },
  {
    of: "sub-agents: their tool is an invocation, their name a subject",
    content: [
      claudeLogs(
        claude("tool_result", {
          tool_name: "Agent",
          tool_use_id: "t1",
          success: "true",
          tool_input: '{"subagent_type":"reviewer"}',
        }),
        claude("tool_result", {
          tool_name: "Read",
          tool_use_id: "t2",
          success: "true",
          "agent.name": "reviewer",
        }),
      ),
    ],
    calls: [
      { action: { kind: "subagent_invocation", name: "Agent" } },
      {
        subject: { type: "agent", id: "reviewer" },
        context: { delegation: ["agent:claude-code"] },
      },
    ],
  },
  {
    of: "values that were cut are unrecorded; what is no JSON any more is counted",
    content: [
      claudeLogs(
        claude("tool_result", {
          tool_name: "Write",
          tool_use_id: "t1",
          success: "true",
          tool_input: '{"file_path":"a","content":"xxx…[truncated 9000 chars]"}',
        }),
        claude("tool_result", {
          tool_name: "Write",
          tool_use_id: "t2",
          success: "true",
          tool_input: '{"file_path":"a","content":"xx',
        }),
      ),
    ],
    calls: [{ args: { file_path: "a" }, unrecorded: ["args.content"] }, without("args")],
    causes: ["a tool call's arguments are not JSON"],
  },
  {
    of: "other events are no calls, an unknown one that tells of a tool is counted",
    content: [
      claudeLogs(
        claude("user_prompt", { prompt_length: "3" }),
        claude("api_request", { model: "m-1" }),
        claude("tool_result", { tool_name: "Read", tool_use_id: "t1", success: "true" }),
      ),
    ],
    calls: [{ action: { name: "Read" } }],
  },
  {
    of: "a decision in words that are not known is none",
    content: [
      claudeLogs(
        claude("tool_decision", { tool_name: "Bash", tool_use_id: "t1", decision: "postponed" }),
      ),
    ],
    calls: [without("decision")],
    causes: ["the decision `postponed` is unknown"],
  },
  {
    of: "the user and session of the resource; snake case; a log record by itself",
    content: [
      {
        resource_logs: [
          {
            resource: {
              attributes: [
                { key: "service.name", value: { string_value: "claude-code" } },
                { key: "session.id", value: { string_value: "s-9" } },
              ],
            },
            scope_logs: [
              {
                log_records: [
                  {
                    time_unix_nano: "1772442002000000000",
                    body: { string_value: "claude_code.tool_result" },
                    attributes: [
                      { key: "tool_name", value: { string_value: "Read" } },
                      { key: "success", value: { bool_value: true } },
                    ],
                  },
                ],
              },
            ],
          },
        ],
      },
      {
        timestamp: "2026-03-02T09:00:05Z",
        body: "claude_code.tool_result",
        attributes: { tool_name: "Grep", success: "true", "session.id": "s-9" },
      },
    ],
    calls: [
      { session: "s-9", action: { name: "Read" }, outcome: { status: "ok" } },
      { session: "s-9", action: { name: "Grep" }, time: "2026-03-02T09:00:05Z" },
    ],
  },
  {
    of: "Codex: approved by configuration, by the user for the session, denied, aborted",
    content: [
      codexLogs(
        codex("tool_decision", {
          tool_name: "shell",
          call_id: "c1",
          decision: "approved",
          source: "Config",
        }),
        codex("tool_result", {
          tool_name: "shell",
          call_id: "c1",
          arguments: '{"command":["ls"]}',
          success: "true",
          output: "denied by nobody",
        }),
        codex("tool_decision", {
          tool_name: "shell",
          call_id: "c2",
          decision: "approved_for_session",
          source: "User",
        }),
        codex("tool_result", {
          tool_name: "shell",
          call_id: "c2",
          arguments: '{"command":["rm"]}',
          success: "false",
        }),
        codex("tool_decision", {
          tool_name: "apply_patch",
          call_id: "c3",
          decision: "denied",
          source: "User",
        }),
        codex("tool_decision", {
          tool_name: "shell",
          call_id: "c4",
          decision: "abort",
          source: "User",
        }),
      ),
    ],
    calls: [
      {
        session: "c-1",
        subject: { id: "codex" },
        action: { server: "host", name: "shell" },
        args: { command: ["ls"] },
        decision: { effect: "allow", pdp: "codex" },
        context: { on_behalf_of: { id: "acc" }, model: { name: "m-1" } },
        outcome: { status: "ok" },
      },
      { decision: { effect: "require_approval" }, outcome: { status: "error" } },
      { decision: { effect: "deny", pdp: "user" } },
      { decision: { effect: "deny", pdp: "user" } },
    ],
  },
  {
    of: "Codex: a tool that failed before it had an id; a server's tool; sandbox events are no calls",
    content: [
      codexLogs(
        codex("tool_result", { tool_name: "view_image", success: "false", output: "no such file" }),
        codex("tool_result", {
          tool_name: "mcp__crm__find",
          call_id: "c2",
          arguments: "{}",
          success: "true",
          mcp_server: "crm",
        }),
        codex("sandbox_assessment", { call_id: "c2", status: "ok" }),
      ),
    ],
    calls: [
      { action: { name: "view_image" }, outcome: { status: "error" } },
      { action: { kind: "mcp_request", server: "crm", name: "find" }, args: {} },
    ],
  },
  {
    of: "Gemini CLI: one event is the whole call",
    content: [
      geminiLogs(
        gemini({
          function_name: "read_file",
          function_args: '{"path":"a"}',
          success: true,
          decision: "auto_accept",
          tool_type: "native",
        }),
        gemini({
          function_name: "run_shell_command",
          function_args: '{"command":"rm"}',
          success: false,
          decision: "reject",
          tool_type: "native",
        }),
        gemini({
          function_name: "write_file",
          function_args: "{}",
          success: true,
          decision: "modify",
          tool_type: "native",
        }),
        gemini({
          function_name: "find",
          function_args: "{}",
          success: false,
          error_type: "tool_error",
          tool_type: "mcp",
          mcp_server_name: "crm",
        }),
      ),
    ],
    calls: [
      {
        session: "g-1",
        subject: { id: "gemini-cli" },
        args: { path: "a" },
        decision: { effect: "allow" },
        outcome: { status: "ok" },
      },
      { decision: { effect: "deny", pdp: "user" }, context: byUser("refused") },
      { decision: { effect: "require_approval" }, context: byUser("granted") },
      {
        action: { kind: "mcp_request", server: "crm", name: "find" },
        outcome: { status: "error", error: "tool_error" },
      },
    ],
  },
  {
    of: "Gemini CLI: the file that it writes itself, printed objects one after the other",
    content: [
      {
        hrTime: [1772442002, 0],
        resource: { attributes: { "service.name": "gemini-cli" } },
        attributes: {
          "session.id": "g-1",
          "event.name": "gemini_cli.tool_call",
          "event.timestamp": "2026-03-02T09:00:02.000Z",
          function_name: "glob",
          function_args: '{"pattern":"*"}',
          success: true,
        },
        _body: "Tool call: glob. Success: true.",
      },
    ]
      .map((value) => JSON.stringify(value, undefined, 2))
      .join("\n"),
    calls: [
      {
        time: "2026-03-02T09:00:02.000Z",
        action: { server: "host", name: "glob" },
        args: { pattern: "*" },
      },
    ],
  },
];
