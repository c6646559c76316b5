import { createServer, type ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { atEndOfFile } from "../at-end.ts";
import { ROOT, scratch } from "../e2e/agentz.ts";
import { freePort } from "../free-port.ts";
import { until } from "../serve/running.ts";
import { proxyCommand, type Proxy } from "./proxy.ts";
import { call, request, result } from "./relaying.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules: [{ id: all, effect: allow, actions: ["**"] }]
`;
const EVENTS = { "Content-Type": "text/event-stream" };

/** How a server fails a call of a tool, and what the client is told. */
const FAULTS: readonly [string, (response: ServerResponse) => void, RegExp][] = [
  ["closes", (response) => response.destroy(), /closed the connection before/],
  ["resets", ({ socket }) => socket?.resetAndDestroy(), /closed the connection before/],
  [
    "ends in its body",
    (response) => {
      response.writeHead(200, { "Content-Type": "application/json", "Content-Length": "99" });
      response.write("{");
      setTimeout(() => response.destroy(), 20);
    },
    /closed the connection before/,
  ],
  [
    "dies in its stream",
    (response) => {
      response.writeHead(200, EVENTS).write('data: {"jsonrpc":');
      setTimeout(() => response.destroy(), 20);
    },
    /closed the connection before/,
  ],
  [
    "sends half an event",
    (response) => response.writeHead(200, EVENTS).end('data: {"jsonrpc":"2.0",'),
    /ended its answer without a result/,
  ],
  [
    "ends its stream",
    (response) => response.writeHead(200, EVENTS).end(": nothing\n\n"),
    /ended its answer without a result/,
  ],
  [
    "sends an empty body",
    (response) => response.writeHead(200, { "Content-Type": "application/json" }).end(),
    /ended its answer without a result/,
  ],
  [
    "is behind a proxy that fails",
    (response) => response.writeHead(502, { "Content-Type": "text/html" }).end("<h1>Bad</h1>"),
    /status 502/,
  ],
  [
    "answers with a page",
    (response) => response.writeHead(200, { "Content-Type": "text/html" }).end("<h1>Hi</h1>"),
    /status 200, text\/html/,
  ],
  [
    "redirects",
    (response) => response.writeHead(307, { Location: "http://127.0.0.1:1/a?key=sk" }).end(),
    /redirects to `http:\/\/127\.0\.0\.1:1\/a`, and agentz follows no redirects/,
  ],
];

/** A server that fails as the names of its tools say; gives its port. */
async function failing(): Promise<number> {
  const server = createServer((asked, response) => {
    let text = "";
    asked.on("data", (part: Buffer) => void (text += part.toString()));
    asked.on("end", () => {
      if (asked.method !== "POST") return void response.writeHead(405).end();
      const { id, method, params }: Loose = JSON.parse(text);
      const headers = { "Content-Type": "application/json", "Mcp-Session-Id": "s" };
      if (id === undefined) return void response.writeHead(202).end();
      if (params.name === "twice")
        return void response
          .writeHead(200, headers)
          .end(`{"jsonrpc":"2.0","id":${id},"result":{"content":[],"content":[]}}`);
      if (method === "tools/call")
        return FAULTS.find(([name]) => name === params.name)?.[1](response);
      const greeting = { protocolVersion: "2025-11-25", capabilities: { tools: {} } };
      response.writeHead(200, headers).end(JSON.stringify(result(id, greeting)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  atEndOfFile(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const PROXY = [process.execPath, join(ROOT, "bin/agentz.js"), "proxy", "--log", "log.jsonl"];
const POLICIES = ["--candidate", "p.yaml"];

interface Asked {
  readonly one: Proxy;
  /** Sends a message; gives the answer. */
  readonly ask: (message: object) => Promise<Loose>;
  /** The name of a tool. */
  readonly tool: (name: string) => string;
}

/** A gateway on HTTP before one server. */
async function single(url: string, more: readonly string[] = []): Promise<Asked> {
  const listen = `127.0.0.1:${await freePort()}`;
  const flags = [...POLICIES, "--server", "web", "--listen", listen, "--upstream", url, ...more];
  const one = proxyCommand(scratch({ "p.yaml": POLICY }), [...PROXY, ...flags]);
  await until(() => one.said().includes("listening on"));
  const ask: Asked["ask"] = async (message) => {
    const response = await fetch(`http://${listen}/mcp`, {
      method: "POST",
      redirect: "manual",
      headers: { "Content-Type": "application/json", "Mcp-Session-Id": "s" },
      body: JSON.stringify(message),
    });
    const text = await response.text();
    const events = text.match(/^data: .*$/gm) ?? [];
    return JSON.parse(events.at(-1)?.slice("data: ".length) ?? text);
  };
  await fetch(`http://${listen}/mcp`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(request(0, "initialize", { protocolVersion: "2025-11-25" })),
  }).then((response) => response.text());
  return { one, ask, tool: (name) => name };
}

/** A gateway on standard input and output before a file of servers. */
async function several(url: string): Promise<Asked> {
  const servers = JSON.stringify({ mcpServers: { web: { url } } });
  const cwd = scratch({ "p.yaml": POLICY, "servers.json": servers });
  const one = proxyCommand(cwd, [...PROXY, ...POLICIES, "--servers", "servers.json"]);
  const ask: Asked["ask"] = async (message) => {
    one.send(message);
    for (;;) {
      const next = await one.next();
      if (next.id !== undefined) return next;
    }
  };
  await ask(request(0, "initialize", { protocolVersion: "2025-11-25", capabilities: {} }));
  return { one, ask, tool: (name) => `web_${name}` };
}

describe.each([
  ["one server", single],
  ["--servers", several],
])("a server on HTTP that fails in a call (design 15.1), %s", (_, open) => {
  test("the client is told which server and why, and the log has an outcome", async () => {
    const { one, ask, tool } = await open(`http://127.0.0.1:${await failing()}/mcp`);
    for (const [index, [name, , why]] of FAULTS.entries())
      expect([name, await ask(call(index + 1, tool(name)))]).toMatchObject([
        name,
        { id: index + 1, error: { code: -32603, message: expect.stringMatching(why) } },
      ]);
    const { message } = (await ask(call(100, tool("closes")))).error;
    expect(message).toMatch(/^agentz: the server `web` gave no answer: /);
    const outcomes = one.log().flatMap(({ outcome }) => (outcome ? [outcome.status] : []));
    expect(outcomes).toEqual([...FAULTS, 0].map(() => "error"));
    expect(one.said()).not.toMatch(/internal error|sk/);
  });
});

test("a forwarded answer with a member twice has the outcome `error` at once (record)", async () => {
  const url = `http://127.0.0.1:${await failing()}/mcp`;
  const { one, ask } = await single(url, ["--mode", "record"]);
  expect(await ask(call(1, "twice"))).toMatchObject({ id: 1, result: { content: [] } });
  const outcomes = one.log().flatMap(({ outcome }) => (outcome ? [outcome.status] : []));
  expect(outcomes).toEqual(["error"]);
});

test("no TLS, nobody at the address, no such name: each is said", async () => {
  const port = await failing();
  for (const [url, why] of [
    [`https://127.0.0.1:${port}/mcp`, /TLS/],
    [`http://127.0.0.1:${await freePort()}/mcp`, /nothing listens at its address/],
    [`http://localhost:${await freePort()}/mcp`, /nothing listens at its address/],
    ["http://agentz.invalid/mcp", /the name of its address/],
  ] as const) {
    const { one, ask } = await single(url);
    expect(await ask(request(1, "ping"))).toMatchObject({ error: { message: why } });
    expect(one.said()).not.toMatch(/internal error/);
  }
});

test("a stream of the server's own messages that breaks ends, and the gateway goes on", async () => {
  const server = createServer((asked, response) => {
    if (asked.method !== "GET")
      return void response
        .writeHead(200, { "Content-Type": "application/json" })
        .end(JSON.stringify(result(0, { protocolVersion: "2025-11-25" })));
    response.writeHead(200, EVENTS).write("data: {");
    setTimeout(() => response.destroy(), 20);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", () => resolve()));
  atEndOfFile(() => void server.close());
  const listen = `127.0.0.1:${await freePort()}`;
  const upstream = `http://127.0.0.1:${port}/mcp`;
  const one = proxyCommand(scratch({ "p.yaml": POLICY }), [
    ...[...PROXY, ...POLICIES, "--server", "web"],
    ...["--listen", listen, "--upstream", upstream],
  ]);
  await until(() => one.said().includes("listening on"));
  const stream = await fetch(`http://${listen}/mcp`, { headers: { Accept: "text/event-stream" } });
  expect(await stream.text()).toBe("");
  await until(() => one.said().includes("the stream of the server `web` ended"));
  expect(one.said()).not.toMatch(/internal error/);
  expect(one.log()).toContainEqual(expect.objectContaining({ type: "refused_message" }));
});
