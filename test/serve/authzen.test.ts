import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { agentz, scratch } from "../e2e/agentz.ts";
import { ask, serve, type Answered, type Running } from "./running.ts";

/** The records of the certification scenario of AuthZEN 1.0. */
const RECORDS = `apiVersion: agentz/v1
kind: Policy
name: records
version: 1.0.0
rules:
  - { id: alice-reads, effect: allow, subjects: ["user:alice"], actions: [read], resources: ["record:*"] }
  - { id: alice-writes, effect: allow, subjects: ["user:alice"], actions: [write], when: "resource.status == 'active'" }
  - { id: bob-reads, effect: allow, subjects: ["user:bob"], actions: [read], resources: ["record:record-1"] }
  - { id: admin-writes, effect: allow, actions: [write], when: "subject.role == 'admin'" }
  - { id: soft-delete, effect: allow, subjects: ["user:alice"], actions: [delete], when: "action.soft" }
---
apiVersion: agentz/v1
kind: Catalog
name: records
version: 1.0.0
attributes: { subject.role: string }
resources:
  - { match: "record:record-1", attributes: { status: active } }
  - { match: "record:record-2", attributes: { status: archived } }
`;
const folder = scratch({ "p.yaml": RECORDS });
let server: Running;
beforeAll(async () => {
  server = await serve(["--candidate", "p.yaml", "--max-body", "4K", "--max-batch", "3"], {
    cwd: folder,
  });
});

const EVALUATION = "/access/v1/evaluation";
const alice = { type: "user", id: "alice" };
const bob = { type: "user", id: "bob" };
const record = (id: string, properties?: unknown): unknown => ({
  type: "record",
  id,
  ...(properties !== undefined && { properties }),
});
const read = { name: "read" };
const whole = { subject: alice, action: read, resource: record("record-1") };
const post = (body: unknown, path = EVALUATION): Promise<Answered> => ask(server.port, path, body);

describe("AuthZEN 1.0: evaluation", () => {
  const write = { name: "write" };
  const remove = (soft: boolean): unknown => ({ name: "delete", properties: { soft } });
  test.each<readonly [string, readonly [unknown, unknown, unknown], boolean]>([
    ["alice reads", [alice, read, record("record-1")], true],
    ["alice writes", [alice, write, record("record-1")], true],
    ["bob reads", [bob, read, record("record-1")], true],
    ["bob does not write", [bob, write, record("record-1")], false],
    ["nobody writes what is archived", [alice, write, record("record-2")], false],
    ["an admin does", [{ ...bob, properties: { role: "admin" } }, write, record("record-2")], true],
    ["alice deletes softly", [alice, remove(true), record("record-1")], true],
    ["and not for good", [alice, remove(false), record("record-1")], false],
  ])("%s", async (_, [subject, action, resource], decision) => {
    const answer = await post({ subject, action, resource, context: { ip: "10.0.0.1" } });
    expect([answer.status, answer.json().decision]).toEqual([200, decision]);
    expect(answer.headers["content-type"]).toBe("application/json");
  });

  test("says why, and by which policies", async () => {
    const { context } = (await post({ ...whole, subject: bob, action: write })).json();
    expect(context).toMatchObject({
      effect: "deny",
      policy: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      missing: [{ attribute: "subject.role", rules: ["records/admin-writes"] }],
      indeterminate: true,
    });
  });

  test("ignores what it does not know, and echoes the request's id", async () => {
    const answer = await ask(
      server.port,
      EVALUATION,
      { ...whole, extra: 1, subject: { ...alice, other: [] } },
      { "X-Request-ID": "a-7" },
    );
    expect([answer.status, answer.headers["x-request-id"]]).toEqual([200, "a-7"]);
  });

  const { subject, action, resource } = whole;
  test.each<readonly [string, unknown, string]>([
    ["no subject", { action, resource }, "`subject` is missing"],
    ["no action", { subject, resource }, "`action` is missing"],
    ["no resource", { subject, action }, "`resource` is missing"],
    ["a subject without type", { ...whole, subject: { id: "a" } }, "`subject.type` is missing"],
    ["a subject without id", { ...whole, subject: { type: "a" } }, "`subject.id` is missing"],
    ["an action without name", { ...whole, action: {} }, "`action.name` is missing"],
    ["a resource without id", { ...whole, resource: { type: "a" } }, "`resource.id` is missing"],
    ["a subject that is a text", { ...whole, subject: "alice" }, "`subject` has to be an object"],
    ["a number as name", { ...whole, action: { name: 1 } }, "`action.name` has to be a text"],
    ["a list as context", { ...whole, context: [] }, "`context` has to be an object"],
    ["a text as properties", { ...whole, subject: { ...alice, properties: "x" } }, "properties"],
    ["a list", [whole], "the body has to be a JSON object"],
    ["null", null, "the body has to be a JSON object"],
    ["half a text", '{"subject":', "truncated"],
    ["nothing", "", "the body is empty"],
    ["a member twice", '{"action":{},"action":{}}', "an object has a member twice"],
    ["a number beyond 2^53", '{"context":{"n":9007199254740993}}', "`context.n` is a number"],
    ["a slip", { ...whole, context: { agentz: { sesion: "s" } } }, "did you mean `session`?"],
    ["args that are a text", { ...whole, context: { agentz: { args: "x" } } }, "agentz.args"],
  ])("400 with the place: %s", async (_, body, place) => {
    const answer = await post(body);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(place)]);
  });

  test("refuses other types, methods, paths, and bodies that are too large", async () => {
    const typed = await ask(server.port, EVALUATION, whole, { "Content-Type": "text/plain" });
    const put = await ask(server.port, EVALUATION, whole, { method: "PUT" });
    const large = await post({ ...whole, context: { text: "x".repeat(5000) } });
    const chunked = await ask(
      server.port,
      EVALUATION,
      { ...whole, context: { text: "x".repeat(5000) } },
      { "Transfer-Encoding": "chunked" },
    );
    const nowhere = await ask(server.port, "/access/v2/evaluation", whole);
    const statuses = [typed, put, await ask(server.port, EVALUATION), large, chunked, nowhere];
    expect(statuses.map(({ status }) => status)).toEqual([400, 405, 405, 413, 413, 404]);
    expect(put.headers["allow"]).toBe("POST");
  });
});

describe("what HTTP asks of any server", () => {
  const head = (path: string) => ask(server.port, path, undefined, { method: "HEAD" });

  test("HEAD is answered as GET, without a body", async () => {
    const paths = ["/.well-known/authzen-configuration", "/healthz", "/readyz", EVALUATION];
    const answers = await Promise.all(paths.map(head));
    expect(answers.map(({ status, text }) => [status, text])).toEqual(
      [200, 200, 200, 405].map((status) => [status, ""]),
    );
  });

  test("without credentials, no page whose name was pointed here is answered", async () => {
    const { port } = server;
    const at = async (path: string, headers: Record<string, string>): Promise<number> =>
      (await ask(port, path, path === EVALUATION ? whole : undefined, headers)).status;
    const evil = { Host: `evil.example:${port}` };
    const origin = { Origin: `http://evil.example:${port}` };
    expect(await at("/v1/approvals", evil)).toBe(403);
    expect(await at(EVALUATION, { ...evil, ...origin })).toBe(403);
    for (const host of ["localhost", `localhost:${port}`, `127.0.0.1:9`, "10.0.0.1"]) {
      expect(await at("/v1/approvals", { Host: host })).toBe(200);
      expect(await at(EVALUATION, { Host: host, Origin: `http://${host}` })).toBe(200);
    }
    expect(await at(EVALUATION, evil)).toBe(200);
    expect(await at("/healthz", evil)).toBe(200);
  });

  test("a target may be a whole address", async () => {
    const answer = await ask(server.port, `http://pdp.example:81${EVALUATION}?a=b`, whole);
    expect([answer.status, answer.json().decision]).toEqual([200, true]);
  });

  test("a body with a content encoding is refused: it says something else than it seems", async () => {
    const encoded = (coding: string) =>
      ask(server.port, EVALUATION, whole, { "Content-Encoding": coding });
    const answer = await encoded("gzip");
    expect([answer.status, answer.headers["accept-encoding"]]).toEqual([415, "identity"]);
    expect((await encoded("Identity")).status).toBe(200);
  });

  test.each(["b\u00e4r", "\u0080\u00ff", "a\tb", ""])(
    "the id %j comes back byte for byte",
    async (id) => {
      const named = { ...whole, context: { agentz: { id: `\u4e2d-${id}` } } };
      for (const body of [whole, named, "{"]) {
        const answer = await ask(server.port, EVALUATION, body, { "X-Request-ID": id });
        expect(answer.headers["x-request-id"]).toBe(id);
      }
    },
  );

  test("an answer that is not ASCII is whole", async () => {
    const answer = await post({ ...whole, subject: { ...alice, properties: "x" }, "\u00e4": 1 });
    expect(answer.status).toBe(400);
    const named = await post({ ...whole, context: { agentz: { id: "\u4e2d\u00e4-1" } } });
    expect([named.status, named.json().context.id]).toEqual([200, "\u4e2d\u00e4-1"]);
    expect(named.headers["content-length"]).toBe(String(Buffer.byteLength(named.text)));
  });
});

test("design 14.2: an item of a batch that is no call is denied, and that is in the log", async () => {
  const lines = (): readonly string[] =>
    readFileSync(join(folder, "decisions.jsonl"), "utf8").trim().split("\n");
  const before = lines().length;
  const items = [{}, { resource: { type: "record" } }, "x"];
  const { evaluations } = (
    await post({ ...whole, evaluations: items }, "/access/v1/evaluations")
  ).json();
  expect(evaluations.map(({ decision }: { decision: boolean }) => decision)).toEqual([
    true,
    false,
    false,
  ]);
  const written = lines()
    .slice(before)
    .map((line) => JSON.parse(line));
  expect(written).toMatchObject([
    { decision: { effect: "allow" } },
    { type: "refused", context: { refused: { message: "`resource.id` is missing" } } },
    { type: "refused", context: { refused: { message: "an evaluation has to be an object" } } },
  ]);
  const { status } = agentz(["trace", "validate", "decisions.jsonl"], { cwd: folder });
  expect(status).toBe(0);
});

test("a batch of more than --max-batch is refused whole", async () => {
  const body = { ...whole, evaluations: [{}, {}, {}, {}] };
  expect((await post(body, "/access/v1/evaluations")).status).toBe(413);
});

describe("AuthZEN 1.0: search", () => {
  const search = async (what: string, body: unknown): Promise<Answered> =>
    post(body, `/access/v1/search/${what}`);
  const results = async (what: string, body: unknown): Promise<unknown> =>
    (await search(what, body)).json().results;

  test("gives pages, and refuses the token of another search", async () => {
    const body = { ...whole, subject: { type: "user" } };
    const first = (await search("subject", { ...body, page: { limit: 1 } })).json();
    expect(first.results).toEqual([{ type: "user", id: "alice" }]);
    const token = first.page.next_token;
    const second = (await search("subject", { ...body, page: { token, limit: 1 } })).json();
    expect(second).toEqual({
      page: { next_token: "", count: 1 },
      results: [{ type: "user", id: "bob" }],
    });
    const other = { ...body, action: { name: "write" }, page: { token } };
    expect((await search("subject", other)).status).toBe(400);
    expect((await search("subject", { ...body, page: { limit: 0 } })).status).toBe(400);
  });

  test("records nothing", async () => {
    const log = (): string => readFileSync(join(folder, "decisions.jsonl"), "utf8");
    const before = log();
    await results("action", { subject: alice, resource: whole.resource });
    expect(log()).toBe(before);
  });
});

test("design 14.2: the log is a trace whose replay says what was answered", () => {
  const line =
    "replay --candidate p.yaml --baseline recorded --trace decisions.jsonl --decisions -";
  const { status, stdout } = agentz(line.split(" "), { cwd: folder });
  const calls = stdout
    .split("\n")
    .filter((text) => text.startsWith('{"id"'))
    .map((text) => JSON.parse(text));
  expect([status, calls.length > 8]).toEqual([0, true]);
  for (const { baseline, candidate } of calls)
    expect([candidate.effect, candidate.permitted]).toEqual([baseline.effect, baseline.permitted]);
});
