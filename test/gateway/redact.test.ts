import { describe, expect, test } from "vitest";
import { redactedResponse } from "../../src/serve/redact.ts";
import { call, relayed, request, result } from "./relaying.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: crm
version: 1.0.0
rules:
  - { id: look, effect: allow, actions: [files/look], obligations: { redact: { above: internal } } }
  - { id: find, effect: allow, actions: [files/find], obligations: { redact: [outcome.result.card] } }
  - { id: plain, effect: allow, actions: [files/plain] }
---
apiVersion: agentz/v1
kind: Catalog
name: crm
version: 1.0.0
tools:
  - { name: look, server: files, effects: [read], resource: { type: order, id: args.order },
      args: { type: object, properties: { order: { type: string } } } }
resources: [{ match: "order:*", classification: internal, fields: { card: restricted, "owner.phone": confidential } }]
`;
const said = (text: string): object => ({ type: "text", text });

describe("design 6.4, 15.2: results are redacted", () => {
  test("by the fields that the catalog classes higher, in structure and text", async () => {
    const one = await relayed(POLICY);
    one.fromClient(call(1, "look", { order: "7" }));
    const order = { id: "7", card: "4111", owner: { name: "Ann", phone: 5551 } };
    one.fromServer(
      result(1, { content: [said(JSON.stringify(order))], structuredContent: { result: [order] } }),
    );
    const less = { id: "7", card: "[redacted]", owner: { name: "Ann" } };
    const { content, structuredContent } = one.answer().result;
    expect(structuredContent).toEqual({ result: [less] });
    expect(JSON.parse(content[0].text)).toEqual(less);
  });

  test("a text without fields, a picture, a blob, an error may hold anything: nothing of it is given", async () => {
    const one = await relayed(POLICY);
    const withheld = /has to be redacted/;
    const answered = (value: object): ReturnType<typeof one.answer> => {
      one.fromClient(call(1, "find"));
      one.fromServer(value);
      return one.answer();
    };
    const content = [
      said("the card is 4111"),
      { type: "image", data: "NDExMQ==", mimeType: "image/png" },
      { type: "resource", resource: { uri: "a:b", blob: "NDExMQ==", mimeType: "x/y" } },
    ];
    expect(answered(result(1, { content })).result.content).toEqual([
      { type: "text", text: expect.stringMatching(withheld) },
      { type: "text", text: expect.stringMatching(withheld) },
      { type: "resource", resource: { uri: "a:b", blob: "", mimeType: "x/y" } },
    ]);
    const error = { code: -32000, message: "no card 4111", data: { card: "4111" } };
    expect(answered({ jsonrpc: "2.0", id: 1, error }).error).toEqual({
      code: -32000,
      message: expect.stringMatching(withheld),
    });
  });

  test("a result that nobody asks to redact passes byte for byte, outside of enforce every one", async () => {
    const line =
      '{"jsonrpc":"2.0","id":1, "result":{"content":[{"type":"text","text":"card 4111"}]}}\n';
    for (const [mode, tool] of [
      ["enforce", "plain"],
      ["shadow", "find"],
    ] as const) {
      const one = await relayed(POLICY, { mode });
      one.fromClient(call(1, tool));
      one.fromServer(line);
      expect(one.client).toEqual([line]);
    }
  });

  test("by detectors: secrets and personal data, wherever they stand", async () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    const one = await relayed(POLICY, { redactKinds: ["secret/", "personal/"] });
    one.fromClient(call(1, "plain"));
    one.fromServer(
      result(1, {
        content: [said(`write to ann@shop.example with ${secret}`)],
        structuredContent: { deep: [{ token: secret, n: 1 }] },
      }),
    );
    expect(one.answer().result).toEqual({
      content: [said("write to [redacted] with [redacted]")],
      structuredContent: { deep: [{ token: "[redacted]", n: 1 }] },
    });
    one.fromClient(request(2, "tasks/result", { taskId: "t" }));
    one.fromServer(result(2, { content: [said(secret)] }));
    expect(one.answer().result.content).toEqual([said("[redacted]")]);
  });

  test("a task, whose result comes in another answer, is refused where it would have to be redacted", async () => {
    const one = await relayed(POLICY);
    one.fromClient(request(1, "tools/call", { name: "find", arguments: {}, task: { ttl: 1 } }));
    expect(one.server).toEqual([]);
    expect(one.answer()).toMatchObject({ id: 1, error: { message: /cannot be a task/ } });
    one.fromClient(request(2, "tools/call", { name: "plain", arguments: {}, task: { ttl: 1 } }));
    expect(one.server).toHaveLength(1);
  });

  test("members that every object inherits are ordinary ones", () => {
    const message: ReturnType<typeof JSON.parse> = JSON.parse(
      '{"id":1,"result":{"structuredContent":{"__proto__":{"card":"1"},"constructor":"2"}}}',
    );
    const less = redactedResponse(message, { fields: ["card", "constructor"], kinds: [] });
    expect(JSON.stringify(less)).toBe(
      '{"id":1,"result":{"structuredContent":{"__proto__":{"card":"[redacted]"},"constructor":"[redacted]"}}}',
    );
  });
});

describe("design 6.4, 15.2: notifications are redacted as results are", () => {
  const note = (method: string, params: object): object => ({
    jsonrpc: "2.0",
    method: `notifications/${method}`,
    params,
  });

  test("by the fields of every call of the session: what is no JSON may hold one", async () => {
    const one = await relayed(POLICY);
    const log = note("message", { level: "info", logger: "db", data: { card: "4111", n: 1 } });
    one.fromServer(log);
    expect(one.answer()).toEqual(log);
    one.fromClient(call(1, "find"));
    one.fromServer(log);
    expect(one.answer().params).toEqual({
      ...{ level: "info", logger: "db" },
      data: { card: "[redacted]", n: 1 },
    });
    one.fromServer(
      note("progress", { progressToken: 1, progress: 5, total: 9, message: "read card 4111" }),
    );
    expect(one.answer().params).toEqual({
      ...{ progressToken: 1, progress: 5, total: 9 },
      message: expect.stringMatching(/has to be redacted/),
    });
    one.fromServer(result(1, { content: [] }));
    // a server may still speak of what it found
    one.fromServer(note("message", { level: "info", data: '{"card":"4111","n":1}' }));
    expect(one.answer().params.data).toBe('{"card":"[redacted]","n":1}');
    one.fromServer(note("tools/list_changed", {}));
    expect(one.answer()).toEqual(note("tools/list_changed", {}));
  });

  test("by detectors, and not outside of enforce", async () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    const data = [{ text: `login with ${secret}` }];
    const line = `${JSON.stringify(note("message", { level: "info", data }))} \n`;
    const one = await relayed(POLICY, { redactKinds: ["secret/"] });
    one.fromServer(line);
    expect(one.answer().params).toEqual({
      level: "info",
      data: [{ text: "login with [redacted]" }],
    });
    for (const mode of ["shadow", "record"] as const) {
      const other = await relayed(POLICY, { mode, redactKinds: ["secret/"] });
      other.fromServer(line);
      expect(other.client).toEqual([line]);
    }
    const plain = `${JSON.stringify(note("progress", { progressToken: secret, progress: 1 }))}\n`;
    one.fromServer(plain);
    expect(one.answer().params.progressToken).toBe(secret);
  });
});
