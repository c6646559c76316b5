import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { atEndOfFile } from "../at-end.ts";
import { agentz, ROOT, scratch } from "../e2e/agentz.ts";
import { ask, serve, until, type Running } from "../serve/running.ts";
import { LINE_SERVER, proxyCommand, type Proxy } from "./proxy.ts";
import { call, request } from "./relaying.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: shop
version: 1.0.0
session:
  counters: [{ name: echoes, add: "1.0", when: "action.name == 'echo'", on: completed }]
rules:
  - { id: echo, effect: allow, actions: [shop/echo], when: "session.counters.echoes < 2.0" }
  - { id: card, effect: allow, actions: [shop/big], obligations: { redact: [card] } }
  - { id: shout, effect: require_approval, actions: [shop/shout], approval: { approvers: ["human:mia"] } }
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools: [{ name: shout, server: shop, effects: [update], resource: none }]
`;

interface Remote extends Proxy {
  readonly cwd: string;
  readonly called: (name: string, args?: object) => Promise<Loose>;
}

async function remote(address: string, ...flags: readonly string[]): Promise<Remote> {
  const cwd = scratch();
  const one = proxyCommand(cwd, [
    ...["env", "AGENTZ_TOKEN=g4te", process.execPath, join(ROOT, "bin/agentz.js"), "proxy"],
    ...["--log", "log.jsonl", "--server", "shop", "--on-behalf-of", "human:jane"],
    ...["--decision-point", address, ...flags, "--", process.execPath, LINE_SERVER],
  ]);
  one.send(request("hi", "initialize", { protocolVersion: "2025-11-25", capabilities: {} }));
  await one.next();
  let id = 0;
  const called = async (name: string, args: object = {}): Promise<Loose> => {
    one.send(call(id++, name, args));
    return one.next();
  };
  return { ...one, cwd, called };
}

async function point(): Promise<{
  readonly running: Running;
  readonly log: () => readonly Loose[];
}> {
  const cwd = scratch({
    "p.yaml": POLICY,
    "creds.txt": "bearer g4te agent:gate\nbearer m1a human:mia\n",
  });
  const running = await serve(["--candidate", "p.yaml", "--credentials", "creds.txt"], { cwd });
  const log = (): readonly Loose[] =>
    readFileSync(join(cwd, "decisions.jsonl"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  return { running, log };
}

const at = (port: number): string => `http://127.0.0.1:${port}`;

describe("design 15: another decision point decides", () => {
  test("calls are decided there, outcomes go back, and the state advances", async () => {
    const { running, log } = await point();
    const one = await remote(at(running.port));
    const results: readonly Loose[] = [
      await one.called("echo", { n: 1 }),
      await one.called("echo", { n: 2 }),
      await one.called("echo", { n: 3 }),
    ];
    expect(results.map(({ result }) => result.isError)).toEqual([undefined, undefined, true]);
    expect(results[2]?.result.content[0].text).toContain("denied by default");
    expect(log().map(({ type, decision }) => type ?? decision.effect)).toEqual([
      ...["allow", "outcome", "allow", "outcome", "deny"],
    ]);
    one.process.stdin?.end();
    expect(await one.ended).toBe(0);
    expect(log().at(-1)).toMatchObject({ type: "session_end" });
  });

  test("the gateway's own log says the same, and is a trace that can be replayed", async () => {
    const { running, log } = await point();
    const one = await remote(at(running.port));
    for (let n = 0; n < 3; n++) await one.called("echo", { n });
    one.process.stdin?.end();
    await one.ended;
    const told = (lines: readonly Loose[]): readonly Loose[] =>
      lines.flatMap(({ id, decision, args }) =>
        decision === undefined ? [] : [[id, decision.effect, decision.policy, args]],
      );
    expect(told(one.log())).toEqual(told(log()));
    const trace = ["--baseline", "recorded", "--trace", join(one.cwd, "log.jsonl")];
    const replayed = agentz(
      ["replay", "--candidate", "p.yaml", ...trace, "--fail-on", "widened,narrowed"],
      { cwd: scratch({ "p.yaml": POLICY }) },
    );
    expect(replayed.status).toBe(0);
  });

  test("what has to be redacted is", async () => {
    const { running } = await point();
    const one = await remote(at(running.port));
    const { result } = await one.called("big", { bytes: 5 });
    expect(result.content[0].text).toContain("[redacted");
  });

  test("approvals are those of the decision point", async () => {
    const { running } = await point();
    const one = await remote(at(running.port));
    const { result } = await one.called("shout");
    expect(result.content[0].text).toContain(`${at(running.port)}/approvals`);
    const id = result._meta["dev.agentz/approval"];
    const body = { id, decision: "granted" };
    const mia = { authorization: "Bearer m1a" };
    expect((await ask(running.port, "/v1/approvals", body, mia)).status).toBe(200);
    expect((await one.called("shout")).result.isError).toBeUndefined();
    expect((await one.called("shout")).result.isError).toBe(true);
  });

  test("a decision point that goes denies, and is used again when it is back", async () => {
    const { running } = await point();
    const one = await remote(at(running.port));
    await running.end("SIGTERM");
    const { error } = await one.called("echo");
    expect(error.message).toMatch(
      /could not be decided, so it is denied: the decision point cannot be used: .*ECONNREFUSED/,
    );
    expect(one.log().at(-1).decision).toEqual({
      effect: "deny",
      rule: "decision-point",
      pdp: "agentz-proxy",
    });
    const cwd = scratch({ "p.yaml": POLICY });
    await serve(["--candidate", "p.yaml", "--listen", `127.0.0.1:${running.port}`], { cwd });
    expect((await one.called("echo")).result.isError).toBeUndefined();
  });

  test("a token that the decision point does not know denies", async () => {
    const cwd = scratch({ "p.yaml": POLICY, "creds.txt": "bearer other\n" });
    const running = await serve(["--candidate", "p.yaml", "--credentials", "creds.txt"], { cwd });
    const one = await remote(at(running.port));
    const { error } = await one.called("echo");
    expect(error.message).toContain("status 401");
    expect(JSON.stringify(one.log())).not.toContain("g4te");
  });
});

/** A decision point that answers `/v1/decide` as it is told. */
async function strange(
  answer: (asked: Loose) => string | undefined,
): Promise<{ readonly port: number; readonly paths: string[] }> {
  const paths: string[] = [];
  const server: Server = createServer((asked, response) => {
    let body = "";
    asked.on("data", (bytes: Buffer) => void (body += bytes.toString()));
    asked.on("end", () => {
      paths.push(asked.url ?? "");
      const text = asked.url === "/v1/decide" ? answer(JSON.parse(body)) : "{}";
      if (text !== undefined) response.end(text);
    });
  });
  atEndOfFile(() => void server.closeAllConnections());
  atEndOfFile(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  return { port: typeof bound === "object" && bound !== null ? bound.port : 0, paths };
}

describe("strange answers deny, with a reason", () => {
  const allow =
    (more: object, context: object = {}) =>
    ({ id }: Loose): string =>
      JSON.stringify({
        decision: true,
        context: { id, effect: "allow", rules: ["r"], ...context },
        ...more,
      });
  test.each<[string, (asked: Loose) => string | undefined, RegExp]>([
    ["no JSON", () => "yes", /not JSON/],
    ["no decision", () => '{"context":{}}', /no decision/],
    ["a decision that is no truth value", allow({ decision: "true" }), /no decision/],
    ["no context", allow({ context: null }), /no decision/],
    ["another call", allow({}, { id: "x" }), /another call/],
    ["no effect", allow({}, { effect: "permit" }), /contradicts/],
    ["a deny that permits", allow({}, { effect: "deny" }), /contradicts/],
    [
      "an obligation that nobody knows",
      allow({}, { obligations: [{ type: "dance" }] }),
      /obligation/,
    ],
    ["a redaction of nothing", allow({}, { obligations: [{ type: "redact" }] }), /obligation/],
    ["too much", () => "x".repeat(2 * 1024 ** 2), /too long/],
    ["nothing", () => undefined, /did not answer within 0.2 s/],
  ])("%s", async (_, answer, why) => {
    const { port, paths } = await strange(answer);
    const one = await remote(at(port), "--decision-timeout", "200ms");
    const { error } = await one.called("echo");
    expect(error.message).toMatch(why);
    // it counts no call that never ran
    await until(() => paths.includes("/v1/outcomes"));
  });

  test("a sound answer permits", async () => {
    const { port } = await strange(allow({}));
    const one = await remote(at(port));
    expect((await one.called("echo")).result.isError).toBeUndefined();
  });
});

describe("flags", () => {
  test.each<[string, readonly string[]]>([
    ["--candidate does not go with --decision-point", ["--candidate", "p.yaml"]],
    ["--approver does not go with --decision-point", ["--approver", "human:mia"]],
    ["decides only in mode `enforce`", ["--mode", "shadow"]],
  ])("%s", (says, flags) => {
    const cwd = scratch({ "p.yaml": POLICY });
    const done = agentz(
      ["proxy", "--decision-point", "http://127.0.0.1:1", ...flags, "--", "true"],
      { cwd },
    );
    expect(done.status).toBe(2);
    expect(done.stderr).toContain(says);
  });

  test("an address that is none", () => {
    const done = agentz(["proxy", "--decision-point", "pdp", "--", "true"], { cwd: scratch() });
    expect(done.status).toBe(2);
    expect(done.stderr).toContain("is not the address of a decision point");
  });
});
