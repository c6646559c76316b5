import { describe, expect, test } from "vitest";
import type { RelayOptions } from "../../src/gateway/relay-options.ts";
import { call, relayed, request, result, type Relayed } from "./relaying.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: repo
version: 1.0.0
rules:
  - { id: push, effect: require_approval, actions: [files/push],
      approval: { approvers: ["human:mia"] }, reason: pushes are seen }
  - { id: pay, effect: require_approval, actions: [files/pay],
      approval: { approvers: ["human:mia", "human:leo"], quorum: 2 } }
  - { id: ship, effect: require_approval, actions: [files/ship], approval: { approvers: ["human:mia"] } }
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools:
  - { name: push, server: files, effects: [update], resource: none }
  - { name: pay, server: files, effects: [pay], resource: none }
`;

async function asking(
  capabilities: object = { elicitation: {} },
  more: Partial<RelayOptions> = {},
): Promise<Relayed> {
  const one = await relayed(POLICY, { approver: "human:mia", ...more });
  one.fromClient(request("hello", "initialize", { protocolVersion: "2025-11-25", capabilities }));
  one.fromServer(result("hello", { protocolVersion: "2025-11-25", capabilities: {} }));
  one.server.length = 0;
  one.client.length = 0;
  return one;
}

const yes = { action: "accept", content: { approve: true } };
/** How the log says that questions ended. */
const endsOf = ({ log }: Relayed): readonly unknown[] =>
  log().flatMap(({ context }) => context?.approval_question ?? []);
const textOf = ({ answer }: Relayed): string => answer().result.content[0].text;

describe("design 15.2: approval by elicitation", () => {
  test("the person at the client is asked; a yes lets exactly this call run, once", async () => {
    const one = await asking();
    const line =
      '{"jsonrpc":"2.0", "id":1,"method":"tools/call","params":{"name":"push","arguments":{"to":"main"}}}\n';
    one.fromClient(line);
    expect(one.server).toEqual([]);
    const { id, method, params } = one.answer();
    expect(method).toBe("elicitation/create");
    expect(id).toMatch(/^agentz-[0-9a-f-]{36}$/);
    expect(params.message).toMatch(
      /agent:coder wants to call files\/push.*"to":"main".*repo\/push/s,
    );
    one.fromClient(result(id, yes));
    expect(one.server).toEqual([line]);
    one.fromServer(result(1, { content: [] }));
    expect(one.log().map(({ type, decision }) => decision?.effect ?? type)).toEqual([
      ...["require_approval", "approval_request", "approval", "approval_question"],
      ...["require_approval", "outcome"],
    ]);
    // the same answer again is to no request, and the same call is asked about again
    one.fromClient(result(id, yes));
    one.fromClient(call(2, "push", { to: "main" }));
    expect(one.answer()).toMatchObject({ method: "elicitation/create" });
    expect(one.server).toHaveLength(1);
  });

  test("a no refuses, also later calls while it holds; no answer only denies", async () => {
    const said = async (value: object): Promise<Relayed> => {
      const one = await asking();
      one.fromClient(call(1, "push", { to: "main" }));
      one.fromClient(result(one.answer().id, value));
      expect(one.server).toEqual([]);
      expect(one.answer()).toMatchObject({ id: 1, result: { isError: true } });
      return one;
    };
    for (const [no, ended, told] of [
      [
        { action: "decline" },
        "declined",
        /denied by repo\/push.*; the person at the client declined\./,
      ],
      [{ action: "accept", content: { approve: false } }, "refused", /the client answered no\./],
    ] as const) {
      const one = await said(no);
      expect(textOf(one)).toMatch(told);
      expect(endsOf(one)).toEqual([{ request: expect.any(String), ended }]);
      one.fromClient(call(2, "push", { to: "main" }));
      expect(one.answer()).toMatchObject({ id: 2, result: { isError: true } });
    }
    for (const [nothing, ended, told] of [
      [{ action: "cancel" }, "cancelled", /closed the form without an answer\./],
      [{ action: "accept" }, "unreadable", /was neither yes nor no\./],
      [{ action: "accept", content: { approve: "true" } }, "unreadable", /neither yes nor no/],
      [{ action: "Accept", content: { approve: true } }, "unreadable", /neither yes nor no/],
      [{}, "unreadable", /neither yes nor no/],
    ] as const) {
      const one = await said(nothing);
      expect(textOf(one)).toMatch(told);
      const why = expect.stringMatching(told.source.replace("\\.", "$"));
      expect(endsOf(one)).toEqual([{ request: expect.any(String), ended, why }]);
    }
    const one = await asking();
    one.fromClient(call(1, "push"));
    const error = { code: -32601, message: "no such method" };
    one.fromClient({ jsonrpc: "2.0", id: one.answer().id, error });
    expect(textOf(one)).toMatch(/the client answered with an error, so nobody was asked\./);
    expect(endsOf(one)).toMatchObject([{ ended: "failed" }]);
  });

  test("is for these arguments: another call is asked about by itself", async () => {
    const one = await asking();
    one.fromClient(call(1, "push", { to: "main" }));
    const first = one.answer().id;
    one.fromClient(call(2, "push", { to: "prod" }));
    const second = one.answer().id;
    one.fromClient(result(first, yes));
    expect(one.server.map((line) => JSON.parse(line).params.arguments)).toEqual([{ to: "main" }]);
    one.fromClient(result(second, { action: "decline" }));
    expect(one.answer()).toMatchObject({ id: 2, result: { isError: true } });
  });

  test("who may not approve is refused; a quorum of two needs another one elsewhere", async () => {
    const other = await asking(undefined, { approver: "human:jane" });
    other.fromClient(call(1, "push"));
    // she is whom the agent acts for, and no form can change that
    expect(textOf(other)).toMatch(/; `human:jane`, the person at the client, may not approve it\./);
    expect(other.log().map(({ type }) => type)).toEqual([undefined, "approval_request"]);
    const two = await asking();
    two.fromClient(call(1, "pay"));
    two.fromClient(result(two.answer().id, yes));
    expect(two.server).toEqual([]);
    expect(textOf(two)).toMatch(/2 of human:leo, human:mia/);
  });

  test("nobody is asked whom the client cannot ask, or who is not configured", async () => {
    for (const one of [
      await asking({}),
      await asking({ elicitation: { url: {} } }),
      await asking(undefined, { approver: undefined }),
    ]) {
      one.fromClient(call(1, "push"));
      expect(one.client).toHaveLength(1);
      expect(textOf(one)).toMatch(/requires an approval: pushes are seen/);
    }
    const unknown = await asking();
    unknown.fromClient(call(1, "ship"));
    expect(textOf(unknown)).toMatch(/cannot be approved here: .*add the tool to a catalog/);
    const asks = await asking({ elicitation: { form: {}, url: {} } });
    asks.fromClient(call(1, "push"));
    expect(asks.answer()).toMatchObject({ method: "elicitation/create" });
  });

  test("the server cannot answer in the person's place, nor the client by a guess", async () => {
    const one = await asking();
    one.fromClient(call(1, "push"));
    const { id } = one.answer();
    one.fromServer(result(id, yes));
    one.fromServer(result(1, { content: [] }));
    one.fromClient(result("agentz-guess", yes));
    expect(one.server).toEqual([]);
    expect(one.client).toHaveLength(1);
    one.fromClient(call(1, "push"));
    expect(one.answer()).toMatchObject({ error: { message: /waits for an approval/ } });
  });

  test("a call that is cancelled or late is let go of; the server never hears of it", async () => {
    const one = await asking();
    one.fromClient(call(1, "push"));
    const params = { requestId: 1 };
    one.fromClient({ jsonrpc: "2.0", method: "notifications/cancelled", params });
    one.fromClient(result(one.answer().id, yes));
    expect(one.server).toEqual([]);
    expect(endsOf(one)).toMatchObject([{ ended: "call_cancelled" }]);
    const late = await asking(undefined, { approvalPatience: 20 });
    late.fromClient(call(1, "push"));
    await expect.poll(() => late.client.length).toBe(2);
    expect(textOf(late)).toMatch(/nobody answered in time/);
    late.relay.serverGone("x");
    expect(late.client).toHaveLength(2);
    late.fromClient(call(2, "push"));
    late.relay.serverGone("the server `files` ended (SIGKILL)");
    expect(textOf(late)).toMatch(/the server `files` ended \(SIGKILL\)/);
    late.fromClient(call(3, "push"));
    late.relay.close();
    expect(endsOf(late)).toMatchObject([
      ...[{ ended: "expired" }, { ended: "server_gone" }, { ended: "session_ended" }],
    ]);
  });

  test("what is shown holds no secrets and nothing that a terminal or a dialog obeys", async () => {
    const one = await asking();
    const secret = `ghp_${"a1B2".repeat(9)}`;
    one.fromClient(call(1, "push", { to: `\u001b[2J\u202e${secret}`, more: "x".repeat(9000) }));
    const { message } = one.answer().params;
    expect(message).not.toMatch(/ghp_|\u001b|\u202e/);
    expect(message).toMatch(/cut off/);
    expect(message.length).toBeLessThan(3000);
  });

  test("shadow and record ask nobody", async () => {
    for (const mode of ["shadow", "record"] as const) {
      const one = await asking(undefined, { mode });
      one.fromClient(call(1, "push"));
      expect(one.server).toHaveLength(1);
      expect(one.client).toEqual([]);
    }
  });
});
