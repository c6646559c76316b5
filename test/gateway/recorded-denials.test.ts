import { describe, expect, test } from "vitest";
import { agentz, jsonl, scratch } from "../e2e/agentz.ts";

import { proxy } from "./proxy.ts";
import { call, relayed, request, result, type Relayed } from "./relaying.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - { id: read, effect: allow, actions: [files/read, mcp/echo], obligations: { redact: [outcome.result.card] } }
  - { id: push, effect: require_approval, actions: [files/push], approval: { approvers: ["human:mia"] } }
  - { id: no-asking, effect: deny, actions: [files/elicitation/create] }
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools: [{ name: push, server: files, effects: [update], resource: none }]
`;
const tool = (description: string): object => ({
  name: "read",
  description,
  inputSchema: { type: "object" },
});

function replayed(cwd: string, trace = "log.jsonl", ...more: readonly string[]): Loose {
  const flags = ["--candidate", "p.yaml", "--baseline", "recorded", "--trace", trace];
  const { stdout, stderr } = agentz(["replay", ...flags, "--format", "json", ...more], { cwd });
  expect(stderr).not.toMatch(/internal error/);
  return JSON.parse(stdout);
}

/** What replays otherwise than it was recorded. */
function changed({ changes }: Loose): number {
  const { widened, narrowed, indeterminate, unreachable } = changes;
  const moved = [widened, narrowed].map(({ direct, downstream }) => direct + downstream);
  return moved[0] + moved[1] + indeterminate + unreachable;
}

function listed(one: Relayed, description: string): void {
  one.fromClient(request("l", "tools/list"));
  one.fromServer(result("l", { tools: [tool(description)] }));
}

/** What the gateway denies by itself, each with how it comes to that. */
const DENIALS: readonly (readonly [string, (one: Relayed) => void])[] = [
  [
    "a definition that changed",
    (one) => {
      listed(one, "reads");
      listed(one, "reads, and mails it");
      one.fromClient(call(1, "read", { path: "a" }));
    },
  ],
  ["an unknown method", (one) => one.fromClient(request(1, "tools/run", {}))],
  ["a tool named like a method", (one) => one.fromClient(call(1, "prompts/get"))],
  ["arguments that differ in case", (one) => one.fromClient(call(1, "read", { a: 1, A: 2 }))],
  [
    "arguments that are no object",
    (one) => one.fromClient(request(1, "tools/call", { name: "read", arguments: [1] })),
  ],
  [
    "a member twice",
    (one) => one.fromClient('{"jsonrpc":"2.0","id":1,"id":2,"method":"tools/call"}\n'),
  ],
  ["an approval that nobody can be asked for", (one) => one.fromClient(call(1, "push"))],
  [
    "a task whose result has to be redacted",
    (one) => one.fromClient(request(1, "tools/call", { name: "read", arguments: {}, task: {} })),
  ],
  [
    "a question of the server that no rule allows",
    (one) => {
      one.fromClient(call(1, "read"));
      one.fromServer(request("q", "elicitation/create", { message: "m", requestedSchema: {} }));
      one.fromServer(result(1, { content: [] }));
    },
  ],
  [
    "a server that ends",
    (one) => {
      one.fromClient(call(1, "read"));
      one.relay.serverGone("the server ended (SIGKILL)");
    },
  ],
];

describe("design 15.1: what a gateway denies by itself replays as it was recorded", () => {
  test.each(DENIALS)("%s", async (_, deny) => {
    const one = await relayed(POLICY);
    one.fromClient(call("before", "read"));
    one.fromServer(result("before", { content: [] }));
    deny(one);
    one.relay.close();
    one.close();
    const document = replayed(one.folder);
    expect(changed(document)).toBe(0);
    expect(document.trace.undecided_events).toBe(0);
  });

  test("a changed definition is counted under a name of its own, and told", async () => {
    const one = await relayed(POLICY);
    DENIALS[0]?.[1](one);
    const { result: told } = one.answer();
    const [denied] = one.log().filter(({ type }) => type === "gateway_denial");
    expect(told._meta).toEqual({
      "dev.agentz/decision": "deny",
      "dev.agentz/rule": "definition",
      "dev.agentz/id": denied.id,
    });
    expect(denied).toMatchObject({
      action: { server: "files", name: "read" },
      args: { path: "a" },
      decision: { effect: "deny", rule: "definition", pdp: "gateway-1" },
    });
    one.fromClient(call(2, "push"));
    one.close();
    const { trace, decisions } = replayed(one.folder);
    expect([trace.calls, trace.gateway_denials, decisions.baseline]).toEqual([
      ...[1, 1, { allow: 0, require_approval: 1, deny: 0, indeterminate: 0 }],
    ]);
    const flags = ["--candidate", "p.yaml", "--baseline", "recorded", "--trace", "log.jsonl"];
    const shown = agentz(["replay", ...flags], { cwd: one.folder }).stdout;
    expect(shown).toMatch(/set aside {2}1 call that a gateway denied without asking the policies/);
    // and of parts it is the same
    const part = ["part", "--candidate", "p.yaml", "--baseline", "recorded", "-o", "a.part"];
    agentz([...part, "--trace", "log.jsonl"], { cwd: one.folder });
    const merged = agentz(["merge", "a.part", "--format", "json"], { cwd: one.folder }).stdout;
    expect(JSON.parse(merged).trace.gateway_denials).toBe(1);
  });

  test("a decision point that cannot be reached", async () => {
    const cwd = scratch({ "p.yaml": POLICY });
    const one = proxy(cwd, ["--decision-point", "unix:nobody.sock", "--decision-timeout", "2s"]);
    one.send(call(1, "echo"));
    expect((await one.next()).error.message).toMatch(/decision point cannot be used/);
    one.process.stdin?.end();
    await one.ended;
    const document = replayed(cwd);
    expect([changed(document), document.trace.gateway_denials]).toEqual([0, 1]);
  });

  test("a trace of calls that were all denied so decides nothing, which is no pass", () => {
    const event = {
      ...{ type: "gateway_denial", subject: { type: "agent", id: "a" } },
      action: { kind: "mcp_request", server: "files", name: "read" },
      ...{ args: {}, decision: { effect: "deny", rule: "definition" } },
    };
    const cwd = scratch({ "p.yaml": POLICY, "t.jsonl": jsonl([{ id: "1", ...event }]) });
    const flags = ["--candidate", "p.yaml", "--baseline", "recorded", "--trace", "t.jsonl"];
    expect(agentz(["replay", ...flags], { cwd }).status).toBe(1);
  });
});
