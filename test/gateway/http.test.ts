import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { atEndOfFile } from "../at-end.ts";
import { scratch } from "../e2e/agentz.ts";
import { DefinitionStore } from "../../src/gateway/definition-store.ts";
import { HttpGateway, type HttpGatewayOptions } from "../../src/gateway/http-gateway.ts";
import { byToken, claimedIdentity, configured } from "../../src/gateway/identity.ts";
import { Upstream } from "../../src/gateway/upstream.ts";
import { ask, type Answered } from "../serve/running.ts";
import { call, logOf, openService, request, result } from "./relaying.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: files
version: 1.0.0
rules:
  - { id: read, effect: allow, actions: [files/read], subjects: ["agent:coder", "agent:bot"] }
  - { id: push, effect: require_approval, actions: [files/push], approval: { approvers: ["human:mia"] } }
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools: [{ name: push, server: files, effects: [update], resource: none }]
`;

type Behaviour = (message: Loose, request: IncomingMessage, response: ServerResponse) => void;

/** What a plain server answers: JSON, with a session. */
function plainly(message: Loose, _: IncomingMessage, response: ServerResponse): void {
  const headers = { "Content-Type": "application/json", "Mcp-Session-Id": "secret-session" };
  if (message.id === undefined) return void response.writeHead(202).end();
  const value =
    message.method === "initialize"
      ? { protocolVersion: "2025-11-25", capabilities: {}, serverInfo: { name: "s", version: "1" } }
      : { content: [{ type: "text", text: message.params?.name ?? "" }] };
  response.writeHead(200, headers).end(JSON.stringify(result(message.id, value)));
}

interface Opened {
  readonly port: number;
  /** What reached the server. */
  readonly seen: { readonly message: Loose; readonly headers: IncomingMessage["headers"] }[];
  readonly log: () => readonly Loose[];
  readonly post: (
    message: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answered>;
}

async function opened(
  behaviour: Behaviour,
  more: Partial<HttpGatewayOptions> = {},
  approver?: string,
  timeout = 0,
): Promise<Opened> {
  const seen: Opened["seen"] = [];
  const server = createServer((asked, response) => {
    let text = "";
    asked.on("data", (part: Buffer) => void (text += part.toString()));
    asked.on("end", () => {
      const message = text === "" ? { method: asked.method } : JSON.parse(text);
      seen.push({ message, headers: asked.headers });
      behaviour(message, asked, response);
    });
  });
  const upstreamPort = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    }),
  );
  const folder = scratch({ "p.yaml": POLICY });
  const tell = (): void => undefined;
  const service = await openService(folder, { mode: "enforce", candidate: ["p.yaml"], tell });
  const gateway = new HttpGateway({
    upstream: new Upstream(new URL(`http://127.0.0.1:${upstreamPort}/mcp`)),
    server: "files",
    relay: {
      service: service.service,
      mode: "enforce",
      framing: "bodies",
      definitions: new DefinitionStore(join(folder, "definitions.json")),
      approver,
      approvalPlace: undefined,
      approvalPatience: 60_000,
      redactKinds: [],
      results: false,
      errorCode: 403,
      timeout,
      tell,
    },
    identify: configured({
      subject: { type: "agent", id: "coder" },
      onBehalfOf: "nobody",
      delegation: [],
    }),
    origins: ["https://app.example"],
    hosts: ["127.0.0.1"],
    passesAuthorization: true,
    metadata: undefined,
    maxMessage: 100_000,
    idle: 60_000,
    grace: 100,
    ...more,
  });
  const where = await gateway.listen({
    address: { host: "127.0.0.1", port: 0 },
    certificates: undefined,
    patience: { header: 5000, request: 5000, idle: 5000 },
  });
  atEndOfFile(() => {
    void gateway.close().then(() => service.close());
    server.closeAllConnections();
    server.close();
  });
  const port = Number(new URL(where).port);
  return {
    port,
    seen,
    log: () => logOf(folder),
    post: (message, headers = {}) => ask(port, "/mcp", message, headers),
  };
}

const READY = { jsonrpc: "2.0", method: "notifications/initialized" };
const HELLO = request(1, "initialize", {
  protocolVersion: "2025-11-25",
  capabilities: { elicitation: {} },
  clientInfo: { name: "c", version: "1" },
});

describe("agentz proxy --listen --upstream (design 15.1)", () => {
  test("passes messages, headers and sessions; denies what is not permitted", async () => {
    const { post, seen, log } = await opened(plainly);
    const hello = await post(HELLO, { authorization: "Bearer theirs" });
    expect(hello.headers["mcp-session-id"]).toBe("secret-session");
    expect(hello.json()).toMatchObject({ result: { protocolVersion: "2025-11-25" } });
    const session = { "mcp-session-id": "secret-session", "mcp-protocol-version": "2025-11-25" };
    const note = { jsonrpc: "2.0", method: "notifications/initialized" };
    expect((await post(note, session)).status).toBe(202);
    expect((await post(call(2, "read"), session)).json()).toMatchObject({ id: 2, result: {} });
    const denied = (await post(call(3, "write"), session)).json();
    expect(denied).toMatchObject({ id: 3, result: { isError: true } });
    expect(seen.map(({ message }) => message.method)).toEqual([
      ...["initialize", "notifications/initialized", "tools/call"],
    ]);
    expect(seen[0]?.headers.authorization).toBe("Bearer theirs");
    expect(seen[2]?.headers["mcp-session-id"]).toBe("secret-session");
    const text = JSON.stringify(log());
    expect(text).not.toContain("secret-session");
    expect(new Set(log().map(({ session: name }) => name)).size).toBe(1);
  });

  test("what is no message, no JSON, no session, another page or another name is refused", async () => {
    const { post, port, seen } = await opened(plainly);
    await post(HELLO);
    const before = seen.length;
    const statusOf = async (message: unknown, headers: Readonly<Record<string, string>>) =>
      (await post(message, headers)).status;
    expect(await statusOf(call(1, "read"), { "mcp-session-id": "guessed" })).toBe(404);
    expect(await statusOf(call(1, "read"), { origin: "https://evil.example" })).toBe(403);
    expect(await statusOf(call(1, "read"), { host: "evil.example" })).toBe(403);
    expect(await statusOf(call(1, "read"), { "Content-Type": "text/plain" })).toBe(415);
    expect(await statusOf({ jsonrpc: "2.0", method: "tools/call", params: {} }, {})).toBe(400);
    expect(await statusOf("x".repeat(200_000), {})).toBe(413);
    expect((await ask(port, "/other", "{}")).status).toBe(404);
    expect((await post('{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}')).json()).toMatchObject({
      error: { code: -32600 },
    });
    expect((await post([call(1, "read")])).json()).toMatchObject({ error: { code: -32600 } });
    expect(seen).toHaveLength(before);
    expect(await statusOf(call(5, "read"), { origin: "https://app.example" })).toBe(200);
  });

  test("a session belongs to whoever began it", async () => {
    const identify = (asked: IncomingMessage): Promise<Loose> =>
      Promise.resolve({
        subject: { type: "agent", id: asked.headers["x-who"] ?? "coder" },
        onBehalfOf: undefined,
        delegation: [],
      });
    const { post } = await opened(plainly, { identify });
    await post(HELLO, { "x-who": "bot" });
    const session = { "mcp-session-id": "secret-session" };
    expect((await post(call(2, "read"), { ...session, "x-who": "bot" })).status).toBe(200);
    expect((await post(call(2, "read"), { ...session, "x-who": "coder" })).status).toBe(404);
  });

  test("streams: events pass byte for byte, requests of the server and answers by the policies", async () => {
    const stream = [
      ": keep-alive\n\n",
      'id: 1\nevent: message\ndata: {"jsonrpc":"2.0","method":"notifications/progress",' +
        '"params":{"progressToken":1,"progress":1}}\n\n',
      'data: {"jsonrpc":"2.0","id":7,"method":"sampling/createMessage","params":{"messages":[]}}\n\n',
      'id: 2\r\ndata: {"jsonrpc":"2.0",\r\ndata: "id":2,"result":{"content":[]}}\r\n\r\n',
    ];
    const { post, seen } = await opened((message, asked, response) => {
      if (message.method !== "tools/call") return plainly(message, asked, response);
      response.writeHead(200, { "Content-Type": "text/event-stream" }).end(stream.join(""));
    });
    await post(HELLO);
    const session = { "mcp-session-id": "secret-session" };
    const { text, headers } = await post(call(2, "read"), session);
    expect(headers["content-type"]).toBe("text/event-stream");
    expect(text).toBe([stream[0], stream[1], stream[3]].join(""));
    await expect.poll(() => seen.at(-1)?.message).toMatchObject({ id: 7, error: { code: 403 } });
    expect(seen.at(-1)?.headers["mcp-session-id"]).toBe("secret-session");
  });

  test("a stream that is resumed brings what was answered once more; the end ends the session", async () => {
    const { post, port, seen, log } = await opened((message, asked, response) => {
      if (message.method === "DELETE") return void response.writeHead(204).end();
      if (message.method !== "GET") return plainly(message, asked, response);
      response
        .writeHead(200, { "Content-Type": "text/event-stream" })
        .end(`id: 9\ndata: ${JSON.stringify(result(2, { content: [] }))}\n\n`);
    });
    await post(HELLO);
    const session = { "mcp-session-id": "secret-session" };
    await post(call(2, "read"), session);
    const headers = { ...session, "last-event-id": "8", method: "GET" };
    const resumed = await ask(port, "/mcp", undefined, headers);
    expect(resumed.text).toContain('"id":2');
    expect(seen.at(-1)?.headers["last-event-id"]).toBe("8");
    await ask(port, "/mcp", undefined, { ...session, method: "DELETE" });
    expect(log().at(-1)).toMatchObject({ type: "session_end" });
    expect((await post(call(3, "read"), session)).status).toBe(404);
  });

  test.each([true, false])(
    "a call does not overtake the stream that the client asked for before it (answered: %s)",
    async (isAnswered) => {
      const order: string[] = [];
      const { post, port, seen } = await opened((message, asked, response) => {
        if (message.method === "tools/call") order.push("call");
        if (message.method !== "GET") return plainly(message, asked, response);
        if (!isAnswered) return;
        setTimeout(() => {
          order.push("stream");
          response.writeHead(200, { "Content-Type": "text/event-stream" }).end(": open\n\n");
        }, 200);
      });
      await post(HELLO);
      const session = { "mcp-session-id": "secret-session" };
      const ending = new AbortController();
      const stream = fetch(`http://127.0.0.1:${port}/mcp`, {
        headers: { ...session, accept: "text/event-stream" },
        signal: ending.signal,
      }).catch(() => undefined);
      await expect.poll(() => seen.at(-1)?.message).toMatchObject({ method: "GET" });
      expect((await post(call(2, "read"), session)).status).toBe(200);
      expect(order).toEqual(isAnswered ? ["stream", "call"] : ["call"]);
      ending.abort();
      await stream;
    },
  );

  test("a call that comes before the stream for what the server asks waits for the stream", async () => {
    const order: string[] = [];
    const { post, port } = await opened((message, asked, response) => {
      order.push(message.method);
      if (message.method !== "GET") return plainly(message, asked, response);
      response.writeHead(200, { "Content-Type": "text/event-stream" }).end(": open\n\n");
    });
    await post(HELLO);
    const session = { "mcp-session-id": "secret-session" };
    await post(READY, session);
    const called = post(call(2, "read"), session);
    const headers = { ...session, accept: "text/event-stream", method: "GET" };
    await ask(port, "/mcp", undefined, headers);
    expect((await called).status).toBe(200);
    expect(order).toEqual(["initialize", "notifications/initialized", "GET", "tools/call"]);
    // one that asks for no stream is waited for once, and not for long
    await post(READY, session);
    expect((await post(call(3, "read"), session)).status).toBe(200);
  });

  test("a server that fails, is not there, or answers nonsense: a clear error, and an outcome", async () => {
    const { post, log } = await opened((message, asked, response) => {
      if (message.method === "initialize") return plainly(message, asked, response);
      if (message.id === 2) return void response.destroy();
      if (message.id === 3) return void response.writeHead(500).end("sorry");
      response.writeHead(200, { "Content-Type": "application/json" }).end("{");
    });
    await post(HELLO);
    const session = { "mcp-session-id": "secret-session" };
    expect((await post(call(2, "read"), session)).json()).toMatchObject({
      id: 2,
      error: { message: /`files` gave no answer/ },
    });
    expect((await post(call(3, "read"), session)).json()).toMatchObject({
      id: 3,
      error: { message: expect.stringMatching(/`files` gave no answer: status 500/) },
    });
    expect((await post(call(4, "read"), session)).json()).toMatchObject({ error: {} });
    const outcomes = log().flatMap(({ type, outcome }) => (type === "outcome" ? [outcome] : []));
    expect(outcomes).toEqual([
      { status: "error" },
      { status: "error", http: 500 },
      { status: "error" },
    ]);
  });

  test("an approval is asked for in the stream of the call, and the answer comes as a message", async () => {
    const { post, seen, port } = await opened(plainly, {}, "human:mia");
    await post(HELLO);
    const session = { "mcp-session-id": "secret-session" };
    const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...session },
      body: JSON.stringify(call(2, "push", { to: "main" })),
    });
    const reader = response.body?.getReader();
    const next = async (): Promise<Loose> => {
      const { value } = (await reader?.read()) ?? {};
      return JSON.parse(/^data: (.*)$/m.exec(Buffer.from(value ?? []).toString())?.[1] ?? "null");
    };
    const asked = await next();
    expect(asked).toMatchObject({ method: "elicitation/create" });
    expect(seen).toHaveLength(1);
    await post(result(asked.id, { action: "accept", content: { approve: true } }), session);
    expect(await next()).toMatchObject({ id: 2, result: { content: [{ text: "push" }] } });
  });
});

/** A request as a client of protocol 2026-07-28 sends it, and its headers. */
function modern(id: unknown, method: string, params: { readonly name?: string } = {}): Loose {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": { elicitation: {} },
  };
  return {
    message: request(id, method, { ...params, _meta }),
    headers: {
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
      ...(params.name !== undefined && { "mcp-name": params.name }),
    },
  };
}

describe("protocol 2026-07-28 on HTTP (design 15.1)", () => {
  const read = modern(1, "tools/call", { name: "read" });

  test("requests stand by themselves: two clients of one identity may use one id at once", async () => {
    const waiting: (() => void)[] = [];
    const { post, seen } = await opened((message, asked, response) => {
      waiting.push(() => plainly(message, asked, response));
      if (waiting.length === 2) for (const answer of waiting) answer();
    });
    const both = await Promise.all([1, 2].map(() => post(read.message, read.headers)));
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(both.map((one) => one.json().result.content[0].text)).toEqual(["read", "read"]);
    expect(seen.map(({ headers }) => headers["mcp-name"])).toEqual(["read", "read"]);
  });

  test("headers that say something else than the body: 400, and the server never sees it", async () => {
    const { post, seen, log } = await opened(plainly);
    for (const headers of [
      { ...read.headers, "mcp-name": "other" },
      { ...read.headers, "mcp-method": "tools/list" },
      { "mcp-protocol-version": "2026-07-28", "mcp-name": "read" },
      { ...read.headers, "mcp-protocol-version": "2025-11-25" },
    ]) {
      const { status, json } = await post(read.message, headers);
      expect([status, json().error.code, json().id]).toEqual([400, -32020, 1]);
    }
    expect((await post(HELLO, { "mcp-method": "tools/call" })).status).toBe(400);
    expect(seen).toEqual([]);
    expect(log()).toHaveLength(5);
  });

  test("what the gateway refuses has the status that the version asks for; a denied call is a result", async () => {
    const { post } = await opened(plainly);
    const unknown = modern(1, "vendor/exec");
    expect((await post(unknown.message, unknown.headers)).status).toBe(404);
    const denied = modern(2, "tools/call", { name: "write" });
    const { status, json } = await post(denied.message, denied.headers);
    expect([status, json().result.resultType]).toEqual([200, "complete"]);
  });

  test("an error of the server keeps its status, and the log has its code", async () => {
    const error = { code: -32021, message: "more is needed" };
    const { post, log } = await opened((message, _, response) => {
      response.writeHead(400, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ jsonrpc: "2.0", id: message.id, error }));
    });
    const { status, json } = await post(read.message, read.headers);
    expect([status, json().error]).toEqual([400, error]);
    expect(log().at(-1)).toMatchObject({ outcome: { status: "error", code: -32021 } });
  });

  test("who closes the stream cancels: the server is told, and the log has it", async () => {
    let isClosed = false;
    const { port, log } = await opened((_, asked, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" }).write(": wait\n\n");
      asked.socket.once("close", () => void (isClosed = true));
    });
    const aborter = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}/mcp`, {
      method: "POST",
      signal: aborter.signal,
      headers: { "Content-Type": "application/json", ...read.headers },
      body: JSON.stringify(read.message),
    });
    await response.body?.getReader().read();
    aborter.abort();
    await expect.poll(() => isClosed).toBe(true);
    expect(log().at(-1)).toMatchObject({ type: "outcome", outcome: { status: "cancelled" } });
  });

  test("a server that never answers is given up after the timeout", async () => {
    const { post, log } = await opened(() => undefined, {}, undefined, 50);
    const { json } = await post(read.message, read.headers);
    expect(json()).toMatchObject({ id: 1, error: { message: /did not answer within 0.05 s/ } });
    expect(log().at(-1)).toMatchObject({ outcome: { status: "timeout" } });
  });

  test("an approval is asked for in the result; whoever else brings the state is refused", async () => {
    const identify = (asked: IncomingMessage): Promise<Loose> =>
      Promise.resolve({
        subject: { type: "agent", id: asked.headers["x-who"] ?? "coder" },
        onBehalfOf: "nobody",
        delegation: [],
      });
    const { post, seen } = await opened(plainly, { identify }, "human:mia");
    const push = modern(1, "tools/call", { name: "push" });
    const asked = (await post(push.message, push.headers)).json();
    const { requestState } = asked.result;
    const answers = {
      "dev.agentz/approval": { action: "accept", content: { approve: true } },
    };
    const retry = modern(2, "tools/call", {
      name: "push",
      ...{ requestState, inputResponses: answers },
    });
    const other = await post(retry.message, { ...retry.headers, "x-who": "bot" });
    expect([other.status, other.json().error.code]).toEqual([400, -32602]);
    expect(seen).toEqual([]);
    const { json } = await post(retry.message, retry.headers);
    expect(json()).toMatchObject({ id: 2, result: { content: [{ text: "push" }] } });
    expect(Object.keys(seen[0]?.message.params)).toEqual(["name", "_meta"]);
  });
});

describe("batches on HTTP (protocol 2025-03-26)", () => {
  const version = "2025-03-26";
  const hello = request(1, "initialize", { protocolVersion: version, capabilities: {} });
  const session = { "mcp-session-id": "secret-session" };
  const greet = (message: Loose, response: ServerResponse): void => {
    const headers = { "Content-Type": "application/json", "Mcp-Session-Id": "secret-session" };
    const value = { protocolVersion: version, capabilities: {} };
    response.writeHead(200, headers).end(JSON.stringify(result(message.id, value)));
  };

  test("answers of the gateway and of the server come as one body, or as one event", async () => {
    for (const way of ["application/json", "text/event-stream"] as const) {
      const { post, seen } = await opened((message, _, response) => {
        if (!Array.isArray(message)) return greet(message, response);
        const answers = message.map(({ id }) => result(id, { content: [] }));
        response.writeHead(200, { "Content-Type": way });
        response.end(
          way === "application/json"
            ? JSON.stringify(answers)
            : answers.map((one) => `data: ${JSON.stringify(one)}\n\n`).join(""),
        );
      });
      await post(hello);
      const { text } = await post([call(2, "read"), call(3, "write"), call(4, "read")], session);
      expect(seen.at(-1)?.message).toEqual([call(2, "read"), call(4, "read")]);
      const found: Loose = JSON.parse(text.replace(/^data: /, ""));
      expect(found.map(({ id }: Loose) => id)).toEqual([3, 2, 4]);
    }
  });

  test("a server that cannot be reached, or answers nothing: an error for each", async () => {
    const { post, log } = await opened((message, _, response) => {
      if (!Array.isArray(message)) return greet(message, response);
      response.destroy();
    });
    await post(hello);
    const { json } = await post([call(2, "read"), call(3, "write"), call(4, "read")], session);
    expect(json().map(({ id, error }: Loose) => [id, error?.code])).toEqual([
      [3, undefined],
      [2, -32603],
      [4, -32603],
    ]);
    expect(log().filter(({ type }) => type === "outcome")).toHaveLength(2);
    const alone = await post([call(5, "write")], session);
    expect(alone.json()).toMatchObject([{ id: 5, result: { isError: true } }]);
  });
});

/** A token as an issuer signs it. */
function token(claims: object, key: KeyObject, header: object = { alg: "ES256" }): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part(header)}.${part(claims)}`;
  const signature = sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
}

describe("who calls: access tokens", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const jwk = { ...publicKey.export({ format: "jwk" }) };
  const keys = { keys: [{ kty: "EC", crv: "P-256", x: jwk.x ?? "", y: jwk.y ?? "" }] };
  const [issuer, audience] = ["https://issuer.example", "https://gateway.example/mcp"];
  const metadata = "https://gateway.example/.well-known/oauth-protected-resource/mcp";
  const exp = Math.floor(Date.now() / 1000) + 600;
  const claims = { iss: issuer, aud: audience, exp, sub: "jane", act: { sub: "bot" } };

  test("subject and actor are person and agent; the token is not passed on", async () => {
    const { post, seen, log, port } = await opened(plainly, {
      identify: byToken({ issuer, audience, keys, metadata }),
      passesAuthorization: false,
      metadata: { resource: audience, authorization_servers: [issuer] },
    });
    const authorization = `Bearer ${token(claims, privateKey)}`;
    await post(HELLO, { authorization });
    const session = { "mcp-session-id": "secret-session", authorization };
    expect((await post(call(2, "read"), session)).status).toBe(200);
    expect(log()[0]).toMatchObject({
      subject: { type: "agent", id: "bot" },
      context: { on_behalf_of: { type: "human", id: "jane" } },
    });
    expect(seen[0]?.headers.authorization).toBeUndefined();
    const found = await ask(port, "/.well-known/oauth-protected-resource/mcp");
    expect(found.json()).toMatchObject({ resource: audience });
  });

  test("a token of somebody else, for somebody else, expired or unsigned is refused with 401", async () => {
    const { post, seen } = await opened(plainly, {
      identify: byToken({ issuer, audience, keys, metadata }),
    });
    const none = token(claims, privateKey, { alg: "none" }).replace(/[^.]*$/, "");
    for (const bad of [
      token(claims, other),
      token({ ...claims, aud: "https://else.example" }, privateKey),
      token({ ...claims, iss: "https://else.example" }, privateKey),
      token({ ...claims, exp: exp - 6000 }, privateKey),
      token({ iss: issuer, aud: audience, sub: "jane" }, privateKey),
      none,
      "nonsense",
    ]) {
      const { status, headers } = await post(HELLO, { authorization: `Bearer ${bad}` });
      expect([bad, status]).toEqual([bad, 401]);
      expect(headers["www-authenticate"]).toContain(metadata);
    }
    expect((await post(HELLO)).status).toBe(401);
    expect(seen).toEqual([]);
  });

  test("without an actor the client is the agent; alone, it acts for itself", () => {
    expect(claimedIdentity({ sub: "jane", client_id: "app" })).toEqual({
      subject: { type: "agent", id: "app" },
      onBehalfOf: { type: "human", id: "jane" },
      delegation: [],
    });
    expect(claimedIdentity({ sub: "bot", azp: "bot" })).toEqual({
      subject: { type: "agent", id: "bot" },
      onBehalfOf: "nobody",
      delegation: [],
    });
    expect(claimedIdentity({ sub: "agent:bot" })).toEqual({
      subject: { type: "human", id: "agent:bot" },
      onBehalfOf: undefined,
      delegation: [],
    });
    const chain = { sub: "jane", act: { sub: "c", act: { sub: "b", act: { sub: "a" } } } };
    expect(claimedIdentity(chain)).toEqual({
      subject: { type: "agent", id: "c" },
      onBehalfOf: { type: "human", id: "jane" },
      delegation: ["agent:a", "agent:b"],
    });
    for (const act of ["bot", {}, { sub: "" }, { sub: "c", act: { iss: "x" } }])
      expect(() => claimedIdentity({ sub: "jane", act })).toThrow(/cannot be read/);
    expect(() => claimedIdentity({ act: { sub: "bot" } })).toThrow(/no subject/);
  });
});
