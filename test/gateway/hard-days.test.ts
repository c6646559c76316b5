import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { atEndOfFile } from "../at-end.ts";
import { ROOT, scratch } from "../e2e/agentz.ts";
import { freePort } from "../free-port.ts";
import { proxy, proxyCommand, type Proxy } from "./proxy.ts";
import { call, relayed, request, result } from "./relaying.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules: [{ id: all, effect: allow, actions: ["**"] }]
`;
const MIB = 1024 ** 2;
const outcomes = (log: readonly Loose[]): readonly string[] =>
  log.flatMap(({ type, outcome }) => (type === "outcome" ? [outcome.status] : []));

/** A server on HTTP that greets, and else does as it is told; gives its address. */
async function serving(answer: (message: Loose, send: SendBack) => void): Promise<string> {
  const server = createServer((asked, response) => {
    const parts: Buffer[] = [];
    asked.on("data", (part: Buffer) => void parts.push(part));
    asked.on("end", () => {
      const message: Loose = JSON.parse(Buffer.concat(parts).toString());
      if (message.method === "initialize") {
        const headers = { "Content-Type": "application/json", "Mcp-Session-Id": "s" };
        response.writeHead(200, headers);
        return response.end(JSON.stringify(result(message.id, { protocolVersion: "2025-11-25" })));
      }
      const write = (event: object): void => {
        if (!response.headersSent) response.writeHead(200, { "Content-Type": "text/event-stream" });
        response.write(`data: ${JSON.stringify(event)}\n\n`);
      };
      return answer(message, { write, end: () => response.end(), die: () => response.destroy() });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  atEndOfFile(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/mcp`;
}

interface SendBack {
  readonly write: (event: object) => void;
  readonly end: () => void;
  readonly die: () => void;
}

/** `agentz proxy` on HTTP in a process of its own. */
async function gateway(cwd: string, upstream: string): Promise<{ one: Proxy; post: Post }> {
  const listen = `127.0.0.1:${await freePort()}`;
  const one = proxyCommand(cwd, [
    ...[process.execPath, join(ROOT, "bin/agentz.js"), "proxy", "--candidate", "p.yaml"],
    ...["--log", "log.jsonl", "--listen", listen, "--upstream", upstream],
  ]);
  await expect.poll(() => one.said(), { timeout: 20_000 }).toMatch(/listening on/);
  const post: Post = async (message) => {
    const response = await fetch(`http://${listen}/mcp`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Mcp-Session-Id": "s" },
      body: JSON.stringify(message),
    });
    const text = await response.text();
    return JSON.parse(
      text
        .match(/^data: .*$/gm)
        ?.at(-1)
        ?.slice(6) ?? text,
    );
  };
  await fetch(`http://${listen}/mcp`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(request("hello", "initialize", { protocolVersion: "2025-11-25" })),
  });
  return { one, post };
}

type Post = (message: object) => Promise<Loose>;

describe("hard days (design 15.1): a clear error, and nothing lost", () => {
  test("an answer of 64 MB passes on both transports, and is recorded", async () => {
    const one = proxy(scratch({ "p.yaml": POLICY }), ["--candidate", "p.yaml"]);
    one.send(call(1, "big", { bytes: 64 * MIB }));
    expect((await one.next()).result.content[0].text).toHaveLength(64 * MIB);
    one.process.stdin?.end();
    await one.ended;
    expect(outcomes(one.log())).toEqual(["ok"]);
    const text = "x".repeat(64 * MIB);
    const upstream = await serving(({ id }, { write, end }) => {
      write(result(id, { content: [{ type: "text", text }] }));
      end();
    });
    const http = await gateway(scratch({ "p.yaml": POLICY }), upstream);
    expect((await http.post(call(1, "big"))).result.content[0].text).toHaveLength(64 * MIB);
    expect(outcomes(http.one.log())).toEqual(["ok"]);
  });

  test("10,000 lists of tools, all at once: each is answered, each definition is recorded once", async () => {
    const { fromClient, fromServer, client, answer, log } = await relayed(POLICY);
    const tools = [
      { name: "a", inputSchema: {} },
      { name: "b", inputSchema: {} },
    ];
    for (let id = 0; id < 10_000; id++) fromClient(request(id, "tools/list"));
    fromClient(request("more", "tools/list"));
    expect(answer()).toMatchObject({ id: "more", error: { message: /10000 requests wait/ } });
    for (let id = 0; id < 10_000; id++) fromServer(result(id, { tools }));
    expect(client).toHaveLength(10_001);
    expect(answer()).toMatchObject({ id: 9999, result: { tools } });
    expect(log().map(({ type }) => type)).toEqual([
      ...["refused_message", "tool_definition", "tool_definition"],
    ]);
  });

  test("a list of 10,000 tools is judged whole, and what is never permitted is left out", async () => {
    const one = await relayed(POLICY.replace('["**"]', '["files/t5*"]'));
    const names = Array.from({ length: 10_000 }, (_, at) => `t${at}`);
    one.fromClient(request(1, "tools/list"));
    one.fromServer(result(1, { tools: names.map((name) => ({ name, inputSchema: {} })) }));
    const shown: readonly { readonly name: string }[] = one.answer().result.tools;
    expect(shown.map(({ name }) => name)).toEqual(names.filter((name) => name.startsWith("t5")));
  });

  test("a server on HTTP that dies in the middle of a stream: an error in the stream, and an outcome", async () => {
    const upstream = await serving(({ id }, { write, die }) => {
      write({ jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: id } });
      setTimeout(die, 20);
    });
    const { one, post } = await gateway(scratch({ "p.yaml": POLICY }), upstream);
    expect(await post(call(1, "a"))).toMatchObject({
      id: 1,
      error: { message: /the server `mcp` gave no answer/ },
    });
    expect(outcomes(one.log())).toEqual(["error"]);
  });

  test("a gateway on HTTP that is killed leaves whole lines, and the next one goes on with them", async () => {
    const cwd = scratch({ "p.yaml": POLICY });
    const upstream = await serving(({ id, params }, { write, end }) => {
      if (params?.name === "never") return;
      write(result(id, { content: [] }));
      end();
    });
    const first = await gateway(cwd, upstream);
    await first.post(call(1, "a"));
    const lost = first.post(call(2, "never")).catch(() => "the connection ended");
    await expect.poll(() => first.one.log().length).toBe(3);
    first.one.process.kill("SIGKILL");
    expect(await lost).toBe("the connection ended");
    await first.one.ended;
    const next = await gateway(cwd, upstream);
    expect(await next.post(call(3, "a"))).toMatchObject({ id: 3 });
    // the call without an outcome may have run
    expect(outcomes(next.one.log())).toEqual(["ok", "ok"]);
    expect(next.one.log().filter(({ action }) => action !== undefined)).toHaveLength(3);
  });
});
