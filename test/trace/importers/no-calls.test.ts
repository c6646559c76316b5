import { describe, expect, test } from "vitest";
import { ALL_IMPORTERS } from "../../../src/mapping/registry.ts";
import { autoImporter } from "../../../src/trace/importers/auto.ts";
import { importFileOf, linesOf } from "../bytes.ts";
import { importFiles } from "./import-all.ts";
import { otlp, span } from "./variants/otel.ts";

const auto = autoImporter(ALL_IMPORTERS);
const [USER, RECORD, VIEW] = [
  { type: "user", id: "alice" },
  { type: "record", id: "1" },
  { name: "view" },
];
const [USERS, RECORDS] = [{ type: "user" }, { type: "record" }];

describe("AuthZEN: searches are not calls, and are counted; evaluations stay calls", () => {
  test.each<[string, object, calls: number, searches: number]>([
    [
      "resources",
      { request: { subject: USER, action: VIEW, resource: RECORDS }, expected: { results: [] } },
      0,
      1,
    ],
    [
      "subjects",
      {
        request: { subject: USERS, action: VIEW, resource: RECORD },
        expected: { results: [USER] },
      },
      0,
      1,
    ],
    ["actions", { request: { subject: USER, resource: RECORD }, response: { results: [] } }, 0, 1],
    ["without an answer", { request: { subject: USER, action: VIEW, resource: RECORDS } }, 0, 1],
    ["actions without an answer", { request: { subject: USER, resource: RECORD } }, 0, 1],
    [
      "with a page",
      { request: { subject: USER, action: VIEW, resource: RECORD, page: { limit: 1 } } },
      0,
      1,
    ],
    [
      "an evaluation",
      { request: { subject: USER, action: VIEW, resource: RECORD }, response: { decision: true } },
      1,
      0,
    ],
    [
      "an evaluation of a type",
      {
        request: { subject: USER, action: VIEW, resource: RECORDS },
        response: { decision: false },
      },
      1,
      0,
    ],
    [
      "a boolean that is expected",
      { request: { subject: USER, action: VIEW, resource: RECORDS }, expected: true },
      1,
      0,
    ],
    [
      "a batch",
      {
        request: { subject: USER, action: VIEW, evaluations: [{ resource: RECORD }] },
        response: { evaluations: [{ decision: true }] },
      },
      1,
      0,
    ],
  ])("%s", async (_, value, calls, searches) => {
    const done = await importFiles(auto, [importFileOf("a.json", JSON.stringify(value))]);
    expect([done.calls.length, done.report.leftOut]).toEqual([
      calls,
      searches === 0 ? [] : [{ kind: "searches are not calls", count: searches }],
    ]);
  });
});

describe("OPA: what denials give is a decision", () => {
  test.each<[path: string, result: unknown, effect: string | undefined]>([
    ["agents/deny", ["amount above 100"], "deny"],
    ["agents/deny", [], "allow"],
    ["agents/deny", true, "deny"],
    ["agents/deny", false, "allow"],
    ["agents/denied", { "too much": true }, "deny"],
    ["k8s/violation", [{ msg: "x" }], "deny"],
    ["k8s/violations", [], "allow"],
    ["agents/allow", true, "allow"],
    ["agents/allow", false, "deny"],
    ["agents/allow", ["x"], undefined],
    ["agents/deny_list", true, "allow"],
    ["agents", { deny: ["x"] }, "deny"],
    ["agents", { deny: [] }, "allow"],
    ["agents", { violations: [{}] }, "deny"],
    ["agents", { allow: true, deny: ["x"] }, "deny"],
    ["agents", ["x"], undefined],
  ])("%s: %j is %s", async (path, result, effect) => {
    const record = {
      decision_id: "d",
      path,
      result,
      input: { agent: "a", tool: "x" },
      bundles: {},
    };
    const { calls } = await importFiles(auto, [importFileOf("a.jsonl", linesOf([record]))]);
    expect(Object(calls[0]).decision).toEqual(
      effect === undefined ? undefined : { effect, rule: path },
    );
  });

  test("Envoy's caller is the subject", async () => {
    const attributes = {
      source: { principal: "spiffe://a" },
      request: { http: { method: "GET", path: "/x" } },
    };
    const record = { decision_id: "d", path: "envoy/allow", result: true, input: { attributes } };
    const { calls } = await importFiles(auto, [importFileOf("a.jsonl", linesOf([record]))]);
    expect(calls).toMatchObject([{ subject: { id: "spiffe://a" }, action: { name: "GET" } }]);
  });
});

test("`auto` takes the note beside a sub-agent's file", async () => {
  const line = {
    sessionId: "s",
    type: "assistant",
    uuid: "a",
    isSidechain: true,
    agentId: "a0",
    timestamp: "2026-03-02T09:00:03.000Z",
    message: { role: "assistant", content: [{ type: "tool_use", id: "t", name: "x", input: {} }] },
  };
  const { calls, report } = await importFiles(auto, [
    importFileOf("s/subagents/agent-a0.jsonl", linesOf([line])),
    importFileOf("s/subagents/agent-a0.meta.json", '{"agentType":"reviewer","description":"x"}'),
  ]);
  expect(calls).toMatchObject([{ subject: { type: "agent", id: "reviewer" } }]);
  expect(report.unreadable).toEqual([]);
});

test("operations that may run something, of conventions to come, are counted; steps are not", async () => {
  const named = (id: string, operation: string): object =>
    span(id, { "gen_ai.operation.name": operation });
  const { report } = await importFiles(auto, [
    importFileOf(
      "a.json",
      JSON.stringify(
        otlp(
          [
            ...["execute_command", "run_tool"],
            ...[
              "invoke_workflow",
              "execute_task",
              "plan",
              "list_tools",
              "execute_event_loop_cycle",
            ],
          ].map((operation, index) => named(`0${index}`, operation)),
        ),
      ),
    ),
  ]);
  expect(report.notUnderstood.map(({ kind }) => kind)).toEqual([
    "a span with the operation `execute_command`",
    "a span with the operation `run_tool`",
  ]);
});
