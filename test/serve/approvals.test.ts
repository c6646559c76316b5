import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratch } from "../e2e/agentz.ts";
import { ask, serve, until, type Answered, type Running } from "./running.ts";

const policy = (refund: string): string => `apiVersion: agentz/v1
kind: Policy
name: shop
version: 1.0.0
rules:
  - { id: refund, effect: ${refund}, actions: [shop/refund, shop/pay], reason: money }
  - { id: two, effect: require_approval, actions: [shop/transfer],
      approval: { approvers: ["human:*"], quorum: 2 } }
---
apiVersion: agentz/v1
kind: Catalog
name: shop
version: 1.0.0
tools:
  - { name: refund, server: shop, effects: [pay], resource: none }
  - { name: transfer, server: shop, effects: [pay], resource: none }
  - { name: pay, server: shop, effects: [pay] }
`;
const HELD = policy('require_approval, approval: { approvers: ["human:*", "agent:*"] }');
const CREDENTIALS = `bearer pep
bearer mia human:mia
key mia-2 human:mia
bearer Mia human:Mia
bearer leo human:leo
bearer bot agent:bot
`;
const ARGS = ["--candidate", "p.yaml", "--credentials", "credentials", "--reload", "50ms"];
const folder = scratch({ "p.yaml": HELD, credentials: CREDENTIALS });
let server: Running;
beforeAll(async () => {
  server = await serve(ARGS, { cwd: folder });
});

type Sent = Readonly<Record<string, unknown>>;
type Json = ReturnType<typeof JSON.parse>;
const as = (token: string): Record<string, string> =>
  token === "mia-2" ? { "X-API-Key": token } : { Authorization: `Bearer ${token}` };
const call = (order: string, more: Sent = {}): Sent => ({
  session: "s",
  subject: { type: "agent", id: "a" },
  action: { server: "shop", name: "refund" },
  args: { order },
  complete: ["context"],
  ...more,
});
const send = async (token: string, order: string, more: Sent = {}): Promise<Json> =>
  (await ask(server.port, "/v1/decide", call(order, more), as(token))).json();
const answer = (token: string, id: string, decision = "granted"): Promise<Answered> =>
  ask(server.port, "/v1/approvals", { id, decision }, as(token));
const status = async (token: string, id: string, decision = "granted"): Promise<number> =>
  (await answer(token, id, decision)).status;
const listed = async (id: string): Promise<Json> => {
  const { approvals } = (await ask(server.port, "/v1/approvals", undefined, as("pep"))).json();
  return approvals.find((one: { id: string }) => one.id === id);
};
const logged = (type: string): readonly Json[] =>
  readFileSync(join(folder, "decisions.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter((event) => event.type === type);

describe("design 6.1: nobody approves what their own credential asked for", () => {
  test("not by any of their credentials, and the request says who sent it", async () => {
    const { id } = (await send("mia", "1")).context.access_request;
    expect(await listed(id)).toMatchObject({ state: "open", asked_by: ["human:mia"] });
    const noted = logged("approval_request").at(-1).context.approval_request;
    expect([noted.id, noted.asked_by]).toEqual([id, ["human:mia"]]);
    for (const token of ["mia", "mia-2", "Mia"]) {
      const { status: code, text } = await answer(token, id);
      expect([code, text]).toEqual([403, expect.stringContaining("sent the call")]);
      expect(await status(token, id, "refused")).toBe(403);
    }
    expect((await send("pep", "1")).decision).toBe(false);
    expect(await status("leo", id)).toBe(200);
    expect((await send("mia", "1")).decision).toBe(true);
  });

  test("nor by an approval from before they sent it, whoever sends it then", async () => {
    const { id } = (await send("pep", "2")).context.access_request;
    expect(await status("mia", id)).toBe(200);
    expect((await listed(id)).state).toBe("satisfied");
    expect((await send("mia", "2")).decision).toBe(false);
    expect(await listed(id)).toMatchObject({ state: "open", asked_by: ["human:mia"] });
    expect((await send("pep", "2")).decision).toBe(false);
    expect(await status("leo", id)).toBe(200);
    expect((await send("pep", "2")).decision).toBe(true);
  });

  test("a refusal stands, whoever sends the call then", async () => {
    const { id } = (await send("pep", "3")).context.access_request;
    expect(await status("mia", id, "refused")).toBe(200);
    expect((await send("mia", "3")).context.effect).toBe("deny");
  });

  test("nor by an approval that they send along", async () => {
    const bring = (...approvals: readonly unknown[]): Sent => ({ context: { approvals } });
    const own = [
      { by: "human:mia" },
      { by: "human:MIA", decision: "granted" },
      { by: { type: "human", id: "mia" } },
      { by: "user:mia", decision: "maybe" },
    ];
    for (const one of own) {
      const sent = call("4", bring({ by: "human:leo", decision: "refused" }, one));
      const refused = await ask(server.port, "/v1/decide", sent, as("mia"));
      expect([refused.status, refused.text]).toEqual([
        403,
        expect.stringContaining("`context.approvals[1]` is by `human:mia`"),
      ]);
    }
    const brought = (by: string, decision: string): Promise<Json> =>
      send("mia", "4", bring({ by, decision }));
    expect((await brought("human:mia", "refused")).context.effect).toBe("deny");
    expect((await brought("human:leo", "granted")).decision).toBe(true);
    const item = { ...call("5"), resource: { type: "x", id: "y" } };
    const batch = { ...item, evaluations: [bring({ by: "human:mia" }), {}] };
    const { evaluations } = (
      await ask(server.port, "/access/v1/evaluations", batch, as("mia"))
    ).json();
    expect(evaluations[0].context.error.status).toBe(403);
  });

  test("an agent that approves is held to the same, and so is whom the call is for", async () => {
    const { id } = (await send("bot", "6")).context.access_request;
    expect(await status("bot", id)).toBe(403);
    const forMia = { context: { on_behalf_of: { type: "human", id: "mia" } } };
    const other = (await send("pep", "7", forMia)).context.access_request;
    expect([await status("mia", other.id), await status("leo", other.id)]).toEqual([403, 200]);
  });

  test("of two credentials that come at once neither's party may", async () => {
    const two = { ...as("leo"), "X-API-Key": "mia-2" };
    const asked = await ask(server.port, "/v1/decide", call("9"), two);
    const { id } = asked.json().context.access_request;
    expect((await listed(id)).asked_by.toSorted()).toEqual(["human:leo", "human:mia"]);
    expect([await status("mia", id), await status("leo", id)]).toEqual([403, 403]);
    const other = (await send("mia", "11")).context.access_request;
    const answered = { id: other.id, decision: "granted" };
    expect((await ask(server.port, "/v1/approvals", answered, two)).status).toBe(403);
    expect(await status("leo", other.id)).toBe(200);
  });

  test("all of that holds after a restart", async () => {
    const { id } = (await send("pep", "8")).context.access_request;
    expect(await status("mia", id)).toBe(200);
    await send("mia", "8");
    await server.end("SIGKILL");
    server = await serve(ARGS, { cwd: folder });
    expect(await listed(id)).toMatchObject({ state: "open", asked_by: ["human:mia"] });
    expect(await status("mia-2", id)).toBe(403);
    expect((await send("pep", "8")).decision).toBe(false);
  });
});

describe("design 6.1: a quorum is of different people", () => {
  const transfer = { action: { server: "shop", name: "transfer" } };

  test("not of one under two credentials or spellings, and each answer is shown", async () => {
    const { id } = (await send("pep", "1", transfer)).context.access_request;
    const codes: number[] = [];
    for (const token of ["mia", "mia", "mia-2", "Mia"]) codes.push(await status(token, id));
    expect(codes).toEqual([200, 409, 409, 409]);
    expect(await listed(id)).toMatchObject({
      state: "open",
      requirements: [{ quorum: 2, have: ["human:mia"], state: "open" }],
    });
    expect((await send("pep", "1", transfer)).decision).toBe(false);
    expect(await status("leo", id)).toBe(200);
    expect(await listed(id)).toMatchObject({
      state: "satisfied",
      requirements: [{ have: ["human:leo", "human:mia"], state: "satisfied" }],
    });
    const sent = await Promise.all([1, 2, 3].map(() => send("pep", "1", transfer)));
    expect(sent.filter(({ decision }) => decision === true)).toHaveLength(1);
    expect(await listed(id)).toBeUndefined();
  });

  test("who granted may refuse until the grant is used", async () => {
    const { id } = (await send("pep", "3", transfer)).context.access_request;
    for (const token of ["mia", "leo"]) expect(await status(token, id)).toBe(200);
    expect(await status("mia-2", id, "refused")).toBe(200);
    expect(await listed(id)).toMatchObject({ state: "refused" });
    expect((await send("pep", "3", transfer)).context.effect).toBe("deny");
  });

  test("one refusal decides, and nobody answers after it", async () => {
    const { id } = (await send("pep", "2", transfer)).context.access_request;
    const both = await Promise.all([status("mia", id, "refused"), status("leo", id)]);
    expect(both).toEqual([200, 409]);
    expect(await listed(id)).toMatchObject({ state: "refused", requirements: [{ have: [] }] });
    expect((await answer("bot", id, "refused")).text).toContain("this request was refused");
  });

  test("what is decided is not counted as open", async () => {
    const count = async (): Promise<number> => {
      const { text } = await ask(server.port, "/metrics", undefined, as("pep"));
      return Number(/^agentz_approvals_open (\d+)$/m.exec(text)?.[1]);
    };
    const before = await count();
    const { id } = (await send("pep", "12")).context.access_request;
    expect(await count()).toBe(before + 1);
    await status("leo", id);
    expect(await count()).toBe(before);
  });
});

describe("design 6.2: a call that no approval can bind to", () => {
  const pay = { action: { server: "shop", name: "pay" } };

  test.each<readonly [string, Sent, readonly string[], string]>([
    ["no resource", pay, ["resource.id", "resource.type"], "send `resource`"],
    [
      "half a resource",
      { ...pay, resource: { type: "order" } },
      ["resource.id"],
      "declare the `resource`",
    ],
    ["no arguments", { args: undefined }, ["args"], "send all of `args`"],
    ["a masked argument", { unrecorded: ["args.note"] }, ["args.note"], "send all of `args`"],
    ["a number that is rounded", { args: { n: 1e20 } }, ["args"], "numbers beyond 2^53 as texts"],
  ])("%s: the answer says why, and what to send", async (_, more, missing, help) => {
    const { decision, context } = await send("pep", "1", more);
    expect([decision, context.effect]).toEqual([false, "require_approval"]);
    expect(context.access_request).toBeUndefined();
    expect(context.access_request_error).toMatchObject({
      message: expect.stringContaining(missing.map((path) => `\`${path}\``).join(", ")),
      missing,
      help: expect.stringContaining(help),
    });
  });

  test("an action of AuthZEN names its server in `properties`", async () => {
    const sent = (properties: Sent): Promise<Answered> =>
      ask(
        server.port,
        "/access/v1/evaluation",
        {
          subject: { type: "agent", id: "a" },
          action: { name: "pay", properties },
          resource: { type: "order", id: "1" },
          context: { agentz: { args: { order: "1" } } },
        },
        as("pep"),
      );
    const without = (await sent({})).json().context;
    expect(without.indeterminate).toBe(true);
    expect(without.missing).toMatchObject([{ attribute: "action.server" }]);
    const { access_request: opened } = (await sent({ server: "shop" })).json().context;
    expect(Date.parse(opened.expires_at)).toBeGreaterThan(Date.now());
  });
});

describe("design 14.3: policies that change in the middle of an approval", () => {
  const inForce = async (text: string): Promise<void> => {
    const digest = async (): Promise<string> =>
      (await ask(server.port, "/readyz", undefined, as("pep"))).json().policy;
    const before = await digest();
    writeFileSync(join(folder, "p.yaml"), text);
    await until(async () => (await digest()) !== before);
  };

  test("the request stands as the new ones say", async () => {
    const { id } = (await send("pep", "10")).context.access_request;
    expect(await status("leo", id)).toBe(200);
    const two = policy('require_approval, approval: { approvers: ["human:*"], quorum: 2 }');
    await inForce(two);
    expect(await listed(id)).toMatchObject({
      state: "open",
      requirements: [{ quorum: 2, have: ["human:leo"] }],
    });
    expect((await send("pep", "10")).decision).toBe(false);
    await inForce(policy('require_approval, approval: { approvers: ["human:mia"] }'));
    expect(await listed(id)).toMatchObject({ state: "open", requirements: [{ have: [] }] });
    expect((await send("pep", "10")).decision).toBe(false);
    await inForce(policy("allow"));
    expect((await listed(id)).state).toBe("none");
    const late = await answer("mia", id);
    expect([late.status, late.text]).toEqual([409, expect.stringContaining("send the call again")]);
    expect((await send("pep", "10")).context.effect).toBe("allow");
    await inForce(HELD);
    expect((await listed(id)).state).toBe("satisfied");
    expect((await send("pep", "10")).decision).toBe(true);
    expect((await send("pep", "10")).decision).toBe(false);
  });
});
