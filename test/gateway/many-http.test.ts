import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ROOT, scratch } from "../e2e/agentz.ts";
import { lacks } from "../needs.ts";
import { ask as askHttp, until } from "../serve/running.ts";
import { listening } from "./listening.ts";
import { proxyCommand } from "./proxy.ts";
import { call, request } from "./relaying.ts";
import { connected, load, SDKS, textOf, type Sdk } from "./sdks.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - { id: all, effect: allow, actions: ["one/**", "two/**", "a/**", "b/**"] }
  - { id: no-picture, effect: deny, actions: [two/test_image_content, a/die] }
`;
const CONFORMANCE = [
  ...[process.execPath, resolve(import.meta.dirname, "servers/conformance-server.mjs")],
];
const SMALL = join(import.meta.dirname, "servers/one-of-many.mjs");
const PROXY = [
  ...[process.execPath, join(ROOT, "bin/agentz.js"), "proxy", "--candidate", "p.yaml"],
  ...["--log", "log.jsonl", "--servers", "servers.json"],
];
const logOf = (cwd: string): readonly Loose[] =>
  readFileSync(join(cwd, "log.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

/** A folder for a gateway before these servers. */
const folderOf = (servers: object): string =>
  scratch({ "p.yaml": POLICY, "servers.json": JSON.stringify({ mcpServers: servers }) });

const gatewayIn = (cwd: string): Promise<string> =>
  listening([...PROXY, "--listen", "127.0.0.1:0"], { cwd, says: /listening on (\S+),/ });

/** A client whose user fills in every form. */
const USER = {
  offers: { sampling: {} },
  answer: () => ({
    action: "accept",
    content: { name: "Ann", color: "red", username: "ann", email: "ann@example.com" },
  }),
};

describe.skipIf(lacks("mcp-packages"))("agentz proxy --servers with real clients", () => {
  let [cwd, url] = ["", ""];
  beforeAll(async () => {
    const upstream = await listening([...CONFORMANCE, "0"], {
      cwd: scratch(),
      says: /listening on (\S+)/,
    });
    const [command, ...args] = CONFORMANCE;
    cwd = folderOf({ one: { command, args }, two: { url: upstream } });
    url = await gatewayIn(cwd);
  });

  async function transportOf(sdk: Sdk, way: "stdio" | "http"): Promise<Loose> {
    const isFirst = SDKS[sdk].mode === undefined;
    if (way === "stdio") {
      const { StdioClientTransport } = await load(
        isFirst ? "sdk/dist/esm/client/stdio.js" : "client/dist/stdio.mjs",
      );
      const [command, ...args] = [...PROXY, "--log", "stdio.jsonl"];
      return new StdioClientTransport({ command, args, cwd, stderr: "ignore" });
    }
    const { StreamableHTTPClientTransport } = await load(
      isFirst ? "sdk/dist/esm/client/streamableHttp.js" : "client/dist/index.mjs",
    );
    return new StreamableHTTPClientTransport(new URL(url));
  }

  const ways = Object.keys(SDKS).flatMap((sdk) =>
    (["stdio", "http"] as const).map((way) => [sdk, way] as readonly [Sdk, "stdio" | "http"]),
  );
  test.each(ways)("%s, %s: lists, calls, questions, progress, denials", async (sdk, way) => {
    const client = await connected(sdk, await transportOf(sdk, way), USER);
    const isModern = sdk.endsWith("2026-07-28");
    if (sdk !== "SDK 1, 2025-11-25")
      expect(client.getNegotiatedProtocolVersion()).toBe(sdk.slice(-10));
    const { tools } = await client.listTools();
    const names: readonly string[] = tools.map(({ name }: Loose) => name);
    expect(names).toContain("one_test_image_content");
    expect(names).toContain("two_test_simple_text");
    expect(names).not.toContain("two_test_image_content");
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }: Loose) => uri)).toContain("two+test://static-text");
    for (const server of ["one", "two"]) {
      const called = (name: string, args = {}, more?: object): Promise<Loose> => {
        const one = { name: `${server}_${name}`, arguments: args };
        return SDKS[sdk].mode === undefined
          ? client.callTool(one, undefined, more)
          : client.callTool(one, more);
      };
      expect(textOf(await called("test_simple_text"))).toMatch(/simple text response/);
      const tool = isModern ? "test_input_required_result_multi_round" : "test_elicitation";
      expect(textOf(await called(tool, { message: "who?" }))).toMatch(
        /both rounds are done|Elicitation completed: action=accept/,
      );
      const steps: Loose[] = [];
      const onprogress = (step: Loose): void => void steps.push(step.progress);
      await called("test_tool_with_progress", {}, { onprogress });
      expect(steps).toContain(50);
      const uri = `${server}+test://static-text`;
      const { contents } = await client.readResource({ uri });
      expect(contents[0].uri).toBe(uri);
    }
    const denied = await client.callTool({ name: "two_test_image_content", arguments: {} });
    expect(denied.isError).toBe(true);
    await client.close();
  });

  test("what changes at a server is told in one subscription (2026-07-28)", async () => {
    const client = await connected(
      "SDK 2, 2026-07-28",
      await transportOf("SDK 2, 2026-07-28", "http"),
      USER,
    );
    const told: string[] = [];
    client.setNotificationHandler(
      "notifications/tools/list_changed",
      () => void told.push("tools"),
    );
    const subscription = await client.listen({ toolsListChanged: true, promptsListChanged: true });
    await client.callTool({ name: "two_test_trigger_tool_change", arguments: {} });
    await until(() => told.length === 1);
    await subscription.close();
    await client.close();
  });
});

describe("agentz proxy --servers --listen", () => {
  const own = (name: string, how = ""): object => ({
    command: process.execPath,
    args: [SMALL, name, how],
  });
  let [cwd, url] = ["", ""];
  beforeAll(async () => {
    cwd = folderOf({ a: own("a"), b: own("b", "old") });
    url = await gatewayIn(cwd);
  });

  const post = (message: unknown, headers: Record<string, string> = {}): Promise<Loose> => {
    const { port } = new URL(url);
    return askHttp(Number(port), "/mcp", message, headers);
  };
  async function greeted(): Promise<Record<string, string>> {
    const params = { protocolVersion: "2025-11-25", capabilities: { sampling: {} } };
    const { headers } = await post(request("hi", "initialize", params));
    return { "mcp-session-id": String(headers["mcp-session-id"]) };
  }

  test("each client has a session and servers of its own", async () => {
    const [first, second] = [await greeted(), await greeted()];
    expect(first).not.toEqual(second);
    const answers = await Promise.all([
      post(call(1, "a_who", { n: 1 }), first),
      post(call(1, "a_who", { n: 2 }), second),
    ]);
    expect(answers.map((one) => one.json().id)).toEqual([1, 1]);
    expect(answers.map((one) => textOf(one.json().result))).toEqual(['a {"n":1}', 'a {"n":2}']);
    const [one, two] = logOf(cwd).filter(({ args }) => args?.n !== undefined);
    expect(one.session).not.toBe(two.session);
    expect(await post(call(2, "a_die"), first)).toMatchObject({ status: 200 });
    expect((await post(undefined, { ...first, method: "DELETE" })).status).toBe(204);
    expect((await post(call(3, "a_who"), first)).status).toBe(404);
    expect((await post(call(3, "a_who"), second)).status).toBe(200);
    expect((await post(call(3, "a_who"))).status).toBe(400);
    expect((await post(call(3, "a_who"), { "mcp-session-id": "modern x" })).status).toBe(404);
  });

  test("a flood waits for a client that reads slowly, and who goes leaves no trace", async () => {
    const session = await greeted();
    const stream = await fetch(url, { headers: { ...session, accept: "text/event-stream" } });
    const called = post(call(1, "a_who", { flood: 2000 }), session);
    let length = 0;
    const reader = stream.body?.getReader();
    while (length < 20_000_000) length += (await reader?.read())?.value?.length ?? Infinity;
    expect(textOf((await called).json().result)).toContain("flood");
    await reader?.cancel();
    const { port } = new URL(url);
    const half = connect(Number(port), "127.0.0.1");
    const head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    half.write(`${head}Content-Length: 99\r\n\r\n{`, () => half.destroy());
    expect((await post(request(2, "ping"), session)).status).toBe(200);
  });

  test("a question of a server goes to the stream of the client, and its answer back", async () => {
    const session = await greeted();
    const stream = await fetch(url, { headers: { ...session, accept: "text/event-stream" } });
    const called = post(call(1, "a_ask"), session);
    const reader = stream.body?.getReader();
    const text = new TextDecoder().decode((await reader?.read())?.value);
    const { id, method } = JSON.parse(/data: (.*)/.exec(text)?.[1] ?? "");
    expect({ id, method }).toEqual({ id: "a:1", method: "sampling/createMessage" });
    const result = { role: "assistant", content: { type: "text", text: "hm" }, model: "m" };
    expect((await post({ jsonrpc: "2.0", id, result }, session)).status).toBe(202);
    expect(textOf((await called).json().result)).toBe("a heard hm");
    await reader?.cancel();
  });

  test("a batch of the version that has them: each message for itself, one answer", async () => {
    const session = await greeted();
    const note = { jsonrpc: "2.0", method: "notifications/initialized" };
    const batch = [call(1, "a_who"), note, call(2, "b_who"), call(3, "a_die"), request(4, "ping")];
    const { status, text } = await post(batch, session);
    const answers: Loose[] = JSON.parse(text);
    expect(status).toBe(200);
    expect(answers.map(({ id }) => id).sort()).toEqual([1, 2, 3, 4]);
    expect(answers.find(({ id }) => id === 3).result.isError).toBe(true);
    expect((await post([note], session)).status).toBe(202);
    const same = await post([call(5, "a_who"), call(5, "b_who")], session);
    expect(same.text).toContain("this id is not answered yet");
    expect((await post([], session)).status).toBe(400);
    expect((await post([[note]], session)).status).toBe(400);
  });

  test("who asks the gateway to end leaves no open call without an answer", async () => {
    const one = proxyCommand(folderOf({ a: own("a") }), [...PROXY, "--listen", "127.0.0.1:0"]);
    await until(() => one.said().includes("listening on"));
    const port = Number(/listening on \S+:(\d+)\//.exec(one.said())?.[1]);
    const { headers } = await askHttp(
      port,
      "/mcp",
      request(1, "initialize", { protocolVersion: "2025-11-25", capabilities: {} }),
      {},
    );
    const session = { "mcp-session-id": String(headers["mcp-session-id"]) };
    const open = askHttp(port, "/mcp", call(2, "a_who", { wait: true }), session);
    await until(() => one.log().some(({ args }) => args?.wait === true));
    one.process.kill("SIGTERM");
    expect((await open).json()).toMatchObject({
      id: 2,
      error: { message: expect.stringContaining("the gateway") },
    });
    expect(await one.ended).toBe(0);
    const outcomes = one.log().flatMap(({ outcome }) => (outcome ? [outcome.status] : []));
    expect(outcomes).toEqual(["error"]);
  });

  test("what is wrong is refused, and the gateway goes on", async () => {
    const session = await greeted();
    const raw = (body: string, type = "application/json"): Promise<Response> =>
      fetch(url, { method: "POST", body, headers: { ...session, "content-type": type } });
    const refused = (): readonly Loose[] =>
      logOf(cwd).filter(({ type }) => type === "refused_message");
    const before = refused().length;
    expect((await raw("{")).status).toBe(400);
    expect((await raw('{"jsonrpc":"2.0","id":1,"id":1,"method":"ping"}')).status).toBe(400);
    expect((await post(request(1, "x/y"), session)).json().error.message).toContain(
      "not supported",
    );
    expect((await post([[]], session)).status).toBe(400);
    // each leaves a line in the log of its session
    expect(
      new Set(
        refused()
          .slice(before)
          .map((one) => one.session),
      ).size,
    ).toBe(1);
    expect(refused().length).toBe(before + 4);
    expect((await raw("{}", "text/plain")).status).toBe(415);
    expect((await fetch(url, { headers: { origin: "https://evil.example" } })).status).toBe(403);
    expect((await fetch(url, { method: "PUT" })).status).toBe(405);
    const meta = { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } };
    expect((await post(request(1, "tools/list", meta))).json().error.code).toBe(-32020);
    const headers = { "mcp-method": "tools/list", "mcp-protocol-version": "2026-07-28" };
    const other = await post(request(1, "tools/list", meta), headers);
    expect(other.json().error).toMatchObject({ code: -32022, message: /`a` does not speak/ });
    expect(other.status).toBe(400);
    const future = { _meta: { "io.modelcontextprotocol/protocolVersion": "2099-01-01" } };
    const later = { "mcp-method": "tools/list", "mcp-protocol-version": "2099-01-01" };
    expect((await post(request(1, "tools/list", future), later)).json().error).toMatchObject({
      code: -32022,
      data: { supported: ["2026-07-28"], requested: "2099-01-01" },
    });
    expect((await post(request(9, "ping"), session)).json()).toMatchObject({ id: 9, result: {} });
    expect(existsSync(join(cwd, "log.jsonl"))).toBe(true);
  });
});
