import { beforeAll, describe, expect, test } from "vitest";
import { scratch } from "../e2e/agentz.ts";
import { ask, serve, type Answered, type Running } from "./running.ts";

/**
 * The levels of the certification scenario of AuthZEN 1.0, each request as a client of another
 * make sends it, and what such clients get wrong.
 */
const RECORDS = `apiVersion: agentz/v1
kind: Policy
name: records
version: 1.0.0
rules:
  - { id: read, effect: allow, subjects: ["user:alice", "user:bob"], actions: [read] }
  - { id: write, effect: allow, subjects: ["user:alice"], actions: [write], when: "resource.status == 'active'" }
  - { id: admin, effect: allow, subjects: ["user:*"], actions: [write], when: "subject.role == 'admin'" }
  - { id: soft, effect: allow, subjects: ["user:alice"], actions: [delete], when: action.soft }
---
apiVersion: agentz/v1
kind: Catalog
name: records
version: 1.0.0
attributes: { subject.role: string, resource.ownerID: string }
resources:
  - { match: "record:record-1", attributes: { status: active } }
  - { match: "record:record-2", attributes: { status: archived } }
data:
  # the directory of the to-do scenario
  roles: { rick: [admin, evil_genius], morty: [editor], summer: [editor], beth: [viewer], jerry: [viewer] }
  mails: { rick: rick@c137.example, morty: morty@c137.example, summer: summer@c137.example }
---
apiVersion: agentz/v1
kind: Policy
name: todo
version: 1.0.0
rules:
  - { id: read, effect: allow, subjects: ["todo-user:*"], actions: [can_read_user, can_read_todos] }
  - { id: create, effect: allow, actions: [can_create_todo],
      when: "data.roles[subject.id].exists(role, role in ['admin', 'editor'])" }
  - { id: genius, effect: allow, actions: [can_update_todo], when: "'evil_genius' in data.roles[subject.id]" }
  - { id: admin, effect: allow, actions: [can_delete_todo], when: "'admin' in data.roles[subject.id]" }
  - { id: own, effect: allow, actions: [can_update_todo, can_delete_todo],
      when: "'editor' in data.roles[subject.id] && data.mails[subject.id] == resource.ownerID" }
`;
let server: Running;
let guarded: Running;
beforeAll(async () => {
  const credentials = "bearer token-1\nkey key-1\nbasic pep:secret\n";
  const folder = scratch({ "p.yaml": RECORDS, credentials });
  const start = (...args: readonly string[]): Promise<Running> =>
    serve(["--candidate", "p.yaml", ...args], { cwd: folder });
  [server, guarded] = await Promise.all([
    start("--log", "a.jsonl"),
    start(
      "--log",
      "b.jsonl",
      "--credentials",
      "credentials",
      "--url",
      "https://pdp.example/tenant1/",
    ),
  ]);
});

const PATHS = {
  evaluation: "/access/v1/evaluation",
  evaluations: "/access/v1/evaluations",
  subject: "/access/v1/search/subject",
  resource: "/access/v1/search/resource",
  action: "/access/v1/search/action",
} as const;
type Api = keyof typeof PATHS;

const post = (api: Api, body: unknown, headers: Record<string, string> = {}): Promise<Answered> =>
  ask(server.port, PATHS[api], body, headers);

type Json = Readonly<Record<string, unknown>>;
const user = (id: string, properties?: Json): Json => ({
  type: "user",
  id,
  ...(properties !== undefined && { properties }),
});
const record = (id: string, properties?: Json): Json => ({
  type: "record",
  id,
  ...(properties !== undefined && { properties }),
});
const act = (name: string, properties?: Json): Json => ({
  name,
  ...(properties !== undefined && { properties }),
});
const WHOLE = { subject: user("alice"), action: act("read"), resource: record("record-1") };
const ARCHIVED = record("record-2", { status: "archived" });
const ADMIN = user("bob", { role: "admin" });
const without = (body: Json, key: string): Json =>
  Object.fromEntries(Object.entries(body).filter(([name]) => name !== key));

/** A valid request of each interface. */
const VALID: Readonly<Record<Api, Json>> = {
  evaluation: WHOLE,
  evaluations: { ...WHOLE, evaluations: [{}, { action: act("write") }] },
  subject: { ...WHOLE, subject: { type: "user" } },
  resource: { ...WHOLE, resource: { type: "record" } },
  action: without(WHOLE, "action"),
};
const APIS = Object.keys(VALID).filter((api): api is Api => api in PATHS);

describe("every interface", () => {
  test.each(APIS)("%s: takes what is valid, whatever else stands there", async (api) => {
    const more = {
      ...VALID[api],
      context: { time: "2025-06-27T18:03-07:00", ip: "192.168.1.1", nested: { list: [1, null] } },
      foo: "bar",
      futureField: { nested: true },
      page: { limit: 10, properties: { sort: "asc" }, later: 1 },
    };
    for (const body of [VALID[api], more]) {
      const { status, headers } = await post(api, body);
      expect([status, headers["content-type"]]).toEqual([200, "application/json"]);
    }
  });

  test.each(APIS)("%s: 400 for what is no JSON object of its type", async (api) => {
    const text = JSON.stringify(VALID[api]);
    const typed = (type: string): Record<string, string> => ({ "Content-Type": type });
    const bad = [
      post(api, ""),
      post(api, "{"),
      post(api, "null"),
      post(api, '"text"'),
      post(api, [VALID[api]]),
      post(api, `${text}x`),
      post(api, text, typed("text/plain")),
      post(api, text, typed("application/x-www-form-urlencoded")),
      post(api, text, typed("application/jsonx")),
      post(api, text, typed("application/json; charset=utf-16")),
      post(api, text, typed('application/json; x=1; charset="iso-8859-1"')),
      post(api, { ...VALID[api], subject: "alice" }),
      post(api, { ...VALID[api], subject: [user("alice")] }),
      // what is wrong below a default is wrong with each item alone
      ...(api === "evaluations"
        ? []
        : [post(api, { ...VALID[api], subject: { type: 1, id: "alice" } })]),
      post(api, { ...VALID[api], resource: record("record-1").id }),
      post(api, { ...VALID[api], context: "none" }),
    ];
    for (const { status, text: why } of await Promise.all(bad))
      expect([status, why.length > 10]).toEqual([400, true]);
    const fine = [
      "application/json;charset=utf-8",
      "Application/JSON",
      'application/json; Charset="UTF-8"',
    ].map(typed);
    for (const headers of fine) expect((await post(api, text, headers)).status).toBe(200);
  });

  test.each(APIS)("%s: echoes the request's id, and refuses other methods", async (api) => {
    const ids = ["a-7", "0b5c\t x=1;~", "x".repeat(2000)];
    for (const id of ids) {
      const headers = { "X-Request-ID": id };
      const answers = [await post(api, VALID[api], headers), await post(api, "{", headers)];
      for (const answer of answers) expect(answer.headers["x-request-id"]).toBe(id);
    }
    expect((await post(api, VALID[api])).headers["x-request-id"]).toBeUndefined();
    for (const method of ["GET", "PUT", "DELETE", "PATCH"]) {
      const body = method.startsWith("P") ? "{}" : undefined;
      const { status, headers } = await post(api, body, { method });
      expect([method, status, headers["allow"]]).toEqual([method, 405, "POST"]);
    }
  });

  test.each(APIS)("%s: asks who a client is", async (api) => {
    const at = (headers: Record<string, string>): Promise<Answered> =>
      ask(guarded.port, PATHS[api], VALID[api], headers);
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;
    const known = [
      { Authorization: "Bearer token-1" },
      { Authorization: "bearer token-1" },
      { "X-API-Key": "key-1" },
      { Authorization: "ApiKey key-1" },
      { Authorization: basic("pep:secret") },
    ];
    for (const headers of known) expect((await at(headers)).status).toBe(200);
    const unknown = [
      {},
      { Authorization: "Bearer" },
      { Authorization: "Bearer key-2" },
      { "X-API-Key": "token-1" },
      { Authorization: basic("pep:other") },
      { Authorization: "Digest token-1" },
    ];
    for (const headers of unknown) {
      const answer = await at({ ...headers, "X-Request-ID": "r" });
      expect([answer.status, answer.headers["x-request-id"]]).toEqual([401, "r"]);
      expect(answer.headers["www-authenticate"]).toContain("Bearer realm=");
    }
  });
});

describe("evaluation", () => {
  test.each<readonly [Json, Json, Json, boolean]>([
    [user("alice"), act("read"), record("record-1"), true],
    [user("alice"), act("write"), record("record-1"), true],
    [user("bob"), act("read"), record("record-1"), true],
    [user("bob"), act("write"), record("record-1"), false],
    [user("alice"), act("write"), ARCHIVED, false],
    [ADMIN, act("write"), ARCHIVED, true],
    [user("alice"), act("delete", { soft: true }), record("record-1"), true],
    [user("alice"), act("delete", { soft: false }), record("record-1"), false],
    [
      user("alice", { department: "Sales", role: "manager" }),
      act("read", { method: "GET" }),
      record("record-1", { status: "active", owner: "bob" }),
      true,
    ],
  ])("%j %j %j: %s, with and without context, as often as it is asked", async (...request) => {
    const [subject, action, resource, decision] = request;
    const contexts = [undefined, {}, { ip: "10.0.0.1" }, { ip: "10.0.0.1" }, undefined];
    for (const context of contexts) {
      const answer = await post("evaluation", { subject, action, resource, context });
      expect([answer.status, answer.json().decision]).toEqual([200, decision]);
      expect(answer.json().context).toBeInstanceOf(Object);
    }
  });

  const holes: readonly (readonly [string, Json])[] = [
    ["subject", without(WHOLE, "subject")],
    ["action", without(WHOLE, "action")],
    ["resource", without(WHOLE, "resource")],
    ["subject.type", { ...WHOLE, subject: { id: "alice" } }],
    ["subject.id", { ...WHOLE, subject: { type: "user" } }],
    ["action.name", { ...WHOLE, action: {} }],
    ["resource.type", { ...WHOLE, resource: { id: "record-1" } }],
    ["resource.id", { ...WHOLE, resource: { type: "record" } }],
    ["action.name", { ...WHOLE, action: { name: 123 } }],
    ["subject", { ...WHOLE, subject: null }],
    ["subject.id", { ...WHOLE, subject: { type: "user", id: null } }],
    ["resource.id", { ...WHOLE, resource: { type: "record", id: {} } }],
    ["subject.properties", { ...WHOLE, subject: { ...user("alice"), properties: [] } }],
  ];
  test.each(holes)("400 that names `%s`", async (place, body) => {
    const { status, text } = await post("evaluation", body);
    expect([status, text]).toEqual([400, expect.stringContaining(`\`${place}\``)]);
  });

  test.each<readonly [string, string, Json | undefined, boolean]>([
    ["beth", "can_read_todos", undefined, true],
    ["rick", "can_create_todo", undefined, true],
    ["summer", "can_create_todo", undefined, true],
    ["jerry", "can_create_todo", undefined, false],
    ["rick", "can_update_todo", { ownerID: "morty@c137.example" }, true],
    ["morty", "can_update_todo", { ownerID: "morty@c137.example" }, true],
    ["morty", "can_update_todo", { ownerID: "rick@c137.example" }, false],
    ["beth", "can_update_todo", { ownerID: "rick@c137.example" }, false],
    ["rick", "can_delete_todo", { ownerID: "summer@c137.example" }, true],
    ["summer", "can_delete_todo", { ownerID: "summer@c137.example" }, true],
    ["morty", "can_delete_todo", { ownerID: "summer@c137.example" }, false],
    ["stranger", "can_delete_todo", { ownerID: "summer@c137.example" }, false],
  ])("to-do: %s %s %j: %s", async (id, name, properties, decision) => {
    const resource = { type: "todo", id: "7240d0db", ...(properties && { properties }) };
    const body = { subject: { type: "todo-user", id }, action: { name }, resource };
    const answer = await post("evaluation", body);
    expect([answer.status, answer.json().decision]).toEqual([200, decision]);
  });
});

describe("evaluations", () => {
  const decisions = async (body: Json): Promise<unknown> => {
    const answer = await post("evaluations", body);
    const { evaluations, decision } = answer.json();
    expect([answer.status, decision]).toEqual([200, undefined]);
    return evaluations.map((one: { decision: unknown }) => one.decision);
  };
  const items = (...evaluations: readonly unknown[]): Json => ({ evaluations });

  test.each<readonly [string, Json, readonly boolean[]]>([
    [
      "one subject and action, several resources",
      {
        ...without(WHOLE, "resource"),
        ...items({ resource: record("record-1") }, { resource: record("record-2") }),
      },
      [true, true],
    ],
    [
      "several actions, in their order",
      {
        subject: user("bob"),
        resource: record("record-1"),
        ...items({ action: act("read") }, { action: act("write") }),
      },
      [true, false],
    ],
    [
      "properties of each item's resource",
      {
        subject: user("alice"),
        action: act("write"),
        ...items({ resource: record("record-1", { status: "active" }) }, { resource: ARCHIVED }),
      },
      [true, false],
    ],
    [
      "properties of each item's subject",
      {
        action: act("write"),
        resource: ARCHIVED,
        ...items({ subject: user("alice") }, { subject: ADMIN }),
      },
      [false, true],
    ],
    [
      "no defaults",
      items(WHOLE, { ...WHOLE, subject: user("bob"), action: act("write") }),
      [true, false],
    ],
    [
      "a default's properties do not outlive an item's entity",
      {
        ...WHOLE,
        action: act("write"),
        subject: ADMIN,
        resource: ARCHIVED,
        ...items({}, { subject: user("bob") }),
      },
      [true, false],
    ],
    [
      "context of its own",
      { ...WHOLE, context: { a: 1 }, ...items({}, { context: { b: 2 } }, { context: {} }) },
      [true, true, true],
    ],
    [
      "an item that lacks something, and some that are none",
      {
        ...without(WHOLE, "resource"),
        ...items({ resource: record("record-1") }, {}, null, "x", [1], { resource: 1 }),
      },
      [true, false, false, false, false, false],
    ],
    ["one", { ...WHOLE, ...items({}) }, [true]],
  ])("%s", async (_, body, expected) => {
    expect(await decisions(body)).toEqual(expected);
  });

  const mixed = items({ action: act("write") }, {}, { resource: {} }, {}, { action: act("write") });
  test.each([
    ["execute_all", "bob", [false, true, false, true, false]],
    ["deny_on_first_deny", "bob", [false]],
    ["deny_on_first_deny", "alice", [true, true, false]],
    ["permit_on_first_permit", "bob", [false, true]],
    ["permit_on_first_permit", "alice", [true]],
  ])("%s of %s", async (semantics, id, expected) => {
    const options = { evaluations_semantic: semantics, other: 1 };
    expect(await decisions({ ...WHOLE, subject: user(id), ...mixed, options })).toEqual(expected);
  });

  test("of an item that cannot be decided it says why, and what it decides is a decision", async () => {
    const { evaluations } = (await post("evaluations", { ...WHOLE, ...mixed })).json();
    expect(evaluations[2]).toEqual({
      decision: false,
      context: { error: { status: 400, message: "`resource.type` is missing" } },
    });
    expect(evaluations[1].context.effect).toBe("allow");
  });

  test.each([
    [WHOLE, 200],
    [{ ...WHOLE, evaluations: [] }, 200],
    [{ ...WHOLE, evaluations: null }, 200],
    [{ ...without(WHOLE, "subject"), evaluations: [] }, 400],
    [without(WHOLE, "subject"), 400],
    [{ ...WHOLE, evaluations: "x" }, 400],
    [{ ...WHOLE, evaluations: { 0: {} } }, 400],
    [{ ...WHOLE, evaluations: [{}], options: [] }, 400],
    [{ ...WHOLE, evaluations: [{}], options: { evaluations_semantic: "" } }, 400],
    [{ ...WHOLE, evaluations: [{}], options: { evaluations_semantic: 1 } }, 400],
    [{ ...WHOLE, evaluations: [{}], options: {} }, 200],
    [{ ...WHOLE, resource: "record-1", evaluations: [WHOLE] }, 400],
  ])("%j: %i", async (body, status) => {
    expect((await post("evaluations", body)).status).toBe(status);
  });
});

describe("search", () => {
  const results = async (api: Api, body: Json): Promise<readonly Json[]> => {
    const answer = await post(api, body);
    expect(answer.status).toBe(200);
    return answer.json().results;
  };

  test.each<readonly [Api, Json, readonly Json[]]>([
    ["subject", VALID.subject, [user("alice"), user("bob")]],
    ["resource", VALID.resource, [record("record-1"), record("record-2")]],
    ["action", VALID.action, [act("read"), act("write")]],
    ["subject", { ...VALID.subject, subject: user("alice") }, [user("alice"), user("bob")]],
    [
      "subject",
      {
        subject: { type: "user", properties: { role: "admin" } },
        action: act("write"),
        resource: ARCHIVED,
      },
      [user("alice"), user("bob")],
    ],
    [
      "resource",
      { subject: ADMIN, action: act("write"), resource: { type: "record" } },
      [record("record-1"), record("record-2")],
    ],
    ["action", { subject: ADMIN, resource: ARCHIVED }, [act("read"), act("write")]],
    ["action", { ...VALID.action, action: 7, context: {} }, [act("read"), act("write")]],
    ["action", { ...VALID.action, subject: user("nobody") }, []],
    ["subject", { ...VALID.subject, subject: { type: "spaceship" } }, []],
    ["resource", { ...VALID.resource, resource: { type: "spaceship" } }, []],
    ["resource", { ...VALID.resource, subject: user("nobody") }, []],
  ])("%s %j", async (api, body, expected) => {
    const found = await results(api, body);
    for (const one of expected) expect(found).toContainEqual(one);
    if (expected.length === 0) expect(found).toEqual([]);
  });

  test.each<readonly [Api, string, Json]>([
    ["subject", "action", without(VALID.subject, "action")],
    ["subject", "subject.type", { ...VALID.subject, subject: {} }],
    ["subject", "resource.id", { ...VALID.subject, resource: { type: "record" } }],
    ["resource", "subject", without(VALID.resource, "subject")],
    ["resource", "subject.id", { ...VALID.resource, subject: { type: "user" } }],
    ["resource", "resource.type", { ...VALID.resource, resource: {} }],
    ["action", "resource", without(VALID.action, "resource")],
    ["action", "subject.id", { ...VALID.action, subject: { type: "user" } }],
    ["action", "page.limit", { ...VALID.action, page: { limit: "1" } }],
    ["action", "page.token", { ...VALID.action, page: { token: 1 } }],
    ["action", "page.token", { ...VALID.action, page: { token: "1.forged" } }],
    ["action", "page", { ...VALID.action, page: [] }],
  ])("%s: 400 that names `%s`", async (api, place, body) => {
    const { status, text } = await post(api, body);
    expect([status, text]).toEqual([400, expect.stringContaining(`\`${place}\``)]);
  });

  test.each<Api>(["subject", "resource", "action"])(
    "%s: pages hold all results once, in whatever order a client writes members",
    async (api) => {
      const all = await results(api, VALID[api]);
      const found: Json[] = [];
      let token: string | undefined;
      for (let pages = 0; token !== ""; pages++) {
        const page = token === undefined ? { limit: 1 } : { token, limit: 1 };
        const members = Object.entries({ ...VALID[api], page, extra: pages });
        const body = Object.fromEntries(pages % 2 === 0 ? members : members.reverse());
        const answer = (await post(api, body)).json();
        expect([answer.results.length, typeof answer.page.next_token]).toEqual([1, "string"]);
        found.push(...answer.results);
        token = answer.page.next_token;
      }
      expect(found).toEqual(all);
      const whole = (await post(api, { ...VALID[api], page: { token: "" } })).json();
      expect([whole.results, whole.page.next_token]).toEqual([all, ""]);
    },
  );
});

describe("metadata", () => {
  const WELL_KNOWN = "/.well-known/authzen-configuration";
  const ENDPOINTS = {
    access_evaluation_endpoint: PATHS.evaluation,
    access_evaluations_endpoint: PATHS.evaluations,
    search_subject_endpoint: PATHS.subject,
    search_resource_endpoint: PATHS.resource,
    search_action_endpoint: PATHS.action,
  };

  test("names what is served, by the address that it was found under", async () => {
    const answer = await ask(server.port, WELL_KNOWN);
    const base = `http://127.0.0.1:${server.port}`;
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "application/json"]);
    expect(answer.json()).toMatchObject({
      policy_decision_point: base,
      ...Object.fromEntries(Object.entries(ENDPOINTS).map(([name, path]) => [name, base + path])),
    });
    expect((await ask(server.port, `${WELL_KNOWN}/tenant1`)).status).toBe(404);
  });

  test("no `Host` that is not this server's is taken for its address", async () => {
    const own = `http://127.0.0.1:${server.port}`;
    const base = async (host: string): Promise<string> => {
      const answer = await ask(server.port, WELL_KNOWN, undefined, { Host: host });
      return answer.json().policy_decision_point;
    };
    const { port } = server;
    for (const name of ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"])
      expect(await base(`${name}:${port}`)).toBe(`http://${name.toLowerCase()}:${port}`);
    const others = ["evil.example", `evil.example:${port}`, "localhost", "localhost:1", "", "a b"];
    const odd = [
      `localhost:${port}@evil.example`,
      `[::2]:${port}`,
      `127.0.0.1.nip.example:${port}`,
    ];
    for (const host of [...others, ...odd]) expect(await base(host)).toBe(own);
    const guardedBase = await ask(guarded.port, WELL_KNOWN, undefined, { Host: "evil.example" });
    expect(guardedBase.json().policy_decision_point).toBe("https://pdp.example/tenant1");
  });

  test("names where approvals are answered only where somebody can answer one", async () => {
    const credentials = "bearer pep\nbearer mia human:mia\n";
    const folder = scratch({ "p.yaml": RECORDS, credentials });
    const args = ["--candidate", "p.yaml", "--listen", "0.0.0.0:0", "--credentials", "credentials"];
    const open = await serve(args, { cwd: folder });
    const base = `http://127.0.0.1:${open.port}`;
    const headers = { Host: `evil.example:${open.port}` };
    expect((await ask(open.port, WELL_KNOWN, undefined, headers)).json()).toMatchObject({
      policy_decision_point: base,
      access_request_endpoint: `${base}/v1/approvals`,
    });
    for (const { port } of [server, guarded])
      expect((await ask(port, WELL_KNOWN)).json().access_request_endpoint).toBeUndefined();
  });

  test("of an address with a path stands where the standard looks for it, for anybody", async () => {
    const answer = await ask(guarded.port, `${WELL_KNOWN}/tenant1`);
    expect([answer.status, answer.json().policy_decision_point]).toEqual([
      200,
      "https://pdp.example/tenant1",
    ]);
    expect(answer.json().search_action_endpoint).toBe(
      "https://pdp.example/tenant1/access/v1/search/action",
    );
    const key = { "X-API-Key": "key-1" };
    const prefixed = await ask(guarded.port, `/tenant1${PATHS.evaluation}`, WHOLE, key);
    expect(prefixed.json().decision).toBe(true);
  });
});
