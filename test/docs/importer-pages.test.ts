import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentz, jsonl, ROOT } from "../e2e/agentz.ts";

const T = "2026-03-02T10:00:00Z";
const call = { type: "tool_use", id: "t1", name: "Bash", input: { command: "ls" } };
const span = {
  traceId: "T1",
  spanId: "01",
  name: "execute_tool refund",
  startTimeUnixNano: "1788256800000000000",
  attributes: [
    ["gen_ai.operation.name", "execute_tool"],
    ["gen_ai.tool.name", "refund"],
    ["gen_ai.agent.id", "a"],
    ["gen_ai.tool.call.arguments", '{"amount":5}'],
  ].map(([key, stringValue]) => ({ key, value: { stringValue } })),
};

/**
 * For each format one call in the file that its page's command names, and whatever else that
 * command needs.
 */
const INPUTS: { readonly [format: string]: { readonly [file: string]: string } } = {
  agentgateway: {
    "gateway.log":
      `${T}\tinfo\trequest gateway=g http.method=POST http.path=/mcp http.status=200 ` +
      "protocol=mcp mcp.method.name=tools/call mcp.target=crm gen_ai.tool.name=refund\n",
  },
  agt: {
    "audit.jsonl": jsonl([
      {
        entry_id: "a",
        timestamp: T,
        event_type: "tool_invocation",
        agent_did: "did:mesh:a",
        action: "refund",
        data: { arguments: { amount: 5 } },
        outcome: "success",
      },
    ]),
  },
  cloudtrail: {
    "trail.json": JSON.stringify({
      Records: [
        {
          eventID: "e",
          eventTime: T,
          eventSource: "s3.amazonaws.com",
          eventName: "GetObject",
          userIdentity: { type: "AssumedRole", arn: "arn:aws:sts::1:assumed-role/r/a" },
          requestParameters: { key: "k" },
        },
      ],
    }),
  },
  envoy: {
    "access.log": `[${T}] "POST /refund HTTP/1.1" 200 - 1 0 2 1 "-" "cli" "r" "crm.example" "192.0.2.1:80"\n`,
  },
  http: {
    "run.har": JSON.stringify({
      log: {
        version: "1.2",
        creator: { name: "x" },
        entries: [
          {
            startedDateTime: T,
            request: {
              method: "POST",
              url: "https://crm.example/refunds",
              headers: [],
              postData: { mimeType: "application/json", text: '{"amount":5}' },
            },
            response: { status: 200, headers: [], content: {} },
          },
        ],
      },
    }),
  },
  kubernetes: {
    "audit.log": jsonl([
      {
        kind: "Event",
        apiVersion: "audit.k8s.io/v1",
        auditID: "a",
        stage: "ResponseComplete",
        verb: "delete",
        user: { username: "system:serviceaccount:desk:agent" },
        objectRef: { resource: "pods", namespace: "desk", name: "p" },
        requestReceivedTimestamp: T,
      },
    ]),
  },
  permdiff: {
    "corpus.jsonl": jsonl([
      {
        id: "d",
        timestamp: T,
        agent: { id: "a" },
        principal: { id: "ann", type: "user" },
        tool: { name: "refund", server: "crm" },
        arguments: { amount: 5 },
      },
    ]),
  },
  veto: {
    "decisions.jsonl": jsonl([
      { timestamp: T, toolName: "refund", arguments: { amount: 5 }, decision: "allow" },
    ]),
  },
  authzen: {
    "evaluations.jsonl": jsonl([
      {
        subject: { type: "agent", id: "a" },
        action: { name: "refund", properties: { server: "crm" } },
        resource: { type: "order", id: "1" },
        context: {},
        decision: true,
      },
    ]),
  },
  cerbos: {
    "decisions.jsonl": jsonl([
      {
        callId: "c",
        timestamp: T,
        checkResources: {
          inputs: [
            { principal: { id: "ann" }, resource: { kind: "doc", id: "1" }, actions: ["read"] },
          ],
          outputs: [{ actions: { read: { effect: "EFFECT_ALLOW" } } }],
        },
      },
    ]),
  },
  chat: {
    "runs/one.json": JSON.stringify([
      { role: "user", content: "go" },
      {
        role: "assistant",
        tool_calls: [
          { id: "c1", type: "function", function: { name: "refund", arguments: '{"amount":5}' } },
        ],
      },
    ]),
  },
  "claude-code": {
    ".claude/projects/p/s.jsonl": jsonl([
      {
        sessionId: "s",
        isSidechain: false,
        timestamp: T,
        type: "assistant",
        uuid: "u",
        message: { role: "assistant", content: [call] },
      },
    ]),
  },
  generic: {
    "calls.csv":
      "kind;id;at;run;agent;tool;arguments;ok\n" +
      'call;1;2026-03-02T10:00:00Z;r;a;refund;"{""amount"":5}";yes\n' +
      "note;2;2026-03-02T10:00:01Z;r;a;;;\n",
    "calls.yaml":
      'apiVersion: agentz/v1\nkind: Mapping\nname: calls\nformat: csv\ndelimiter: ";"\njson: ' +
      "[record.arguments]\nwhen: record.kind == 'call'\nevent:\n  id: record.id\n  time: " +
      "record.at\n  session: record.run\n  subject: { type: \"'agent'\", id: record.agent }\n  " +
      "action: { server: \"'crm'\", name: record.tool }\n  args: record.arguments\n  decision: " +
      "{ effect: \"record.ok == 'yes' ? 'allow' : 'deny'\" }\n",
  },
  langfuse: {
    "exports/one.json": JSON.stringify({
      trace: { id: "t", name: "run", timestamp: T },
      observations: [
        { id: "o", traceId: "t", type: "TOOL", name: "refund", startTime: T, input: { amount: 5 } },
      ],
    }),
  },
  "coding-agents": {
    "rollout.jsonl": jsonl([
      { timestamp: T, type: "session_meta", payload: { id: "s" } },
      {
        timestamp: T,
        type: "response_item",
        payload: {
          type: "function_call",
          call_id: "c",
          name: "refund",
          arguments: '{"amount":5}',
        },
      },
    ]),
  },
  "managed-agents": {
    "recording.jsonl": jsonl([
      { type: "session", id: "sesn", agent: { id: "a" } },
      { type: "agent.tool_use", id: "e1", processed_at: T, name: "refund", input: { amount: 5 } },
    ]),
  },
  mcp: {
    "session.jsonl": jsonl([
      {
        jsonrpc: "2.0",
        id: 1,
        method: "tools/call",
        params: { name: "refund", arguments: { amount: 5 } },
      },
      { jsonrpc: "2.0", id: 1, result: { content: [] } },
    ]),
  },
  "openai-agents": {
    "traces.jsonl": jsonl([
      { object: "trace", id: "trace_1", workflow_name: "desk", group_id: "s" },
      {
        object: "trace.span",
        id: "span_a",
        trace_id: "trace_1",
        parent_id: null,
        started_at: T,
        ended_at: T,
        span_data: { type: "agent", name: "desk", tools: ["refund"] },
        error: null,
      },
      {
        object: "trace.span",
        id: "span_f",
        trace_id: "trace_1",
        parent_id: "span_a",
        started_at: T,
        ended_at: T,
        span_data: { type: "function", name: "refund", input: '{"amount":5}', output: "ok" },
        error: null,
      },
    ]),
  },
  opa: {
    "decisions.jsonl": jsonl([
      {
        decision_id: "d",
        timestamp: T,
        path: "agents/allow",
        input: { agent: "bot", tool: "refund", args: { amount: 5 } },
        result: true,
      },
    ]),
  },
  otel: {
    "spans.jsonl": jsonl([
      {
        resourceSpans: [
          { resource: { attributes: [] }, scopeSpans: [{ scope: { name: "x" }, spans: [span] }] },
        ],
      },
    ]),
  },
};
const POLICY =
  "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n  - { id: small, " +
  'effect: allow, when: "args.amount < 10.0" }\n';
const pages = readdirSync(join(ROOT, "docs/importers"))
  .map((name) => name.replace(/\.md$/, ""))
  .sort();

/** The one command of a page, as words; the home folder is this test's. */
function commandOf(format: string): readonly string[] {
  const [, line = ""] =
    /^```\n(?:agentz )?(agentz [^\n]+)\n/m.exec(
      readFileSync(join(ROOT, `docs/importers/${format}.md`), "utf8"),
    ) ?? [];
  return line
    .replace(/^agentz /, "")
    .replace("~/", "")
    .split(" ");
}

const folder = mkdtempSync(join(tmpdir(), "agentz-importers-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("every importer has a page, and every page an input here", () =>
  expect(pages).toEqual(Object.keys(INPUTS).sort()));

describe.each(pages)("docs/importers/%s.md", (format) => {
  const cwd = join(folder, format);
  const command = commandOf(format);
  // what an operator says besides, for a replay too
  const [, , path = "", ...rest] = command;
  const flags = rest.filter((_, i) => i < rest.indexOf("-o"));
  const replayed = (from: readonly string[], input = ""): unknown => {
    const done = agentz(
      ["replay", "--baseline", "recorded", "--candidate", "p.yaml", ...from, "--format", "json"],
      { cwd, input },
    );
    expect([from, done.status]).toEqual([from, 0]);
    const { decisions, changes, groups, missing, coverage, trace } = JSON.parse(done.stdout);
    return {
      decisions,
      changes,
      groups,
      missing,
      coverage,
      calls: trace.calls,
      sessions: trace.sessions,
    };
  };

  beforeAll(() => {
    for (const [name, text] of Object.entries({ ...INPUTS[format], "p.yaml": POLICY })) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), text);
    }
  });

  test("its command runs and gives one call that satisfies `trace validate`", () => {
    expect(command.slice(0, 2)).toEqual(["import", format]);
    expect([
      agentz(command, { cwd }).status,
      agentz(["trace", "validate", "trace.jsonl"], { cwd }).status,
    ]).toEqual([0, 0]);
    expect(
      JSON.parse(agentz(["trace", "stats", "trace.jsonl", "--format", "json"], { cwd }).stdout)
        .trace.calls,
    ).toBe(1);
  });

  test("`auto`, a glob, a packed file and standard input give the same trace", () => {
    const written = readFileSync(join(cwd, "trace.jsonl"), "utf8");
    const [file = "", text = ""] = Object.entries(INPUTS[format] ?? {})[0] ?? [];
    const name = file.split("/").at(-1) ?? "";
    const glob = file.replace(name, `${name.charAt(0)}*${name.slice(3)}`);
    const packed = join(cwd, "packed", name);
    mkdirSync(dirname(packed), { recursive: true });
    writeFileSync(`${packed}.gz`, gzipSync(text));
    const again = (from: readonly string[], input = ""): string => {
      const done = agentz(["import", ...from, ...flags], { cwd, input });
      expect([from, done.status]).toEqual([from, 0]);
      return done.stdout;
    };
    // the name of a file may be that of its session
    const plain = (trace: string): unknown =>
      trace
        .trim()
        .split("\n")
        .map((line) => ({ ...JSON.parse(line), id: "", session: "" }));
    expect(again([format, glob])).toBe(written);
    expect([
      plain(again([format, `packed/${name}.gz`])),
      plain(again([format, "-"], text)),
    ]).toEqual([plain(written), plain(written)]);
    if (format !== "generic") expect(again(["auto", path])).toBe(written);
  });

  // the script of `generic` counts lines of JSON, and the page's file is CSV
  if (format !== "generic")
    test("the page's own script counts what the import found", () => {
      const script =
        /```js\n([\s\S]*?)```/.exec(
          readFileSync(join(ROOT, `docs/importers/${format}.md`), "utf8"),
        )?.[1] ?? "";
      writeFileSync(join(cwd, "count.mjs"), script);
      const counted = execFileSync(
        process.execPath,
        ["count.mjs", ...Object.keys(INPUTS[format] ?? {})],
        { cwd, encoding: "utf8" },
      );
      expect(counted.trim().split(" ").at(-1)).toBe("1");
    });

  test("`replay --from` replays what an import would have written", () => {
    const direct = replayed(["--from", format, "--trace", path, ...flags]);
    expect(direct).toEqual(replayed(["--trace", "trace.jsonl"]));
    expect(direct).toMatchObject({ calls: 1 });
  });
});
