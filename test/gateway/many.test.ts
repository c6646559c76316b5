import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { atEndOfFile } from "../at-end.ts";
import { agentz, ROOT, scratch } from "../e2e/agentz.ts";
import { freePort } from "../free-port.ts";
import { lacks, MCP_PACKAGES } from "../needs.ts";
import { until } from "../serve/running.ts";
import { proxyCommand, type Proxy } from "./proxy.ts";
import { call, request } from "./relaying.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

const SERVER = join(import.meta.dirname, "servers/one-of-many.mjs");
const POLICY = `apiVersion: agentz/v1
kind: Policy
name: many
version: 1.0.0
session:
  labels: [{ name: read-a, when: "action.server == 'a' && action.name == 'resources/read'" }]
rules:
  - { id: tools, effect: allow, actions: [a/who, a/ask, a/die, b/ask, b/who] }
  - { id: sampling, effect: allow, actions: ["*/sampling/createMessage"] }
  - { id: rest, effect: allow, actions: ["*/prompts/get", "*/resources/*", "*/completion/complete"] }
  - { id: after, effect: deny, actions: [b/who], when: "'read-a' in session.labels" }
  - { id: not-five, effect: deny, actions: [a/who], when: "has(args.n) && args.n == 5.0" }
`;

interface Many extends Proxy {
  /** Sends a request; gives its answer, and what came before it. */
  readonly ask: (message: object) => Promise<Loose>;
  readonly before: Loose[];
  readonly cwd: string;
}

const own = (name: string, how = ""): object => ({
  command: process.execPath,
  args: [SERVER, name, how],
});

async function many(
  servers: object = { a: own("a"), b: own("b") },
  {
    greet = true,
    flags = [],
  }: { readonly greet?: boolean; readonly flags?: readonly string[] } = {},
): Promise<Many> {
  const cwd = scratch({
    "p.yaml": POLICY,
    "servers.json": JSON.stringify({ mcpServers: servers }),
  });
  const one = proxyCommand(cwd, [
    ...[process.execPath, join(ROOT, "bin/agentz.js"), "proxy", "--log", "log.jsonl"],
    ...["--candidate", "p.yaml", "--servers", "servers.json", ...flags],
  ]);
  const before: Loose[] = [];
  const ask = async (message: Loose): Promise<Loose> => {
    one.send(message);
    for (;;) {
      const next = await one.next();
      if (next.id === message.id && next.method === undefined) return next;
      before.push(next);
    }
  };
  if (greet) {
    await ask(
      request("hi", "initialize", {
        protocolVersion: "2025-11-25",
        capabilities: { sampling: {} },
      }),
    );
    one.send({ jsonrpc: "2.0", method: "notifications/initialized" });
  }
  return { ...one, ask, before, cwd };
}

const namesOf = (items: readonly Loose[]): readonly string[] =>
  items.map(({ name, uri, uriTemplate }) => uri ?? uriTemplate ?? name);

describe("design 15.1: several servers behind one gateway", () => {
  test("what any of them can is offered, in the oldest version of the protocol that one speaks", async () => {
    const { ask } = await many({ a: own("a"), b: own("b", "old") }, { greet: false });
    const { result } = await ask(
      request(1, "initialize", { protocolVersion: "2025-11-25", capabilities: {} }),
    );
    expect(result).toMatchObject({
      protocolVersion: "2025-03-26",
      capabilities: {
        tools: { listChanged: true },
        prompts: {},
        resources: { subscribe: true },
        completions: {},
        logging: {},
      },
      serverInfo: { name: "agentz" },
      instructions: "# a\n\nI am a\n\n# b\n\nI am b",
    });
  });

  test("lists are joined, all pages of them, and names carry their server", async () => {
    const { ask } = await many();
    const list = async (method: string, key: string): Promise<readonly string[]> =>
      namesOf((await ask(request(method, method))).result[key]);
    // no policy permits `b_die`
    expect(await list("tools/list", "tools")).toEqual([
      "a_who",
      "a_ask",
      "a_die",
      "b_who",
      "b_ask",
    ]);
    expect(await list("prompts/list", "prompts")).toEqual(["a_hello", "b_hello"]);
    expect(await list("resources/list", "resources")).toEqual(["a+note://1", "b+note://1"]);
    expect(await list("resources/templates/list", "resourceTemplates")).toEqual([
      "a+note://{n}",
      "b+note://{n}",
    ]);
  });

  test("a name that two servers have is never mixed up, and neither are addresses", async () => {
    const { ask, log, send, next } = await many();
    for (const name of ["b", "a"]) {
      const { result } = await ask(call(name, `${name}_who`, { n: 1 }));
      expect(result.content).toEqual([
        { type: "text", text: `${name} {"n":1}` },
        { type: "resource_link", uri: `${name}+note://1`, name: "one" },
      ]);
      const read = await ask(request("r", "resources/read", { uri: `${name}+note://7` }));
      expect(read.result.contents).toEqual([{ uri: `${name}+note://7`, text: `${name} note://7` }]);
      const got = await ask(request("p", "prompts/get", { name: `${name}_hello` }));
      expect(got.result.messages[0].content.resource).toEqual({
        uri: `${name}+note://1`,
        text: `${name} hello`,
      });
      const ref = { type: "ref/prompt", name: `${name}_hello` };
      const argument = { name: "x", value: "" };
      const completed = await ask(request("c", "completion/complete", { ref, argument }));
      expect(completed.result.completion.values).toEqual([`${name} hello`]);
      send(request("s", "resources/subscribe", { uri: `${name}+note://1` }));
      expect(await next()).toMatchObject({ id: "s", result: {} });
      expect(await next()).toMatchObject({
        method: "notifications/resources/updated",
        params: { uri: `${name}+note://1` },
      });
    }
    expect(
      log()
        .filter(({ action }) => action?.name === "who")
        .map(({ action }) => action.server),
    ).toEqual(["b", "a"]);
  });

  test("all servers are one session: what one did counts for the others", async () => {
    const { ask } = await many();
    expect((await ask(call(1, "b_who"))).result.isError).toBeUndefined();
    await ask(request(2, "resources/read", { uri: "a+note://1" }));
    const { result } = await ask(call(3, "b_who"));
    expect(result._meta["dev.agentz/rule"]).toBe("many/after");
  });

  test("a call is decided by its arguments, and numbers keep their digits", async () => {
    const { ask, send, next } = await many();
    expect((await ask(call(1, "a_who", { n: 5 }))).result.isError).toBe(true);
    send(
      '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"a_who","arguments":{"n":1.50}}}\n',
    );
    expect((await next()).result.content[0].text).toContain("1.5");
  });

  test("requests of two servers with one id find their way back, with their progress", async () => {
    const { send, next } = await many();
    send(call("x", "a_ask"));
    const fromA = await next();
    send(call("y", "b_ask"));
    const fromB = await next();
    expect([fromA.method, fromB.method]).toEqual([
      "sampling/createMessage",
      "sampling/createMessage",
    ]);
    expect(new Set([fromA.id, fromB.id]).size).toBe(2);
    expect(fromA.params._meta.progressToken).not.toBe(fromB.params._meta.progressToken);
    for (const [question, text] of [
      [fromB, "for b"],
      [fromA, "for a"],
    ] as const)
      send({
        jsonrpc: "2.0",
        id: question.id,
        result: { role: "assistant", model: "m", content: { type: "text", text } },
      });
    const answers = [await next(), await next()].map(({ id, result }) => [
      id,
      result.content[0].text,
    ]);
    expect(Object.fromEntries(answers)).toEqual({ x: "a heard for a", y: "b heard for b" });
  });

  test("progress and answers of another server's request are not sent on", async () => {
    const { ask, before, send, said } = await many();
    send({
      ...call("mine", "a_who", { wait: true }),
      params: { name: "a_who", arguments: { wait: true }, _meta: { progressToken: 7 } },
    });
    const other = {
      name: "b_who",
      arguments: { steal: 7, answer: "mine" },
      _meta: { progressToken: 8 },
    };
    await ask(request("other", "tools/call", other));
    expect(before.map(({ method, params, id }) => [method, params?.progressToken, id])).toEqual([
      ["notifications/progress", 8, undefined],
    ]);
    await until(() => said().includes("an answer to no request"));
  });

  test("a request of an id that is not answered yet is refused, whichever server it is for", async () => {
    const { ask, send } = await many();
    send(call(1, "a_who", { wait: true }));
    expect((await ask(call(1, "b_who"))).error.message).toContain("not answered yet");
  });

  test("a flood of one server reaches a slow client whole, and the end comes after it", async () => {
    const { send, process: child, ended, next } = await many();
    child.stdout?.pause();
    send(call(1, "a_who", { flood: 2000 }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.stdout?.resume();
    for (let i = 0; i < 2000; i++) expect((await next()).method).toBe("notifications/message");
    expect((await next()).id).toBe(1);
    child.stdin?.end();
    expect(await ended).toBe(0);
  });

  test("a cancelled request is cancelled at its server alone", async () => {
    const { ask, send, log } = await many();
    send(call(1, "a_who", { wait: true }));
    send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
    await ask(call(2, "b_who"));
    expect(
      log()
        .filter(({ type }) => type === "outcome")
        .map(({ outcome }) => outcome.status),
    ).toEqual(["cancelled", "ok"]);
  });
});

test.each(["record", "shadow", "enforce"])(
  "an answer with a member twice is an error for its call (%s)",
  async (mode) => {
    const { ask, log } = await many(undefined, { flags: ["--mode", mode] });
    const { error } = await ask(call(1, "a_who", { twice: true }));
    expect(error.message).toMatch(/the answer of the server `a` cannot be used: .*twice/);
    await ask(call(2, "b_who"));
    const outcomes = log().filter(({ type }) => type === "outcome");
    expect(outcomes.map(({ outcome }) => outcome.status)).toEqual(["error", "ok"]);
  },
);

describe("a server that is down", () => {
  test("is named in lists and errors, and the others go on", async () => {
    const { ask, said } = await many({ a: own("a"), b: own("b"), gone: { command: "/no/such" } });
    const { result } = await ask(request(1, "tools/list"));
    expect(namesOf(result.tools)).toEqual(["a_who", "a_ask", "a_die", "b_who", "b_ask"]);
    expect(result._meta["dev.agentz/unavailable"]).toEqual({
      gone: expect.stringContaining("no such program"),
    });
    expect((await ask(call(2, "gone_x"))).error.message).toMatch(
      /`gone` cannot be used: .*no such program/,
    );
    expect(said()).toContain("the server `gone` cannot be used");
  });

  test("is told to the client when it dies, with an error for what is open", async () => {
    const { ask, before } = await many();
    expect((await ask(call(1, "a_die"))).error.message).toMatch(/it ended \(status 3\)/);
    expect((await ask(call(2, "a_who"))).error.message).toMatch(/`a` cannot be used: it ended/);
    expect(before).toContainEqual(
      expect.objectContaining({
        method: "notifications/message",
        params: {
          level: "error",
          logger: "agentz",
          data: expect.stringContaining("`a` cannot be used"),
        },
      }),
    );
    expect((await ask(call(3, "b_who"))).result.content[0].text).toMatch(/^b/);
    const { result } = await ask(request(4, "tools/list"));
    expect(namesOf(result.tools)).toEqual(["b_who", "b_ask"]);
    expect(Object.keys(result._meta["dev.agentz/unavailable"])).toEqual(["a"]);
  });

  test("a list that one server refuses names it; one that all refuse is an error", async () => {
    const some = await many({ a: own("a"), b: own("b", "unlisted") });
    expect(
      (await some.ask(request(1, "tools/list"))).result._meta["dev.agentz/unavailable"],
    ).toEqual({
      b: "no list today",
    });
    const none = await many({ b: own("b", "unlisted") });
    expect((await none.ask(request(1, "tools/list"))).error.message).toContain("no list today");
  });

  test("that says nothing holds the others for --server-wait at most, and is named", async () => {
    const mute = { command: process.execPath, args: ["-e", "process.stdin.resume()"] };
    const { ask, said } = await many(
      { a: own("a"), c: own("c", "mute-list"), mute },
      { flags: ["--server-wait", "10s"] },
    );
    expect(said()).toMatch(
      /`mute` cannot be used: it did not answer `initialize` within 10 s \(--server-wait\)/,
    );
    expect((await ask(call(1, "a_who"))).result.content[0].text).toMatch(/^a/);
    expect((await ask(call(2, "mute_x"))).error.message).toMatch(/`mute` cannot be used/);
    const { result } = await ask(request(3, "tools/list"));
    expect(namesOf(result.tools)).toEqual(["a_who", "a_ask", "a_die"]);
    expect(result._meta["dev.agentz/unavailable"]).toEqual({
      c: "it did not answer `tools/list` within 10 s (--server-wait)",
      mute: "it did not answer `initialize` within 10 s (--server-wait)",
    });
  });

  test("no server at all is an error of `initialize`", async () => {
    const { ask } = await many(
      { gone: { command: "/no/such" }, web: { url: "http://127.0.0.1:1/mcp" } },
      { greet: false },
    );
    const { error } = await ask(
      request(1, "initialize", { protocolVersion: "2025-11-25", capabilities: {} }),
    );
    expect(error.message).toMatch(/none of the servers can be used: `gone`: .*`web`: nothing/);
    // the name of the program is said once, at the beginning
    expect(error.message).not.toMatch(/.agentz: /);
  });
});

const PROBE = request(1, "server/discover", {});
const refusedIn = (log: readonly Loose[]): readonly string[] =>
  log.filter(({ type }) => type === "refused_message").map(({ context }) => context.refused.reason);

describe("what is for no server is refused", () => {
  test.each<[string, object, RegExp]>([
    ["a name without a server", call(1, "who"), /names no server/],
    ["a server that does not exist", call(1, "c_who"), /there is a, b/],
    [
      "an address without a server",
      request(1, "resources/read", { uri: "note://1" }),
      /names no server/,
    ],
    ["no name", request(1, "tools/call", {}), /names no server/],
    ["a reference to nothing", request(1, "completion/complete", { ref: {} }), /either/],
    ["a method that cannot be joined", request(1, "tasks/list"), /not supported/],
    ["the era without sessions", PROBE, /began with `initialize`/],
    ["a member twice", Object('{"jsonrpc":"2.0","id":1,"id":1,"method":"ping"}\n'), /twice/],
  ])("%s", async (_, message, says) => {
    const { send, next, log } = await many();
    send(message instanceof String ? String(message) : message);
    expect((await next()).error.message).toMatch(says);
    // an answer that says how else to begin refuses nothing
    const isProbe = message === PROBE;
    expect(refusedIn(log())).toEqual(isProbe ? [] : [expect.stringMatching(says)]);
  });

  test("a call without an id, an answer to nothing and half a message: one line each in the log", async () => {
    const { send, log, ended, process: child } = await many();
    send({ jsonrpc: "2.0", method: "tools/call", params: { name: "a_who" } });
    send({ jsonrpc: "2.0", id: "a", result: {} });
    child.stdin?.end('{"jsonrpc":');
    await ended;
    expect(refusedIn(log())).toEqual([
      expect.stringContaining("without an id"),
      expect.stringContaining("an answer to no request"),
      expect.stringContaining("after 11 bytes"),
    ]);
  });

  test.each(["enforce", "record"])("a call of a server that is down (%s)", async (mode) => {
    const flags = mode === "record" ? ["--mode", mode] : [];
    const { ask, log } = await many({ a: own("a"), gone: { command: "/no/such" } }, { flags });
    await ask(call(2, "gone_x"));
    const [refused] = log().filter(({ type }) => type === "refused_message");
    expect(refused.context).toMatchObject({ surface: "gone", refused: { side: "client" } });
  });

  test("a message longer than --max-message: an error, and one line", async () => {
    const { send, next, log } = await many(undefined, { flags: ["--max-message", "10K"] });
    send(call(1, "a_who", { wait: true }));
    send(call(2, "b_who", { x: "y".repeat(20_000) }));
    expect((await next()).error.message).toContain("longer than --max-message");
    expect(refusedIn(log())).toEqual([expect.stringContaining("--max-message")]);
  });

  test("requests before `initialize`", async () => {
    const { ask } = await many(undefined, { greet: false });
    expect((await ask(call(1, "a_who"))).error.message).toContain("initialize");
    expect((await ask(request(2, "ping"))).result).toEqual({});
  });

  test.each<[string, unknown, string]>([
    ["no JSON", "{", "it is not JSON"],
    ["no servers", { mcpServers: {} }, "it names no servers"],
    ["a name with an underscore", { mcpServers: { a_b: own("a") } }, "cannot be the name"],
    ["neither command nor url", { mcpServers: { a: {} } }, "either `command` or `url`"],
    ["both", { mcpServers: { a: { command: "x", url: "http://x" } } }, "either"],
    ["an unknown member", { mcpServers: { a: { command: "x", cwd: "/" } } }, "`cwd`"],
    ["arguments that are no texts", { mcpServers: { a: { command: "x", args: [1] } } }, "texts"],
  ])("a file with %s", (_, value, says) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const cwd = scratch({ "p.yaml": POLICY, "s.json": text });
    const done = agentz(["proxy", "--candidate", "p.yaml", "--servers", "s.json"], { cwd });
    expect(done.status).toBe(2);
    expect(done.stderr).toContain(says);
  });
});

describe.skipIf(lacks("mcp-packages"))("real servers and a real client", () => {
  const SDK = resolve(MCP_PACKAGES, "@modelcontextprotocol/sdk/dist/esm");
  const server = (name: string): string =>
    resolve(MCP_PACKAGES, `@modelcontextprotocol/server-${name}/dist/index.js`);
  const load = (path: string): Promise<Loose> => import(pathToFileURL(join(SDK, path)).href);

  test("everything by HTTP, filesystem and memory by commands, as one server", async () => {
    const port = await freePort();
    const remote = spawn(process.execPath, [server("everything"), "streamableHttp"], {
      env: { ...process.env, PORT: String(port) },
      stdio: ["ignore", "ignore", "pipe"],
    });
    atEndOfFile(() => void remote.kill("SIGKILL"));
    let said = "";
    remote.stderr.on("data", (bytes: Buffer) => void (said += bytes.toString()));
    await until(() => /listening on port/i.test(said));
    const data = scratch();
    const cwd = scratch({
      "p.yaml": `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - { id: all, effect: allow, actions: ["everything/**", "memory/*"] }
  - { id: read, effect: allow, actions: [files/read_text_file], when: "args.path.endsWith('.txt')" }
`,
      "servers.json": JSON.stringify({
        mcpServers: {
          everything: { url: `http://127.0.0.1:${port}/mcp` },
          files: { command: process.execPath, args: [server("filesystem"), "."] },
          memory: {
            command: process.execPath,
            args: [server("memory")],
            env: { MEMORY_FILE_PATH: join(data, "m.jsonl") },
          },
        },
      }),
    });
    mkdirSync(join(cwd, "docs"));
    writeFileSync(join(cwd, "docs/a.txt"), "hello");
    const { Client } = await load("client/index.js");
    const { StdioClientTransport } = await load("client/stdio.js");
    const { ElicitRequestSchema, LoggingMessageNotificationSchema } = await load("types.js");
    const client = new Client({ name: "t", version: "1" }, { capabilities: { elicitation: {} } });
    const messages: Loose[] = [];
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: "decline" }));
    client.setNotificationHandler(
      LoggingMessageNotificationSchema,
      (one: Loose) => void messages.push(one),
    );
    const args = [
      "proxy",
      "--candidate",
      "p.yaml",
      "--log",
      "log.jsonl",
      "--servers",
      "servers.json",
    ];
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [join(ROOT, "bin/agentz.js"), ...args],
        cwd,
        stderr: "ignore",
      }),
    );
    const { tools } = await client.listTools();
    const names: readonly string[] = namesOf(tools);
    expect(names).toContain("everything_get-sum");
    expect(names).toContain("memory_create_entities");
    expect(names.filter((name) => name.startsWith("files_"))).toEqual(["files_read_text_file"]);
    const textOf = ({ content }: Loose): string => content.map(({ text }: Loose) => text).join("");
    const called = (name: string, args: object): Promise<Loose> =>
      client.callTool({ name, arguments: args });
    expect(textOf(await called("everything_get-sum", { a: 2, b: 3 }))).toContain("5");
    expect(
      textOf(await called("files_read_text_file", { path: join(cwd, "docs/a.txt") })),
    ).toContain("hello");
    expect((await called("files_read_text_file", { path: join(cwd, "p.yaml") })).isError).toBe(
      true,
    );
    const entities = [{ name: "n", entityType: "t", observations: [] }];
    expect(textOf(await called("memory_create_entities", { entities }))).toContain("n");
    const { resources } = await client.listResources();
    expect(resources[0].uri).toMatch(/^everything\+/);
    const { contents } = await client.readResource({ uri: resources[0].uri });
    expect(contents[0].uri).toBe(resources[0].uri);
    const { prompts } = await client.listPrompts();
    const simple = prompts.find(({ name }: Loose) => name === "everything_simple-prompt");
    expect((await client.getPrompt({ name: simple.name })).messages.length).toBeGreaterThan(0);
    const steps: Loose[] = [];
    const long = {
      name: "everything_trigger-long-running-operation",
      arguments: { duration: 0.2, steps: 2 },
    };
    await client.callTool(long, undefined, { onprogress: (step: Loose) => void steps.push(step) });
    expect(steps.length).toBeGreaterThan(0);
    expect(textOf(await called("everything_trigger-elicitation-request", {}))).toMatch(/declin/i);
    remote.kill("SIGKILL");
    await expect(called("everything_get-sum", { a: 1, b: 1 })).rejects.toThrow(
      /`everything` gave no answer/,
    );
    expect(textOf(await called("memory_read_graph", {}))).toContain("n");
    await client.close();
  });
});
