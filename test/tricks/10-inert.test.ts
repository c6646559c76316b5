import { rmSync } from "node:fs";
import { describe, expect, test as trick } from "vitest";
import { folderOf, runIn, type Ran } from "../hostile/run-case.ts";
import { call, catalog, decide, lint, load, policy, refusals, verdict } from "./world.ts";

const tools = [
  {
    name: "refund",
    server: "pay",
    effects: ["pay"],
    args: { type: "object", properties: { amount: { type: "number" }, order: { type: "string" } } },
  },
];

async function run(files: Record<string, string>, argv: readonly string[]): Promise<Ran> {
  const folder = folderOf(files);
  try {
    return await runIn(folder, argv);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("how policies are fooled, 10: inert rules", () => {
  trick(
    "inert: a condition that is never true is found by lint, and a rule with a match example does not load",
    async () => {
      const rule = {
        id: "x",
        effect: "deny",
        actions: ["pay/refund"],
        when: "args.amount > 100.0 && args.amount < 50.0",
      };
      expect(
        await lint(
          policy([{ id: "all", effect: "allow", actions: ["pay/*"] }, rule]),
          catalog({ tools }),
        ),
      ).toContain("contradictory-condition");
      expect(
        refusals(policy([{ ...rule, match: [{ args: { amount: 500 } }] }]), catalog({ tools })),
      ).toEqual(["example-failed"]);
    },
  );
  trick("inert: a rule that another one shadows is found by lint", async () => {
    const found = await lint(
      policy([
        { id: "all", effect: "allow", actions: ["pay/*"] },
        { id: "some", effect: "allow", actions: ["pay/refund"], when: "args.amount < 50.0" },
      ]),
      catalog({ tools }),
    );
    expect(found).toContain("shadowed-rule");
  });
  trick("inert: a rule for an unknown tool is found by lint", async () => {
    expect(
      await lint(
        policy([
          { id: "x", effect: "deny", actions: ["pay/refnud"] },
          { id: "y", effect: "allow", actions: ["pay/refund"] },
        ]),
        catalog({ tools }),
      ),
    ).toContain("unknown-tool");
  });
  trick("inert: a replay fails if no call uses a tool of the rules", async () => {
    const event = JSON.stringify({
      id: "e",
      subject: { type: "agent", id: "a" },
      action: { server: "other", name: "thing" },
      args: {},
    });
    const { status, stderr } = await run(
      {
        "p.yaml": policy([{ id: "x", effect: "deny", actions: ["pay/refund"] }]),
        "t.jsonl": `${event}\n`,
      },
      ["replay", "--candidate", "p.yaml", "--baseline", "recorded", "--trace", "@/t.jsonl"],
    );
    expect([status, stderr.includes("no call uses a tool")]).toEqual([1, true]);
  });
  trick("inert: a field that no tool has does not load", () => {
    const broken = (when: string): readonly string[] =>
      refusals(
        policy([{ id: "x", effect: "deny", actions: ["pay/refund"], when }]),
        catalog({ tools }),
      );
    expect(broken("args.amuont > 100.0")).not.toEqual([]);
    expect(broken("subject.typ == 'agent'")).not.toEqual([]);
    expect(broken("session.counters.nothing > 1")).not.toEqual([]);
    expect(broken("args.amount == 'much'")).not.toEqual([]);
  });
  trick("inert: a deny rule with an error denies, and the error is counted", () => {
    const set = load(
      policy([
        { id: "all", effect: "allow" },
        { id: "x", effect: "deny", when: "int(args.order) > 100" },
      ]),
    );
    const decision = decide(set, call("t", { order: "many" }));
    expect([verdict(decision), decision.errors.map(({ rule }) => rule)]).toEqual(["deny", ["p/x"]]);
  });
  trick(
    "inert: a test of a rule that does not exist fails, and so does a suite without tests",
    async () => {
      const suite = (tests: unknown): string =>
        JSON.stringify({
          apiVersion: "agentz/v1",
          kind: "Suite",
          name: "s",
          now: "2026-05-18T09:00:00Z",
          tests,
        });
      const one = {
        name: "t",
        call: {
          subject: { type: "agent", id: "a" },
          action: { server: "pay", name: "refund" },
          args: {},
        },
      };
      const files = (tests: unknown): Record<string, string> => ({
        "p.yaml": policy([{ id: "x", effect: "deny", actions: ["pay/refund"] }]),
        "s.yaml": suite(tests),
      });
      const status = async (tests: unknown): Promise<number> =>
        (await run(files(tests), ["test", "p.yaml", "s.yaml"])).status;
      expect(await status([{ ...one, expect: { effect: "deny", rule: "x" } }])).toBe(0);
      expect([
        await status([{ ...one, expect: { effect: "deny", rule: "renamed" } }]),
        await status([{ ...one, expect: { effect: "deny", rule: "default" } }]),
        await status([]),
      ]).toEqual([1, 1, 1]);
    },
  );
});
