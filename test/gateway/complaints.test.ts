import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agentz, scratch } from "../e2e/agentz.ts";
import { call, relayed, request, result, type Relayed } from "./relaying.ts";

/** What users of other gateways complain about, each as a test. */

const HEAD = "apiVersion: agentz/v1\nkind: Policy\nname: p\nversion: 1.0.0\nrules:\n";
const CATALOG = `---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools: [{ name: push, server: files, effects: [update], resource: none }]
`;
const textOf = ({ answer }: Relayed): string =>
  answer().result?.content[0].text ?? answer().error.message;

/** The names of the tools that a client is shown. */
function shown(one: Relayed, names: readonly string[]): readonly string[] {
  one.fromClient(request("list", "tools/list"));
  one.fromServer(result("list", { tools: names.map((name) => ({ name, inputSchema: {} })) }));
  const tools: readonly { readonly name: string }[] = one.answer().result.tools;
  return tools.map(({ name }) => name);
}

describe("the list and the call say the same (gh-aw-mcpg#3332, ai-gateway#2105, agentgateway#772)", () => {
  const rule = fc.record({
    effect: fc.constantFrom("allow", "deny"),
    action: fc.constantFrom("files/a", "files/b", "files/*", "files/c"),
    when: fc.constantFrom("", "args.n > 1.0", "args.n > 3.0 && args.n < 2.0", "args.n < 0.0"),
  });

  test("no call of a hidden tool is permitted, and a tool that a call may use is shown", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rule, { minLength: 1, maxLength: 5 }), async (rules) => {
        const text = rules.map(
          ({ effect, action, when }, at) =>
            `  - { id: r${at}, effect: ${effect}, actions: ["${action}"]${when && `, when: "${when}"`} }\n`,
        );
        const one = await relayed(HEAD + text.join(""));
        const visible = shown(one, ["a", "b", "c"]);
        for (const name of ["a", "b", "c"])
          for (const n of [-1, 0, 2.5, 9]) {
            one.server.length = 0;
            one.fromClient(call(`${name} ${n}`, name, { n }));
            if (one.server.length > 0) expect(visible).toContain(name);
          }
        one.close();
      }),
      { numRuns: 25 },
    );
  });

  test("a tool that stands for another way to a method or a tool is no way around (docker#319)", async () => {
    const one = await relayed(
      `${HEAD}  - { id: r, effect: allow, actions: ["files/resources/*", files/read] }\n`,
    );
    for (const name of ["resources/read", "files/read", "Read", "read ", "mcp-exec", "re\u0430d"]) {
      one.fromClient(call(name, name, { name: "read" }));
      expect(one.server).toEqual([]);
    }
    expect(shown(one, ["mcp-exec", "read", "Read"])).toEqual(["read"]);
  });
});

describe("rules that can never match (agentgateway#3092, #1058)", () => {
  test("lint names them before they are in force", () => {
    const never = `  - { id: r, effect: allow, actions: [files/read], when: "args.n > 5.0 && args.n < 3.0" }\n`;
    const deny = `  - { id: r, effect: deny, actions: [files/wipe] }\n`;
    for (const [rules, code] of [
      [never, "contradictory-condition"],
      [deny, "nothing-allowed"],
    ] as const) {
      const cwd = scratch({ "p.yaml": HEAD + rules });
      expect(agentz(["lint", "p.yaml"], { cwd }).stdout).toContain(code);
    }
  });

  test("arguments are there when a call is decided; without them nothing is open", async () => {
    const one = await relayed(
      `${HEAD}  - { id: r, effect: allow, actions: [files/read], when: "args.path.startsWith('/pub')" }\n` +
        `  - { id: s, effect: deny, actions: [files/read], when: "args.path.contains('..')" }\n`,
    );
    one.fromClient(call(1, "read", { path: "/pub/a" }));
    expect(one.server).toHaveLength(1);
    for (const args of [{ path: "/pub/../etc" }, { path: 7 }, {}]) {
      one.fromClient(call(JSON.stringify(args), "read", args));
      expect(textOf(one)).toMatch(/denied|indeterminate|error/);
    }
    one.fromClient(request("none", "tools/call", { name: "read" }));
    expect(one.server).toHaveLength(1);
  });
});

describe("requests of the server reach the client, and answers the server (agentgateway#2838, litellm#23761)", () => {
  test("also while a call of its own waits, whatever they are called", async () => {
    const one = await relayed(`${HEAD}  - { id: r, effect: allow, actions: ["**"] }\n`);
    one.fromClient(call(1, "read"));
    for (const [at, method] of [
      "elicitation/create",
      "sampling/createMessage",
      "roots/list",
      "ping",
    ].entries()) {
      // the ids of both sides are apart
      const asked = `${JSON.stringify(request(at + 1, method, { message: "?" }))}\n`;
      one.fromServer(asked);
      expect(one.client.at(-1)).toBe(asked);
      const answer = `${JSON.stringify(result(at + 1, { action: "accept" }))}\n`;
      one.fromClient(answer);
      expect(one.server.at(-1)).toBe(answer);
    }
    one.fromServer(result(1, { content: [] }));
    expect(one.answer().id).toBe(1);
  });
});

describe("a reason instead of an empty list (litellm#39234)", () => {
  test("what is left out is counted, and an error of the server stays one", async () => {
    const one = await relayed(`${HEAD}  - { id: r, effect: allow, actions: [other/x] }\n`);
    expect(shown(one, ["a", "b"])).toEqual([]);
    expect(one.answer().result._meta).toEqual({ "dev.agentz/hidden": 2 });
    one.fromClient(request(2, "tools/list"));
    const error = { code: 403, message: "log in first" };
    one.fromServer({ jsonrpc: "2.0", id: 2, error });
    expect(one.answer()).toMatchObject({ id: 2, error });
    one.fromClient(call(3, "a"));
    expect(textOf(one)).toMatch(/denied by default/);
  });
});

describe("the log ties who, what and why, and holds no secrets (ironcurtain#36, Kuadrant#914)", () => {
  test("in arguments, results, reasons of cancellations, states and answers", async () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    const one = await relayed(`${HEAD}  - { id: r, effect: allow, actions: ["**"] }\n`, {
      results: true,
    });
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const meta = {
      traceparent,
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const args = { token: secret, note: `use ${secret}` };
    const input = { action: "accept", content: { key: secret } };
    one.fromClient(request(1, "tools/call", { name: "read", arguments: args, _meta: meta }));
    const requestState = secret;
    const asked = { method: "elicitation/create", params: { message: `is it ${secret}?` } };
    one.fromServer(
      result(1, { resultType: "input_required", inputRequests: { a: asked }, requestState }),
    );
    const retried = { name: "read", arguments: args, inputResponses: { a: input }, requestState };
    one.fromClient(request(2, "tools/call", { ...retried, _meta: meta }));
    one.fromServer(
      result(2, { content: [{ type: "text", text: secret }], structuredContent: { secret } }),
    );
    const params = { requestId: 3, reason: secret };
    one.fromClient({ jsonrpc: "2.0", method: "notifications/cancelled", params });
    one.fromServer(`{"jsonrpc":"2.0","id":4,"result":{"a":"${secret}"}}\n`);
    one.fromClient(`{"jsonrpc":"2.0","id":5,"id":6,"method":"${secret}"}\n`);
    const text = readFileSync(join(one.folder, "log.jsonl"), "utf8");
    expect(text).not.toContain("ghp_");
    expect(one.told.join()).not.toContain("ghp_");
    expect(one.log()[0]).toMatchObject({
      subject: { type: "agent", id: "coder" },
      decision: { effect: "allow", rule: "p/r", policy: expect.stringMatching(/^sha256:/) },
      context: { on_behalf_of: { type: "human", id: "jane" }, traceparent },
    });
  });
});

describe("a decision is for its call alone (adk-js#642, langchain#40166)", () => {
  const POLICY = `${HEAD}  - { id: r, effect: allow, actions: [files/read], when: "args.path == '/a'" }
  - { id: ask, effect: require_approval, actions: [files/push], approval: { approvers: ["human:mia"] } }
${CATALOG}`;
  const yes = { action: "accept", content: { approve: true } };

  test("the id of a call that was permitted permits no other arguments", async () => {
    const one = await relayed(POLICY);
    one.fromClient(call(1, "read", { path: "/a" }));
    one.fromServer(result(1, { content: [] }));
    one.fromClient(call(1, "read", { path: "/etc/passwd" }));
    expect(one.answer()).toMatchObject({ id: 1, result: { isError: true } });
    expect(one.server).toHaveLength(1);
  });

  test("an approved call that is edited, or is of another tool, is asked about anew", async () => {
    const one = await relayed(POLICY, { approver: "human:mia" });
    const capabilities = { elicitation: {} };
    one.fromClient(request("hello", "initialize", { protocolVersion: "2025-11-25", capabilities }));
    one.fromServer(result("hello", { protocolVersion: "2025-11-25" }));
    one.server.length = 0;
    one.fromClient(call(1, "push", { to: "main" }));
    const question = one.answer().id;
    one.fromClient({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
    // the yes comes for a call that is not there any more
    one.fromClient(result(question, yes));
    one.fromClient(call(1, "push", { to: "prod" }));
    expect(one.answer()).toMatchObject({ method: "elicitation/create" });
    expect(one.answer().params.message).toContain("prod");
    expect(one.server).toEqual([]);
  });
});
