import type { Variant } from "../import-all.ts";

const timestamp = "2026-03-02T09:00:00.000Z";
const line = (type: string, payload: object): object => ({ timestamp, type, payload });
const item = (payload: object): object => line("response_item", payload);
const event = (payload: object): object => line("event_msg", payload);
const eventAt = (second: number, payload: object): object => ({
  ...event(payload),
  timestamp: `2026-03-02T09:00:0${second}.000Z`,
});
const meta = (more: object = {}): object =>
  line("session_meta", { id: "s1", cwd: "/w", source: "cli", ...more });
const call = (name: string, args: object, more: object = {}): object =>
  item({ type: "function_call", name, arguments: JSON.stringify(args), call_id: "c1", ...more });
const output = (text: unknown): object =>
  item({ type: "function_call_output", call_id: "c1", output: text });
const base = { session: "s1", subject: { type: "agent", id: "codex" } };
const host = (name: string): object => ({ kind: "tool_call", server: "host", name });

/** Rollouts of Codex, and what `codex exec --json` prints. */
export const CODEX_VARIANTS: readonly Variant[] = [
  {
    of: "codex: a function call with model, folder, approval policy and the user's words",
    content: [
      meta(),
      line("turn_context", { cwd: "/v", model: "m", approval_policy: "never" }),
      item({ type: "message", role: "user", content: [{ type: "input_text", text: "go" }] }),
      call("exec_command", { cmd: "ls" }),
      output("Chunk ID: a\nWall time: 0.1 seconds\nProcess exited with code 0\nOutput:\nx"),
    ],
    calls: [
      {
        ...base,
        id: "s1/c1",
        action: host("exec_command"),
        args: { cmd: "ls" },
        context: {
          cwd: "/v",
          permission_mode: "never",
          model: { name: "m" },
          request: "go",
          delegation: [],
        },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "codex: the user refused; a program that prints of refusals did not",
    content: [
      meta(),
      call("exec_command", { cmd: "a" }),
      output("exec command rejected by user"),
      call("exec_command", { cmd: "b" }, { call_id: "c2" }),
      item({
        type: "function_call_output",
        call_id: "c2",
        output: "Exit code: 1\nWall time: 1 seconds\nOutput:\npush rejected by user policy",
      }),
    ],
    calls: [
      { decision: { effect: "deny", pdp: "user" }, outcome: undefined },
      { decision: undefined, outcome: { status: "error" } },
    ],
  },
  {
    of: "codex: a custom tool's text, with its exit code in a member",
    content: [
      meta(),
      item({ type: "custom_tool_call", name: "apply_patch", input: "*** x", call_id: "c1" }),
      item({
        type: "custom_tool_call_output",
        call_id: "c1",
        output: '{"output":"no","metadata":{"exit_code":1}}',
      }),
    ],
    calls: [
      { action: host("apply_patch"), args: { input: "*** x" }, outcome: { status: "error" } },
    ],
  },
  {
    of: "codex: a local shell call",
    content: [
      meta(),
      item({
        type: "local_shell_call",
        call_id: "c1",
        status: "completed",
        action: { type: "exec", command: ["ls"], timeout_ms: 1 },
      }),
      output({ content: "x", success: false }),
    ],
    calls: [{ action: host("local_shell"), args: { command: ["ls"], timeout_ms: 1 } }],
  },
  {
    of: "codex: an MCP call told by an item and by an event is one, with the event's server",
    content: [
      meta(),
      call("mcp__a__b__c", { x: 1 }),
      event({
        type: "mcp_tool_call_end",
        call_id: "c1",
        invocation: { server: "a__b", tool: "c", arguments: { x: 1 } },
        result: { Ok: { content: [], isError: true } },
      }),
      output("x"),
    ],
    calls: [
      { action: { kind: "mcp_request", server: "a__b", name: "c" }, outcome: { status: "error" } },
    ],
  },
  {
    of: "codex: an MCP call told by its event alone, which failed",
    content: [
      meta(),
      event({
        type: "mcp_tool_call_end",
        call_id: "c1",
        invocation: { server: "jira", tool: "t", arguments: {} },
        result: { Err: "gone" },
      }),
    ],
    calls: [{ action: { server: "jira", name: "t" }, args: {}, outcome: { status: "error" } }],
  },
  {
    of: "codex: a namespace names the MCP server",
    content: [meta(), call("create", {}, { namespace: "mcp__jira__" }), output("x")],
    calls: [{ action: { kind: "mcp_request", server: "jira", name: "create" } }],
  },
  {
    of: "codex: a call that waits for approval, and an exit",
    content: [
      meta(),
      event({ type: "exec_approval_request", call_id: "c1", command: ["rm"], cwd: "/w" }),
      event({ type: "exec_command_end", call_id: "c1", command: ["rm"], exit_code: 0 }),
    ],
    calls: [
      {
        action: host("shell"),
        args: { command: ["rm"] },
        decision: { effect: "require_approval", pdp: "codex" },
        outcome: { status: "ok" },
      },
    ],
  },
  {
    of: "codex: a command that was declined, by a member",
    content: [
      meta(),
      event({ type: "exec_command_end", call_id: "c1", command: ["rm"], status: "declined" }),
    ],
    calls: [{ decision: { effect: "deny", pdp: "user" }, outcome: undefined }],
  },
  {
    of: "codex: a command that the user ran",
    content: [
      meta(),
      event({
        type: "exec_command_end",
        call_id: "c1",
        command: ["ls"],
        source: "user_shell",
        exit_code: 0,
      }),
    ],
    calls: [{ subject: { type: "human" } }],
  },
  {
    of: "codex: a sub-agent's rollout belongs to its parent's session",
    content: [
      meta({
        source: { subagent: { thread_spawn: { parent_thread_id: "root", depth: 1 } } },
        agent_role: "explorer",
      }),
      call("exec_command", {}),
    ],
    calls: [
      {
        id: "s1/c1",
        session: "root",
        subject: { type: "agent", id: "explorer" },
        context: { delegation: ["agent:codex"] },
      },
    ],
  },
  {
    of: "codex: spawning an agent; a fork repeats the beginning of another session",
    content: [meta(), meta({ id: "older" }), call("spawn_agent", { message: "x" })],
    calls: [{ session: "s1", action: { kind: "subagent_invocation", name: "spawn_agent" } }],
  },
  {
    of: "codex: a web search has no result of its own",
    content: [
      meta(),
      item({
        type: "web_search_call",
        status: "completed",
        action: { type: "search", query: "q" },
      }),
    ],
    calls: [{ action: host("web_search"), args: { query: "q" } }],
  },
  {
    of: "codex: what `exec --json` prints",
    content: [
      { type: "thread.started", thread_id: "t" },
      {
        type: "item.started",
        item: { id: "i1", type: "command_execution", command: "ls", status: "in_progress" },
      },
      {
        type: "item.completed",
        item: {
          id: "i1",
          type: "command_execution",
          command: "ls",
          exit_code: 2,
          status: "failed",
        },
      },
      {
        type: "item.completed",
        item: { id: "i2", type: "mcp_tool_call", server: "a", tool: "b", status: "completed" },
      },
    ],
    calls: [
      {
        session: "t",
        action: host("shell"),
        args: { command: "ls" },
        outcome: { status: "error" },
      },
      { action: { server: "a", name: "b" }, outcome: { status: "ok" } },
    ],
  },
  {
    of: "codex: what 0.171 keeps beside items: commands, servers, sub-agents",
    content: [
      meta({ session_id: "s1" }),
      { timestamp, ordinal: 1, type: "world_state", payload: { full: true, state: { tools: {} } } },
      call("exec_command", { cmd: "ls" }),
      event({
        type: "item_completed",
        item: {
          type: "CommandExecution",
          id: "c1",
          status: "failed",
          exit_code: 1,
          command: ["ls"],
        },
      }),
      call("ping", {}, { call_id: "c2", namespace: "mcp__a__b" }),
      event({
        type: "item_completed",
        item: {
          type: "McpToolCall",
          id: "c2",
          server: "a__b",
          tool: "ping",
          status: "completed",
          result: { content: [], isError: false },
        },
      }),
      call("spawn_agent", {}, { call_id: "c3", namespace: "multi_agent_v1" }),
      event({
        type: "item_completed",
        item: {
          type: "CollabAgentToolCall",
          id: "c3",
          tool: "spawn_agent",
          receiver_agents: [{ thread_id: "t2", agent_role: "worker" }],
        },
      }),
    ],
    calls: [
      { action: host("exec_command"), outcome: { status: "error" } },
      { action: { kind: "mcp_request", server: "a__b", name: "ping" }, outcome: { status: "ok" } },
      { action: { kind: "subagent_invocation", server: "host", name: "spawn_agent" } },
    ],
  },
  {
    of: "codex: 0.171's words of a refusal, by the user and by the policy",
    content: [
      meta(),
      call("exec_command", {}),
      output('exec_command failed: CreateProcess { message: "Rejected(\\"rejected by user\\")" }'),
      call("exec_command", {}, { call_id: "c2" }),
      item({
        type: "function_call_output",
        call_id: "c2",
        output:
          'exec_command failed: CreateProcess { message: "Rejected(\\"blocked by policy\\")" }',
      }),
      call("exec_command", {}, { call_id: "c3" }),
      item({
        type: "function_call_output",
        call_id: "c3",
        output: "approval policy is Never; reject command — you cannot ask",
      }),
    ],
    calls: [
      { decision: { effect: "deny", pdp: "user" }, outcome: undefined },
      { decision: { effect: "deny", pdp: "codex" }, outcome: undefined },
      { decision: { effect: "deny", pdp: "codex" }, outcome: undefined },
    ],
  },
  {
    of: "codex: a tool that there is not",
    content: [meta(), call("nope", {}), output("unsupported call: nope")],
    calls: [{ outcome: { status: "error" } }],
  },
  {
    of: "codex: events whose ids a model counts anew are calls of their own",
    content: [
      meta(),
      ...["a", "b", "b"].flatMap((command, at) => [
        eventAt(at, { type: "exec_command_begin", call_id: "call_0", command: [command] }),
        eventAt(at, {
          type: "exec_command_end",
          call_id: "call_0",
          command: [command],
          exit_code: 0,
        }),
      ]),
    ],
    calls: [
      { id: "s1/call_0", args: { command: ["a"] }, outcome: { status: "ok" } },
      { id: "s1/call_0#2", args: { command: ["b"] }, outcome: { status: "ok" } },
      { id: "s1/call_0#3", args: { command: ["b"] }, outcome: { status: "ok" } },
    ],
  },
  {
    of: "codex: the ends alone, of other arguments under one id",
    content: [
      meta(),
      ...["a", "b"].map((command, at) =>
        eventAt(at, {
          type: "exec_command_end",
          call_id: "call_0",
          command: [command],
          exit_code: 1,
        }),
      ),
      ...["x", "y"].map((tool, at) =>
        eventAt(at, {
          type: "mcp_tool_call_end",
          call_id: "call_1",
          invocation: { server: "m", tool: "t", arguments: { tool } },
          result: { Ok: { content: [] } },
        }),
      ),
    ],
    calls: [
      { args: { command: ["a"] }, outcome: { status: "error" } },
      { args: { command: ["b"] }, outcome: { status: "error" } },
      { action: { server: "m" }, args: { tool: "x" } },
      { action: { server: "m" }, args: { tool: "y" } },
    ],
  },
  {
    of: "codex: a command that is tried again outside the sandbox is one call",
    content: [
      meta(),
      event({ type: "exec_command_begin", call_id: "c1", command: ["a"] }),
      event({ type: "exec_command_end", call_id: "c1", command: ["a"], exit_code: 1 }),
      event({ type: "exec_approval_request", call_id: "c1", command: ["a"] }),
      event({ type: "exec_command_begin", call_id: "c1", command: ["a"] }),
      event({ type: "exec_command_end", call_id: "c1", command: ["a"], exit_code: 0 }),
    ],
    calls: [{ id: "s1/c1", decision: { effect: "require_approval" } }],
  },
  {
    of: "codex: what newer and older events write in other words is one call",
    content: [
      meta(),
      event({
        type: "exec_command_end",
        call_id: "c1",
        command: ["bash", "-lc", "a"],
        exit_code: 0,
      }),
      event({
        type: "item_completed",
        item: { type: "CommandExecution", id: "c1", command: "bash -lc a", status: "completed" },
      }),
    ],
    calls: [{ id: "s1/c1" }],
  },
  {
    of: "codex exec: a thread that goes on numbers its items anew",
    content: [
      { type: "thread.started", thread_id: "t1" },
      ...["started", "completed", "started", "completed"].map((state) => ({
        type: `item.${state}`,
        item: {
          id: "item_0",
          type: "command_execution",
          command: "ls",
          status: state === "started" ? "in_progress" : "completed",
        },
      })),
    ],
    calls: [
      { id: "t1/item_0", outcome: { status: "ok" } },
      { id: "t1/item_0#2", outcome: { status: "ok" } },
    ],
  },
];
