import { describe, expect, test } from "vitest";
import { ALL_IMPORTERS } from "../../src/mapping/registry.ts";
import { autoImporter } from "../../src/trace/importers/auto.ts";
import { importFileOf } from "../trace/bytes.ts";
import { importFiles, importVariant, type Variant } from "../trace/importers/import-all.ts";

const found = (name: string): (typeof ALL_IMPORTERS)[number] => ALL_IMPORTERS.find((importer) => importer.name === name) ?? autoImporter([]);
const T = "2026-01-02T10:00:00Z";
const opa = (input: object, result: unknown, more: object = {}): object => ({ decision_id: "d", timestamp: T, path: "agents/allow", input, result, ...more });
const A = { tool: "x" };

const OPA: readonly Variant[] = [
  { of: "a boolean result", content: [opa({ subject: { type: "agent", id: "a" }, action: { name: "read" }, resource: { type: "doc", id: "1" } }, true)], calls: [{ id: "d", time: T, subject: { type: "agent", id: "a" }, action: { name: "read" }, resource: { type: "doc", id: "1" }, decision: { effect: "allow", rule: "agents/allow" } }] },
  { of: "a denial", content: [opa(A, false)], calls: [{ decision: { effect: "deny" } }] },
  { of: "a result with `allow`", content: [opa(A, { allow: true, reasons: [] })], calls: [{ decision: { effect: "allow" } }] },
  { of: "a result with `allowed`", content: [opa(A, { allowed: false })], calls: [{ decision: { effect: "deny" } }] },
  { of: "a result with `deny`", content: [opa(A, { deny: true })], calls: [{ decision: { effect: "deny" } }] },
  { of: "a result in words", content: [opa(A, "true"), opa(A, { effect: "require_approval" })], calls: [{ decision: { effect: "allow" } }, { decision: { effect: "require_approval" } }] },
  { of: "an undefined result says nothing of a decision", content: [opa(A, undefined)], calls: [{ action: { kind: "tool_call", name: "x" } }] },
  { of: "subject and resource as text", content: [opa({ subject: "ann", action: "read", resource: "doc1" }, true)], calls: [{ subject: { id: "ann" }, action: { name: "read" }, resource: { id: "doc1" } }] },
  { of: "an agent", content: [opa({ agent: "bot", tool: "refund", args: { n: 1 } }, true)], calls: [{ subject: { type: "agent", id: "bot" }, action: { kind: "tool_call", name: "refund" }, args: { n: 1 } }] },
  { of: "an MCP request", content: [opa({ user: "ann", method: "tools/call", params: { name: "refund", arguments: { n: 2 } } }, true)], calls: [{ subject: { id: "ann" }, action: { kind: "mcp_request", name: "refund" }, args: { n: 2 } }] },
  { of: "an HTTP request with its path in parts", content: [opa({ user: "bob", method: "GET", path: ["salary", "bob"] }, true)], calls: [{ action: { kind: "api_call", name: "GET" }, resource: { type: "path", id: "/salary/bob" } }] },
  { of: "Envoy's input", content: [opa({ attributes: { request: { http: { method: "POST", path: "/x" } } } }, true)], calls: [{ action: { kind: "api_call", name: "POST" }, resource: { type: "path", id: "/x" } }] },
  { of: "a principal", content: [opa({ principal: { type: "service", id: "s" }, action: "x" }, true)], calls: [{ subject: { type: "service", id: "s" } }] },
  { of: "erased and masked values are unrecorded", content: [opa({ ...A, args: { card: "" }, resource: { id: "x" } }, true, { erased: ["/input/args/iban"], masked: ["/input/args/card", "/result/x"] })], calls: [{ unrecorded: ["args.iban", "args.card"] }] },
  { of: "bundles, labels and metrics", content: [opa(A, true, { bundles: { authz: { revision: "r1" } }, labels: { id: "opa-1" }, metrics: { timer_server_handler_ns: 2_000_000 } })], calls: [{ decision: { policy: "authz@r1", pdp: "opa-1", ms: 2 } }] },
  { of: "the console's lines, with others between", content: [{ level: "info", msg: "Initializing server." }, { ...opa(A, true), level: "info", msg: "Decision Log", type: "openpolicyagent.org/decision_logs" }], calls: [{ action: { name: "x" } }] },
  { of: "an upload: a list", content: JSON.stringify([opa(A, true), opa(A, false)]), calls: [{}, {}] },
  { of: "a context of its own", content: [opa({ ...A, context: { ip: "y" } }, true)], calls: [{ context: { ip: "y" } }] },
  { of: "a session", content: [opa({ ...A, session_id: "s" }, true)], calls: [{ session: "s" }] },
  { of: "no decision in any words that are known is unrecorded", content: [opa(A, { violations: [] })], calls: [{ id: "d" }] },
];

describe("opa", () => {
  test.each(OPA.map((variant) => [variant.of, variant] as const))("%s", async (_, variant) => {
    const { calls, causes } = await importVariant(found("opa"), variant);
    expect(calls).toMatchObject(variant.calls);
    expect(calls).toHaveLength(variant.calls.length);
    expect(causes).toEqual(variant.causes ?? []);
  });
});

test("`auto` tells each file's format by its content", async () => {
  const files = [
    importFileOf("a.jsonl", JSON.stringify(opa({ tool: "x" }, true))),
    importFileOf("b.jsonl", JSON.stringify({ callId: "c", checkResources: { inputs: [{ principal: { id: "ann" }, resource: { kind: "doc", id: "1" }, actions: ["read", "edit"] }] } })),
    importFileOf("c.jsonl", '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}'),
    importFileOf("d.json", '{"trace":{"id":"t","projectId":"p"},"observations":[{"id":"o","traceId":"t","type":"TOOL","name":"x","input":{}}]}'),
    importFileOf("e.jsonl", '{"type":"assistant","sessionId":"s","isSidechain":false,"message":{"content":[{"type":"tool_use","id":"t","name":"X","input":{}}]}}'),
    importFileOf("f.json", '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"a","spanId":"b","name":"x","attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"execute_tool"}}]}]}]}]}'),
    importFileOf("g.jsonl", '{"type":"agent.tool_use","id":"e","name":"x","input":{}}'),
    importFileOf("h.json", '{"request":{"subject":{"type":"agent","id":"a"},"action":{"name":"x"},"resource":{"type":"t","id":"1"}},"response":{"decision":true}}'),
    importFileOf("i.json", '{"messages":[{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"x","arguments":"{}"}}]}]}'),
    importFileOf("j.txt", "hello"),
  ];
  const { calls, report } = await importFiles(autoImporter(ALL_IMPORTERS), files);
  expect(calls).toHaveLength(10);
  expect(report.unreadable).toEqual([{ file: "j.txt", cause: "the format of the file is not recognised", count: 1 }]);
});
