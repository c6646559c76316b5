import { credentials, loadPackageDefinition, Metadata, type Client } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { atEndOfFile } from "../at-end.ts";
import { agentz, agentzProcess, ROOT, scratch } from "../e2e/agentz.ts";
import { ask, serve, type Running } from "../serve/running.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: shop
version: 1.0.0
session:
  counters: [{ name: refunds, add: "1.0", when: "action.name == 'refund'", on: completed }]
rules:
  - { id: look, effect: allow, actions: [shop/look] }
  - { id: refund, effect: allow, actions: [shop/refund], when: "args.amount < 100.0 && session.counters.refunds < 1.0" }
  - { id: export, effect: allow, actions: [shop/export], obligations: { redact: [card] } }
  - { id: delete, effect: require_approval, actions: [shop/delete], approval: { approvers: ["human:mia"] } }
  - { id: docs, effect: allow, actions: [shop/resources/read], when: "args.uri.startsWith('docs://')" }
  - { id: hello, effect: allow, actions: [shop/prompts/get], when: "args.name == 'hello'" }
  - { id: boss, effect: allow, actions: [shop/boss], subjects: ["agent:boss"] }
  - { id: tiered, effect: allow, actions: [shop/tiered], when: "context.mcp.metadata.tier == 'gold'" }
`;
const CATALOG = `apiVersion: agentz/v1
kind: Catalog
name: shop
version: 1.0.0
tools:
  - { name: delete, server: shop, effects: [delete], resource: none }
`;

interface Point {
  readonly running: Running;
  readonly folder: string;
  /** Asks as a gateway does: a value is sent as JSON, bytes as they are. */
  readonly check: (
    rpc: "CheckRequest" | "CheckResponse",
    message: Loose,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Loose>;
  readonly log: () => readonly Loose[];
}

function valueOf(value: Loose): Loose {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "number") return { numberValue: value };
  if (Array.isArray(value)) return { listValue: { values: value.map(valueOf) } };
  return value === null ? { nullValue: 0 } : { structValue: structOf(value) };
}

function structOf(value: object): Loose {
  return {
    fields: Object.fromEntries(Object.entries(value).map(([key, one]) => [key, valueOf(one)])),
  };
}

/** A decision point that gateways ask, and a client that asks as agentgateway does. */
async function point(...args: readonly string[]): Promise<Point> {
  const folder = scratch({
    "p.yaml": POLICY,
    "c.yaml": CATALOG,
    "creds.txt": "bearer t0p agent:gate\nbearer m1a human:mia\n",
  });
  const running = await serve(
    ["--candidate", "p.yaml", "--candidate", "c.yaml", "--ext-mcp", "127.0.0.1:0", ...args],
    { cwd: folder },
  );
  const [, port] = /grpcs?:\/\/127\.0\.0\.1:(\d+)/.exec(running.said()) ?? [];
  const loaded: Loose = loadPackageDefinition(
    loadSync(join(ROOT, "schemas/ext_mcp.proto"), { keepCase: true, enums: String, oneofs: true }),
  );
  const client: Client & Loose = new loaded.agentgateway.dev.ext_mcp.ExtMcp(
    `127.0.0.1:${port ?? ""}`,
    credentials.createInsecure(),
    { "grpc.max_receive_message_length": -1 },
  );
  atEndOfFile(() => void client.close());
  return {
    running,
    folder,
    check: (rpc, { metadata, params, result, ...more }, headers = {}) => {
      const sent = new Metadata();
      for (const [key, value] of Object.entries(headers)) sent.set(key, value);
      const bytes = (value: unknown): Buffer =>
        Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
      const message = {
        service_names: ["shop"],
        metadata_context: structOf(metadata ?? { subject: "agent:coder", session: "s-1" }),
        ...(params !== undefined && { mcp_request: bytes(params) }),
        ...(result !== undefined && { mcp_response: bytes(result) }),
        ...more,
      };
      return new Promise((resolve, reject) =>
        client[rpc](message, sent, (error: Error | null, answer: Loose) =>
          error === null ? resolve(answer) : reject(error),
        ),
      );
    },
    log: () =>
      readFileSync(join(folder, "decisions.jsonl"), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
  };
}

const calling = (name: string, args: object = {}, more: object = {}): object => ({
  method: "tools/call",
  params: { name, arguments: args },
  ...more,
});

/** The name by which the result of a permitted call is joined to it. */
function callOf(answer: Loose): string {
  expect(answer.result).toBe("pass");
  return answer.metadata.fields.agentz_call.stringValue;
}

const me = (call: string): object => ({
  subject: "agent:coder",
  session: "s-1",
  agentz_call: call,
});

describe("design 15.2: another gateway asks by ExtMcp", () => {
  test("a call is decided by its arguments, recorded, and its result counts", async () => {
    const { check, log, folder } = await point();
    const first = callOf(await check("CheckRequest", calling("refund", { amount: 5 })));
    expect((await check("CheckRequest", calling("refund", { amount: 500 }))).error).toMatchObject({
      code: "PERMISSION_DENIED",
      reason: expect.stringContaining("denied by default"),
    });
    const result = { content: [{ type: "text", text: "ok" }] };
    const passed = await check("CheckResponse", {
      method: "tools/call",
      result,
      metadata: me(first),
    });
    expect(passed.result).toBe("pass");
    // the first one is completed, so the counter has moved
    expect((await check("CheckRequest", calling("refund", { amount: 5 }))).result).toBe("error");
    expect(log().map(({ type, decision, outcome }) => type ?? decision?.effect ?? outcome)).toEqual(
      ["allow", "deny", "outcome", "deny"],
    );
    expect(log()[0]).toMatchObject({
      session: "s-1",
      subject: { type: "agent", id: "coder" },
      action: { kind: "mcp_request", server: "shop", name: "refund" },
      args: { amount: 5 },
    });
    const replayed = agentz(
      ["replay", "--candidate", "p.yaml", "--baseline", "recorded", "--trace", "decisions.jsonl"],
      { cwd: folder },
    );
    expect(replayed.status).toBe(0);
  });

  test("a denial names rule and decision for machines", async () => {
    const { check } = await point();
    const { error } = await check("CheckRequest", calling("boss"));
    expect(JSON.parse(error.mcp_error.toString())).toMatchObject({
      "dev.agentz/decision": "deny",
      "dev.agentz/rule": "default",
    });
  });

  test("a result is redacted, and one that belongs to no permitted call is withheld", async () => {
    const { check } = await point("--ext-mcp-redact", "secrets");
    const call = callOf(await check("CheckRequest", calling("export")));
    const result = {
      content: [{ type: "text", text: '{"card":"4111","name":"Ann"}' }],
      structuredContent: { card: "4111", at: 12345678901234567890n.toString() },
    };
    const sent = { method: "tools/call", result };
    for (const metadata of [{ subject: "agent:coder" }, me("no-such-call")])
      expect((await check("CheckResponse", { ...sent, metadata })).error.code).toBe("INVALID");
    expect(
      (await check("CheckResponse", { ...sent, metadata: me(call), service_names: ["other"] }))
        .result,
    ).toBe("error");
    const { mutated } = await check("CheckResponse", { ...sent, metadata: me(call) });
    expect(mutated.toString()).not.toContain("4111");
    expect(JSON.parse(mutated.toString()).content[0].text).toContain("Ann");
    // once
    expect((await check("CheckResponse", { ...sent, metadata: me(call) })).result).toBe("error");
  });

  test("numbers of a redacted result keep their digits", async () => {
    const { check } = await point();
    const call = callOf(await check("CheckRequest", calling("export")));
    const result = Buffer.from('{"structuredContent":{"card":"4111","n":12345678901234567890.10}}');
    const { mutated } = await check("CheckResponse", {
      method: "tools/call",
      result,
      metadata: me(call),
    });
    expect(mutated.toString()).toContain("12345678901234567890.10");
  });

  test("lists leave out what is proved never to be permitted to this subject", async () => {
    const { check } = await point();
    const listed = async (method: string, result: object, more: object = {}): Promise<Loose> => {
      const answer = await check("CheckResponse", { method, result, ...more });
      return answer.result === "pass" ? result : JSON.parse(answer.mutated.toString());
    };
    const tools = {
      tools: [{ name: "look" }, { name: "refund" }, { name: "boss" }, { name: "x" }],
      nextCursor: "c",
    };
    expect(await listed("tools/list", tools)).toEqual({
      tools: [{ name: "look" }, { name: "refund" }],
      nextCursor: "c",
      _meta: { "dev.agentz/hidden": 2 },
    });
    const boss = await listed("tools/list", tools, { metadata: { subject: "agent:boss" } });
    expect(boss.tools.map(({ name }: Loose) => name)).toEqual(["look", "refund", "boss"]);
    const prompts = { prompts: [{ name: "hello" }, { name: "bye" }] };
    expect((await listed("prompts/list", prompts)).prompts).toEqual([{ name: "hello" }]);
    const resources = { resources: [{ uri: "docs://a" }, { uri: "file:///etc/passwd" }] };
    expect((await listed("resources/list", resources)).resources).toEqual([{ uri: "docs://a" }]);
    // several servers: names carry that of their server, and what is not known is shown
    const merged = { tools: [{ name: "shop_look" }, { name: "shop_boss" }, { name: "boss" }] };
    const both = await listed("tools/list", merged, { service_names: ["shop", "crm"] });
    expect(both.tools.map(({ name }: Loose) => name)).toEqual(["shop_look", "boss"]);
  });

  test("an approval is asked for at the decision point, and lets the call run once", async () => {
    const { check, running } = await point("--credentials", "creds.txt");
    const gate = { authorization: "Bearer t0p" };
    const asking = calling(
      "delete",
      { id: 7 },
      { metadata: { subject: "agent:coder", on_behalf_of: "human:jane" } },
    );
    const { error } = await check("CheckRequest", asking, gate);
    expect(error.reason).toMatch(
      /human:mia; the request for approval \S+ is open until .+ repeat it unchanged/,
    );
    const mia = { authorization: "Bearer m1a" };
    const { approvals } = (await ask(running.port, "/v1/approvals", undefined, mia)).json();
    expect(approvals).toHaveLength(1);
    const body = { id: approvals[0].id, decision: "granted" };
    expect((await ask(running.port, "/v1/approvals", body, mia)).status).toBe(200);
    expect((await check("CheckRequest", asking, gate)).result).toBe("pass");
    expect((await check("CheckRequest", asking, gate)).result).toBe("error");
  });

  test("without a known credential nothing is answered", async () => {
    const { check } = await point("--credentials", "creds.txt");
    await expect(check("CheckRequest", calling("look"))).rejects.toThrow(/UNAUTHENTICATED/);
    await expect(
      check("CheckRequest", calling("look"), { authorization: "Bearer no" }),
    ).rejects.toThrow(/UNAUTHENTICATED/);
  });
});

describe("whatever cannot be decided is an error", () => {
  let shared: Promise<Point>;
  beforeAll(() => {
    shared = point();
  });

  test.each<[string, Loose]>([
    ["params that are no JSON", { method: "tools/call", params: Buffer.from("{") }],
    ["params that are no object", { method: "tools/call", params: [1] }],
    ["no params", { method: "tools/call" }],
    ["a member twice", { method: "tools/call", params: Buffer.from('{"name":"look","name":"x"}') }],
    ["text that is not UTF-8", { method: "tools/call", params: Buffer.from([0x7b, 0xff, 0x7d]) }],
    ["another case of a member", { method: "tools/call", params: { name: "look", Name: "x" } }],
    ["a method that nobody knows", { method: "tools/run", params: {} }],
    ["no method", { params: {} }],
    ["no server", calling("look", {}, { service_names: [] })],
    ["two servers", calling("look", {}, { service_names: ["shop", "crm"] })],
    ["a server that policies cannot name", calling("look", {}, { service_names: ["a/b"] })],
    ["nobody who calls", calling("look", {}, { metadata: {} })],
    ["a caller that is no name", calling("look", {}, { metadata: { subject: "coder" } })],
    ["a caller that is no text", calling("look", {}, { metadata: { subject: 7 } })],
    [
      "a chain that is no list",
      calling("look", {}, { metadata: { subject: "agent:a", delegation: "x" } }),
    ],
  ])("%s", async (_, message) => {
    const { check } = await shared;
    const { result, error } = await check("CheckRequest", message);
    expect([result, error.code]).toEqual(["error", "INVALID"]);
    expect(error.reason).toMatch(/^agentz: denied/);
  });

  test("a session that nobody names is unrecorded: what hangs on it is not permitted", async () => {
    const { check } = await shared;
    const metadata = { subject: "agent:coder" };
    const { error } = await check("CheckRequest", calling("refund", { amount: 1 }, { metadata }));
    expect(error.code).toBe("PERMISSION_DENIED");
    expect((await check("CheckRequest", calling("look", {}, { metadata }))).result).toBe("pass");
  });

  test("what else the metadata say is there for conditions", async () => {
    const { check } = await shared;
    const tiered = (tier: string): Promise<Loose> =>
      check("CheckRequest", calling("tiered", {}, { metadata: { subject: "agent:a", tier } }));
    expect((await tiered("gold")).result).toBe("pass");
    expect((await tiered("tin")).result).toBe("error");
  });

  test("requests that no policy speaks of pass", async () => {
    const { check } = await shared;
    for (const method of ["initialize", "ping", "tools/list"])
      expect((await check("CheckRequest", { method, metadata: {} })).result).toBe("pass");
  });

  test("a configured subject is everybody, and a named one is then refused", async () => {
    const { check } = await point("--ext-mcp-subject", "agent:boss");
    expect((await check("CheckRequest", calling("boss", {}, { metadata: {} }))).result).toBe(
      "pass",
    );
    expect((await check("CheckRequest", calling("boss"))).error.reason).toContain(
      "--ext-mcp-subject",
    );
  });

  test("an address in use ends the process, though another one is open", async () => {
    const { running } = await point();
    const cwd = scratch({ "p.yaml": POLICY });
    const taken = ["--listen", `127.0.0.1:${running.port}`, "--ext-mcp", "127.0.0.1:0"];
    const done = agentzProcess(["serve", "--candidate", "p.yaml", ...taken], { cwd });
    expect([done.status, done.stderr]).toEqual([2, expect.stringContaining("already in use")]);
  });

  test("the end of the process answers what is open, and its status is 0", async () => {
    const { running, check } = await point();
    expect((await check("CheckRequest", calling("look"))).result).toBe("pass");
    expect(await running.end("SIGTERM")).toBe(0);
  });
});

describe("flags", () => {
  test.each<[string, readonly string[]]>([
    ["an address that other machines can reach needs credentials", ["--ext-mcp", "0.0.0.0:0"]],
    ["--ext-mcp needs host:port", ["--ext-mcp", "unix:x"]],
    ["need --ext-mcp", ["--ext-mcp-subject", "agent:a"]],
    ["is not a subject", ["--ext-mcp", "127.0.0.1:0", "--ext-mcp-subject", "a"]],
  ])("%s", (says, flags) => {
    const folder = scratch({ "p.yaml": POLICY });
    const done = agentz(["serve", "--candidate", "p.yaml", ...flags], { cwd: folder });
    expect(done.status).toBe(2);
    expect(done.stderr).toContain(says);
  });
});
