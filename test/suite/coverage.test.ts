import { describe, expect, test } from "vitest";
import type { TestResult } from "../../src/documents/test-result.ts";
import { scratch } from "../e2e/agentz.ts";
import { run } from "./run-command.ts";

const POLICY = `apiVersion: agentz/v1
kind: Policy
name: p
version: 1.0.0
rules:
  - id: send
    effect: allow
    actions: [s/send]
    when: args.to.all(to, to != 'eve' && to != 'mallory') || args.urgent
  - id: never
    effect: deny
    actions: [s/other]
`;

const SUITE = `apiVersion: agentz/v1
kind: Suite
name: s
fixtures: { send: { subject: { type: agent, id: a }, action: { server: s, name: send },
  args: { to: [bob], urgent: false } } }
tests:
  - { name: bob, call: { use: send }, expect: { effect: allow } }
  - { name: eve, call: { use: send, args: { to: [bob, eve] } }, expect: { effect: deny } }
`;

async function covered(
  ...flags: readonly string[]
): Promise<TestResult & { readonly status: number; readonly folder: string }> {
  const trace = `${JSON.stringify({
    id: "e1",
    subject: { type: "agent", id: "a" },
    action: { server: "s", name: "other" },
    args: {},
  })}\n`;
  const folder = scratch({ "p.yaml": POLICY, "s.yaml": SUITE, "t.jsonl": trace });
  const ran = await run(
    folder,
    "test",
    "p.yaml",
    "s.yaml",
    "--format",
    "json",
    ...flags.map((flag) => flag.replace("@", `${folder}/`)),
  );
  const parsed: TestResult = JSON.parse(ran.stdout);
  return { ...parsed, status: ran.status, folder };
}

describe("design 8.3: coverage counts rules and outcomes of atomic conditions, never lines", () => {
  test("the parts of a macro's body are asked of its elements", async () => {
    const { coverage, status } = await covered("--coverage");
    expect(coverage?.rules).toEqual({
      covered: 1,
      total: 2,
      uncovered: [{ rule: "p/never", file: "p.yaml", line: 10 }],
    });
    expect(coverage?.outcomes).toMatchObject({ covered: 6, total: 8 });
    expect(
      coverage?.outcomes.uncovered.map(({ condition, outcome }) => `${condition} ${outcome}`),
    ).toEqual(["to != 'mallory' false", "args.urgent true"]);
    expect(status).toBe(0);
  });

  test("on the policy's own lines", async () => {
    const { coverage } = await covered("--coverage");
    const lines = coverage?.files[0]?.lines ?? [];
    expect(
      lines.filter((line) => line.state !== "none").map(({ line, state }) => `${line} ${state}`),
    ).toEqual(["6 covered", "9 partly", "10 uncovered"]);
    expect(lines[8]?.notes).toEqual([
      "`to != 'mallory'` is never false",
      "`args.urgent` is never true",
    ]);
  });

  test("a gate below the wanted share is status 1, and a trace is counted apart", async () => {
    const { gate, status, traceCoverage, coverage } = await covered(
      "--min-coverage",
      "0.6",
      "--trace",
      "@t.jsonl",
    );
    expect(gate.checks.map(({ name, actual, passed }) => [name, actual, passed])).toEqual([
      ["coverage of rules", 0.5, false],
      ["coverage of outcomes", 0.75, true],
    ]);
    expect(status).toBe(1);
    expect(traceCoverage?.rules).toMatchObject({ covered: 1, total: 2 });
    expect(coverage?.rules.uncovered[0]?.rule).toBe("p/never");
    expect(traceCoverage?.rules.uncovered[0]?.rule).toBe("p/send");
  });
});

describe("design 8.3: mutation", () => {
  test("a survivor is shown with a call that tells it from the policy", async () => {
    const { mutation } = await covered("--mutate", "--min-mutation", "1");
    expect(mutation?.total).toBe(
      (mutation?.killed ?? 0) + (mutation?.undecided ?? 0) + (mutation?.survivors.length ?? 0),
    );
    const dropped = mutation?.survivors.find(
      (m) =>
        m.change === "`args.urgent` becomes `!args.urgent`" ||
        m.change === "`args.urgent` is dropped",
    );
    expect(dropped?.witness?.original.effect).not.toBe(dropped?.witness?.mutant.effect);
  });

  test("is left out where tests fail", async () => {
    const folder = scratch({
      "p.yaml": POLICY,
      "s.yaml": SUITE.replace("effect: deny", "effect: allow"),
    });
    const ran = await run(folder, "test", "p.yaml", "s.yaml", "--mutate", "--format", "json");
    expect(ran.status).toBe(1);
    expect(JSON.parse(ran.stdout)).not.toHaveProperty("mutation");
  });
});
