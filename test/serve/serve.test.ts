import { spawnSync } from "node:child_process";
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { request, type RequestOptions } from "node:https";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { agentz, scratch } from "../e2e/agentz.ts";
import { ask, serve, until, type Running } from "./running.ts";
import { lacks } from "../needs.ts";

const policy = (limit: number): string => `apiVersion: agentz/v1
kind: Policy
name: pay
version: 1.0.0
owner: care
description: payments
session:
  counters: [{ name: paid, add: args.amount, when: "action.name == 'pay'" }]
rules:
  - { id: pay, effect: allow, actions: [shop/pay],
      when: "args.amount + session.counters.paid <= ${limit}.0", reason: small }
  - { id: refund, effect: require_approval, actions: [shop/refund],
      approval: { approvers: ["human:mia", "human:leo"], quorum: 2 } }
---
apiVersion: agentz/v1
kind: Catalog
name: shop
version: 1.0.0
tools:
  - { name: refund, server: shop, effects: [pay], resource: none,
      args: { type: object, properties: { order: { type: string } } } }
  - { name: pay, server: shop, effects: [pay],
      args: { type: object, properties: { card: { type: string }, order: { type: string },
      amount: { type: number } } }, resource: { type: order, id: args.order } }
resources: [{ match: "order:*", classification: internal, fields: { card: restricted } }]
`;
const pay = (amount: number, more = {}): unknown => ({
  session: "s",
  subject: { type: "agent", id: "a" },
  action: { server: "shop", name: "pay" },
  args: { order: "1", amount, ...more },
});
const decided = async ({ port }: Running, body: unknown): Promise<ReturnType<typeof JSON.parse>> =>
  (await ask(port, "/v1/decide", body)).json();
const logged = (folder: string): readonly ReturnType<typeof JSON.parse>[] =>
  readFileSync(join(folder, "decisions.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

describe("design 14.2: the decision log", () => {
  test("leaves out fields of a higher class and secrets, and says so", async () => {
    const folder = scratch({ "p.yaml": policy(100) });
    const server = await serve(["--candidate", "p.yaml", "--id", "gateway-1"], { cwd: folder });
    const token = `ghp_${"a1B2".repeat(9)}`;
    await decided(server, pay(1, { card: "4111 1111" }));
    await decided(server, { ...Object(pay(1)), context: { note: { said: `use ${token}` } } });
    const text = readFileSync(join(folder, "decisions.jsonl"), "utf8");
    expect(text).not.toMatch(/4111|ghp_/);
    expect(logged(folder)).toMatchObject([
      { args: { amount: 1 }, unrecorded: ["args.card"], decision: { pdp: "gateway-1" } },
      { context: { note: {} }, unrecorded: ["context.note.said"] },
    ]);
    expect(statSync(join(folder, "decisions.jsonl")).mode & 0o777).toBe(0o600);
  });

  test("what came of a call is recorded, once, for calls that were decided", async () => {
    const folder = scratch({ "p.yaml": policy(100) });
    const server = await serve(["--candidate", "p.yaml"], { cwd: folder });
    const { context } = await decided(server, { ...Object(pay(1)), id: "toolu_1" });
    const report = (body: unknown): Promise<number> =>
      ask(server.port, "/v1/outcomes", body).then(({ status }) => status);
    const outcome = { status: "ok", result: { card: "4111" } };
    expect(context.id).toBe("toolu_1");
    expect(await report({ id: "toolu_1", outcome })).toBe(200);
    expect(await report({ id: "toolu_1", outcome })).toBe(404);
    expect(await report({ id: "nobody", outcome })).toBe(404);
    expect(await report({ id: "toolu_1", outcome: {} })).toBe(400);
    expect(logged(folder)[1]).toMatchObject({
      type: "outcome",
      parent: "toolu_1",
      outcome: { status: "ok" },
      unrecorded: ["outcome.result.card"],
    });
  });

  test("no event gets the id of an earlier one, whatever became of that", async () => {
    const folder = scratch({ "p.yaml": policy(100) });
    const start = (): Promise<Running> => serve(["--candidate", "p.yaml"], { cwd: folder });
    let server = await start();
    const decide = async (id: string): Promise<string> =>
      (await decided(server, { ...Object(pay(1)), id })).context.id;
    const tell = (id: string): Promise<number> =>
      ask(server.port, "/v1/outcomes", { id, outcome: { status: "ok" } }).then((one) => one.status);
    const given: string[] = [];
    for (let i = 0; i < 3; i++) {
      given.push(await decide("mine"));
      expect(await tell(given[i] ?? "")).toBe(200);
    }
    expect([given[0], new Set(given).size]).toEqual(["mine", 3]);
    expect((await ask(server.port, "/v1/sessions/end", { session: "t" })).status).toBe(200);
    const before = logged(folder).map(({ id }) => id);
    for (const id of before) expect(before).not.toContain(await decide(id));
    await server.end("SIGKILL");
    server = await start();
    for (const id of before) expect(before).not.toContain(await decide(id));
    for (const { id, type } of logged(folder))
      if (type === "outcome" || type === "session_end") expect(await tell(id)).toBe(404);
    const checked = agentz(["trace", "validate", "decisions.jsonl"], { cwd: folder });
    expect([checked.status, checked.stdout]).toEqual([0, expect.stringContaining("valid")]);
  });

  test("outcomes of one request are recorded all or none, with the place of the bad one", async () => {
    const folder = scratch({ "p.yaml": policy(100) });
    const server = await serve(["--candidate", "p.yaml", "--max-batch", "5"], { cwd: folder });
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push((await decided(server, pay(1))).context.id);
    const [a = "", b = "", c = ""] = ids;
    const ok = (id: string): unknown => ({ id, outcome: { status: "ok" } });
    const before = logged(folder).length;
    const report = (outcomes: readonly unknown[]): ReturnType<typeof ask> =>
      ask(server.port, "/v1/outcomes", { outcomes });
    const bad: readonly (readonly [readonly unknown[], number, string])[] = [
      [[ok(a), ok("nobody")], 404, "`outcomes[1]`: no call of this `id`"],
      [[ok(a), ok(b), ok(a)], 400, "`outcomes[2]`: another outcome of the list"],
      [[ok(a), { id: b, outcome: {} }, ok(c)], 400, "`outcomes[1]`: `outcome` has to be"],
      [[ok(a), { id: b }], 400, "`outcomes[1]`: `outcome` has to be"],
      [[ok(a), { ...Object(ok(b)), at: 1 }], 400, "`outcomes[1]`: `at` is not a field"],
      [[ok(a), { outcome: { status: "ok" } }], 400, "`outcomes[1]`: `id` has to be"],
      [[ok(a), null], 400, "`outcomes[1]`: an outcome has to be an object"],
      [[ok(a), [ok(b)]], 400, "`outcomes[1]`: an outcome has to be an object"],
      [[1, 2, 3, 4, 5, 6], 413, "the maximum is 5 outcomes"],
    ];
    for (const [outcomes, status, why] of bad) {
      const answer = await report(outcomes);
      expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(why)]);
    }
    expect(logged(folder)).toHaveLength(before);
    expect((await report([ok(a), ok(b), ok(c)])).json()).toEqual({ recorded: 3 });
    const written = logged(folder).slice(before);
    expect(written.map(({ type, parent }) => [type, parent])).toEqual(
      ids.map((id) => ["outcome", id]),
    );
    const whole = readFileSync(join(folder, "decisions.jsonl"), "utf8");
    expect((await report([])).json()).toEqual({ recorded: 0 });
    expect(readFileSync(join(folder, "decisions.jsonl"), "utf8")).toBe(whole);
    expect((await report([ok(a)])).status).toBe(404);
  });

  test("an outcome that cannot be recorded is waited for until it can", async () => {
    const folder = scratch({ "p.yaml": policy(100) });
    const shell = "ulimit -f 4; trap '' XFSZ";
    const server = await serve(["--candidate", "p.yaml"], { cwd: folder, shell });
    const ids: string[] = [];
    for (let i = 0; i < 16; i++) ids.push((await decided(server, pay(1))).context.id);
    const [first = ""] = ids;
    const outcome = { status: "ok", text: "x".repeat(2000) };
    const tell = async (): Promise<number> =>
      (await ask(server.port, "/v1/outcomes", { id: first, outcome })).status;
    expect([await tell(), await tell()]).toEqual([503, 503]);
    renameSync(join(folder, "decisions.jsonl"), join(folder, "decisions.jsonl.1"));
    await until(async () => (await tell()) === 200);
    expect(await tell()).toBe(404);
  });

  test("design 5.3: what a call completed counts once that is told, after a restart as before", async () => {
    const completed = `apiVersion: agentz/v1
kind: Policy
name: refunds
version: 1.0.0
session:
  values: [{ name: looked_up, add: args.order, when: "action.name == 'look'", on: completed }]
rules:
  - { id: look, effect: allow, actions: [shop/look] }
  - { id: refund, effect: allow, actions: [shop/refund], when: args.order in session.values.looked_up }
`;
    const folder = scratch({ "p.yaml": completed });
    const start = (): Promise<Running> => serve(["--candidate", "p.yaml"], { cwd: folder });
    let server = await start();
    const call = (name: string, order: string): ReturnType<typeof decided> =>
      decided(server, { ...Object(pay(1)), action: { server: "shop", name }, args: { order } });
    const tell = (id: string, status: string): Promise<unknown> =>
      ask(server.port, "/v1/outcomes", { id, outcome: { status } });
    const looks: string[] = [];
    for (const order of ["1", "2", "3", "4"]) looks.push((await call("look", order)).context.id);
    const [ok = "", failed = "", late = ""] = looks;
    const refunds = async (): Promise<unknown> => {
      const answers: unknown[] = [];
      for (const order of ["1", "2", "3", "4", "5"]) {
        const { decision, context } = await call("refund", order);
        answers.push(decision ? "yes" : context.indeterminate === true ? "open" : "no");
      }
      return answers;
    };
    expect(await refunds()).toEqual(["open", "open", "open", "open", "no"]);
    await tell(ok, "ok");
    await tell(failed, "error");
    const told = ["yes", "no", "open", "open", "no"];
    expect(await refunds()).toEqual(told);
    await server.end("SIGKILL");
    server = await start();
    expect(await refunds()).toEqual(told);
    await tell(late, "ok");
    expect(await refunds()).toEqual(["yes", "no", "yes", "open", "no"]);
    const replay = "replay --candidate p.yaml --baseline recorded --trace decisions.jsonl";
    const line = `${replay} --decisions -`.split(" ");
    const replayed = agentz(line, { cwd: folder }).stdout.split("\n");
    const lines = replayed.filter((text) => text.startsWith('{"id"'));
    const effects = lines.map((text) => JSON.parse(text).candidate.effect);
    expect(effects).toEqual(logged(folder).flatMap(({ decision }) => decision?.effect ?? []));
  });

  test("policies that read earlier calls are not served without a log", async () => {
    const folder = scratch({ "p.yaml": policy(100) });
    const without = serve(["--candidate", "p.yaml", "--log", "none"], { cwd: folder });
    await expect(without).rejects.toThrow("there is no log");
  });
});

describe("design 14.3: sets are swapped whole", () => {
  test("state goes on, what does not load changes nothing, and readiness says so", async () => {
    const folder = scratch({ "p.yaml": policy(100) });
    const server = await serve(["--candidate", "p.yaml", "--reload", "50ms"], { cwd: folder });
    const ready = async (): Promise<ReturnType<typeof JSON.parse>> =>
      (await ask(server.port, "/readyz")).json();
    const before = (await ready()).policy;
    expect((await decided(server, pay(90))).decision).toBe(true);
    writeFileSync(join(folder, "p.yaml"), "rules: [");
    await until(async () => (await ready()).reload !== undefined);
    expect((await ready()).reload).toContain("does not load: 1 error: p.yaml:1:");
    expect([(await ready()).policy, (await decided(server, pay(5))).decision]).toEqual([
      before,
      true,
    ]);
    writeFileSync(join(folder, "p.yaml"), policy(200));
    await until(async () => (await ready()).policy !== before);
    expect((await ready()).reload).toBeUndefined();
    const answers = [pay(100), pay(10), pay(5)];
    const effects: unknown[] = [];
    for (const body of answers) effects.push((await decided(server, body)).decision);
    expect(effects).toEqual([true, false, true]);
    rmSync(join(folder, "p.yaml"));
    await until(async () => (await ready()).reload !== undefined);
    expect((await decided(server, pay(0))).context.policy).toBe((await ready()).policy);
  });

  test("a call that another version let run counts, whatever this one says of it", async () => {
    const folder = scratch({ "p.yaml": policy(100) });
    const first = await serve(["--candidate", "p.yaml"], { cwd: folder });
    await decided(first, pay(100));
    await first.end("SIGTERM");
    writeFileSync(join(folder, "p.yaml"), policy(90));
    const second = await serve(["--candidate", "p.yaml"], { cwd: folder });
    expect((await decided(second, pay(1))).decision).toBe(false);
  });

  test("with --verify-key only a bundle that is signed decides", async () => {
    const folder = scratch({ "p.yaml": policy(100) });
    const make = (...args: readonly string[]): void => {
      const done = agentz(["bundle", ...args], { cwd: folder });
      expect([args, done.status, done.stderr]).toEqual([args, 0, expect.any(String)]);
    };
    make("keygen", "key");
    make("build", "--candidate", "p.yaml", "--output", "loose.agentz");
    make("build", "--candidate", "p.yaml", "--output", "signed.agentz");
    make("sign", "signed.agentz", "--key", "key.pem");
    const served = (candidate: string): Promise<Running> =>
      serve(["--candidate", candidate, "--verify-key", "key.pub.pem"], { cwd: folder });
    await expect(served("p.yaml")).rejects.toThrow("is not a signed bundle");
    await expect(served("loose.agentz")).rejects.toThrow("the bundle is not signed");
    expect((await decided(await served("signed.agentz"), pay(1))).decision).toBe(true);
  });
});

test("design 14.4: a shadow set decides beside, on a history of its own", async () => {
  const folder = scratch({ "p.yaml": policy(100), "next.yaml": policy(50) });
  const server = await serve(["--candidate", "p.yaml", "--shadow", "next.yaml"], { cwd: folder });
  for (const amount of [40, 40, 5])
    expect((await decided(server, pay(amount))).decision).toBe(true);
  expect(
    logged(folder).map(({ decision }) => [
      decision.effect,
      decision.shadow.effect,
      decision.shadow.class,
    ]),
  ).toEqual([
    ["allow", "allow", "unchanged"],
    ["allow", "deny", "narrowed"],
    ["allow", "allow", "unchanged"],
  ]);
  const { text } = await ask(server.port, "/metrics");
  expect(text).toContain('agentz_shadow_decisions_total{class="narrowed"} 1');
});

describe("approvals", () => {
  const refund = (order: string): unknown => ({
    session: "s",
    subject: { type: "agent", id: "a" },
    action: { server: "shop", name: "refund" },
    args: { order },
    complete: ["context"],
  });
  const credentials = "bearer pep\nbearer mia human:mia\nbearer leo human:leo\nkey eve human:eve\n";
  const as = (token: string): Record<string, string> => ({ Authorization: `Bearer ${token}` });

  test("an approval is worth nothing after --approval-ttl, also if nobody asked meanwhile", async () => {
    const folder = scratch({ "p.yaml": policy(100), credentials });
    const args = ["--candidate", "p.yaml", "--credentials", "credentials", "--approval-ttl", "1s"];
    const server = await serve(args, { cwd: folder });
    const asked = (await ask(server.port, "/v1/decide", refund("1"), as("pep"))).json();
    const { id, expires_at: expires } = asked.context.access_request;
    const statuses = [];
    for (const token of ["mia", "leo"])
      statuses.push(
        (await ask(server.port, "/v1/approvals", { id, decision: "granted" }, as(token))).status,
      );
    expect(statuses).toEqual([200, 200]);
    await until(() => Date.now() > Date.parse(expires) + 10);
    const again = (await ask(server.port, "/v1/decide", refund("1"), as("pep"))).json();
    expect([again.decision, again.context.access_request.id === id]).toEqual([false, false]);
    await server.end("SIGTERM");
  });

  test("design 6: two people, bound to the call, once, and there after a restart", async () => {
    const folder = scratch({ "p.yaml": policy(100), credentials });
    const args = ["--candidate", "p.yaml", "--credentials", "credentials"];
    let server = await serve(args, { cwd: folder });
    const call = async (order: string): Promise<ReturnType<typeof JSON.parse>> =>
      (await ask(server.port, "/v1/decide", refund(order), as("pep"))).json();
    const answer = async (id: string, token: string, decision = "granted"): Promise<number> =>
      (await ask(server.port, "/v1/approvals", { id, decision }, as(token))).status;

    const asked = await call("1");
    expect([asked.decision, asked.context.effect]).toEqual([false, "require_approval"]);
    const { id } = asked.context.access_request;
    expect((await call("1")).context.access_request.id).toBe(id);
    expect(await answer(id, "pep")).toBe(403);
    expect(await answer(id, "eve")).toBe(403);
    expect(await answer(id, "mia")).toBe(200);
    expect(await answer(id, "mia")).toBe(409);
    expect((await call("1")).decision).toBe(false);
    await server.end("SIGKILL");
    server = await serve(args, { cwd: folder });
    const { approvals } = (await ask(server.port, "/v1/approvals", undefined, as("pep"))).json();
    expect(approvals).toMatchObject([
      { id, args: { order: "1" }, given: [{ by: "human:mia", decision: "granted" }] },
    ]);
    expect(await answer(id, "leo")).toBe(200);
    expect((await call("2")).decision).toBe(false);
    expect((await call("1")).decision).toBe(true);
    expect((await call("1")).decision).toBe(false);
    await server.end("SIGKILL");
    server = await serve(args, { cwd: folder });
    expect((await call("1")).decision).toBe(false);
    const line =
      "replay --candidate p.yaml --baseline recorded --trace decisions.jsonl --format json";
    const replayed = JSON.parse(agentz(line.split(" "), { cwd: folder }).stdout);
    expect(replayed.changes.unchanged).toBe(replayed.trace.calls);
  });

  test("a refusal denies, and the page has no script from elsewhere", async () => {
    const folder = scratch({ "p.yaml": policy(100), credentials });
    const server = await serve(["--candidate", "p.yaml", "--credentials", "credentials"], {
      cwd: folder,
    });
    const asked = (await ask(server.port, "/v1/decide", refund("1"), as("pep"))).json();
    const { id } = asked.context.access_request;
    await ask(server.port, "/v1/approvals", { id, decision: "refused" }, as("mia"));
    const again = (await ask(server.port, "/v1/decide", refund("1"), as("pep"))).json();
    expect([again.decision, again.context.effect]).toEqual([false, "deny"]);
    const page = await ask(server.port, "/approvals");
    expect(page.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(page.text).not.toMatch(/(?:src|href)=/);
  });
});

interface Told {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Asks over TLS. */
function told({ body, ...options }: RequestOptions & { readonly body?: string }): Promise<Told> {
  return new Promise((resolve, reject) => {
    const asked = request(options, (answer) => {
      let text = "";
      answer.on("data", (part: Buffer) => void (text += part.toString()));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    asked.on("error", reject).end(body);
  });
}

describe("who may ask", () => {
  const basic = `Basic ${Buffer.from("pep:secret").toString("base64")}`;

  test("401 with what may be given, for whoever brings nothing that is known", async () => {
    const folder = scratch({ "p.yaml": policy(100), c: "bearer abc\nkey k-1\nbasic pep:secret\n" });
    const server = await serve(["--candidate", "p.yaml", "--credentials", "c"], { cwd: folder });
    const status = (headers: Record<string, string>): Promise<number> =>
      ask(server.port, "/v1/decide", pay(1), headers).then((answer) => answer.status);
    const refused = await ask(server.port, "/v1/decide", pay(1));
    expect([refused.status, refused.headers["www-authenticate"]]).toEqual([
      401,
      'Bearer realm="agentz", Basic realm="agentz", charset="UTF-8"',
    ]);
    const known = [
      { Authorization: "Bearer abc" },
      { "X-API-Key": "k-1" },
      { Authorization: basic },
    ];
    for (const headers of known) expect(await status(headers)).toBe(200);
    const others = [
      { Authorization: "Bearer ab" },
      { "X-API-Key": "abc" },
      { Authorization: "abc" },
    ];
    for (const headers of others) expect(await status(headers)).toBe(401);
    expect((await ask(server.port, "/healthz")).status).toBe(200);
  });

  test("credentials are read anew on SIGHUP, and bad ones leave the old ones in force", async () => {
    const folder = scratch({ "p.yaml": policy(100), c: "bearer old\n" });
    const server = await serve(["--candidate", "p.yaml", "--credentials", "c"], { cwd: folder });
    const status = (token: string): Promise<number> =>
      ask(server.port, "/v1/decide", pay(1), { Authorization: `Bearer ${token}` }).then(
        (answer) => answer.status,
      );
    const reload = async (text: string, holds: () => Promise<boolean>): Promise<void> => {
      writeFileSync(join(folder, "c"), text);
      server.process.kill("SIGHUP");
      await until(holds);
    };
    const fault = async (): Promise<unknown> => (await ask(server.port, "/readyz")).json().reload;
    await reload("token new\n", async () => (await fault()) !== undefined);
    expect([await fault(), await status("old")]).toEqual(["c:1: this is not a credential", 200]);
    await reload("bearer new\n", async () => (await fault()) === undefined);
    expect([await status("old"), await status("new")]).toEqual([401, 200]);
  });

  test.each([
    [["--listen", "0.0.0.0:0"], "needs credentials"],
    [["--credentials", "none"], "cannot be read"],
    [["--credentials", "bad"], "bad:1: this is not a credential"],
    [["--tls-cert", "x"], "go together"],
    [["--listen", "nowhere"], "is not an address to listen on"],
    [["--listen", "unix:none/s.sock"], "its folder does not exist"],
    [["--tls-cert", "bad", "--tls-key", "bad"], "the certificate cannot be used"],
    [["--client-ca", "bad"], "--client-ca needs --tls-cert"],
    [["--max-batch", "0"], "it has to be a whole number above 0"],
    [["--approval-ttl", "0s"], "it has to be a duration above 0"],
  ])("%j is refused", async (args, why) => {
    const folder = scratch({ "p.yaml": policy(100), bad: "token abc\n" });
    await expect(serve(["--candidate", "p.yaml", ...args], { cwd: folder })).rejects.toThrow(why);
  });

  test("a unix socket has the mode that is asked for, and one that was left is taken over", async () => {
    const folder = scratch({ "p.yaml": policy(100) });
    const args = ["--candidate", "p.yaml", "--listen", "unix:s.sock", "--socket-mode", "0660"];
    const first = await serve(args, { cwd: folder });
    const path = join(folder, "s.sock");
    expect(statSync(path).mode & 0o777).toBe(0o660);
    expect((await ask(path, "/v1/decide", pay(1))).json().decision).toBe(true);
    const other = serve([...args, "--log", "other.jsonl"], { cwd: folder });
    await expect(other).rejects.toThrow("another process listens on `unix:s.sock` already");
    expect((await ask(path, "/v1/decide", pay(1))).status).toBe(200);
    await first.end("SIGKILL");
    expect(statSync(path).isSocket()).toBe(true);
    const second = await serve(args, { cwd: folder });
    expect((await ask(path, "/v1/decide", pay(1))).status).toBe(200);
    await second.end("SIGTERM");
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });

  test.skipIf(lacks("openssl"))("clients show a certificate (needs openssl)", async () => {
    const folder = scratch({ "p.yaml": policy(100) });
    const make = (name: string, own: string): void => {
      const line =
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout " +
        `${name}.key -out ${name}.pem -subj /CN=${own} ` +
        "-addext subjectAltName=DNS:localhost,DNS:pdp.example";
      expect(spawnSync("openssl", line.split(" "), { cwd: folder }).status).toBe(0);
    };
    make("server", "localhost");
    make("client", "human:mia");
    const tls = [
      "--tls-cert",
      "server.pem",
      "--tls-key",
      "server.key",
      "--client-ca",
      "client.pem",
    ];
    const server = await serve(["--candidate", "p.yaml", ...tls], { cwd: folder });
    const file = (name: string): Buffer => readFileSync(join(folder, name));
    const asked = (own: object, port = server.port): Promise<Told> => {
      const there = { port, host: "localhost", servername: "localhost", path: "/v1/approvals" };
      return told({ ...there, ca: file("server.pem"), ...own });
    };
    const status = (own: object, port?: number): Promise<number | undefined> =>
      asked(own, port).then((answer) => answer.status);
    const client = { cert: file("client.pem"), key: file("client.key") };
    expect(await status({})).toBe(401);
    expect(await status({ cert: file("server.pem"), key: file("server.key") })).toBe(401);
    expect(await status(client)).toBe(200);

    const both = ["--candidate", "p.yaml", ...tls, "--credentials", "c", "--log", "both.jsonl"];
    writeFileSync(join(folder, "c"), "bearer pep\nbearer leo human:leo\n");
    const { port } = await serve(both, { cwd: folder });
    const headers = { Authorization: "Bearer pep", "Content-Type": "application/json" };
    expect(await status(client, port)).toBe(401);
    expect(await status({ headers }, port)).toBe(401);
    expect(await status({ ...client, headers }, port)).toBe(200);
    const refused = await asked({ headers }, port);
    expect(refused.headers["www-authenticate"]).toBe('Mutual realm="agentz"');

    const body = JSON.stringify({
      subject: { type: "agent", id: "a" },
      action: { server: "shop", name: "refund" },
      args: { order: "1" },
      complete: ["context"],
    });
    const sent = { ...client, headers, method: "POST", path: "/v1/decide", body };
    const { id } = JSON.parse((await asked(sent, port)).text).context.access_request;
    const give = { ...sent, path: "/v1/approvals", body: `{"id":"${id}","decision":"granted"}` };
    expect(await status(give, port)).toBe(403);
    const asLeo = { ...headers, Authorization: "Bearer leo" };
    expect(await status({ ...give, headers: asLeo }, port)).toBe(403);

    const base = async (host: string): Promise<unknown> => {
      const path = "/.well-known/authzen-configuration";
      return JSON.parse((await asked({ path, headers: { Host: host } }, port)).text)
        .policy_decision_point;
    };
    expect(await base(`pdp.example:${port}`)).toBe(`https://pdp.example:${port}`);
    expect(await base(`localhost:${port}`)).toBe(`https://localhost:${port}`);
    expect(await base(`evil.example:${port}`)).toBe(`https://127.0.0.1:${port}`);
  });
});

test("design 9.1: a decision point that no catalog lists is told, since no call counts as enforced", async () => {
  const listed = `${policy(100)}decision_points: [{ id: gate, external: true }]\n`;
  const folder = scratch({ "p.yaml": listed });
  const said = "no catalog lists the decision point `gate` as external";
  const args = ["--candidate", "p.yaml", "--id", "gate", "--reload", "50ms"];
  const server = await serve(args, { cwd: folder });
  await decided(server, pay(1));
  await decided(server, pay(1000));
  expect(server.said()).not.toContain(said);
  const line = "coverage --candidate p.yaml --trace decisions.jsonl --format json";
  const covered = JSON.parse(agentz(line.split(" "), { cwd: folder }).stdout);
  expect(covered.metrics.enforcement).toEqual({ covered: 2, total: 2 });
  expect(covered.disagreements).toEqual([]);
  writeFileSync(join(folder, "p.yaml"), policy(100));
  await until(() => server.said().includes(said));
  expect(server.said()).toContain("`decision_points: [{ id: gate, external: true }]`");
});

test("administration has a listener of its own where one is asked for", async () => {
  const folder = scratch({ "p.yaml": policy(100) });
  const server = await serve(["--candidate", "p.yaml", "--admin-listen", "unix:admin.sock"], {
    cwd: folder,
  });
  await decided(server, pay(1));
  const page = (await ask(join(folder, "admin.sock"), "/metrics")).text;
  expect(page).toContain('agentz_decisions_total{effect="allow",permitted="true"} 1');
  expect(page).toMatch(/agentz_policy_info\{digest="sha256:[0-9a-f]{64}"/);
  expect((await ask(server.port, "/metrics")).status).toBe(404);
});
