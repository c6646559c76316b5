import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { recordFields } from "../../../src/trace-editing/record-fields.ts";
import type { RecordField, RecordPlanResult } from "../../../src/documents/record-plan-result.ts";
import { loadDocuments } from "../../../src/policy/load.ts";
import { PlannedRecorder, sameRange } from "../../trace-editing/recorded-by-plan.ts";
import { ROOT, scratch } from "../../e2e/agentz.ts";
import { runInProcess } from "../../e2e/in-process.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: pay
version: 1.0.0
session: { values: [{ name: seen, add: args.order, when: "action.name == 'look'" }] }
rules:
  - { id: look, effect: allow, actions: [shop/look] }
  - { id: pay, effect: allow, actions: [shop/pay],
      when: "args.amount <= 100.0 && args.amount > 0.0 && args.currency == 'EUR' &&
        args.to in data.payees && args.order in session.values.seen" }
  - { id: noted, effect: deny, actions: [shop/pay],
      when: "has(args.note) || context.risk > 0.5 || args.host.endsWith('.evil')" }
---
apiVersion: agentz/v1
kind: Catalog
name: shop
version: 1.0.0
data: { payees: [NL01, DE02] }
`;
const call = (id: number, name: string, args: object): object => ({
  id: String(id),
  session: "s",
  time: `2026-05-01T10:00:0${id}Z`,
  subject: { type: "agent", id: "a" },
  action: { server: "shop", name },
  args,
  context: { risk: 0.1, secret: "x" },
  decision: { effect: "allow" },
});
const paid = { amount: 40, currency: "EUR", to: "NL01", order: "A-1", host: "a.test", memo: "m" };
const EVENTS = [
  call(1, "look", { order: "A-1" }),
  call(2, "pay", paid),
  call(3, "pay", { ...paid, amount: 400 }),
  call(4, "pay", { ...paid, currency: "USD" }),
  call(5, "pay", { ...paid, to: "FR03" }),
  call(6, "pay", { ...paid, order: "A-2" }),
  call(7, "pay", { ...paid, note: "n" }),
  { ...call(8, "pay", paid), context: {} },
];
const lines = (events: readonly object[]): string =>
  `${events.map((event) => JSON.stringify(event)).join("\n")}\n`;

function planOf(text: string): ReturnType<typeof recordFields> {
  return recordFields(loadDocuments([{ file: "p.yaml", text }]).documents);
}

function forms(fields: readonly RecordField[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    fields.map(({ path, as, bounds, except, exceptData }) => [
      path,
      [as, ...bounds, ...except, ...exceptData],
    ]),
  );
}

describe("record-plan", () => {
  test("says the least that is enough of each field", () => {
    const { fields, complete } = planOf(POLICY);
    expect(forms(fields)).toEqual({
      "args.amount": ["range", 0, 100],
      "args.currency": ["digest", "EUR"],
      "args.host": ["value"],
      "args.note": ["presence"],
      "args.order": ["digest"],
      "args.to": ["digest", "payees"],
      "context.risk": ["range", 0.5],
    });
    expect(complete).toEqual(["context"]);
  });

  test.each([
    ["args.a > 5.0 && args.b < args.a", { "args.a": ["value"], "args.b": ["value"] }],
    ["args.a in ['x', 'y'] && args.a != 'z'", { "args.a": ["digest", "x", "y", "z"] }],
    ["args.a == 1.0 || args.a == 'x'", { "args.a": ["digest", "x"] }],
    ["-5 < args.a && 7u > args.b", { "args.a": ["range", -5], "args.b": ["value"] }],
    [
      "args.a == context.b && args.a == 'x'",
      { "args.a": ["digest", "x"], "context.b": ["digest", "x"] },
    ],
    ["args.a == 'x' && args.a.b == 'y'", { "args.a": ["value"], "args.a.b": ["value"] }],
    ["args.list.all(x, x in ['a'])", { "args.list": ["digest", "a"] }],
    ["size(args.list) > 2", { "args.list": ["value"] }],
    [
      "'a' in args && 'b' in context.tags",
      { "args.a": ["presence"], "context.tags": ["digest", "b"] },
    ],
    [
      "args[context.name] == 'x'",
      { args: ["value"], "args.order": ["value"], "context.name": ["value"] },
    ],
    ["args == {'a': 1.0}", { args: ["value"], "args.order": ["value"] }],
    ["'x' in session.values.seen", { "args.order": ["digest", "x"] }],
    ["session.counters.n + args.a > 5.0", { "args.a": ["value"] }],
  ])("%s", (when, expected) => {
    const text = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
session: { values: [{ name: seen, add: args.order }], counters: [{ name: n, add: "1.0" }] }
rules: [{ id: r, effect: allow, when: ${JSON.stringify(when)} }]
`;
    const found = forms(planOf(text).fields);
    expect({ "args.order": ["digest"], ...expected }).toEqual(found);
  });

  test("what a gateway records by it is replayed to the same decisions, and shows nothing else", async () => {
    const recorder = new PlannedRecorder(planOf(POLICY), { payees: ["NL01", "DE02"] });
    const planned = EVENTS.map((event) => recorder.record(JSON.parse(JSON.stringify(event))));
    expect(JSON.stringify(planned)).not.toMatch(/USD|FR03|A-1|A-2|memo":"m|secret":"x|:400/);
    const folder = scratch({
      "p.yaml": POLICY,
      "t.jsonl": lines(EVENTS),
      "r.jsonl": lines(planned),
    });
    const decided = async (trace: string): Promise<unknown> => {
      const line = ["--candidate", "p.yaml", "--baseline", "recorded", "--trace", trace];
      const { stdout } = await runInProcess(folder, {}, ["replay", ...line, "--decisions", "-"]);
      return stdout.split("\n").filter((text) => text.startsWith('{"id"'));
    };
    expect(await decided("r.jsonl")).toEqual(await decided("t.jsonl"));
    expect(await decided("t.jsonl")).toHaveLength(8);
  });

  test("--trace shows what is lacking, what is indeterminate, and what nobody reads", async () => {
    const folder = scratch({ "p.yaml": POLICY, "t.jsonl": lines(EVENTS) });
    const asked = (...more: readonly string[]): ReturnType<typeof runInProcess> =>
      runInProcess(folder, {}, [
        "record-plan",
        "--candidate",
        "p.yaml",
        "--trace",
        "t.jsonl",
        ...more,
      ]);
    const result: RecordPlanResult = JSON.parse((await asked("--format", "json")).stdout);
    expect(result.trace).toMatchObject({
      calls: 8,
      indeterminate: 1,
      missing: [{ attribute: "context.risk", rules: ["pay/noted"], calls: 1 }],
      unneeded: [
        { path: "args.memo", calls: 7 },
        { path: "context.secret", calls: 7 },
      ],
    });
    expect(result.fields.find(({ path }) => path === "context.risk")).toMatchObject({
      recorded: 7,
      indeterminate: 1,
    });
    const { stdout, status } = await asked("--details");
    expect(status).toBe(0);
    expect(stdout).toContain("args.amount: its range; ranges end at 0, 100");
    expect(stdout).toContain("context.risk is unrecorded in 1 call; pay/noted needs it");
    expect(stdout).toContain("args.memo: 7 calls");
  });

  test("approvals bind to arguments, manifests to their names", () => {
    const text = `${POLICY.replace("effect: deny", "effect: require_approval")}agents:
  - { id: a, manifest: { sources: ["order:*"],
      tools: [{ name: shop/pay, args: { type: object,
      properties: { amount: { type: number, maximum: 500 }, memo: { type: string },
      tags: { type: array } } } }] } }
`;
    const { fields, always } = planOf(text);
    expect(forms([...always, ...fields])).toMatchObject({
      args: ["value"],
      "args.*": ["presence"],
      "args.amount": ["range", 0, 100, 500],
      "args.memo": ["range"],
      "args.tags": ["value"],
      "args.order": ["value"],
      "action.effects": ["value"],
    });
    expect(fields.find(({ path }) => path === "args")?.only).toContain("recorded approval");
  });

  test("the other number of a range is of it, and whole only if it was", () => {
    const bounds = [-1.5, 0, 0.25, 100];
    for (const value of [-7, -1.5, -1.25, -1, 0, 0.1, 0.25, 0.5, 1, 99.5, 100, 100.5, 101, 1e300]) {
      const other = sameRange(value, bounds);
      const sides = (one: number): unknown => bounds.map((bound) => Math.sign(one - bound));
      expect([value, sides(other)]).toEqual([value, sides(value)]);
      expect([value, Number.isInteger(other)]).toEqual([value, Number.isInteger(value)]);
    }
  });

  test("the example of its page is what it says", async () => {
    const page = readFileSync(join(ROOT, "docs/record-plan.md"), "utf8");
    const [, policy = ""] = /```yaml\n([\s\S]+?)```/.exec(page) ?? [];
    const [, shown = ""] = /```text\n([\s\S]+?)```/.exec(page) ?? [];
    const folder = scratch({ "policies/p.yaml": policy });
    const line = ["record-plan", "--candidate", "policies"];
    const { stdout } = await runInProcess(folder, {}, line);
    expect(shown.trim().split("\n").length).toBeGreaterThan(5);
    expect(stdout).toContain(shown.trim());
  });
});
