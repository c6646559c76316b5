import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { atEndOfFile } from "../at-end.ts";
import { agentz, ROOT, scratch } from "../e2e/agentz.ts";
import { ask, serve, until, type Running } from "../serve/running.ts";
import { listening } from "./listening.ts";
import { LINE_SERVER, proxyCommand, type Proxy } from "./proxy.ts";
import { call, request } from "./relaying.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: shop
version: 1.0.0
session:
  counters: [{ name: echoes, add: "1.0", when: "action.name == 'echo'", on: completed }]
rules:
  - { id: echo, effect: allow, actions: [shop/echo], when: "session.counters.echoes < 2.0" }
  - { id: card, effect: allow, actions: [shop/big], obligations: { redact: [card] } }
  - { id: shout, effect: require_approval, actions: [shop/shout], approval: { approvers: ["human:mia"] } }
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools: [{ name: shout, server: shop, effects: [update], resource: none }]
`;

interface Remote extends Proxy {
  readonly cwd: string;
  readonly called: (name: string, args?: object) => Promise<Loose>;
}

async function remote(address: string, ...flags: readonly string[]): Promise<Remote> {
  const cwd = scratch();
  const one = proxyCommand(cwd, [
    ...["env", "AGENTZ_TOKEN=g4te", process.execPath, join(ROOT, "bin/agentz.js"), "proxy"],
    ...["--log", "log.jsonl", "--server", "shop", "--on-behalf-of", "human:jane"],
    ...["--decision-point", address, ...flags, "--", process.execPath, LINE_SERVER],
  ]);
  one.send(request("hi", "initialize", { protocolVersion: "2025-11-25", capabilities: {} }));
  await one.next();
  let id = 0;
  const called = async (name: string, args: object = {}): Promise<Loose> => {
    one.send(call(id++, name, args));
    return one.next();
  };
  return { ...one, cwd, called };
}

async function point(): Promise<{
  readonly running: Running;
  readonly log: () => readonly Loose[];
}> {
  const cwd = scratch({
    "p.yaml": POLICY,
    "creds.txt": "bearer g4te agent:gate\nbearer m1a human:mia\n",
  });
  const running = await serve(["--candidate", "p.yaml", "--credentials", "creds.txt"], { cwd });
  const log = (): readonly Loose[] =>
    readFileSync(join(cwd, "decisions.jsonl"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  return { running, log };
}

const at = (port: number): string => `http://127.0.0.1:${port}`;

describe("design 15: another decision point decides", () => {
  test("calls are decided there, outcomes go back, and the state advances", async () => {
    const { running, log } = await point();
    const one = await remote(at(running.port));
    const results: readonly Loose[] = [
      await one.called("echo", { n: 1 }),
      await one.called("echo", { n: 2 }),
      await one.called("echo", { n: 3 }),
    ];
    expect(results.map(({ result }) => result.isError)).toEqual([undefined, undefined, true]);
    expect(results[2]?.result.content[0].text).toContain("denied by default");
    expect(log().map(({ type, decision }) => type ?? decision.effect)).toEqual([
      ...["allow", "outcome", "allow", "outcome", "deny"],
    ]);
    one.process.stdin?.end();
    expect(await one.ended).toBe(0);
    expect(log().at(-1)).toMatchObject({ type: "session_end" });
  });

  test("the gateway's own log says the same, and is a trace that can be replayed", async () => {
    const { running, log } = await point();
    const one = await remote(at(running.port));
    for (let n = 0; n < 3; n++) await one.called("echo", { n });
    one.process.stdin?.end();
    await one.ended;
    const told = (lines: readonly Loose[]): readonly Loose[] =>
      lines.flatMap(({ id, decision, args }) =>
        decision === undefined ? [] : [[id, decision.effect, decision.policy, args]],
      );
    expect(told(one.log())).toEqual(told(log()));
    const trace = ["--baseline", "recorded", "--trace", join(one.cwd, "log.jsonl")];
    const replayed = agentz(
      ["replay", "--candidate", "p.yaml", ...trace, "--fail-on", "widened,narrowed"],
      { cwd: scratch({ "p.yaml": POLICY }) },
    );
    expect(replayed.status).toBe(0);
  });

  test("what has to be redacted is", async () => {
    const { running } = await point();
    const one = await remote(at(running.port));
    const { result } = await one.called("big", { bytes: 5 });
    expect(result.content[0].text).toContain("[redacted");
  });

  test("approvals are those of the decision point", async () => {
    const { running } = await point();
    const one = await remote(at(running.port));
    const { result } = await one.called("shout");
    expect(result.content[0].text).toContain(`${at(running.port)}/approvals`);
    const id = result._meta["dev.agentz/approval"];
    const body = { id, decision: "granted" };
    const mia = { authorization: "Bearer m1a" };
    expect((await ask(running.port, "/v1/approvals", body, mia)).status).toBe(200);
    expect((await one.called("shout")).result.isError).toBeUndefined();
    expect((await one.called("shout")).result.isError).toBe(true);
  });

  test("a decision point that goes denies, and is used again when it is back", async () => {
    const { running } = await point();
    const one = await remote(at(running.port));
    await running.end("SIGTERM");
    const { error } = await one.called("echo");
    expect(error.message).toMatch(
      /could not be decided, so it is denied: the decision point cannot be used: .*ECONNREFUSED/,
    );
    expect(one.log().at(-1).decision).toEqual({
      effect: "deny",
      rule: "decision-point",
      pdp: "agentz-proxy",
    });
    const cwd = scratch({ "p.yaml": POLICY });
    await serve(["--candidate", "p.yaml", "--listen", `127.0.0.1:${running.port}`], { cwd });
    expect((await one.called("echo")).result.isError).toBeUndefined();
  });

  test("a token that the decision point does not know denies", async () => {
    const cwd = scratch({ "p.yaml": POLICY, "creds.txt": "bearer other\n" });
    const running = await serve(["--candidate", "p.yaml", "--credentials", "creds.txt"], { cwd });
    const one = await remote(at(running.port));
    const { error } = await one.called("echo");
    expect(error.message).toContain("status 401");
    expect(JSON.stringify(one.log())).not.toContain("g4te");
  });
});

/** An MCP server at an address, which answers each call by its arguments. */
async function upstream(): Promise<number> {
  const results: Readonly<Record<string, (params: Loose) => object>> = {
    initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} } }),
    "tools/list": () => ({
      tools: ["echo", "shout", "rm"].map((name) => ({ name, inputSchema: { type: "object" } })),
    }),
    "tools/call": ({ arguments: args }) => ({
      content: [{ type: "text", text: JSON.stringify(args) }],
    }),
  };
  let sessions = 0;
  const server = createServer((asked, response) => {
    let body = "";
    asked.on("data", (bytes: Buffer) => void (body += bytes.toString()));
    asked.on("end", () => {
      const { id, method, params } = JSON.parse(body);
      response.setHeader("Content-Type", "application/json");
      if (method === "initialize") response.setHeader("Mcp-Session-Id", `s${sessions++}`);
      response.end(JSON.stringify({ jsonrpc: "2.0", id, result: results[method]?.(params) }));
    });
  });
  atEndOfFile(() => void server.closeAllConnections());
  atEndOfFile(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : 0;
}

describe("design 15.2: one decision point for many clients", () => {
  const points = point();
  async function listeningAt(point: string, ...flags: readonly string[]): Promise<number> {
    const url = await listening(
      [
        ...["env", "AGENTZ_TOKEN=g4te", process.execPath, join(ROOT, "bin/agentz.js"), "proxy"],
        ...["--log", "log.jsonl", "--server", "shop", "--on-behalf-of", "human:jane"],
        ...["--decision-point", point, "--listen", "127.0.0.1:0", ...flags],
        ...["--upstream", `http://127.0.0.1:${await upstream()}/mcp`],
      ],
      { cwd: scratch(), says: /listening on (\S+),/ },
    );
    return Number(new URL(url).port);
  }
  async function client(port: number): Promise<(message: object) => Promise<Loose>> {
    const hello = request("hi", "initialize", { protocolVersion: "2025-11-25", capabilities: {} });
    const { headers } = await ask(port, "/mcp", hello);
    const session = { "mcp-session-id": String(headers["mcp-session-id"]) };
    return async (message) => (await ask(port, "/mcp", message, session)).json();
  }

  test("each client has a session there, and lists are shortened by what it proves", async () => {
    const { running, log } = await points;
    const port = await listeningAt(at(running.port));
    const [one, two] = [await client(port), await client(port)];
    const { result } = await one(request(1, "tools/list"));
    expect(result.tools.map(({ name }: Loose) => name)).toEqual(["echo", "shout"]);
    expect(result._meta).toEqual({ "dev.agentz/hidden": 1 });
    for (const who of [one, two])
      for (const id of [2, 3])
        expect((await who(call(id, "echo", { id }))).result.content[0].text).toBe(`{"id":${id}}`);
    // two echoes each: the state is that of the session
    expect((await one(call(4, "echo"))).result.isError).toBe(true);
    expect((await one(call(5, "shout"))).result.content[0].text).toContain("/approvals");
    const sessions = new Set(log().flatMap(({ action, session }) => (action ? [session] : [])));
    expect(sessions.size).toBe(2);
  });

  test.each<[string, object, RegExp | readonly number[]]>([
    ["calls that are never permitted", { calls: [{ name: "rm" }, { name: "echo" }] }, [0]],
    ["no calls", { calls: [] }, []],
    ["no list", { calls: {} }, /`calls` has to be a list/],
    ["no server", { server: 1 }, /`server` has to be a text/],
    ["a call that is none", { calls: ["rm"] }, /`calls\[0\]` has to be an object/],
    ["an argument that is no text", { calls: [{ name: "rm", args: { n: 1 } }] }, /only have texts/],
    ["half a resource", { calls: [{ name: "rm", resource: { id: "x" } }] }, /`type` and `id`/],
    ["too many", { calls: Array(1001).fill({ name: "rm" }) }, /maximum is 1000/],
  ])("what is never permitted, asked with %s", async (_, more, expected) => {
    const { running } = await points;
    const body = { subject: { type: "agent", id: "a" }, server: "shop", calls: [], ...more };
    const headers = { authorization: "Bearer g4te" };
    const told = await ask(running.port, "/v1/never-permitted", body, headers);
    if (expected instanceof RegExp) expect(told.text).toMatch(expected);
    else expect(told.json()).toEqual({ never: expected });
  });

  test("a decision point that does not say it leaves lists whole, and denies in time", async () => {
    const { port: strangePort, paths } = await strange(() => undefined);
    const port = await listeningAt(at(strangePort), "--decision-timeout", "300ms");
    const [one, two] = [await client(port), await client(port)];
    const { result } = await one(request(1, "tools/list"));
    expect(result.tools).toHaveLength(3);
    const denied = await Promise.all([one, two, one, two].map((who, i) => who(call(i, "echo"))));
    expect(denied.map(({ error }) => error.message)).toEqual(
      denied.map(() => expect.stringMatching(/decision point cannot be used: it did not answer/)),
    );
    // the others did not wait for it as well
    expect(paths.filter((path) => path === "/v1/decide")).toHaveLength(1);
  });
});

/** A decision point that answers `/v1/decide` as it is told. */
async function strange(
  answer: (asked: Loose) => string | undefined,
): Promise<{ readonly port: number; readonly paths: string[] }> {
  const paths: string[] = [];
  const server: Server = createServer((asked, response) => {
    let body = "";
    asked.on("data", (bytes: Buffer) => void (body += bytes.toString()));
    asked.on("end", () => {
      paths.push(asked.url ?? "");
      const text = asked.url === "/v1/decide" ? answer(JSON.parse(body)) : "{}";
      if (text !== undefined) response.end(text);
    });
  });
  atEndOfFile(() => void server.closeAllConnections());
  atEndOfFile(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  return { port: typeof bound === "object" && bound !== null ? bound.port : 0, paths };
}

describe("strange answers deny, with a reason", () => {
  const allow =
    (more: object, context: object = {}) =>
    ({ id }: Loose): string =>
      JSON.stringify({
        decision: true,
        context: { id, effect: "allow", rules: ["r"], ...context },
        ...more,
      });
  test.each<[string, (asked: Loose) => string | undefined, RegExp]>([
    ["no JSON", () => "yes", /not JSON/],
    ["no decision", () => '{"context":{}}', /no decision/],
    ["a decision that is no truth value", allow({ decision: "true" }), /no decision/],
    ["no context", allow({ context: null }), /no decision/],
    ["another call", allow({}, { id: "x" }), /another call/],
    ["no effect", allow({}, { effect: "permit" }), /contradicts/],
    ["a deny that permits", allow({}, { effect: "deny" }), /contradicts/],
    [
      "an obligation that nobody knows",
      allow({}, { obligations: [{ type: "dance" }] }),
      /obligation/,
    ],
    ["a redaction of nothing", allow({}, { obligations: [{ type: "redact" }] }), /obligation/],
    ["too much", () => "x".repeat(2 * 1024 ** 2), /too long/],
    ["nothing", () => undefined, /did not answer within 0.2 s/],
  ])("%s", async (_, answer, why) => {
    const { port, paths } = await strange(answer);
    const one = await remote(at(port), "--decision-timeout", "200ms");
    const { error } = await one.called("echo");
    expect(error.message).toMatch(why);
    // it counts no call that never ran
    await until(() => paths.includes("/v1/outcomes"));
  });

  test("a sound answer permits", async () => {
    const { port } = await strange(allow({}));
    const one = await remote(at(port));
    expect((await one.called("echo")).result.isError).toBeUndefined();
  });
});

describe("flags", () => {
  test.each<[string, readonly string[]]>([
    ["--candidate does not go with --decision-point", ["--candidate", "p.yaml"]],
    ["--approver does not go with --decision-point", ["--approver", "human:mia"]],
    ["decides only in mode `enforce`", ["--mode", "shadow"]],
  ])("%s", (says, flags) => {
    const cwd = scratch({ "p.yaml": POLICY });
    const done = agentz(
      ["proxy", "--decision-point", "http://127.0.0.1:1", ...flags, "--", "true"],
      { cwd },
    );
    expect(done.status).toBe(2);
    expect(done.stderr).toContain(says);
  });

  test("an address that is none", () => {
    const done = agentz(["proxy", "--decision-point", "pdp", "--", "true"], { cwd: scratch() });
    expect(done.status).toBe(2);
    expect(done.stderr).toContain("is not the address of a decision point");
  });
});
