import { describe, expect, test } from "vitest";
import type { RelayOptions } from "../../src/gateway/relay-options.ts";
import { headerFault } from "../../src/gateway/request-headers.ts";
import { relayed, request, result, type Relayed } from "./relaying.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: repo
version: 1.0.0
rules:
  - { id: read, effect: allow, actions: [files/read] }
  - { id: find, effect: allow, actions: [files/find], obligations: { redact: [outcome.result.card] } }
  - { id: ask, effect: allow, actions: [files/elicitation/create], when: "args.message == 'ok?'" }
  - { id: sample, effect: allow, actions: [files/sampling/createMessage],
      obligations: { redact: [outcome.result.card] } }
  - { id: docs, effect: allow, actions: [files/resources/subscribe], resources: ["mcp_resource:doc://*"] }
  - { id: push, effect: require_approval, actions: [files/push], approval: { approvers: ["human:mia"] } }
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools: [{ name: push, server: files, effects: [update], resource: none }]
`;

const META = "io.modelcontextprotocol/";

/** A request as a client of protocol 2026-07-28 sends it. */
function modern(
  id: unknown,
  method: string,
  params: object = {},
  capabilities: object = {},
): object {
  return request(id, method, {
    ...params,
    _meta: {
      [`${META}protocolVersion`]: "2026-07-28",
      [`${META}clientInfo`]: { name: "app", version: "1" },
      [`${META}clientCapabilities`]: capabilities,
    },
  });
}

const call = (id: unknown, name: string, params: object = {}): object =>
  modern(id, "tools/call", { name, arguments: {}, ...params }, { elicitation: {} });

/** A result that asks for more. */
const asks = (id: unknown, inputRequests: object, requestState = "server-state"): object =>
  result(id, { resultType: "input_required", inputRequests, requestState });

const elicit = (message: string): object => ({
  method: "elicitation/create",
  params: { mode: "form", message, requestedSchema: { type: "object", properties: {} } },
});

describe("design 15.1: protocol 2026-07-28", () => {
  test("bytes that are not concerned pass as they came, in both directions", async () => {
    const { fromClient, fromServer, server, client, log } = await relayed(POLICY);
    const meta = `"_meta":{"${META}protocolVersion":"2026-07-28","${META}clientCapabilities":{}}`;
    const sent = [
      `{"jsonrpc":"2.0", "id":1,"method":"server/discover","params":{${meta}}}\n`,
      `{"params":{"name":"read","arguments":{"n":1e2},${meta}},"method":"tools/call","id":"a","jsonrpc":"2.0"}\r\n`,
      `{"jsonrpc":"2.0","id":3,"method":"tasks/update","params":{"taskId":"t","inputResponses":{},${meta}}}\n`,
    ];
    for (const line of sent) fromClient(line);
    expect(server).toEqual(sent);
    const back = [
      '{"jsonrpc":"2.0","id":1, "result":{"resultType":"complete","supportedVersions":["2026-07-28"],' +
        `"capabilities":{},"_meta":{"${META}serverInfo":{"name":"s","version":"2"}}}}\n`,
      '{"jsonrpc":"2.0","id":"a","result":{"resultType":"complete","content":[ ]}}\n',
    ];
    for (const line of back) fromServer(line);
    expect(client).toEqual(back);
    expect(log()[0]).toMatchObject({
      action: { name: "read" },
      context: { mcp: { protocol: "2026-07-28" } },
    });
  });

  test("who speaks is read from each request, and the server from what it discovers", async () => {
    const { fromClient, fromServer, log } = await relayed(POLICY);
    fromClient(modern(1, "server/discover"));
    const serverInfo = { name: "s", version: "2" };
    fromServer(
      result(1, {
        resultType: "complete",
        supportedVersions: ["2026-07-28"],
        _meta: { [`${META}serverInfo`]: serverInfo },
      }),
    );
    fromClient(call(2, "read"));
    expect(log()[0].context.mcp).toEqual({
      client: { name: "app", version: "1" },
      server: serverInfo,
      protocol: "2026-07-28",
    });
  });

  test("an unknown version is refused, and is not offered: the client learns which one to speak", async () => {
    const { fromClient, fromServer, server, answer } = await relayed(POLICY);
    fromClient(
      request(1, "tools/call", {
        name: "read",
        _meta: { [`${META}protocolVersion`]: "2031-01-01" },
      }),
    );
    expect(server).toEqual([]);
    expect(answer()).toMatchObject({
      id: 1,
      error: { code: -32022, data: { supported: ["2026-07-28"], requested: "2031-01-01" } },
    });
    fromClient(modern(2, "server/discover"));
    fromServer(result(2, { supportedVersions: ["2031-01-01", "2026-07-28", "2025-11-25"] }));
    expect(answer().result.supportedVersions).toEqual(["2026-07-28", "2025-11-25"]);
  });

  test("a denied call is a whole result of this version, and an unknown method an error", async () => {
    const { fromClient, server, answer } = await relayed(POLICY);
    fromClient(call(1, "wipe"));
    expect(answer().result).toMatchObject({ resultType: "complete", isError: true });
    fromClient(modern(2, "vendor/exec"));
    expect(answer()).toMatchObject({ id: 2, error: { code: -32601 } });
    // it is gone in this version: `subscriptions/listen` says what is subscribed to
    fromClient(modern(3, "resources/subscribe", { uri: "doc://a" }));
    expect(answer()).toMatchObject({ id: 3, error: { code: -32601 } });
    expect(server).toEqual([]);
  });

  test("each resource of a subscription is decided; notices about lists are not", async () => {
    const { fromClient, fromServer, server, answer, log } = await relayed(POLICY, { timeout: 20 });
    const listen = (id: unknown, notifications: unknown): object =>
      modern(id, "subscriptions/listen", { notifications });
    fromClient(listen(1, { toolsListChanged: true }));
    fromClient(listen(2, { resourceSubscriptions: ["doc://a", "doc://b"] }));
    expect(server).toHaveLength(2);
    fromClient(listen(3, { resourceSubscriptions: ["doc://a", "file:///etc/passwd"] }));
    expect(answer()).toMatchObject({ id: 3, error: { code: 403 } });
    for (const bad of ["doc://a", [7], [""]])
      fromClient(listen(`bad ${JSON.stringify(bad)}`, { resourceSubscriptions: bad }));
    expect(answer()).toMatchObject({ error: { code: -32602 } });
    expect(server).toHaveLength(2);
    const params = { requestId: 2 };
    fromServer({ jsonrpc: "2.0", method: "notifications/cancelled", params });
    const outcomes = log().filter(({ type }) => type === "outcome");
    expect(outcomes.map(({ outcome }) => outcome.status)).toEqual(["not_sent", "ok", "ok"]);
  });
});

describe("design 15.1: what a server asks for inside a result", () => {
  test("is decided like a request of its own, and passes byte for byte where it may", async () => {
    const { fromClient, fromServer, client, log } = await relayed(POLICY);
    fromClient(call(1, "read"));
    const line = `${JSON.stringify(asks(1, { a: elicit("ok?"), b: { method: "roots/list" } }))}  \n`;
    fromServer(line);
    expect(client).toEqual([line]);
    fromClient(call(2, "read", { inputResponses: { a: { action: "accept" } }, requestState: "s" }));
    fromServer(result(2, { resultType: "complete", content: [] }));
    expect(log().map(({ action, outcome }) => action?.name ?? outcome.status)).toEqual([
      ...["read", "elicitation/create", "input_required"],
      ...["read", "ok", "ok"],
    ]);
  });

  test("what the policies deny, do not know, or cannot redact never reaches the client", async () => {
    const { fromClient, fromServer, answer, log } = await relayed(POLICY);
    for (const [asked, why] of [
      [elicit("your password?"), /denied by default.*the server asked for it/],
      [{ method: "vendor/exec", params: {} }, /no policy can decide/],
      ["elicitation/create", /no policy can decide/],
      [{ method: "sampling/createMessage", params: { messages: [] } }, /has to be redacted/],
    ] as const) {
      fromClient(call(1, "read"));
      fromServer(asks(1, { fine: elicit("ok?"), asked }));
      const { result: got } = answer();
      expect(got).toMatchObject({ resultType: "complete", isError: true });
      expect(got.content[0].text).toMatch(why);
      expect(JSON.stringify(got)).not.toMatch(/password/);
    }
    // also where this version allows no questions
    for (const method of ["tools/list", "server/discover", "resources/list", "tasks/get"]) {
      fromClient(modern(2, method));
      fromServer(asks(2, { asked: elicit("your password?") }));
      expect(answer()).toMatchObject({ id: 2, error: { code: 403 } });
    }
    expect(log().filter(({ outcome }) => outcome?.status === "input_required")).toHaveLength(4);
  });

  test("shadow and record let all of it pass", async () => {
    for (const mode of ["shadow", "record"] as const) {
      const { fromClient, fromServer, client } = await relayed(POLICY, { mode });
      fromClient(call(1, "read"));
      fromServer(asks(1, { x: elicit("your password?") }));
      expect(client).toHaveLength(1);
      expect(client[0]).toContain("your password?");
    }
  });

  test("detectors redact what the client answers, and leave states alone", async () => {
    const secret = `ghp_${"a1B2".repeat(9)}`;
    const one = await relayed(POLICY, { redactKinds: ["secret/"] });
    one.fromClient(call(1, "read"));
    one.fromServer(asks(1, { a: elicit("ok?") }, secret));
    expect(one.answer().result.requestState).toBe(secret);
    const a = { action: "accept", content: { note: `my key is ${secret}` } };
    one.fromClient(call(2, "read", { inputResponses: { a }, requestState: secret }));
    const { inputResponses, requestState } = JSON.parse(one.server.at(-1) ?? "").params;
    expect(inputResponses.a.content.note).toBe("my key is [redacted]");
    expect(requestState).toBe(secret);
  });

  test("a result that comes another way, where it would have to be redacted, is withheld", async () => {
    const { fromClient, fromServer, answer } = await relayed(POLICY);
    fromClient(call(1, "find"));
    fromServer(result(1, { resultType: "task", taskId: "t" }));
    expect(answer()).toMatchObject({ id: 1, error: { message: /cannot be redacted/ } });
    fromClient(call(2, "read"));
    fromServer(result(2, { resultType: "task", taskId: "t" }));
    expect(answer()).toMatchObject({ id: 2, result: { resultType: "task" } });
  });
});

const KEY = "dev.agentz/approval";
const YES = { [KEY]: { action: "accept", content: { approve: true } } };

/** A relay whose call of `push` was answered by a question. */
async function asked(
  more: Partial<RelayOptions> = {},
  params: object = {},
): Promise<Relayed & { readonly state: string }> {
  const one = await relayed(POLICY, { approver: "human:mia", ...more });
  one.fromClient(call(1, "push", { arguments: { to: "main" }, ...params }));
  const { requestState } = one.answer().result;
  return { ...one, state: requestState };
}

/** The retry of the call, with what the person said. */
const retry = (requestState: string, more: object = {}): object =>
  call("again", "push", {
    arguments: { to: "main" },
    inputResponses: YES,
    requestState,
    ...more,
  });
const textOf = ({ answer }: Relayed): string =>
  answer().result?.content[0].text ?? answer().error.message;

describe("design 15.2: approval by a retry (protocol 2026-07-28)", () => {
  test("the person is asked in the result; a yes lets exactly this call run, once", async () => {
    const one = await asked();
    const { resultType, inputRequests } = one.answer().result;
    expect(resultType).toBe("input_required");
    expect(inputRequests[KEY]).toMatchObject({
      method: "elicitation/create",
      params: { mode: "form" },
    });
    expect(inputRequests[KEY].params.message).toMatch(/wants to call files\/push.*"to":"main"/s);
    // nothing of the call can be read in the state
    expect(Buffer.from(one.state, "base64url").toString()).not.toMatch(/main|push|mia/);
    one.fromClient(retry(one.state));
    const { params } = JSON.parse(one.server[0] ?? "");
    expect(Object.keys(params)).toEqual(["name", "arguments", "_meta"]);
    one.fromServer(result("again", { resultType: "complete", content: [] }));
    expect(one.log().map(({ type, decision }) => decision?.effect ?? type)).toEqual([
      ...["require_approval", "approval_request", "approval", "approval_question"],
      ...["require_approval", "outcome"],
    ]);
    one.fromClient(retry(one.state));
    expect(one.server).toHaveLength(1);
    expect(textOf(one)).toMatch(/was used before/);
  });

  test("a no refuses, also later calls while it holds; anything else only denies", async () => {
    const no = await asked();
    no.fromClient(retry(no.state, { inputResponses: { [KEY]: { action: "decline" } } }));
    expect(textOf(no)).toMatch(/denied|requires/);
    no.fromClient(call(2, "push", { arguments: { to: "main" } }));
    expect(no.answer().result).toMatchObject({ isError: true });
    for (const [inputResponses, ended, told] of [
      [{}, "unanswered", /sent the call again without an answer/],
      [{ [KEY]: { action: "cancel" } }, "cancelled", /closed the form without an answer/],
      [
        { [KEY]: { action: "accept", content: { approve: "true" } } },
        "unreadable",
        /neither yes nor no/,
      ],
      [{ other: YES[KEY] }, "unanswered", /without an answer/],
      ["yes", "unanswered", /without an answer/],
    ] as const) {
      const one = await asked();
      one.fromClient(retry(one.state, { inputResponses }));
      expect(textOf(one)).toMatch(told);
      const ends = one.log().flatMap(({ context }) => context?.approval_question ?? []);
      expect(ends).toMatchObject([{ ended, why: expect.stringMatching(told) }]);
      expect(one.server).toEqual([]);
    }
  });

  test("a state that was changed, or is for another call or session, is refused", async () => {
    const one = await asked();
    const other = await asked({ caller: callerOf("s-2", "coder") });
    const foreign = await asked({ caller: callerOf("s-1", "bot") });
    const at = one.state.length - 5;
    const changed =
      one.state.slice(0, at) + (one.state[at] === "A" ? "B" : "A") + one.state.slice(at + 1);
    for (const state of [
      ...[changed, other.state, foreign.state, `${one.state}=`, `${one.state.slice(0, -8)}`],
      "agentz-1.",
    ]) {
      one.fromClient(retry(state));
      expect(one.answer()).toMatchObject({ error: { code: -32602 } });
      expect(textOf(one)).toMatch(/was not made for this session, or was changed/);
    }
    for (const edited of [{ arguments: { to: "prod" } }, { name: "read" }, { task: {} }]) {
      one.fromClient(retry(one.state, edited));
      expect(textOf(one)).toMatch(/made for another call/);
    }
    expect(one.server).toEqual([]);
    expect(one.log().at(-1)).toMatchObject({ type: "refused_message" });
    // none of these used it up
    one.fromClient(retry(one.state));
    expect(one.server).toHaveLength(1);
  });

  test("a state of a server is the server's, whatever it looks like", async () => {
    const one = await relayed(POLICY, { approver: "human:mia" });
    one.fromClient(call(1, "read", { requestState: "eyJhbGciOi", inputResponses: {} }));
    expect(one.server).toHaveLength(1);
  });

  test("a late answer, and one under other policies, only denies", async () => {
    const late = await asked({ approvalPatience: -1 });
    late.fromClient(retry(late.state));
    expect(textOf(late)).toMatch(/nobody answered in time/);
    const one = await asked();
    await one.swap(POLICY.replace("[files/read]", "[files/read, files/more]"));
    one.fromClient(retry(one.state));
    expect(textOf(one)).toMatch(/the policies changed meanwhile.*; repeat it unchanged/);
    expect(textOf(one)).not.toMatch(/do not repeat/);
    expect([...late.server, ...one.server]).toEqual([]);
    const ended = await asked();
    ended.relay.close();
    expect(
      [late, one, ended].map((each) =>
        each.log().flatMap(({ context }) => context?.approval_question?.ended ?? []),
      ),
    ).toEqual([["expired"], ["granted"], ["session_ended"]]);
  });

  test("what the client already answered the server goes on with the approved call", async () => {
    const held = { inputResponses: { name: { action: "accept" } }, requestState: "server-state" };
    const one = await asked({}, held);
    expect(one.server).toEqual([]);
    one.fromClient(retry(one.state));
    const { inputResponses, requestState } = JSON.parse(one.server[0] ?? "").params;
    expect({ inputResponses, requestState }).toEqual(held);
  });

  test("who may not approve, cannot be asked, or is not there, approves nothing", async () => {
    const other = await asked({ approver: "human:jane" });
    expect(other.state).toBeUndefined();
    expect(textOf(other)).toMatch(/`human:jane`, the person at the client, may not approve it/);
    const none = await relayed(POLICY);
    none.fromClient(call(1, "push"));
    expect(none.answer().result).toMatchObject({ resultType: "complete", isError: true });
    const blind = await relayed(POLICY, { approver: "human:mia" });
    blind.fromClient(modern(1, "tools/call", { name: "push", arguments: {} }, {}));
    expect(blind.answer().result).toMatchObject({ isError: true });
  });

  test("shadow and record ask nobody, and pass a state that looks like the gateway's", async () => {
    for (const mode of ["shadow", "record"] as const) {
      const one = await relayed(POLICY, { mode, approver: "human:mia" });
      one.fromClient(retry("agentz-1.AAAA"));
      expect(one.server).toHaveLength(1);
      expect(one.client).toEqual([]);
    }
  });
});

function callerOf(session: string, id: string): RelayOptions["caller"] {
  return {
    server: "files",
    session,
    subject: { type: "agent", id },
    onBehalfOf: { type: "human", id: "jane" },
    delegation: [],
  };
}

describe("what headers say (protocol 2026-07-28)", () => {
  const message = {
    kind: "request" as const,
    id: 1,
    method: "resources/read",
    params: { uri: "doc://Grüße" },
  };
  const version = { version: "2026-07-28", client: undefined, capabilities: undefined };
  const encoded = `=?base64?${Buffer.from("doc://Grüße").toString("base64")}?=`;
  const right = {
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "resources/read",
    "mcp-name": encoded,
  };

  test("has to be what the body says; before this version, where it is said at all", () => {
    expect(headerFault(right, message, version)).toBeUndefined();
    expect(headerFault({}, message, undefined)).toBeUndefined();
    for (const [name, value] of [
      ["mcp-protocol-version", "2025-11-25"],
      ["mcp-method", "Resources/read"],
      ["mcp-name", "doc://other"],
      ["mcp-name", "=?base64?!!!?="],
      ["mcp-name", encoded.replace("?=", "=?=")],
      ["mcp-name", "=?base64?"],
      ["mcp-method", "resources/read, tools/call"],
    ] as const) {
      expect(headerFault({ ...right, [name]: value }, message, version)).toContain(name);
      const older = { ...right, "mcp-protocol-version": undefined, [name]: value };
      if (name !== "mcp-protocol-version")
        expect(headerFault(older, message, undefined)).toContain(name);
    }
    for (const name of Object.keys(right))
      expect(headerFault({ ...right, [name]: undefined }, message, version)).toMatch(/is missing/);
  });
});
