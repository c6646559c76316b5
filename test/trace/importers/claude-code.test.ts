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
      assistant([use("task", "Task", {})], { sessionId: "s2" }),
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
