import { describe, expect, test } from "vitest";
import { claudeCode } from "../../../src/trace/importers/claude-code.ts";
import { importFileOf, linesOf } from "../bytes.ts";
import { importFiles } from "./import-all.ts";
import { assistant, result, use } from "./variants/claude-code.ts";

describe("files that speak of each other", () => {
  const main = linesOf([
    assistant([use("task", "Task", { subagent_type: "Explore" })]),
    result("task", "done", false, { toolUseResult: { agentId: "ag1" } }),
  ]);
  const side = linesOf([
    assistant([use("t2", "Grep"), use("task2", "Task", { subagent_type: "deep" })], {
      isSidechain: true,
      agentId: "ag1",
    }),
    result("task2", "done", false, {
      toolUseResult: { agentId: "ag2" },
      agentId: "ag1",
      isSidechain: true,
    }),
  ]);
  const nested = linesOf([assistant([use("t3", "Read")], { isSidechain: true, agentId: "ag2" })]);

  test("a sub-agent's own file, in whatever order the files come; sub-agents of sub-agents", async () => {
    const files = [
      importFileOf("p/agent-ag1.jsonl", side),
      importFileOf("p/z.jsonl", main),
      importFileOf("p/agent-ag2.jsonl", nested),
    ];
    const { calls } = await importFiles(claudeCode, files);
    expect(calls.find(({ id }) => id === "s/t2")).toMatchObject({
      parent: "s/task",
      subject: { id: "Explore" },
      context: { delegation: ["agent:claude-code"] },
    });
    expect(calls.find(({ id }) => id === "s/t3")).toMatchObject({
      parent: "s/task2",
      subject: { id: "deep" },
      context: { delegation: ["agent:claude-code", "agent:Explore"] },
    });
  });

  test("one file with the lines of all: what tells of a sub-agent may come after its calls", async () => {
    const [start = "", ...rest] = main.split(/(?<=\n)/);
    const { calls } = await importFiles(claudeCode, [
      importFileOf("p/s.jsonl", [start, nested, side, ...rest].join("")),
    ]);
    expect(calls.map(({ id, parent, subject }) => [id, parent, Object(subject).id])).toEqual([
      ["s/task", undefined, "claude-code"],
      ["s/t3", "s/task2", "deep"],
      ["s/t2", "s/task", "Explore"],
      ["s/task2", "s/task", "Explore"],
    ]);
  });

  test("a sub-agent's kind from the note beside it; without one it is unrecorded, never invented", async () => {
    const { calls } = await importFiles(claudeCode, [
      importFileOf("p/agent-ag1.jsonl", side),
      importFileOf("p/agent-ag1.meta.json", JSON.stringify({ agentType: "planner" })),
      importFileOf("p/agent-ag2.jsonl", nested),
    ]);
    expect(calls.map(({ id, subject }) => [id, subject])).toEqual([
      ["s/t2", { type: "agent", id: "planner" }],
      ["s/task2", { type: "agent", id: "planner" }],
      ["s/t3", { type: "agent", id: "deep" }],
    ]);
  });

  test("a sub-agent that only its note names is above those that it started", async () => {
    const { calls } = await importFiles(claudeCode, [
      importFileOf(
        "p/s.jsonl",
        linesOf([
          assistant([use("task", "Agent")]),
          result("task", "done", false, { toolUseResult: { agentId: "ag1" } }),
        ]),
      ),
      importFileOf("p/agent-ag1.jsonl", side),
      importFileOf("p/agent-ag1.meta.json", JSON.stringify({ agentType: "mid" })),
      importFileOf("p/agent-ag2.jsonl", nested),
    ]);
    expect(calls.find(({ id }) => id === "s/t3")).toMatchObject({
      subject: { id: "deep" },
      context: { delegation: ["agent:claude-code", "agent:mid"] },
    });
  });

  test("a note names the call that started the agent; a workflow's folder its run", async () => {
    const { calls } = await importFiles(claudeCode, [
      importFileOf(
        "p/s.jsonl",
        linesOf([
          assistant([use("task", "Agent", { subagent_type: "x" }), use("wf", "Workflow")]),
          result("wf", "started", false, { toolUseResult: { runId: "wf_1" } }),
          assistant([use("w2", "Workflow")], { uuid: "a2" }),
          result("w2", "started", false, { toolUseResult: { runId: "wf_2" } }),
        ]),
      ),
      importFileOf(
        "p/s/subagents/agent-ag1.jsonl",
        linesOf([assistant([use("t1", "Bash")], { isSidechain: true, agentId: "ag1" })]),
      ),
      importFileOf(
        "p/s/subagents/agent-ag1.meta.json",
        JSON.stringify({ agentType: "x", toolUseId: "task" }),
      ),
      importFileOf(
        "p/s/subagents/workflows/wf_2/agent-ag2.jsonl",
        linesOf([assistant([use("t2", "Bash")], { isSidechain: true, agentId: "ag2" })]),
      ),
      importFileOf(
        "p/s/subagents/workflows/wf_2/agent-ag2.meta.json",
        JSON.stringify({ agentType: "workflow-subagent" }),
      ),
    ]);
    const called = (id: string): object | undefined => calls.find((call) => call["id"] === id);
    expect(called("s/t1")).toMatchObject({ parent: "s/task", subject: { id: "x" } });
    expect(called("s/t2")).toMatchObject({
      parent: "s/w2",
      subject: { id: "workflow-subagent" },
    });
  });

  test("a resumed session copies lines: each call is taken once", async () => {
    const again = linesOf([
      assistant([use("task", "Task", { subagent_type: "Explore" })], { sessionId: "s2" }),
      result("task", "done"),
      assistant([use("new", "Read")], { sessionId: "s2" }),
    ]);
    const { calls, report } = await importFiles(claudeCode, [
      importFileOf("p/1.jsonl", main),
      importFileOf("p/2.jsonl", again),
    ]);
    expect(calls.map(({ id }) => id)).toEqual(["s/task", "s2/new"]);
    expect(report.causes).toEqual([]);
  });
});

describe("ids that models repeat", () => {
  const at = (second: number, sessionId = "s"): object => ({
    sessionId,
    uuid: `${sessionId}${second}`,
    timestamp: `2026-02-03T10:00:0${second}.000Z`,
  });
  const list = use("call_0", "Bash", { command: "ls" });
  const remove = use("call_0", "Bash", { command: "rm x" });

  test("other arguments, or the same after an answer, are another call; a copy is none", async () => {
    const lines = linesOf([
      assistant([list], at(1)),
      assistant([list], at(2)),
      result("call_0", "done"),
      assistant([list], { ...at(1), sessionId: "fork" }),
      assistant([remove], at(3)),
      result("call_0", "failed", true),
      assistant([remove], at(4)),
      assistant([remove], at(5, "other")),
    ]);
    const { calls } = await importFiles(claudeCode, [importFileOf("x.jsonl", lines)]);
    expect(calls.map(({ id, args, outcome }) => [id, args, outcome])).toMatchObject([
      ["s/call_0", { command: "ls" }, { status: "ok" }],
      ["s/call_0#2", { command: "rm x" }, { status: "error" }],
      ["s/call_0#3", { command: "rm x" }, undefined],
      ["other/call_0", { command: "rm x" }, undefined],
    ]);
  });

  test("another session's file has its own calls, beside those that it copies", async () => {
    const first = linesOf([assistant([list], at(1)), result("call_0", "done")]);
    const second = linesOf([
      assistant([list], { ...at(1), sessionId: "t" }),
      result("call_0", "done"),
      assistant([{ ...list, type: "server_tool_use" }], at(2, "t")),
      assistant([remove], at(3, "t")),
      result("call_0", "failed", true),
    ]);
    const { calls, report } = await importFiles(claudeCode, [
      importFileOf("p/1.jsonl", first),
      importFileOf("p/2.jsonl", second),
    ]);
    expect(report.causes).toEqual([]);
    expect(calls.map(({ session, args, outcome }) => [session, args, outcome])).toMatchObject([
      ["s", { command: "ls" }, { status: "ok" }],
      ["t", { command: "ls" }, undefined],
      ["t", { command: "rm x" }, { status: "error" }],
    ]);
  });
});
