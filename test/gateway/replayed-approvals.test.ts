import { describe, expect, test } from "vitest";
import { agentz } from "../e2e/agentz.ts";
import { call, relayed, request, result, type Relayed } from "./relaying.ts";

// tests read what they sent for
type Loose = ReturnType<typeof JSON.parse>;

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: repo
version: 1.0.0
rules:
  - { id: push, effect: require_approval, actions: [files/push], approval: { approvers: ["human:mia"] } }
---
apiVersion: agentz/v1
kind: Catalog
name: c
version: 1.0.0
tools: [{ name: push, server: files, effects: [update], resource: none }]
`;
const SECRET = { to: "main", password: "hunter2" };
const yes = { action: "accept", content: { approve: true } };

async function asking(folder?: string): Promise<Relayed> {
  const more = folder === undefined ? {} : { folder };
  const one = await relayed(POLICY, { approver: "human:mia", ...more });
  const capabilities = { elicitation: {} };
  one.fromClient(request("hi", "initialize", { protocolVersion: "2025-11-25", capabilities }));
  one.fromServer(result("hi", { protocolVersion: "2025-11-25", capabilities: {} }));
  one.server.length = 0;
  return one;
}

function asked(one: Relayed, id: number, args: object, said: object): void {
  one.fromClient(call(id, "push", args));
  one.fromClient(result(one.answer().id, said));
  one.fromServer(result(id, { content: [] }));
}

function replayed({ folder }: Relayed, ...flags: readonly string[]): Loose {
  const more = ["--baseline", "recorded", "--trace", "log.jsonl", ...flags];
  return agentz(["replay", "--candidate", "p.yaml", ...more], { cwd: folder }).stdout;
}

describe("design 6.2: approvals of calls with masked arguments replay as they were", () => {
  test("one is refused, two are approved, one of them with nothing masked", async () => {
    const one = await asking();
    asked(one, 1, { ...SECRET, to: "a" }, { action: "decline" });
    asked(one, 2, SECRET, yes);
    asked(one, 3, { to: "main" }, yes);
    expect(one.server.map((line) => JSON.parse(line).params.arguments)).toEqual([
      SECRET,
      { to: "main" },
    ]);
    one.relay.close();
    one.close();
    expect(JSON.stringify(one.log())).not.toContain("hunter2");
    const document = JSON.parse(replayed(one, "--format", "json"));
    expect(document.changes).toMatchObject({ unchanged: 6, indeterminate: 0 });
    expect(document.decisions.candidate).toEqual({
      ...{ allow: 0, require_approval: 5, deny: 1, indeterminate: 0 },
    });
    // each attempt is a call: the one that waits, and the one that runs
    expect(document.approvals.candidate).toMatchObject({ required: 5, satisfied: 2 });
    expect(replayed(one)).toContain(
      "approvals  5 for 5 calls (before 5 for 5): 2 of these calls approved, 3 held",
    );
  });

  test("after a restart such an approval is still used, and can still be given", async () => {
    const one = await asking();
    asked(one, 1, SECRET, yes);
    one.fromClient(call(2, "push", SECRET));
    const { id } = one.answer();
    expect(one.server).toHaveLength(1);
    one.close();
    const again = await asking(one.folder);
    // what the first call used up lets no other one run
    again.fromClient(call(3, "push", SECRET));
    expect(again.answer()).toMatchObject({ method: "elicitation/create" });
    expect(again.answer().id).not.toBe(id);
    again.fromClient(result(again.answer().id, yes));
    expect(again.server).toHaveLength(1);
    again.fromClient(call(4, "push", SECRET));
    expect(again.server).toHaveLength(1);
  });

  test("what an approval binds to stays where nothing is masked", async () => {
    const one = await asking();
    asked(one, 1, SECRET, yes);
    asked(one, 2, { to: "main" }, yes);
    one.close();
    const used = one.log().flatMap(({ context }) => context?.approvals ?? []);
    expect(used.map((given: Loose) => Object.hasOwn(given, "digest"))).toEqual([false, true]);
    expect(used).toMatchObject([{ by: "human:mia" }, { by: "human:mia", decision: "granted" }]);
  });
});
