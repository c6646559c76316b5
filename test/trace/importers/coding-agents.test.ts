import { describe, expect, test } from "vitest";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import { autoImporter } from "../../../src/trace/importers/auto.ts";
import { codingAgents } from "../../../src/trace/importers/coding-agents.ts";
import { importFileOf, linesOf } from "../bytes.ts";
import { importFiles } from "./import-all.ts";

const line = (type: string, payload: object): object => ({
  timestamp: "2026-03-02T09:00:00Z",
  type,
  payload,
});
const call = (name: string, call_id: string): object =>
  line("response_item", { type: "function_call", name, arguments: "{}", call_id });
const spawned = (call_id: string, agent_id: string): object =>
  line("response_item", {
    type: "function_call_output",
    call_id,
    output: JSON.stringify({ agent_id, nickname: "x" }),
  });
const meta = (id: string, more: object = {}): object =>
  line("session_meta", { id, source: "cli", ...more });
const child = (parent_thread_id: string, agent_role: string): object => ({
  parent_thread_id,
  source: { subagent: { thread_spawn: { parent_thread_id, depth: 1, agent_role } } },
  agent_role,
});

test("logs of sub-agents: their calls are under the call that started them, in the user's session", async () => {
  const files = [
    importFileOf("c.jsonl", linesOf([meta("c", child("b", "deep")), call("exec_command", "1")])),
    importFileOf("a.jsonl", linesOf([meta("a"), call("spawn_agent", "1"), spawned("1", "b")])),
    importFileOf(
      "b.jsonl",
      linesOf([meta("b", child("a", "worker")), call("spawn_agent", "1"), spawned("1", "c")]),
    ),
  ];
  const { calls, report } = await importFiles(codingAgents, files);
  expect(report).toMatchObject({ notUnderstood: [], causes: [], sessions: 1 });
  expect(calls).toMatchObject([
    {
      id: "c/1",
      session: "a",
      parent: "b/1",
      subject: { id: "deep" },
      context: { delegation: ["agent:codex", "agent:worker"] },
    },
    { id: "a/1", session: "a", subject: { id: "codex" }, context: { delegation: [] } },
    {
      id: "b/1",
      session: "a",
      parent: "a/1",
      subject: { id: "worker" },
      context: { delegation: ["agent:codex"] },
    },
  ]);
});

test("a log that another names as a sub-agent's is one, whatever it says of itself", async () => {
  const { calls } = await importFiles(codingAgents, [
    importFileOf(
      "main.jsonl",
      linesOf([
        { sessionId: "s1", projectHash: "h", kind: "main" },
        {
          type: "gemini",
          content: "",
          toolCalls: [
            { id: "c1", name: "invoke_agent", args: { agent_name: "helper" }, agentId: "s2" },
          ],
        },
      ]),
    ),
    importFileOf(
      "s2.jsonl",
      linesOf([
        { sessionId: "s2", projectHash: "h" },
        { type: "gemini", content: "", toolCalls: [{ id: "c2", name: "read_file", args: {} }] },
      ]),
    ),
  ]);
  expect(calls[1]).toMatchObject({
    id: "s2/c2",
    session: "s1",
    parent: "s1/c1",
    subject: { type: "agent", id: "helper" },
    context: { delegation: ["agent:gemini-cli"] },
  });
});

const wire = (type: string, payload: object): object => ({
  timestamp: 1_772_442_000,
  message: { type, payload },
});
const kimiCall = (id: string): object =>
  wire("ToolCall", { id, function: { name: "Shell", arguments: "{}" } });
const kimiMessages = [
  { role: "_system_prompt", content: "x" },
  { role: "user", content: "go" },
  { role: "_checkpoint", id: 1 },
  {
    role: "assistant",
    content: [],
    tool_calls: [{ type: "function", id: "1", function: { name: "Shell", arguments: "{}" } }],
  },
  { role: "_usage", token_count: 1 },
  {
    role: "tool",
    content: [{ type: "text", text: "<system>ERROR: no</system>" }],
    tool_call_id: "1",
  },
];
const ofSubagent = wire("SubagentEvent", {
  parent_tool_call_id: "1",
  agent_id: "a1",
  subagent_type: "coder",
  event: Object(kimiCall("2")).message,
});

describe("files that repeat a log", () => {
  const main = importFileOf("s/wire.jsonl", linesOf([kimiCall("1"), ofSubagent]));
  const inner = importFileOf("s/subagents/a1/wire.jsonl", linesOf([kimiCall("2")]));
  const messages = importFileOf("s/context.jsonl", linesOf(kimiMessages));
  const cline = importFileOf(
    "t/ui_messages.json",
    JSON.stringify([
      { ts: 1, type: "say", say: "tool", text: JSON.stringify({ tool: "readFile", path: "a" }) },
    ]),
  );
  const history = importFileOf(
    "t/api_conversation_history.json",
    JSON.stringify([
      { role: "assistant", content: [{ type: "tool_use", id: "1", name: "read_file", input: {} }] },
    ]),
  );

  test.each([
    ["Kimi CLI's messages and its sub-agents' logs", [main, messages, inner], [main]],
    ["Cline's messages", [history, cline], [cline]],
  ])("%s are left out beside it, and that is said", async (_, files, only) => {
    const auto = autoImporter(ALL_IMPORTERS);
    const [all, one] = [await importFiles(auto, files), await importFiles(auto, only)];
    expect(one.calls.length).toBeGreaterThan(0);
    expect(all.calls).toEqual(one.calls);
    expect(all.report).toMatchObject({ notUnderstood: [], causes: [] });
    expect(all.report.notes.join()).toContain("left out");
  });

  test.each([
    [
      "the messages of a session",
      messages,
      { action: { name: "Shell" }, outcome: { status: "error" } },
    ],
    ["a sub-agent's log", inner, { action: { name: "Shell" } }],
    ["a history", history, { action: { name: "read_file" } }],
  ])("%s without the log are read", async (_, file, call) => {
    const { calls, report } = await importFiles(autoImporter(ALL_IMPORTERS), [file]);
    expect(calls).toMatchObject([call]);
    expect(report).toMatchObject({ notUnderstood: [], causes: [] });
  });

  test("a sub-agent's log that the session's does not repeat is read", async () => {
    const bare = importFileOf("s/wire.jsonl", linesOf([kimiCall("1")]));
    const { calls } = await importFiles(autoImporter(ALL_IMPORTERS), [bare, inner]);
    expect(calls).toHaveLength(2);
  });
});

test("a file that no coding agent wrote is counted, record for record", async () => {
  const { calls, report } = await importFiles(codingAgents, [
    importFileOf("x.jsonl", linesOf([{ a: 1 }, { tool: "x", arguments: {} }])),
  ]);
  expect(calls).toEqual([]);
  expect(report.causes).toEqual([{ cause: "a record of an unknown coding agent", count: 2 }]);
  expect(report.notUnderstood).toEqual([{ kind: "`a record` looks like a call", count: 1 }]);
});

describe("ids that models repeat", () => {
  const shell = (cmd: string, time: string, call_id = "call_0"): object => ({
    ...line("response_item", {
      type: "function_call",
      name: "exec_command",
      arguments: JSON.stringify({ cmd }),
      call_id,
    }),
    timestamp: time,
  });
  const output = (call_id = "call_0"): object =>
    line("response_item", { type: "function_call_output", call_id, output: "done" });
  const idsOf = async (lines: readonly object[]): Promise<readonly unknown[]> => {
    const { calls } = await importFiles(codingAgents, [importFileOf("x.jsonl", linesOf(lines))]);
    return calls.map(({ id, session, args }) => [id, session, args]);
  };

  test("other arguments, or the same after an answer, are another call; a copy is none", async () => {
    const ids = await idsOf([
      meta("s"),
      shell("ls", "2026-03-02T09:00:01Z"),
      shell("ls", "2026-03-02T09:00:02Z"),
      output(),
      shell("ls", "2026-03-02T09:00:01Z"),
      shell("rm x", "2026-03-02T09:00:03Z"),
      output(),
      shell("rm x", "2026-03-02T09:00:04Z"),
    ]);
    expect(ids).toEqual([
      ["s/call_0", "s", { cmd: "ls" }],
      ["s/call_0#2", "s", { cmd: "rm x" }],
      ["s/call_0#3", "s", { cmd: "rm x" }],
    ]);
  });

  test("events beside a call tell of it in other words", async () => {
    const ids = await idsOf([
      meta("s"),
      shell("ls", "2026-03-02T09:00:01Z"),
      line("event_msg", { type: "exec_command_begin", call_id: "call_0", command: ["sh", "ls"] }),
      output(),
      line("event_msg", { type: "exec_command_end", call_id: "call_0", command: ["sh", "ls"] }),
    ]);
    expect(ids).toEqual([["s/call_0", "s", { cmd: "ls" }]]);
  });

  test("rollouts joined in one file: each beginning is another session; a fork's is none", async () => {
    const time = "2026-03-02T09:00:01Z";
    const joined = [meta("a"), shell("ls", time), meta("b", child("a", "worker"))];
    expect(await idsOf([...joined, shell("ls", time), meta("c"), shell("ls", time)])).toEqual([
      ["a/call_0", "a", { cmd: "ls" }],
      ["b/call_0", "a", { cmd: "ls" }],
      ["c/call_0", "c", { cmd: "ls" }],
    ]);
    const fork = [meta("f", { forked_from_id: "e" }), meta("e"), shell("ls", time), meta("e")];
    expect(await idsOf([...fork, shell("rm x", time, "call_1")])).toEqual([
      ["f/call_0", "f", { cmd: "ls" }],
      ["f/call_1", "f", { cmd: "rm x" }],
    ]);
  });

  test("Copilot and Gemini CLI", async () => {
    const event = (type: string, data: object): object => ({
      type,
      data: { toolCallId: "c0", ...data },
      id: type,
      timestamp: "2026-03-02T09:00:00Z",
      parentId: null,
    });
    const started = (command: string): object =>
      event("tool.execution_start", { toolName: "shell", arguments: { command } });
    const over = event("tool.execution_complete", { success: true });
    expect(
      await idsOf([
        event("session.start", { sessionId: "p" }),
        started("ls"),
        over,
        started("rm"),
        over,
      ]),
    ).toEqual([
      ["p/c0", "p", { command: "ls" }],
      ["p/c0#2", "p", { command: "rm" }],
    ]);
    const answer = (name: string): object => ({
      type: "gemini",
      content: "",
      toolCalls: [{ id: "c0", name, args: {}, status: "success" }],
    });
    const head = { sessionId: "g", projectHash: "h", kind: "main" };
    expect(await idsOf([head, answer("a"), answer("a"), answer("b")])).toEqual([
      ["g/c0", "g", {}],
      ["g/c0#2", "g", {}],
    ]);
  });
});
