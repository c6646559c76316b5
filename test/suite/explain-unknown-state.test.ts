import { expect, test } from "vitest";
import type { ExplainResult } from "../../src/documents/explain-result.ts";
import { agentz, scratch } from "../e2e/agentz.ts";

function event(id: string, args: object): string {
  return JSON.stringify({
    id,
    time: `2026-11-16T09:0${id.slice(1)}:00Z`,
    session: "s",
    type: "call",
    subject: { type: "agent", id: "g" },
    action: { server: "bank", name: "pay" },
    args,
    outcome: { status: "ok" },
  });
}

/** The counter before the last of two payments, and its line. */
function counter(declaration: string): readonly [unknown, string | undefined] {
  const policy = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
session: { counters: [{ name: paid, ${declaration} }] }
rules:
  - { id: r, effect: allow, actions: [bank/pay] }
  - { id: cap, effect: deny, actions: [bank/pay], when: session.counters.paid > 100.0 }
`;
  const calls = [event("e1", { amount: 5, payee: { id: "x" } }), event("e2", { amount: 7 })];
  const cwd = scratch({ "p.yaml": policy, "e.jsonl": `${calls.join("\n")}\n` });
  const flags = ["explain", "e2", "--candidate", "p.yaml", "--trace", "e.jsonl"];
  const { state }: ExplainResult = JSON.parse(
    agentz([...flags, "--format", "json"], { cwd }).stdout,
  );
  const lines = agentz([...flags, "--show-arguments"], { cwd }).stdout.split("\n");
  return [state.counters[0]?.lacks, lines.find((line) => line.startsWith("  counter"))?.trim()];
}

test.each([
  ["add: args.total", "args.total"],
  ["add: args.amount + args.payee.fee", "args.payee.fee"],
  ['add: 1, when: "args.total > 3.0"', "args.total"],
])("design 5.3: explain says which argument makes a counter unknown: %s", (declaration, path) => {
  expect(counter(declaration)).toEqual([
    [{ event: "e1", arguments: [path] }],
    `counter paid: unknown, set by e1; e1 does not record ${path}`,
  ]);
});

test("design 5.3: what to record is the argument of the call that lacks it, and never the counter", () => {
  const policy = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
session: { counters: [{ name: paid, add: args.amount }] }
rules:
  - { id: r, effect: allow, actions: ["bank/*"] }
  - { id: cap, effect: deny, actions: [bank/pay], when: "session.counters.paid > 9.0 || session.counters.paid <= 9.0" }
`;
  const calls = [event("e1", {}).replace(`"pay"`, `"fill"`), event("e2", { amount: 7 })];
  const cwd = scratch({ "p.yaml": policy, "e.jsonl": `${calls.join("\n")}\n` });
  const flags = ["--candidate", "p.yaml", "--trace", "e.jsonl"];
  const explained = agentz(["explain", "e2", ...flags], { cwd }).stdout;
  expect(explained).toContain("; recording args.amount of e1 would decide it");
  const replayed = agentz(["replay", ...flags, "--baseline", "recorded"], { cwd }).stdout;
  expect(replayed).toContain("record what sets session.counters.paid (1) to decide more");
});

test("nothing is said of a counter that is known", () => {
  expect(counter("add: args.amount")).toEqual([undefined, "counter paid: 5, set by e1"]);
});
