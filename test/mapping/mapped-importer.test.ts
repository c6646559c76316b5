import { describe, expect, test } from "vitest";
import { decodeMapping } from "../../src/mapping/mapping.ts";
import { mappedImporter } from "../../src/mapping/mapped-importer.ts";
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

const input = { requestId: "q", principal: { id: "ann", roles: ["user"], attr: { dept: "x" } }, resource: { kind: "doc", id: "1", attr: { owner: "ann" } }, actions: ["read", "edit"] };
const outputs = [{ resourceId: "1", actions: { read: { effect: "EFFECT_ALLOW", policy: "doc.v1" }, edit: { effect: "EFFECT_DENY", policy: "doc.v1" } } }];
const cerbos = (more: object = {}): object => ({ callId: "c", timestamp: T, checkResources: { inputs: [input], outputs }, ...more });
const CERBOS: readonly Variant[] = [
  { of: "one event for each action", content: [cerbos()], calls: [{ id: "c/0/read", time: T, subject: { id: "ann", roles: ["user"], properties: { dept: "x" } }, action: { name: "read" }, resource: { type: "doc", id: "1" }, decision: { effect: "allow", rule: "doc.v1" } }, { id: "c/0/edit", decision: { effect: "deny" } }] },
  { of: "older files keep inputs at the top", content: [{ callId: "c", timestamp: T, inputs: [input], outputs }], calls: [{ decision: { effect: "allow" } }, {}] },
  { of: "no match is a deny", content: [cerbos({ checkResources: { inputs: [{ ...input, actions: ["x"] }], outputs: [{ actions: { x: { effect: "EFFECT_NO_MATCH" } } }] } })], calls: [{ decision: { effect: "deny" } }] },
  { of: "a plan is no call", content: [{ callId: "c", planResources: { input: {} } }], calls: [] },
  { of: "an error has no outputs, so no decision is known to be an allow", content: [cerbos({ checkResources: { inputs: [input], error: "x" } })], calls: [{}, {}] },
];

describe.each([["opa", OPA], ["cerbos", CERBOS]] as const)("%s", (name, variants) => {
  test.each(variants.map((variant) => [variant.of, variant] as const))("%s", async (_, variant) => {
    const { calls, causes } = await importVariant(found(name), variant);
    expect(calls).toMatchObject(variant.calls);
    expect(calls).toHaveLength(variant.calls.length);
    expect(causes).toEqual(variant.causes ?? []);
  });
});

function mapped(event: object, more: object = {}): ReturnType<typeof mappedImporter> {
  const decoded = decodeMapping({ apiVersion: "agentz/v1", kind: "Mapping", event, ...more });
  if ("problems" in decoded) throw new Error(JSON.stringify(decoded.problems));
  return mappedImporter(decoded.mapping, { name: "generic", title: "x" });
}

describe("generic", () => {
  const EVENT = { id: "record.id", time: "record.at", subject: { type: "'agent'", id: "record.who" }, action: { name: "record.what" }, args: { amount: "double(record.sum)" } };

  test("CSV: quotes, line ends inside quotes, empty cells, rows of other lengths", async () => {
    const csv = `\uFEFFid,at,who,what,sum\r\n1,2026-01-02T10:00:00Z,a,pay,5\r\n2,,"b, ""c""\nd",pay,7.5\r\n3,x\r\n`;
    for (const size of [1, 5, 65536]) {
      const { calls, report } = await importFiles(mapped(EVENT), [importFileOf("calls.csv", csv, size)]);
      expect(calls).toEqual([
        { id: "1", time: "2026-01-02T10:00:00Z", subject: { type: "agent", id: "a" }, action: { name: "pay" }, args: { amount: 5 } },
        { id: "2", subject: { type: "agent", id: 'b, "c"\nd' }, action: { name: "pay" }, args: { amount: 7.5 } },
      ]);
      expect(report.unreadable).toEqual([{ file: "calls.csv", line: 5, cause: "a row has other cells than the first line has names", count: 1 }]);
    }
  });

  test("JSONL; what an expression cannot give is counted, what is not there is unrecorded", async () => {
    const { calls, causes } = await importVariant(mapped(EVENT), { of: "", calls: [], content: [{ id: "1", at: 1767348000, who: "a", what: "pay", sum: "many" }, { id: "2", what: "x" }, { id: "3", what: "y", at: "today" }] });
    expect(calls).toMatchObject([{ time: "2026-01-02T10:00:00.000Z", subject: { id: "a" } }, { id: "2", subject: { type: "agent" } }, { id: "3" }]);
    expect(causes).toHaveLength(2);
  });

  test("`each` unfolds lists, `when` leaves records out, a record that is no event is refused", async () => {
    const importer = mapped({ id: "record.id + string(call_index)", action: { name: "call.name" } }, { each: { call: "record.calls" }, when: "record.kind == 'run'" });
    const { calls, causes } = await importVariant(importer, { of: "", calls: [], content: [{ kind: "run", id: "r", calls: [{ name: "a" }, { name: "b" }] }, { kind: "other" }, { kind: "run", id: "x" }, { kind: "run", id: "y", calls: [{ name: 1 }] }] });
    expect(calls.map(({ id }) => id)).toEqual(["r0", "r1"]);
    expect(causes).toEqual(["`each.call` gives no list", "a record maps to no event: `action.name` must be a string"]);
  });

  test("a mapping with mistakes names them all", () => {
    const decoded = decodeMapping({ apiVersion: "x", kind: "Mapping", evnt: {}, event: { acton: "1 +", args: 5 }, each: { record: "x" } });
    expect("problems" in decoded ? decoded.problems.map(({ path }) => path) : []).toEqual(["$.evnt", "$.apiVersion", "$.event.acton", "$.each.record", "$.event.acton", "$.event.args"]);
    expect("problems" in decodeMapping(5)).toBe(true);
  });
});

test("`auto` tells each file's format by its content", async () => {
  const files = [
    importFileOf("a.jsonl", JSON.stringify(opa({ tool: "x" }, true))),
    importFileOf("b.jsonl", JSON.stringify(cerbos())),
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
