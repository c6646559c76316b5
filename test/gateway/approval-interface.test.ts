import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { agentz, scratch } from "../e2e/agentz.ts";
import { ask, until, type Answered } from "../serve/running.ts";
import { proxy, type Proxy } from "./proxy.ts";
import { call, request } from "./relaying.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: shop
version: 1.0.0
rules:
  - { id: echo, effect: require_approval, actions: [shop/echo], approval: { approvers: ["role:boss"] } }
  - { id: two, effect: require_approval, actions: [shop/shout],
      approval: { approvers: ["human:mia", "human:leo", "human:jane"], quorum: 2 } }
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools:
  - { name: echo, server: shop, effects: [update], resource: none }
  - { name: shout, server: shop, effects: [update], resource: none }
people: [{ id: mia, roles: [boss] }, { id: leo }, { id: jane, roles: [boss] }]
`;
const CREDENTIALS = "bearer m1a human:mia\nbearer l3o human:leo\nbearer j4ne human:jane\n";

interface Held extends Proxy {
  readonly cwd: string;
  readonly port: number;
  /** Calls a tool; gives the result. */
  readonly called: (name: string, args?: object) => Promise<Loose>;
  readonly answered: (token: string, body: object) => Promise<Answered>;
}

async function held(...flags: readonly string[]): Promise<Held> {
  const cwd = scratch({ "p.yaml": POLICY, "creds.txt": CREDENTIALS });
  const one = proxy(cwd, [
    ...["--candidate", "p.yaml", "--server", "shop", "--on-behalf-of", "human:jane"],
    ...["--approvals", "127.0.0.1:0", "--credentials", "creds.txt", ...flags],
  ]);
  await until(() => /approvals are given at/.test(one.said()));
  const port = Number(/approvals are given at http:\/\/127\.0\.0\.1:(\d+)/.exec(one.said())?.[1]);
  one.send(request("hi", "initialize", { protocolVersion: "2025-11-25", capabilities: {} }));
  await one.next();
  let id = 0;
  return {
    ...one,
    cwd,
    port,
    called: async (name, args = {}) => {
      one.send(call(id++, name, args));
      return (await one.next()).result;
    },
    answered: (token, body) =>
      ask(port, "/v1/approvals", body, { authorization: `Bearer ${token}` }),
  };
}

/** The request for approval that a denial names. */
function askedIn(result: Loose): string {
  expect(result.isError).toBe(true);
  return result._meta["dev.agentz/approval"];
}

const grant = (id: string): object => ({ id, decision: "granted" });

describe("design 15.2: approvals that nobody at the client may give", () => {
  test("the model is told what is asked, of whom, and where; then the call runs once", async () => {
    const { called, answered, port, log } = await held();
    const denied = await called("echo", { to: "main" });
    const id = askedIn(denied);
    expect(denied.content[0].text).toBe(
      `agentz: shop/echo requires an approval; it needs an approval by 1 of role:boss; the request ` +
        `for approval ${id} is open until ${/until (\S+)/.exec(denied.content[0].text)?.[1]} at ` +
        `http://127.0.0.1:${port}/approvals. The call was not sent to the server; repeat it unchanged ` +
        "after it is approved.",
    );
    // asked again, it is the same request
    expect(askedIn(await called("echo", { to: "main" }))).toBe(id);
    expect((await answered("m1a", grant(id))).status).toBe(200);
    expect((await called("echo", { to: "main" })).content[0].text).toBe('{"to":"main"}');
    expect(askedIn(await called("echo", { to: "main" }))).not.toBe(id);
    expect(log().filter(({ type }) => type === "approval").length).toBe(1);
  });

  test("an approval is for these arguments alone", async () => {
    const { called, answered } = await held();
    await answered("m1a", grant(askedIn(await called("echo", { to: "main" }))));
    askedIn(await called("echo", { to: "prod" }));
    expect((await called("echo", { to: "main" })).isError).toBeUndefined();
  });

  test("two people have to approve, and not the one for whom the agent acts", async () => {
    const { called, answered } = await held();
    const id = askedIn(await called("shout"));
    expect((await answered("j4ne", grant(id))).status).toBe(403);
    expect((await answered("m1a", grant(id))).status).toBe(200);
    expect(askedIn(await called("shout"))).toBe(id);
    expect((await answered("l3o", grant(id))).status).toBe(200);
    expect((await called("shout")).isError).toBeUndefined();
  });

  test("somebody without the role cannot, nor somebody whom nobody knows", async () => {
    const { called, answered } = await held();
    const id = askedIn(await called("echo"));
    expect((await answered("l3o", grant(id))).status).toBe(403);
    expect((await answered("nobody", grant(id))).status).toBe(401);
    askedIn(await called("echo"));
  });

  test("a refusal denies the call", async () => {
    const { called, answered } = await held();
    const id = askedIn(await called("echo"));
    expect((await answered("m1a", { id, decision: "refused" })).status).toBe(200);
    expect((await called("echo"))._meta["dev.agentz/decision"]).toBe("deny");
  });

  test("an approval expires", async () => {
    const { called, answered } = await held("--approval-ttl", "1ms");
    const id = askedIn(await called("echo"));
    expect((await answered("m1a", grant(id))).status).toBe(404);
  });

  test("other policies decide what an approval is worth", async () => {
    const { called, answered, cwd, said } = await held("--reload", "20ms");
    const id = askedIn(await called("echo"));
    await answered("m1a", grant(id));
    const stricter = POLICY.replace(
      "rules:",
      "rules:\n  - { id: no, effect: deny, actions: [shop/echo] }",
    );
    writeFileSync(join(cwd, "p.yaml"), stricter);
    await until(() => said().includes("are in force"));
    expect((await called("echo"))._meta["dev.agentz/rule"]).toBe("shop/no");
  });

  test("nothing but approvals is answered there", async () => {
    const { port } = await held();
    const mia = { authorization: "Bearer m1a" };
    for (const path of ["/v1/decide", "/access/v1/evaluation", "/metrics", "/v1/hooks/codex"])
      expect((await ask(port, path, {}, mia)).status).toBe(404);
    expect((await ask(port, "/approvals")).text).toContain("<!doctype html>");
    expect((await ask(port, "/v1/approvals", undefined, mia)).json()).toEqual({ approvals: [] });
  });
});

describe("flags", () => {
  test.each<[string, string, readonly string[]]>([
    ["one of the two", "go together", ["--approvals", "127.0.0.1:0"]],
    [
      "nobody who could",
      "names a person",
      ["--approvals", "127.0.0.1:0", "--credentials", "c.txt"],
    ],
    ["no file", "does not exist", ["--approvals", "127.0.0.1:0", "--credentials", "d.txt"]],
  ])("%s", (_, says, flags) => {
    const cwd = scratch({ "p.yaml": POLICY, "c.txt": "bearer x\n" });
    const done = agentz(["proxy", "--candidate", "p.yaml", ...flags, "--", "true"], { cwd });
    expect(done.status).toBe(2);
    expect(done.stderr).toContain(says);
  });
});
