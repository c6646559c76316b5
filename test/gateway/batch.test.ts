import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { elementsOf, listOf } from "../../src/gateway/batch-elements.ts";
import type { RelayOptions } from "../../src/gateway/relay-options.ts";
import { call, relayed, request, result, type Relayed } from "./relaying.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: files
version: 1.0.0
session:
  labels: [{ name: secret, when: "action.name == 'read' && args.path == '/secret'" }]
rules:
  - { id: read, effect: allow, actions: [files/read] }
  - { id: send, effect: allow, actions: [files/send] }
  - { id: no-leak, effect: deny, actions: [files/send], when: "'secret' in session.labels" }
  - { id: push, effect: require_approval, actions: [files/push], approval: { approvers: ["human:mia"] } }
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools: [{ name: push, server: files, effects: [update], resource: none }]
`;
const read = (id: unknown, path = "/a"): object => call(id, "read", { path });
const done = (id: unknown): object => result(id, { content: [] });

/** A relay of a session in a protocol version. */
async function greeted(version: string, more: Partial<RelayOptions> = {}): Promise<Relayed> {
  const one = await relayed(POLICY, { approver: "human:mia", ...more });
  const capabilities = { elicitation: {} };
  one.fromClient(request("hello", "initialize", { protocolVersion: version, capabilities }));
  one.fromServer(result("hello", { protocolVersion: version, capabilities: {} }));
  one.server.length = 0;
  one.client.length = 0;
  return one;
}

describe("batches of protocol 2025-03-26 (design 15.1)", () => {
  test("one that is permitted passes byte for byte, and so do its answers", async () => {
    const { fromClient, fromServer, server, client, log } = await greeted("2025-03-26");
    const note =
      '{"jsonrpc":"2.0", "method":"notifications/progress","params":{"progressToken":1}}';
    const sent = `[ ${JSON.stringify(read(1))} ,\t${note}, ${JSON.stringify(request(2, "ping"))}]\r\n`;
    fromClient(sent);
    expect(server).toEqual([sent]);
    const back = `[${JSON.stringify(done(1))} , ${JSON.stringify(result(2, {}))} ]\n`;
    fromServer(back);
    expect(client).toEqual([back]);
    expect(log().map(({ type }) => type ?? "call")).toEqual(["call", "outcome"]);
  });

  test("each message is decided by itself, in its order; the answers go back as one", async () => {
    const { fromClient, fromServer, server, client } = await greeted("2025-03-26");
    fromClient([read(1, "/secret"), call(2, "send"), call(3, "wipe"), read(4)]);
    expect(server.map((line) => JSON.parse(line))).toEqual([[read(1, "/secret"), read(4)]]);
    expect(client).toEqual([]);
    // a server may answer one by one
    fromServer(done(4));
    expect(client).toEqual([]);
    fromServer({ jsonrpc: "2.0", method: "notifications/message", params: { data: "x" } });
    fromServer([done(1)]);
    expect(client).toHaveLength(2);
    const answers = JSON.parse(client[1] ?? "");
    expect(answers.map(({ id, result: got }: { id: number; result: object }) => [id, got])).toEqual(
      [
        [2, expect.objectContaining({ isError: true })],
        [3, expect.objectContaining({ isError: true })],
        [4, { content: [] }],
        [1, { content: [] }],
      ],
    );
  });

  test("one of which nothing is permitted is answered at once; what is no message is no part of it", async () => {
    const { fromClient, server, answer } = await greeted("2025-03-26");
    fromClient([call(1, "wipe"), { jsonrpc: "2.0", id: 2 }, [read(3)], 7]);
    expect(server).toEqual([]);
    expect(answer()).toMatchObject([
      { id: 1, result: { isError: true } },
      ...[{ error: { code: -32600 } }, { error: { code: -32600 } }, { error: { code: -32600 } }],
    ]);
    fromClient(
      `[${JSON.stringify(read(4))},{"jsonrpc":"2.0","id":5,"method":"tools/call","params":` +
        '{"name":"wipe","name":"read","arguments":{}}}]\n',
    );
    expect(server).toEqual([]);
  });

  test("no approval is asked for inside one, and `initialize` is no part of one", async () => {
    const { fromClient, server, answer } = await greeted("2025-03-26");
    fromClient([call(1, "push")]);
    expect(answer()[0].result.content[0].text).toMatch(/a call in a batch cannot wait/);
    fromClient([request(2, "initialize", { protocolVersion: "2025-03-26" })]);
    expect(answer()).toMatchObject({ error: { message: /cannot be part of a batch/ } });
    expect(server).toEqual([]);
  });

  test("an id twice in one is refused; a cancelled request lets the other answers go", async () => {
    const { fromClient, fromServer, server, client, answer } = await greeted("2025-03-26");
    fromClient([read(1), read("1", "/b"), read(2)]);
    expect(JSON.parse(server[0] ?? "")).toHaveLength(2);
    fromServer(done(1));
    const params = { requestId: 2 };
    fromClient({ jsonrpc: "2.0", method: "notifications/cancelled", params });
    expect(answer()).toMatchObject([{ id: "1", error: {} }, { id: 1 }]);
    fromServer(done(2));
    expect(client).toHaveLength(2);
    expect(answer()).toMatchObject({ id: 2 });
  });

  test("a server that ends, or never answers, does not lose the answers that were there", async () => {
    const gone = await greeted("2025-03-26");
    gone.fromClient([read(1), call(2, "wipe"), read(3)]);
    gone.fromServer(done(3));
    gone.relay.serverGone("the server ended (SIGKILL)");
    expect(gone.answer().map(({ id }: { id: number }) => id)).toEqual([2, 3, 1]);
    expect(gone.log().filter(({ type }) => type === "outcome")).toHaveLength(2);
    const late = await greeted("2025-03-26", { timeout: 20 });
    late.fromClient([read(1), call(2, "wipe")]);
    await expect.poll(() => late.client.length).toBe(1);
    expect(late.answer()).toMatchObject([
      { id: 2 },
      { id: 1, error: { message: /did not answer/ } },
    ]);
  });

  test("a batch of the server: its requests are decided, its nonsense is left out", async () => {
    const { fromServer, server, client } = await greeted("2025-03-26");
    const ping = request(1, "ping");
    fromServer([ping, request(2, "sampling/createMessage", { messages: [] }), { a: 1 }]);
    expect(client.map((line) => JSON.parse(line))).toEqual([[ping]]);
    expect(JSON.parse(server[0] ?? "")).toMatchObject({ id: 2, error: { code: 403 } });
  });

  test("shadow decides, and sends all of it on as it came", async () => {
    const { fromClient, server, told, log } = await greeted("2025-03-26", { mode: "shadow" });
    const sent = `[${JSON.stringify(read(1))}, ${JSON.stringify(call(2, "wipe"))}]\n`;
    fromClient(sent);
    expect(server).toEqual([sent]);
    expect(told.at(-1)).toMatch(/would stop files\/wipe/);
    expect(log()).toHaveLength(2);
  });

  test.each(["2024-11-05", "2025-06-18", "2025-11-25"])(
    "%s has none: refused as a whole",
    async (version) => {
      const { fromClient, fromServer, server, client, answer } = await greeted(version);
      fromClient([read(1)]);
      expect(server).toEqual([]);
      expect(answer()).toMatchObject({
        error: { message: /batches exist only in protocol 2025-03-26/ },
      });
      fromClient(read(2));
      fromServer([done(2)]);
      expect(answer()).toMatchObject({ id: 2, error: { code: -32603 } });
      expect(client).toHaveLength(2);
      const empty = await greeted("2025-03-26");
      empty.fromClient("[]\n");
      expect(empty.answer()).toMatchObject({ error: { code: -32600 } });
    },
  );
});

test("the elements of a list are cut where a parser cuts them", () => {
  const blank = fc.constantFrom("", " ", "\t", "\r", "  ");
  fc.assert(
    fc.property(fc.array(fc.tuple(blank, fc.jsonValue(), blank)), blank, (parts, around) => {
      const text = parts.map(([before, value, after]) => before + JSON.stringify(value) + after);
      const line = Buffer.from(
        `${around}[${text.join(",")}${parts.length === 0 ? around : ""}]${around}`,
      );
      const found = elementsOf(line);
      expect(found.map((one) => JSON.parse(one.toString()))).toEqual(JSON.parse(line.toString()));
      expect(found.map(String)).toEqual(parts.map(([, value]) => JSON.stringify(value)));
      expect(JSON.parse(listOf(found).toString())).toEqual(JSON.parse(line.toString()));
    }),
  );
});
